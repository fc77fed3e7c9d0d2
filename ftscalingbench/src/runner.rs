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

    /// Has the first `threads` of the prepared threads run `run(loops)` at the same time. Gives the time from the first
    /// thread's start to the last one's end.
    fn round(&mut self, threads: usize, loops: u64) -> Result<Duration, Error>;

    /// The process whose processor time a round spends.
    fn process(&self) -> u32;
}

/// From the first start to the last end, of each thread's start and end in nanoseconds of one clock.
pub fn wall_time(spans: &[(u64, u64)]) -> Duration {
    let first = spans.iter().map(|span| span.0).min().unwrap_or(0);
    let last = spans.iter().map(|span| span.1).max().unwrap_or(0);
    Duration::from_nanos(last.saturating_sub(first))
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
        assert_eq!(wall_time(&[(100, 350), (150, 400)]), Duration::from_nanos(300));
    }
}
