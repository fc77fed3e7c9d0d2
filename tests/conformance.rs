//! The language, as programs with their expected output: every `tests/python/FOLDER/NAME.py` is run by the `ungil`
//! command and compared with the files beside it.
//!
//! - `NAME.out` is the expected standard output.
//! - `NAME.err`, where it exists, is the expected standard error followed by the exit status. Without it, nothing may be
//!   written to standard error and the status must be 0.
//!
//! A program runs in its own folder under its bare name. In what it writes to standard error, the folder's path is left
//! out, and so are the frames of library code, whose line numbers are not ours to promise.
//!
//! `tests/python/PENDING` names the programs (`FOLDER/NAME`) and folders (`FOLDER/`) that the interpreter does not run yet.
//! They are no tests until their line is removed.
//!
//! Environment variables:
//! - `UNGIL_CONFORMANCE=rewrite` writes the expected files instead of comparing them, pending programs included;
//!   `UNGIL_CONFORMANCE=all` tests the pending programs too.
//! - `UNGIL_CONFORMANCE_INTERPRETER=PATH` runs the programs on another Python. The expected files come from CPython 3.14.
//!
//! `cargo xtask conformance` sets them. Arguments are those of the standard test harness: `cargo test --test conformance -- classes/`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use similar::TextDiff;
use wait_timeout::ChildExt;

/// The longest a program may run. All of them end within a second or two on CPython.
const TIME_LIMIT: Duration = Duration::from_secs(120);

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Test,
    TestAll,
    Rewrite,
}

/// What a program wrote, in the form in which the expected files hold it.
struct Outcome {
    out: String,
    err: String,
}

fn main() {
    let mode = match std::env::var("UNGIL_CONFORMANCE").as_deref() {
        Ok("rewrite") => Mode::Rewrite,
        Ok("all") => Mode::TestAll,
        Ok("") | Err(_) => Mode::Test,
        Ok(other) => panic!("UNGIL_CONFORMANCE={other}: expected `rewrite` or `all`"),
    };
    let interpreter = std::env::var_os("UNGIL_CONFORMANCE_INTERPRETER")
        .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_ungil")), PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
    let programs = programs(&root);
    let pending = pending(&root, &programs);
    let trials = programs
        .into_iter()
        .filter(|name| mode != Mode::Test || !pending.iter().any(|entry| covers(entry, name)))
        .map(|name| {
            let (source, interpreter) = (root.join(format!("{name}.py")), interpreter.clone());
            Trial::test(name, move || check(&interpreter, &source, mode))
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// The names `FOLDER/NAME` of all programs, sorted.
fn programs(root: &Path) -> Vec<String> {
    let entries = |folder: &Path| {
        let read = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        read.map(|entry| entry.expect("a readable folder").path()).collect::<Vec<_>>()
    };
    let files = entries(root).into_iter().filter(|path| path.is_dir()).flat_map(|folder| entries(&folder));
    let mut names: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .map(|path| {
            let name = path.with_extension("");
            name.strip_prefix(root).expect("below the root").display().to_string()
        })
        .collect();
    names.sort();
    names
}

/// The entries of `PENDING`. Each must name a program or a folder that exists, so that the list cannot go stale.
fn pending(root: &Path, programs: &[String]) -> Vec<String> {
    let text = fs::read_to_string(root.join("PENDING")).unwrap_or_default();
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let entries: Vec<String> = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
    for entry in &entries {
        assert!(programs.iter().any(|name| covers(entry, name)), "PENDING names no program: {entry}");
    }
    entries
}

/// Whether an entry of `PENDING` means this program.
fn covers(entry: &str, name: &str) -> bool {
    if entry.ends_with('/') { name.starts_with(entry) } else { name == entry }
}

fn check(interpreter: &Path, source: &Path, mode: Mode) -> Result<(), Failed> {
    let found = run(interpreter, source)?;
    let (out, err) = (source.with_extension("out"), source.with_extension("err"));
    if mode == Mode::Rewrite {
        fs::write(&out, &found.out)?;
        if found.err.is_empty() {
            let _ = fs::remove_file(&err);
        } else {
            fs::write(&err, &found.err)?;
        }
        return Ok(());
    }
    let mut differences = difference("standard output", &fs::read_to_string(&out)?, &found.out);
    let expected_err = fs::read_to_string(&err).unwrap_or_default();
    differences += &difference("standard error and exit status", &expected_err, &found.err);
    if differences.is_empty() { Ok(()) } else { Err(differences.into()) }
}

/// Runs a program to its end, or kills it at the time limit.
fn run(interpreter: &Path, source: &Path) -> Result<Outcome, Failed> {
    let folder = source.parent().expect("a program lies in a folder");
    let name = source.file_name().expect("a program has a name");
    let written = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("conformance")
        .join(folder.file_name().expect("a folder has a name"));
    fs::create_dir_all(&written)?;
    let (out, err) = (written.join(name).with_extension("out"), written.join(name).with_extension("err"));
    let mut child = Command::new(interpreter)
        .arg(name)
        .current_dir(folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHON_COLORS", "0")
        .env("PYTHONUTF8", "1")
        .stdin(Stdio::null())
        .stdout(File::create(&out)?)
        .stderr(File::create(&err)?)
        .spawn()
        .map_err(|error| format!("{}: {error}", interpreter.display()))?;
    let Some(status) = child.wait_timeout(TIME_LIMIT)? else {
        child.kill()?;
        child.wait()?;
        return Err(format!("still running after {} seconds", TIME_LIMIT.as_secs()).into());
    };
    let err = without_library_frames(&String::from_utf8_lossy(&fs::read(err)?), folder);
    let err = if err.is_empty() && status.success() { err } else { format!("{err}[{status}]\n") };
    Ok(Outcome { out: String::from_utf8_lossy(&fs::read(out)?).into_owned(), err })
}

/// Leaves the folder's path out of tracebacks, and the frames of files outside the folder altogether.
fn without_library_frames(text: &str, folder: &Path) -> String {
    let folder = format!("{}/", folder.display());
    let mut kept = String::new();
    let mut in_library = false;
    for line in text.lines() {
        if let Some(frame) = line.strip_prefix("  File \"") {
            in_library = frame.starts_with('/') && !frame.starts_with(&folder);
        } else if !line.starts_with("    ") {
            in_library = false;
        }
        if !in_library {
            kept.push_str(&line.replace(&folder, ""));
            kept.push('\n');
        }
    }
    kept
}

fn difference(what: &str, expected: &str, found: &str) -> String {
    if expected == found {
        return String::new();
    }
    let diff = TextDiff::from_lines(expected, found);
    format!("{what}:\n{}", diff.unified_diff().context_radius(2).header("expected", "found"))
}
