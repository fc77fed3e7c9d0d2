//! The rounds of one workload.
//!
//! A pass takes a round on one thread and a round on N from each subject in turn, so that what changes slowly on a machine
//! changes for all of them, and a factor comes from two neighbouring rounds. A round during which the machine was not ours
//! is thrown away and taken again, up to `PATIENCE` times the rounds that are wanted; after that it is kept and counted.
//!
//! A first round on one thread, untimed, finds how many times a workload's loops make a round of `LONG_ENOUGH`: shorter ones
//! are lost in the cost of waking threads. Times are reported for the workload's own loops.

use std::time::Duration;

use crate::processor::Snapshot;
use crate::runner::{Error, Runner, Subject};
use crate::statistics::Estimate;
use crate::workloads::Workload;

/// How many disturbed rounds are thrown away for each that is wanted.
const PATIENCE: usize = 3;
/// The share of a round's loops that each thread runs before it is timed.
const WARM_DIVISOR: u64 = 4;
/// What a round on one thread should take at least, and how far the loops are multiplied for it at most.
const LONG_ENOUGH: Duration = Duration::from_millis(40);
const MULTIPLES: u64 = 1000;

pub struct Plan {
    pub threads: usize,
    /// Of each workload's own loops, in percent.
    pub scale: u64,
    pub rounds: usize,
    /// Whether to take rounds on one thread, and on N.
    pub single: bool,
    pub parallel: bool,
}

impl Plan {
    /// How many rounds one workload takes on one subject when nothing disturbs them.
    pub fn steps(&self) -> usize {
        self.rounds * (usize::from(self.single) + usize::from(self.parallel))
    }
}

/// What becomes known while a workload is measured.
pub enum Step {
    Round,
    Disturbed(String),
}

/// One subject's rounds of one workload, in seconds of wall time for the workload's own loops.
#[derive(Default)]
pub struct Measured {
    pub single: Vec<f64>,
    pub parallel: Vec<f64>,
    pub threads: usize,
    /// How many times the workload's own loops each round ran.
    pub multiple: u64,
    /// Rounds taken again because the machine was not ours.
    pub repeated: usize,
    /// Rounds that count although the machine was not ours.
    pub disturbed: usize,
}

impl Measured {
    /// How many times the work of one thread N threads get done in the same time.
    pub fn factor(&self) -> Option<Estimate> {
        let factor = |(one, many): (&f64, &f64)| self.threads as f64 * one / many;
        Estimate::of(&self.single.iter().zip(&self.parallel).map(factor).collect::<Vec<_>>())
    }

    pub fn single_time(&self) -> Option<Estimate> {
        Estimate::of(&self.single)
    }

    pub fn parallel_time(&self) -> Option<Estimate> {
        Estimate::of(&self.parallel)
    }
}

/// Measures a workload on every subject, in their order.
pub fn workload(
    workload: &Workload,
    subjects: &mut [Subject],
    plan: &Plan,
    progress: &mut dyn FnMut(Step),
) -> Result<Vec<Measured>, Error> {
    let loops = workload.scaled_loops(plan.scale);
    let prepared_threads = if plan.parallel { plan.threads } else { 1 };
    let mut measured = Vec::new();
    for Subject { label, runner } in subjects.iter_mut() {
        let multiple = prepare(runner.as_mut(), workload, prepared_threads, loops)
            .map_err(|error| Error(format!("{label}: {error}")))?;
        measured.push(Measured { threads: plan.threads, multiple, ..Measured::default() });
    }
    for _ in 0..plan.rounds {
        for (Subject { label, runner }, measured) in subjects.iter_mut().zip(&mut measured) {
            let mut timed = |threads| {
                let loops = loops * measured.multiple;
                quiet_round(runner.as_mut(), threads, loops, plan.rounds * PATIENCE, measured, progress)
                    .map_err(|error| Error(format!("{label}: {error}")))
                    .map(|wall| wall.as_secs_f64() / measured.multiple as f64)
            };
            let single = plan.single.then(|| timed(1)).transpose()?;
            let parallel = plan.parallel.then(|| timed(plan.threads)).transpose()?;
            measured.single.extend(single);
            measured.parallel.extend(parallel);
        }
    }
    Ok(measured)
}

/// Warms the threads and finds by how much to multiply the loops.
fn prepare(runner: &mut dyn Runner, workload: &Workload, threads: usize, loops: u64) -> Result<u64, Error> {
    runner.prepare(workload, threads, loops.div_ceil(WARM_DIVISOR))?;
    let once = runner.round(1, loops)?.as_nanos().max(1);
    Ok(u64::try_from(LONG_ENOUGH.as_nanos().div_ceil(once))
        .map_or(MULTIPLES, |multiple| multiple.min(MULTIPLES)))
}

/// A round during which the machine was ours, or any once `allowed` rounds of this workload have been thrown away.
fn quiet_round(
    runner: &mut dyn Runner,
    threads: usize,
    loops: u64,
    allowed: usize,
    measured: &mut Measured,
    progress: &mut dyn FnMut(Step),
) -> Result<Duration, Error> {
    loop {
        let before = Snapshot::take(runner.process());
        let wall = runner.round(threads, loops)?;
        let after = Snapshot::take(runner.process());
        let disturbance = after.disturbance_since(&before, threads, wall);
        if let Some(disturbance) = disturbance {
            progress(Step::Disturbed(disturbance));
            if measured.repeated < allowed {
                measured.repeated += 1;
                continue;
            }
            measured.disturbed += 1;
        }
        progress(Step::Round);
        return Ok(wall);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workloads;

    /// A Python on which a round on one thread takes 50 ms, and every further thread adds `per_thread` milliseconds.
    struct Simulated {
        per_thread: Duration,
        rounds: Vec<usize>,
        fails: bool,
    }

    impl Runner for Simulated {
        fn prepare(&mut self, _: &Workload, _: usize, _: u64) -> Result<(), Error> {
            if self.fails { Err(Error("Traceback".into())) } else { Ok(()) }
        }

        fn round(&mut self, threads: usize, _: u64) -> Result<Duration, Error> {
            self.rounds.push(threads);
            Ok(Duration::from_millis(50) + self.per_thread * (threads as u32 - 1))
        }

        /// No such process: its threads never wait, and what others spend during a round that takes no time at all is
        /// forgiven.
        fn process(&self) -> u32 {
            u32::MAX
        }
    }

    fn simulate(per_thread: u64, fails: bool, plan: &Plan) -> Result<Vec<Measured>, Error> {
        let runner = Simulated { per_thread: Duration::from_millis(per_thread), rounds: Vec::new(), fails };
        let mut subjects = [Subject { label: "simulated".into(), runner: Box::new(runner) }];
        let chosen = workloads::choose(&["pyfunction".into()]).unwrap();
        workload(&chosen[0], &mut subjects, plan, &mut |_| ())
    }

    fn plan(single: bool, parallel: bool) -> Plan {
        Plan { threads: 4, scale: 100, rounds: 3, single, parallel }
    }

    #[test]
    fn the_factor_is_work_done_over_the_work_of_one_thread() {
        let factor =
            |per_thread| simulate(per_thread, false, &plan(true, true)).unwrap()[0].factor().unwrap().median;
        assert_eq!(factor(0), 4.0);
        assert_eq!(factor(50), 1.0);
        assert_eq!(factor(250), 0.25);
    }

    #[test]
    fn short_rounds_are_made_longer() {
        let multiple = |milliseconds: u64| {
            let per_loop = Duration::from_millis(milliseconds) / 1000;
            prepare(&mut Linear { per_loop }, &workloads::all()[0], 1, 1000).unwrap()
        };
        assert_eq!([multiple(50), multiple(40), multiple(15), multiple(1)], [1, 1, 3, 40]);
    }

    /// A Python on which a round takes time in proportion to its loops.
    struct Linear {
        per_loop: Duration,
    }

    impl Runner for Linear {
        fn prepare(&mut self, _: &Workload, _: usize, _: u64) -> Result<(), Error> {
            Ok(())
        }

        fn round(&mut self, _: usize, loops: u64) -> Result<Duration, Error> {
            Ok(self.per_loop * loops as u32)
        }

        fn process(&self) -> u32 {
            u32::MAX
        }
    }

    #[test]
    fn one_sort_of_rounds_alone_gives_times_and_no_factor() {
        let baseline = simulate(0, false, &plan(true, false)).unwrap();
        assert_eq!((baseline[0].single.len(), baseline[0].parallel.len()), (3, 0));
        assert_eq!(baseline[0].factor(), None);
        let parallel = simulate(0, false, &plan(false, true)).unwrap();
        assert_eq!((parallel[0].single.len(), parallel[0].parallel.len()), (0, 3));
    }

    #[test]
    fn a_failure_names_its_subject() {
        let error = simulate(0, true, &plan(true, true)).err().unwrap();
        assert_eq!(error.to_string(), "simulated: Traceback");
    }
}
