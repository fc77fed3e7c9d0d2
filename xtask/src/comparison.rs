//! Programs run on `ungil` and on another Python in turns, so that a machine's slow changes strike both.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::commands::{Outcome, output_of, release_ungil};
use crate::statistics::{Estimate, geometric_mean};

#[derive(Args)]
pub struct Options {
    /// The other Python
    #[arg(long, value_name = "PATH")]
    against: PathBuf,

    /// The Python to judge [default: the release build of ungil]
    #[arg(long, value_name = "PATH")]
    interpreter: Option<PathBuf>,

    /// How many times to run each program on each
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub repeat: u32,

    /// Programs to run, by name [default: all]
    names: Vec<String>,
}

impl Options {
    /// The interpreter to judge and the other one.
    pub fn pair(&self) -> Outcome<[PathBuf; 2]> {
        let ours =
            self.interpreter.as_ref().map_or_else(release_ungil, |path| Ok(std::path::absolute(path)?))?;
        Ok([ours, std::path::absolute(&self.against)?])
    }

    /// The chosen programs of a folder: the files that print measurements, sorted by name.
    pub fn programs(&self, folder: &Path) -> Outcome<Vec<(String, PathBuf)>> {
        let mut programs = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            // A leading underscore marks what programs import.
            if path.extension().is_some_and(|extension| extension == "py") && !name.starts_with('_') {
                programs.push((name, path));
            }
        }
        programs.sort();
        if let Some(unknown) =
            self.names.iter().find(|name| !programs.iter().any(|(known, _)| known == *name))
        {
            return Err(format!("no program is named '{unknown}' in {}", folder.display()).into());
        }
        programs.retain(|(name, _)| self.names.is_empty() || self.names.contains(name));
        Ok(programs)
    }
}

/// Programs that print the seconds of their best pass: a table of both times and of how many times as fast the first is.
pub fn single(options: &Options, folder: &Path) -> Outcome {
    let interpreters = options.pair()?;
    println!("{:28} {:>10} {:>10} {:>8} {:>7}", "program", "ours ms", "theirs ms", "speed", "spread");
    let mut speeds = Vec::new();
    for (name, program) in options.programs(folder)? {
        let mut seconds = [Vec::new(), Vec::new()];
        for _ in 0..options.repeat {
            for (interpreter, seconds) in interpreters.iter().zip(&mut seconds) {
                seconds.push(output_of(interpreter, &program)?.trim().parse::<f64>()?);
            }
        }
        let [ours, theirs] = &seconds;
        let ratios: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| theirs / ours).collect();
        let speed = estimate(&ratios)?;
        let [ours, theirs] = [estimate(ours)?.median * 1e3, estimate(theirs)?.median * 1e3];
        println!("{name:28} {ours:10.2} {theirs:10.2} {:7.2}x {:6.1}%", speed.median, speed.spread * 100.0);
        speeds.push(speed.median);
    }
    if let Some(mean) = geometric_mean(&speeds) {
        println!("{:28} {:>10} {:>10} {mean:7.2}x", "geometric mean", "", "");
    }
    Ok(())
}

pub fn estimate(sample: &[f64]) -> Outcome<Estimate> {
    Ok(Estimate::of(sample).ok_or("a program did not print the same rows on both")?)
}
