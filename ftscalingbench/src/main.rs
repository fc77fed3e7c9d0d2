//! How well Python programs scale with threads: `ftscalingbench` runs each workload on one thread and on N threads that do
//! the same work at the same time, and prints how many times more work got done per second.
//!
//! - `workloads`: the Python files and their names;
//! - `runner`: what is asked of a Python that runs them, `embedded`: the runtime in this program, `external`: another Python's
//!   process;
//! - `measure`: rounds of one workload, `processor`: whether the machine was ours during a round, `control`: what it gives to
//!   threads that share nothing, `statistics`;
//! - `table`: the report for a person, `report`: the same as JSON;
//! - `options`: the command line.
//!
//! Exit status: 0 when every workload ran, 1 when one failed, 2 when the command line asks for what there is not.

mod control;
mod embedded;
mod external;
mod measure;
mod options;
mod processor;
mod report;
mod runner;
mod statistics;
mod table;
mod workloads;

use std::io;
use std::path::Path;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: ungil_tstate::heap::MainHeap = ungil_tstate::heap::MainHeap;

use clap::Parser;

use crate::control::Control;
use crate::options::Options;

fn main() -> ExitCode {
    ungil_tstate::heap::avoid_huge_pages();
    let options = Options::parse();
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("ftscalingbench: {message}");
            ExitCode::from(2)
        }
    }
}

/// Whether every workload ran. The error is one of the command line.
fn run(options: &Options) -> Result<bool, String> {
    if options.list {
        table::list(&workloads::all());
        return Ok(true);
    }
    let chosen = workloads::choose(&options.names)?;
    let unwritable = |path: &Path, error: io::Error| format!("cannot write {}: {error}", path.display());
    if let Some(path) = &options.json {
        // Not after minutes of measuring.
        report::check(path).map_err(|error| unwritable(path, error))?;
    }
    let mut subjects = options.subjects()?;
    options.warn_of_few_processors();
    let plan = options.plan();
    let mut control = Control::native(plan.threads);
    let mut table = table::Table::new(options, &subjects, &chosen);
    let mut results = Vec::new();
    let mut all_ran = true;
    for workload in &chosen {
        let mut progress = |step| table.step(workload, step);
        match measure::workload(workload, &mut subjects, &plan, &mut control, &mut progress) {
            Ok(measured) => {
                table.row(workload, &measured);
                results.push((workload, measured));
            }
            Err(error) => {
                all_ran = false;
                table.failed(workload, &error);
            }
        }
    }
    table.finish(&results);
    if let Some(path) = &options.json {
        report::write(path, options, &subjects, &results).map_err(|error| unwritable(path, error))?;
    }
    Ok(all_ran)
}
