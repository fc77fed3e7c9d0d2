//! What is asked of a Python that runs workloads.
//!
//! The threads of a round are started before it, have each run the workload already (a cold thread would measure its first
//! copies of code and empty caches), and wait at a barrier. Each then takes its own times around `run(loops)`.

use std::fmt;
use std::time::Duration;

use crate::workloads::Workload;

/// One Python, measured beside the others of a run.
pub struct Subject {
    pub label: String,
    pub runner: Box<dyn Runner>,
}

pub trait Runner {
    /// Imports a workload into a fresh interpreter with `threads` threads, and has all of them run it for `warm_loops`
    /// at the same time, untimed.
    fn prepare(&mut self, workload: &Workload, threads: usize, warm_loops: u64) -> Result<(), Error>;

    /// Has the first `threads` of the prepared threads run `run(loops)` at the same time.
    fn round(&mut self, threads: usize, loops: u64) -> Result<Round, Error>;

    /// The process whose processor time a round spends.
    fn process(&self) -> u32;
}

/// The times of one round.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// From the first thread's start to the last one's end.
    pub wall: Duration,
    /// What each thread took.
    pub threads: Vec<Duration>,
}

impl Round {
    /// From each thread's start and end in nanoseconds of one clock.
    pub fn from_spans(spans: &[(u64, u64)]) -> Round {
        let first = spans.iter().map(|span| span.0).min().unwrap_or(0);
        let last = spans.iter().map(|span| span.1).max().unwrap_or(0);
        let threads =
            spans.iter().map(|(start, end)| Duration::from_nanos(end.saturating_sub(*start))).collect();
        Round { wall: Duration::from_nanos(last.saturating_sub(first)), threads }
    }
}

/// Why a workload did not run: a Python traceback, or what became of the process.
#[derive(Debug)]
pub struct Error(pub String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.trim_end())
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        Error(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_lasts_from_the_first_start_to_the_last_end() {
        let round = Round::from_spans(&[(100, 400), (150, 300)]);
        assert_eq!(round.wall, Duration::from_nanos(300));
        assert_eq!(round.threads, [Duration::from_nanos(300), Duration::from_nanos(150)]);
    }
}
