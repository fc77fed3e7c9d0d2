//! Workloads on the runtime inside this program: a fresh interpreter for each workload, real threads that stay attached to it.
//!
//! A worker waits for its next round detached, and at the round's barrier, too: whoever waits attached would keep the world from
//! stopping.
//!
//! The interpreter is started, and the workload's module loaded, by a thread of its own, which then waits as a program's main thread does. If it
//! left, the workers would inherit its memory: what one of them writes all the time would lie in cache lines beside objects that all read.

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
    main: Option<Main>,
}

impl Runner for Embedded {
    fn prepare(&mut self, workload: &Workload, threads: usize, warm_loops: u64) -> Result<(), Error> {
        self.workers.clear();
        let (main, interpreter, run) = Main::start(workload)?;
        self.main = Some(main);
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

/// The main thread of a workload's interpreter; it ends when this is dropped.
struct Main(#[allow(dead_code, reason = "dropped to end the thread")] Sender<()>);

impl Main {
    /// Makes an interpreter and loads the workload's module; returns its function `run`, too.
    fn start(workload: &Workload) -> Result<(Main, Interpreter, Handle), Error> {
        let (name, source) = (workload.name, workload.source);
        let (stay, mut until) = channel();
        let (answer, loaded) = channel();
        let work = move || {
            let (interpreter, mut python) = match Interpreter::start(Config::default()) {
                Ok(started) => started,
                Err(error) => return drop(answer.send(Err(error))),
            };
            let module = python.import_source(name, source);
            let run = module.and_then(|module| python.get_attribute(&module, "run"));
            if answer.send(run.map(|run| (interpreter, run))).is_ok() {
                python.blocking(|| {
                    let until: &mut Receiver<()> = &mut until;
                    // An error says that nobody needs the thread any more.
                    until.recv().unwrap_or_default();
                });
            }
        };
        std::thread::Builder::new().stack_size(STACK).spawn(work)?;
        let (interpreter, run) = loaded.recv().map_err(|_| ended())??;
        Ok((Main(stay), interpreter, run))
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
