//! Runs `tests/soak/shared_objects.py` and watches its resident memory from outside, once a second, until it ends.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;

use crate::commands::{Outcome, release_ungil, workspace};
use crate::statistics::Estimate;

/// By how much the memory of the last quarter of a run may exceed that of the second, in parts and in MiB.
const GROWTH_SHARE: f64 = 0.10;
const GROWTH_MIB: f64 = 8.0;
/// How much longer than asked for a run may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Args)]
pub struct Options {
    /// How many threads
    #[arg(long, value_name = "N", default_value_t = 8)]
    threads: u32,

    /// For how many seconds
    #[arg(long, value_name = "S", default_value_t = 60, value_parser = clap::value_parser!(u64).range(4..))]
    seconds: u64,

    /// The Python to try [default: the release build of ungil]
    #[arg(long, value_name = "PATH")]
    interpreter: Option<PathBuf>,
}

pub fn run(options: &Options) -> Outcome {
    let interpreter = options.interpreter.as_ref().map_or_else(release_ungil, |path| Ok(path.clone()))?;
    let program = workspace().join("tests/soak/shared_objects.py");
    let mut child = Command::new(&interpreter)
        .arg(program)
        .args([options.threads.to_string(), options.seconds.to_string()])
        .spawn()
        .map_err(|error| format!("cannot run {}: {error}", interpreter.display()))?;
    let samples = watch(&mut child, Duration::from_secs(options.seconds) + PATIENCE)?;
    let status = child.wait()?;
    if !status.success() {
        return Err(format!("the program failed: {status}").into());
    }
    judge_growth(&samples)
}

/// Resident memory in MiB at each second of the process's life, printed as it comes.
fn watch(child: &mut Child, limit: Duration) -> Outcome<Vec<f64>> {
    let began = Instant::now();
    let mut samples = Vec::new();
    while child.try_wait()?.is_none() {
        if began.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Err("the program hangs".into());
        }
        if let Some(mebibytes) = resident(child.id()) {
            println!("{:4} s {mebibytes:8.1} MiB", began.elapsed().as_secs());
            samples.push(mebibytes);
        }
        sleep(Duration::from_secs(1));
    }
    Ok(samples)
}

/// From `/proc/PID/status`.
fn resident(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes / 1024.0)
}

fn judge_growth(samples: &[f64]) -> Outcome {
    let quarter = samples.len() / 4;
    let median = |part: &[f64]| Estimate::of(part).map(|estimate| estimate.median);
    let (Some(early), Some(late)) = (median(&samples[quarter..2 * quarter]), median(&samples[3 * quarter..]))
    else {
        return Err("too few samples of memory".into());
    };
    println!("resident memory: {early:.1} MiB in the second quarter, {late:.1} MiB in the last");
    if late > early * (1.0 + GROWTH_SHARE) + GROWTH_MIB {
        return Err("resident memory grows".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_fills_up_early_is_flat() {
        assert!(judge_growth(&[1.0, 60.0, 80.0, 81.0, 80.0, 79.0, 82.0, 81.0]).is_ok());
    }

    #[test]
    fn memory_that_keeps_growing_is_not() {
        assert!(judge_growth(&[10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0]).is_err());
        assert!(judge_growth(&[10.0]).is_err());
    }
}
