//! What the command answers to command lines, good and bad, and how it deals with the Python it is sent against. That Python
//! is `fake_python`, a shell script which speaks the driver's protocol: what Pythons do with workloads is not tested here.
#![cfg(unix)]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ftscalingbench")).args(arguments).output().unwrap()
}

/// The exit status and standard error of a command line that is refused: nothing may be on standard output.
fn refusal(arguments: &[&str]) -> (i32, String) {
    let output = run(arguments);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// Measures workloads on `fake_python`, which answers requests in the way named, with two threads.
fn measure(answers: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ftscalingbench"))
        .args(["-t", "2", "--against", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fake_python")])
        .args(arguments)
        .env("FAKE_PYTHON", answers)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn no_threads_are_refused() {
    let (status, message) = refusal(&["-t", "0"]);
    assert_eq!(status, 2);
    assert!(message.contains("'0'") && message.contains("--threads"), "{message}");
}

#[test]
fn an_unknown_workload_is_answered_with_near_names() {
    let (status, message) = refusal(&["create_pyobjects"]);
    assert_eq!(status, 2);
    assert!(message.contains("'create_pyobjects': did you mean create_pyobject"), "{message}");
}

#[test]
fn an_unknown_option_is_refused() {
    let (status, message) = refusal(&["--thread-count", "2"]);
    assert_eq!(status, 2);
    assert!(message.contains("--thread-count"), "{message}");
}

/// Before anything is measured: the table has not begun.
#[test]
fn a_report_that_cannot_be_written_is_refused() {
    let (status, message) = refusal(&["--json", "/nonexistent/report.json", "pyfunction"]);
    assert_eq!(status, 2);
    assert!(
        message.contains("cannot write /nonexistent/report.json: No such file or directory"),
        "{message}"
    );
}

#[test]
fn a_python_that_does_not_exist_is_refused() {
    let (status, message) = refusal(&["--against", "/nonexistent/python"]);
    assert_eq!(status, 2);
    assert!(message.contains("/nonexistent/python: cannot start it"), "{message}");
}

#[test]
fn the_list_names_groups_and_what_each_stresses() {
    let output = run(&["--list"]);
    let list = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    let line = list.lines().find(|line| line.starts_with("descriptor ")).unwrap();
    assert!(line.contains(" scaling ") && line.contains("__get__"), "{line}");
    assert!(
        list.lines().any(|line| line.starts_with("contended_lock") && line.contains(" contended ")),
        "{list}"
    );
}

#[test]
fn rounds_become_a_table_and_json() {
    let json = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("rounds.json");
    let (status, table, _) =
        measure("rounds", &["--repeat", "3", "--json", json.to_str().unwrap(), "pyfunction"]);
    assert_eq!(status, Some(0));
    let row = table.lines().find(|line| line.starts_with("pyfunction")).unwrap();
    assert!(row.contains("1.60") && row.contains("0.0%") && row.contains("100.0"), "{row}");
    let report: serde_json::Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    // The runtime itself comes first, then the other Python.
    let subject = &report["workloads"][0]["subjects"][1];
    assert_eq!(report["workloads"][0]["name"], "pyfunction");
    assert_eq!(subject["factor"]["median"], 1.6);
    assert_eq!(subject["parallel_seconds"], serde_json::json!([0.125, 0.125, 0.125]));
}

#[test]
fn a_workload_that_fails_shows_its_traceback_and_the_rest_goes_on() {
    let (status, table, errors) = measure("fails", &["--repeat", "1", "pyfunction", "pymethod"]);
    assert_eq!(status, Some(1));
    assert!(errors.contains("pymethod: fake 1.0: Traceback: too few objects"), "{errors}");
    assert!(table.contains("1.60") && table.contains("failed"), "{table}");
}

#[test]
fn a_python_that_ends_is_a_failed_workload() {
    let (status, _, errors) = measure("ends", &["pyfunction"]);
    assert_eq!(status, Some(1));
    assert!(errors.contains("its process ended: exit status: 3"), "{errors}");
}

#[test]
fn a_python_that_talks_nonsense_is_a_failed_workload() {
    let (status, _, errors) = measure("nonsense", &["pyfunction"]);
    assert_eq!(status, Some(1));
    assert!(errors.contains("not an answer"), "{errors}");
}
