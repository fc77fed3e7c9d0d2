//! Workloads on another Python: a process for each workload, which runs `external.py` and answers requests line by line.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::runner::{Error, Runner, wall_time};
use crate::workloads::Workload;

const DRIVER: &str = include_str!("external.py");

pub struct External {
    path: PathBuf,
    version: String,
    process: Process,
}

impl External {
    /// Starts the Python at `path` and asks its version.
    pub fn new(path: &Path) -> Result<External, Error> {
        let (process, version) = Process::start(path)?;
        Ok(External { path: path.to_owned(), version, process })
    }

    pub fn version(&self) -> &str {
        &self.version
    }
}

impl Runner for External {
    fn prepare(&mut self, workload: &Workload, threads: usize, warm_loops: u64) -> Result<(), Error> {
        self.process = Process::start(&self.path)?.0;
        let request = json!({
            "prepare": workload.name, "source": workload.source, "threads": threads, "warm": warm_loops,
        });
        self.process.ask(&request).map(drop)
    }

    fn round(&mut self, threads: usize, loops: u64) -> Result<Duration, Error> {
        let answer = self.process.ask(&json!({ "round": threads, "loops": loops }))?;
        let malformed = || Error(format!("unexpected answer: {answer}"));
        let spans = answer["spans"].as_array().ok_or_else(malformed)?;
        let spans = spans.iter().map(|span| Some((span[0].as_u64()?, span[1].as_u64()?)));
        let spans: Option<Vec<(u64, u64)>> = spans.collect();
        Ok(wall_time(&spans.ok_or_else(malformed)?))
    }

    fn process(&self) -> u32 {
        self.process.child.id()
    }
}

/// A running driver. Ends with it.
struct Process {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Process {
    /// The process and the version it reports.
    fn start(path: &Path) -> Result<(Process, String), Error> {
        let mut child = Command::new(path)
            .args(["-c", DRIVER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Error(format!("cannot start it: {error}")))?;
        let requests = child.stdin.take().expect("standard input was piped");
        let answers = BufReader::new(child.stdout.take().expect("standard output was piped"));
        let mut process = Process { child, requests, answers };
        let greeting = process.answer()?;
        let version =
            greeting["version"].as_str().ok_or_else(|| Error(format!("unexpected greeting: {greeting}")))?;
        Ok((process, version.to_owned()))
    }

    fn ask(&mut self, request: &Value) -> Result<Value, Error> {
        writeln!(self.requests, "{request}")?;
        self.requests.flush()?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Value, Error> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(Error(format!("its process ended: {}", self.child.wait()?)));
        }
        let answer: Value = serde_json::from_str(&line)
            .map_err(|error| Error(format!("not an answer: {line:?} ({error})")))?;
        match answer["error"].as_str() {
            Some(traceback) => Err(Error(traceback.to_owned())),
            None => Ok(answer),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Already ended, or about to: either way nothing is left to do about an error.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
