//! Runs models, each in a process of its own, and prints the table of verdicts.
//!
//! A model runs once as it is and must hold; then once for each of its known-bad variants, in which a site is weakened
//! (`UNGIL_WEAKEN`), and must fail. A process each, because a failed model unwinds through the checker's coroutines and
//! leaves nothing that could be trusted, and because the weakened sites are read once a process.

use std::env;
use std::process::{Command, ExitCode, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// How far the interleavings of a model are searched.
#[derive(Clone, Copy)]
pub enum Search {
    /// All of them: for two threads.
    Exhaustive,
    /// Those with at most this many preemptions: for three threads and more.
    Preemptions(usize),
}

/// A law of a protocol, as a program in which some interleaving would break an assertion, or race, if it did not hold.
pub struct Model {
    /// The law, as `crate::law`.
    pub name: &'static str,
    pub search: Search,
    /// The program, run once an interleaving.
    pub body: fn(),
    /// Sites without which the model must fail.
    pub known_bad: &'static [&'static str],
}

/// Turns the process into the one model of this name, without the table: `suite --model NAME`. Panics when it
/// fails. Honours `UNGIL_WEAKEN`.
const ONE_MODEL: &str = "--model";
/// Runs only the models whose name contains this.
const ONLY: &str = "UNGIL_LOOM_ONLY";
/// Runs the models with these sites weakened instead, and demands that one of them fails.
const WEAKEN: &str = "UNGIL_WEAKEN";

/// Runs the models that `UNGIL_LOOM_ONLY` selects, or all, and prints the table. Fails if a model does not hold, or if
/// a known-bad variant does. With `UNGIL_WEAKEN`, runs them with those sites weakened, and fails if all hold.
pub fn run_suite(models: &'static [&'static [Model]]) -> ExitCode {
    let models = || models.iter().flat_map(|group| group.iter());
    let arguments: Vec<String> = env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == ONE_MODEL) {
        return match models().find(|model| Some(model.name) == arguments.get(at + 1).map(String::as_str)) {
            Some(model) => check(model),
            None => complain("no such model"),
        };
    }
    let only = env::var(ONLY).unwrap_or_default();
    let selected: Vec<&Model> = models().filter(|model| model.name.contains(&only)).collect();
    if selected.is_empty() {
        return complain(&format!("no model's name contains {only:?}"));
    }
    match env::var(WEAKEN) {
        Ok(sites) => run_weakened(&selected, &sites),
        Err(_) => run_with_variants(&selected),
    }
}

fn run_with_variants(models: &[&'static Model]) -> ExitCode {
    let began = Instant::now();
    let trials: Vec<Trial> = models.iter().flat_map(|model| trials_of(model)).collect();
    let outcomes = run_all(&trials);
    for (trial, outcome) in trials.iter().zip(&outcomes) {
        match trial.weakened {
            None => print_row(trial.model.name, trial, outcome),
            Some(site) => print_row(&format!("    without {site}"), trial, outcome),
        }
    }
    summary(&trials, &outcomes, began.elapsed())
}

fn run_weakened(models: &[&'static Model], sites: &str) -> ExitCode {
    let trials: Vec<Trial> = models.iter().map(|&model| Trial { model, weakened: Some(sites) }).collect();
    let outcomes = run_all(&trials);
    trials.iter().zip(&outcomes).for_each(|(trial, outcome)| print_row(trial.model.name, trial, outcome));
    let caught = outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Fails(_))).count();
    println!("without {sites}: caught by {caught} of {} models", trials.len());
    if caught > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn complain(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::FAILURE
}

/// Explores one model in this process. A failure panics.
fn check(model: &Model) -> ExitCode {
    static INTERLEAVINGS: AtomicUsize = AtomicUsize::new(0);
    let body = model.body;
    let mut checker = loom::model::Builder::new();
    checker.max_branches = 100_000;
    checker.preemption_bound = match model.search {
        Search::Exhaustive => None,
        Search::Preemptions(bound) => Some(bound),
    };
    checker.check(move || {
        INTERLEAVINGS.fetch_add(1, Relaxed);
        body();
    });
    println!("{}", INTERLEAVINGS.load(Relaxed));
    ExitCode::SUCCESS
}

/// One process: a model as it is, or with a site weakened.
struct Trial<'sites> {
    model: &'static Model,
    weakened: Option<&'sites str>,
}

struct Outcome {
    verdict: Verdict,
    time: Duration,
}

enum Verdict {
    /// The model holds, in so many interleavings.
    Holds(String),
    /// The model failed: on which assertion.
    Fails(String),
    /// Neither: the process could not run, or the checker gave up.
    Broken(String),
}

/// # Panics
/// If the model has no known-bad variant.
fn trials_of(model: &'static Model) -> impl Iterator<Item = Trial<'static>> {
    assert!(!model.known_bad.is_empty(), "{} has no known-bad variant", model.name);
    let weakened = model.known_bad.iter().map(|site| Some(*site));
    std::iter::once(None).chain(weakened).map(move |weakened| Trial { model, weakened })
}

impl Trial<'_> {
    /// What the suite demands of it.
    fn as_demanded(&self, verdict: &Verdict) -> bool {
        match verdict {
            Verdict::Holds(_) => self.weakened.is_none(),
            Verdict::Fails(_) => self.weakened.is_some(),
            Verdict::Broken(_) => false,
        }
    }

    fn run(&self) -> Outcome {
        let began = Instant::now();
        let output = env::current_exe().and_then(|suite| {
            let mut command = Command::new(suite);
            command.args([ONE_MODEL, self.model.name]).env_remove("RUST_BACKTRACE").env_remove(WEAKEN);
            command.envs(self.weakened.map(|site| (WEAKEN, site))).output()
        });
        let verdict = output.map_or_else(|error| Verdict::Broken(error.to_string()), verdict_of);
        Outcome { verdict, time: began.elapsed() }
    }
}

fn verdict_of(output: Output) -> Verdict {
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        return Verdict::Holds(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    // The first panic is the cause; what follows is the checker's own unwinding, which may even abort.
    let cause = errors.lines().skip_while(|line| !line.contains("panicked at")).nth(1);
    match cause {
        Some(cause) if !cause.contains("exceeded maximum number of") => {
            Verdict::Fails(cause.trim().to_owned())
        }
        _ => Verdict::Broken(format!("{}\n{errors}", output.status)),
    }
}

/// Runs the trials on all processors; outcomes are in the order of the trials.
fn run_all(trials: &[Trial]) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes: Mutex<Vec<(usize, Outcome)>> = Mutex::new(Vec::new());
    let work = || {
        while let index = next.fetch_add(1, Relaxed)
            && let Some(trial) = trials.get(index)
        {
            let outcome = trial.run();
            outcomes.lock().expect("no holder panics").push((index, outcome));
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut outcomes = outcomes.into_inner().expect("no holder panics");
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn print_row(name: &str, trial: &Trial, outcome: &Outcome) {
    let search = match (trial.weakened, trial.model.search) {
        (Some(_), _) => String::new(),
        (None, Search::Exhaustive) => "all".to_owned(),
        (None, Search::Preemptions(bound)) => format!("<= {bound} preemptions"),
    };
    let verdict = match (&outcome.verdict, trial.as_demanded(&outcome.verdict)) {
        (Verdict::Holds(interleavings), true) => format!("holds in {interleavings}"),
        (Verdict::Holds(_), false) => "NOT CAUGHT".to_owned(),
        (Verdict::Fails(cause), true) => format!("caught: {cause}"),
        (Verdict::Fails(cause), false) => format!("FAILS: {cause}"),
        (Verdict::Broken(cause), _) => format!("BROKEN: {cause}"),
    };
    println!("{name:<64} {search:<16} {:>7.2} s  {verdict}", outcome.time.as_secs_f64());
}

fn summary(trials: &[Trial], outcomes: &[Outcome], time: Duration) -> ExitCode {
    let count = |variants: bool| {
        let of_kind =
            || trials.iter().zip(outcomes).filter(|(trial, _)| trial.weakened.is_some() == variants);
        let good = of_kind().filter(|(trial, outcome)| trial.as_demanded(&outcome.verdict)).count();
        (good, of_kind().count())
    };
    let ((hold, models), (caught, variants)) = (count(false), count(true));
    let seconds = time.as_secs_f64();
    println!(
        "models: {hold} of {models} hold; known-bad variants: {caught} of {variants} caught; {seconds:.1} s"
    );
    if hold == models && caught == variants { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
