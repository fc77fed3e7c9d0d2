//! The measurements as JSON: every round, so that other statistics can be made of them.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::measure::Measured;
use crate::options::Options;
use crate::runner::Subject;
use crate::statistics::Estimate;
use crate::workloads::Workload;

/// Finds out whether a report can be written to `path`, without touching one that is there.
pub fn check(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new().create(true).append(true).open(path).map(drop)
}

pub fn write(
    path: &Path,
    options: &Options,
    subjects: &[Subject],
    results: &[(&Workload, Vec<Measured>)],
) -> io::Result<()> {
    let workloads: Vec<Value> = results
        .iter()
        .map(|(workload, measured)| {
            let subjects: Vec<Value> = subjects
                .iter()
                .zip(measured)
                .map(|(subject, measured)| measurements(&subject.label, measured))
                .collect();
            json!({
                "name": workload.name,
                "group": workload.group.to_string(),
                "loops": workload.scaled_loops(options.scale),
                "subjects": subjects,
            })
        })
        .collect();
    let report = json!({ "threads": options.threads(), "scale": options.scale, "workloads": workloads });
    fs::write(path, format!("{report:#}\n"))
}

fn measurements(label: &str, measured: &Measured) -> Value {
    let estimate =
        |estimate: Option<Estimate>| estimate.map(|e| json!({ "median": e.median, "spread": e.spread }));
    json!({
        "label": label,
        "factor": estimate(measured.factor()),
        "control": estimate(measured.control_factor()),
        "control_factors": measured.control,
        "single_seconds": measured.single,
        "parallel_seconds": measured.parallel,
        "loops_multiplied_by": measured.multiple,
        "rounds_repeated": measured.repeated,
        "rounds_disturbed": measured.disturbed,
        "pairs_repeated": measured.pairs_repeated,
        "pairs_disturbed": measured.pairs_disturbed,
    })
}
