//! Workloads on the runtime inside this program: a fresh interpreter for each workload, real threads that stay attached to it.
//!
//! A worker waits for its next round detached, and at the round's barrier, too: whoever waits attached would keep the world from
//! stopping.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use ungil::{Attached, Config, Handle, Interpreter};

use crate::runner::{Error, Runner, wall_time};
use crate::workloads::Workload;

/// The native stack of a worker.
const STACK: usize = 8 << 20;

#[derive(Default)]
pub struct Embedded {
    workers: Vec<Worker>,
}

impl Runner for Embedded {
    fn prepare(&mut self, workload: &Workload, threads: usize, warm_loops: u64) -> Result<(), Error> {
        self.workers.clear();
        let interpreter = Interpreter::new(Config::default())?;
        let run = {
            let mut python = interpreter.attach()?;
            let module = python.import_source(workload.name, workload.source)?;
            python.get_attribute(&module, "run")?
        };
        for _ in 0..threads {
            self.workers.push(Worker::start(interpreter, run.clone())?);
        }
        self.round(threads, warm_loops).map(drop)
    }

    fn round(&mut self, threads: usize, loops: u64) -> Result<Duration, Error> {
        let barrier = Arc::new(Barrier::new(threads));
        let clock = Instant::now();
        let chosen = &self.workers[..threads];
        for worker in chosen {
            let round = Round { barrier: barrier.clone(), clock, loops };
            worker.rounds.send(round).map_err(|_| ended())?;
        }
        let spans: Vec<Result<Span, Error>> =
            chosen.iter().map(|worker| worker.spans.recv().map_err(|_| ended())?).collect();
        let spans: Result<Vec<Span>, Error> = spans.into_iter().collect();
        Ok(wall_time(&spans?))
    }

    fn process(&self) -> u32 {
        std::process::id()
    }
}

fn ended() -> Error {
    Error("a worker thread ended".to_owned())
}

impl From<ungil::Error> for Error {
    fn from(error: ungil::Error) -> Error {
        Error(error.to_string())
    }
}

/// A round's start and end, in nanoseconds of its clock.
type Span = (u64, u64);

struct Round {
    barrier: Arc<Barrier>,
    clock: Instant,
    loops: u64,
}

/// A thread that runs rounds until its sender is gone.
struct Worker {
    rounds: Sender<Round>,
    spans: Receiver<Result<Span, Error>>,
    _thread: JoinHandle<()>,
}

impl Worker {
    fn start(interpreter: Interpreter, run: Handle) -> Result<Worker, Error> {
        let (rounds, mut to_run) = channel();
        let (answers, spans) = channel();
        let work = move || match interpreter.attach() {
            Ok(mut python) => serve(&mut python, &run, &mut to_run, &answers),
            Err(error) => drop(answers.send(Err(error.into()))),
        };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(work)?;
        Ok(Worker { rounds, spans, _thread: thread })
    }
}

fn serve(
    python: &mut Attached,
    run: &Handle,
    rounds: &mut Receiver<Round>,
    answers: &Sender<Result<Span, Error>>,
) {
    // Borrowed mutably, so that the closure may be sent: a receiver is not to be shared.
    let mut next = |python: &mut Attached| {
        python.blocking(|| {
            let rounds: &mut Receiver<Round> = rounds;
            rounds.recv()
        })
    };
    while let Ok(round) = next(python) {
        python.blocking(|| round.barrier.wait());
        let span = timed(python, run, &round);
        if answers.send(span).is_err() {
            return;
        }
    }
}

fn timed(python: &mut Attached, run: &Handle, round: &Round) -> Result<Span, Error> {
    let loops = python.integer(round.loops as i64);
    let now = || round.clock.elapsed().as_nanos() as u64;
    let start = now();
    python.call(run, &[&loops])?;
    Ok((start, now()))
}
