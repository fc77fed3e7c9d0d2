//! What single operations cost on `ungil` and on another Python: one table, and the same as JSON.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use crate::commands::{Outcome, output_of};
use crate::comparison::{self, estimate};
use crate::statistics::Estimate;

#[derive(Args)]
#[group(id = "costs")]
pub struct Options {
    #[command(flatten)]
    comparison: comparison::Options,

    /// Also write the table to a file, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// One operation: the line of Python that does it, and its nanoseconds in each run on each interpreter.
struct Operation {
    name: String,
    line: String,
    nanoseconds: [Vec<f64>; 2],
}

/// An operation's medians.
struct Row<'a> {
    name: &'a str,
    line: &'a str,
    ours: Estimate,
    theirs: Estimate,
}

/// Runs the programs of a folder, which print lines of operation, Python line and nanoseconds with tabs between, on both
/// interpreters in turns.
pub fn run(options: &Options, folder: &Path) -> Outcome {
    let interpreters = options.comparison.pair()?;
    let mut operations = Vec::new();
    for (_, program) in options.comparison.programs(folder)? {
        for _ in 0..options.comparison.repeat {
            for (side, interpreter) in interpreters.iter().enumerate() {
                note(&mut operations, side, &output_of(interpreter, &program)?)?;
            }
        }
    }
    let rows = operations.iter().map(Row::of).collect::<Outcome<Vec<_>>>()?;
    print(&rows);
    if let Some(path) = &options.json {
        fs::write(path, format!("{:#}\n", to_json(&rows, &interpreters)))?;
    }
    Ok(())
}

/// Adds what a program has printed on one side.
fn note(operations: &mut Vec<Operation>, side: usize, output: &str) -> Outcome {
    for printed in output.lines() {
        let [name, line, nanoseconds] = printed.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("expected operation, line and nanoseconds: {printed}").into());
        };
        let at = match operations.iter().position(|known| known.name == name && known.line == line) {
            Some(at) => at,
            None => {
                let (name, line) = (name.to_owned(), line.to_owned());
                operations.push(Operation { name, line, nanoseconds: Default::default() });
                operations.len() - 1
            }
        };
        operations[at].nanoseconds[side].push(nanoseconds.parse()?);
    }
    Ok(())
}

impl Row<'_> {
    fn of(operation: &Operation) -> Outcome<Row<'_>> {
        let [ours, theirs] = &operation.nanoseconds;
        let (ours, theirs) = (estimate(ours)?, estimate(theirs)?);
        Ok(Row { name: &operation.name, line: &operation.line, ours, theirs })
    }

    /// How many times as fast ours is; `None` where it costs nothing.
    fn ratio(&self) -> Option<f64> {
        (self.ours.median > 0.0).then(|| self.theirs.median / self.ours.median)
    }
}

fn print(rows: &[Row<'_>]) {
    let width = |title: &str, text: fn(&Row<'_>) -> usize| {
        rows.iter().map(text).chain([title.len()]).max().unwrap_or_default()
    };
    let name_width = width("operation", |row| row.name.chars().count());
    let line_width = width("Python", |row| row.line.chars().count());
    println!(
        "{:name_width$}  {:line_width$} {:>9} {:>7} {:>9} {:>7} {:>7}",
        "operation", "Python", "ours ns", "spread", "theirs ns", "spread", "ratio"
    );
    for row in rows {
        let ratio = row.ratio().map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}x"));
        println!(
            "{:name_width$}  {:line_width$} {:9.2} {:6.1}% {:9.2} {:6.1}% {ratio:>7}",
            row.name,
            row.line,
            row.ours.median,
            row.ours.spread * 100.0,
            row.theirs.median,
            row.theirs.spread * 100.0
        );
    }
}

fn to_json(rows: &[Row<'_>], [ours, theirs]: &[PathBuf; 2]) -> Value {
    let side = |estimate: &Estimate| json!({ "median": estimate.median, "spread": estimate.spread });
    let row = |row: &Row<'_>| {
        json!({
            "operation": row.name,
            "line": row.line,
            "ours": side(&row.ours),
            "theirs": side(&row.theirs),
            "ratio": row.ratio(),
        })
    };
    json!({
        "unit": "ns",
        "interpreters": { "ours": ours, "theirs": theirs },
        "operations": rows.iter().map(row).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_medians_of_both_sides() {
        let mut operations = Vec::new();
        for (side, output) in [(0, "load\tx = a[0]\t2.0\n"), (1, "load\tx = a[0]\t5.0\n")].repeat(2) {
            note(&mut operations, side, output).unwrap();
        }
        note(&mut operations, 0, "load\tx = a[0]\t9.0\nfree\tx = 0\t0.0\n").unwrap();
        note(&mut operations, 1, "free\tx = 0\t1.0\n").unwrap();
        let rows: Vec<_> = operations.iter().map(|operation| Row::of(operation).unwrap()).collect();
        assert_eq!((rows[0].ours.median, rows[0].theirs.median, rows[0].ratio()), (2.0, 5.0, Some(2.5)));
        assert_eq!(rows[1].ratio(), None);
        let json = to_json(&rows, &["ungil".into(), "python".into()]);
        assert_eq!(json["operations"][0]["theirs"]["median"], 5.0);
        assert!(json["operations"][1]["ratio"].is_null());
    }

    #[test]
    fn what_is_no_row_is_refused() {
        assert!(note(&mut Vec::new(), 0, "load 5.0").is_err());
        assert!(note(&mut Vec::new(), 0, "load\tx\tfast").is_err());
    }
}
