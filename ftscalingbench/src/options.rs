//! The command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::Duration;

use clap::Parser;

use crate::embedded::Embedded;
use crate::external::External;
use crate::measure::Plan;
use crate::runner::Subject;

/// How long one workload on one Python may wait for a calm machine.
const CALM_PATIENCE: Duration = Duration::from_secs(20);

/// Runs Python workloads on one thread and on N threads, and prints how they scale: N is ideal, 1 is no gain from threads.
#[derive(Parser)]
#[command(version, after_help = "Workloads and groups are listed by --list.")]
pub struct Options {
    /// Workloads or groups (scaling, contended) to run [default: all]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,

    /// How many threads the parallel rounds use [default: one for each processor]
    #[arg(short = 't', long, value_name = "N")]
    threads: Option<NonZeroUsize>,

    /// Work in each round, in percent of a workload's own LOOPS
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub scale: u64,

    /// How many undisturbed rounds to take of each workload
    #[arg(long, value_name = "ROUNDS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeat: u32,

    /// Only the rounds on one thread
    #[arg(long, conflicts_with = "parallel_only")]
    pub baseline_only: bool,

    /// Only the rounds on N threads
    #[arg(long)]
    pub parallel_only: bool,

    /// Write the measurements to a file as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,

    /// Another Python to run the same files in the same rounds
    #[arg(long, value_name = "PATH")]
    against: Option<PathBuf>,

    /// List the workloads and what each stresses
    #[arg(long)]
    pub list: bool,
}

impl Options {
    pub fn threads(&self) -> usize {
        self.threads.map_or_else(processors, NonZeroUsize::get)
    }

    pub fn plan(&self) -> Plan {
        Plan {
            threads: self.threads(),
            scale: self.scale,
            rounds: self.repeat as usize,
            single: !self.parallel_only,
            parallel: !self.baseline_only,
            patience: CALM_PATIENCE,
        }
    }

    /// The Pythons to measure, the one to judge first.
    pub fn subjects(&self) -> Result<Vec<Subject>, String> {
        let mut subjects = vec![Subject { label: "ungil".to_owned(), runner: Box::new(Embedded::default()) }];
        if let Some(path) = &self.against {
            let external =
                External::new(path).map_err(|error| format!("--against {}: {error}", path.display()))?;
            subjects.push(Subject { label: external.version().to_owned(), runner: Box::new(external) });
        }
        Ok(subjects)
    }

    pub fn warn_of_few_processors(&self) {
        let (threads, processors) = (self.threads(), processors());
        if threads > processors && !self.baseline_only {
            eprintln!(
                "ftscalingbench: {threads} threads share {processors} processors: expect factors up to {processors}"
            );
        }
    }
}

fn processors() -> usize {
    available_parallelism().map_or(1, NonZeroUsize::get)
}
