//! The developer's commands: `cargo xtask NAME`. Each prints the commands that it runs, so that nothing is hidden in here.

mod commands;
mod comparison;
mod costs;
mod sanitizers;
mod soak;
#[path = "../../ftscalingbench/src/statistics.rs"]
mod statistics;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands::{Outcome, cargo, workspace};
use crate::sanitizers::Sanitizer;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Developer commands. Each prints the commands that it runs.")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Formatting and lints: `cargo fmt --check`, `cargo clippy -D warnings`
    Lint,
    /// Every test of the workspace, the models included: `cargo test --workspace`
    Test {
        /// Further arguments of `cargo test`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// The models of the lower crates' protocols: `cargo test -p ungil-loom-tests`
    Loom {
        /// Only models whose name contains this
        name: Option<String>,
    },
    /// The language's programs in tests/python: `cargo test --test conformance`
    Conformance {
        /// Only programs whose name contains this
        name: Option<String>,
        /// Also the programs that PENDING says do not run yet
        #[arg(long)]
        all: bool,
        /// Run another Python instead of ungil
        #[arg(long, value_name = "PATH")]
        interpreter: Option<PathBuf>,
        /// Write the expected files from what the interpreter does (CPython 3.14 is the reference)
        #[arg(long, requires = "interpreter", conflicts_with = "all")]
        rewrite: bool,
    },
    /// Measurements
    #[command(subcommand)]
    Bench(Bench),
    /// Threads that create, share, overwrite and drop objects; fails on a violation or when memory grows
    Soak(soak::Options),
    /// The lower crates' tests under AddressSanitizer, on a nightly toolchain
    Asan {
        /// Crates to test [default: the lower crates]
        #[arg(short, long = "package", value_name = "CRATE")]
        packages: Vec<String>,
    },
    /// The lower crates' tests under ThreadSanitizer, on a nightly toolchain
    Tsan {
        /// Crates to test [default: the lower crates]
        #[arg(short, long = "package", value_name = "CRATE")]
        packages: Vec<String>,
    },
    /// What must pass before a change is accepted: lint, test, modes
    Ci,
    /// The language's programs and the interpreter's tests with objects that are never local, and with objects that become shared at
    /// random moments (`UNGIL_LOCAL`)
    Modes,
}

#[derive(Subcommand)]
enum Bench {
    /// How workloads scale with threads: `cargo run --release -p ftscalingbench`
    Scaling {
        /// Arguments of ftscalingbench
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Small programs on one thread (bench/single), each in turns with another Python
    Single(comparison::Options),
    /// What single operations cost in nanoseconds (bench/costs), beside another Python
    Costs(costs::Options),
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Outcome {
    match task {
        Task::Lint => lint(),
        Task::Test { arguments } => test(&arguments),
        Task::Loom { name } => {
            cargo("test --locked -p ungil-loom-tests").envs(name.map(|name| ("UNGIL_LOOM_ONLY", name))).run()
        }
        Task::Conformance { name, all, interpreter, rewrite } => {
            let mode = if rewrite { Some("rewrite") } else { all.then_some("all") };
            let interpreter = interpreter.map(std::path::absolute).transpose()?;
            cargo("test --locked -p ungil --test conformance")
                .envs(mode.map(|mode| ("UNGIL_CONFORMANCE", mode)))
                .envs(interpreter.map(|path| ("UNGIL_CONFORMANCE_INTERPRETER", path)))
                .args(name.iter().flat_map(|name| ["--", name]))
                .run()
        }
        Task::Bench(Bench::Scaling { arguments }) => {
            cargo("run --locked --release -p ftscalingbench --").args(arguments).run()
        }
        Task::Bench(Bench::Single(options)) => {
            comparison::single(&options, &workspace().join("bench/single"))
        }
        Task::Bench(Bench::Costs(options)) => costs::run(&options, &workspace().join("bench/costs")),
        Task::Soak(options) => soak::run(&options),
        Task::Asan { packages } => sanitizers::test(Sanitizer::Address, &packages),
        Task::Tsan { packages } => sanitizers::test(Sanitizer::Thread, &packages),
        Task::Modes => modes(),
        Task::Ci => lint().and_then(|()| test(&[])).and_then(|()| modes()),
    }
}

fn lint() -> Outcome {
    cargo("fmt --all --check").run()?;
    cargo("clippy --workspace --all-targets --locked -- -D warnings").run()
}

fn modes() -> Outcome {
    for mode in ["never", "stress"] {
        let interpreter = "-p ungil-objects -p ungil-modules -p ungil-interp";
        cargo(&format!("test --locked {interpreter}")).envs([("UNGIL_LOCAL", mode)]).run()?;
        cargo("test --locked -p ungil --test conformance --test bad_input")
            .envs([("UNGIL_LOCAL", mode)])
            .run()?;
    }
    Ok(())
}

fn test(arguments: &[String]) -> Outcome {
    cargo("test --workspace --locked").args(arguments).run()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
