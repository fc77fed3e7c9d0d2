//! The lower crates' tests under a sanitizer. Sanitizers need a nightly compiler. Where it comes with the standard library's
//! source (`rust-src`), the library could be instrumented too; without it, reports that lie wholly inside the library are
//! false, and `tsan-suppressions.txt` names them.
//!
//! ThreadSanitizer does not see fences: a report whose order comes from a fence is false as well.

use std::process::{Command, Stdio};

use crate::commands::{Outcome, Printed};

/// What is tested unless crates are named: the crates whose code is mostly about memory and threads.
const LOWER_CRATES: [&str; 4] = ["ungil-qsbr", "ungil-refcount", "ungil-tstate", "ungil-tlbc"];
/// Named explicitly, so that build scripts and macros, which run on the host, are not instrumented.
const TARGET: &str = "x86_64-unknown-linux-gnu";

#[derive(Clone, Copy)]
pub enum Sanitizer {
    Address,
    Thread,
}

impl Sanitizer {
    fn flags(self) -> &'static str {
        match self {
            Sanitizer::Address => "-Zsanitizer=address",
            // The standard library is not built with it.
            Sanitizer::Thread => "-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer",
        }
    }

    /// The environment variable that the sanitizer itself reads.
    fn options(self) -> (&'static str, &'static str) {
        match self {
            Sanitizer::Address => ("ASAN_OPTIONS", "detect_stack_use_after_return=1"),
            Sanitizer::Thread => (
                "TSAN_OPTIONS",
                concat!("suppressions=", env!("CARGO_MANIFEST_DIR"), "/tsan-suppressions.txt"),
            ),
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Sanitizer::Address => "target/asan",
            Sanitizer::Thread => "target/tsan",
        }
    }
}

/// Tests crates, or the lower crates, with a target folder of their own.
pub fn test(sanitizer: Sanitizer, packages: &[String]) -> Outcome {
    if !nightly_is_installed() {
        return Err("sanitizers need a nightly toolchain: rustup toolchain install nightly".into());
    }
    let named = packages.iter().map(String::as_str);
    let packages: Vec<&str> = if packages.is_empty() { LOWER_CRATES.to_vec() } else { named.collect() };
    Printed::new("rustup")
        .envs([("RUSTFLAGS", sanitizer.flags()), sanitizer.options()])
        .args([
            "run",
            "nightly",
            "cargo",
            "test",
            "--locked",
            "--no-fail-fast",
            "--lib",
            "--tests",
            "--target",
            TARGET,
        ])
        .args(["--target-dir", sanitizer.folder()])
        .args(packages.iter().flat_map(|package| ["-p", package]))
        .run()
}

fn nightly_is_installed() -> bool {
    let version = Command::new("rustup")
        .args(["run", "nightly", "rustc", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}
