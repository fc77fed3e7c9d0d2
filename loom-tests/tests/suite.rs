//! Runs every model. Built the ordinary way it builds itself once more, under the model checker's cfg, and passes the
//! output on; so `cargo test` covers the models without a flag. The README tells how to run one, and how to add one.

use std::process::ExitCode;

#[cfg(ungil_loom)]
fn main() -> ExitCode {
    ungil_loom_tests::run_suite(ungil_loom_tests::models::ALL)
}

#[cfg(not(ungil_loom))]
fn main() -> ExitCode {
    use std::env;
    use std::path::Path;
    use std::process::Command;

    let flags = env::var("RUSTFLAGS").unwrap_or_default();
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "test",
            "--quiet",
            "--profile",
            "loom",
            "--package",
            env!("CARGO_PKG_NAME"),
            "--test",
            "suite",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("RUSTFLAGS", format!("{flags} --cfg ungil_loom"))
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("loom"))
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cannot start cargo for the models: {error}");
            ExitCode::FAILURE
        }
    }
}
