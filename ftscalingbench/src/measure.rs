//! The rounds of one workload.
//!
//! A pass takes a pair of rounds, one on one thread and one on N, from each subject in turn, so that what changes slowly on a
//! machine changes for all of them, and a factor comes from two neighbouring rounds. What was measured while the machine was
//! not ours is thrown away and taken again, within limits; after that it is kept and counted:
//! - a round, if [`processor`](crate::processor) says so, up to `PATIENCE` times the rounds that are wanted;
//! - a pair, if the [control](crate::control) before or after it says that the machine was not calm. A pair is not begun before the
//!   machine is calm. Waiting and pairs thrown away cost each workload at most the plan's patience.
//!
//! A first round on one thread, untimed, finds how many times a workload's loops make a round of `LONG_ENOUGH`: shorter ones
//! are lost in the cost of waking threads. Times are reported for the workload's own loops.

use std::time::{Duration, Instant};

use crate::control::{Control, Reading};
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
/// Between two looks at a machine that is not calm.
const PAUSE: Duration = Duration::from_millis(50);

pub struct Plan {
    pub threads: usize,
    /// Of each workload's own loops, in percent.
    pub scale: u64,
    pub rounds: usize,
    /// Whether to take rounds on one thread, and on N.
    pub single: bool,
    pub parallel: bool,
    /// How long one workload on one subject may wait for a calm machine.
    pub patience: Duration,
}

impl Plan {
    /// How many rounds one workload takes on one subject when nothing disturbs them.
    pub fn steps(&self) -> usize {
        self.rounds * (usize::from(self.single) + usize::from(self.parallel))
    }
}

/// What becomes known while a workload is measured.
pub enum Step {
    /// That many rounds count.
    Taken(usize),
    /// What was measured last is thrown away, or nothing is measured now, and why.
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
    /// The lower of the control's factors before and after each pair.
    pub control: Vec<f64>,
    /// Pairs taken again because the machine was not calm.
    pub pairs_repeated: usize,
    /// Pairs that count although the machine was not calm.
    pub pairs_disturbed: usize,
    /// What has been spent of the plan's patience.
    waited: Duration,
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

    /// What the machine gave to native work meanwhile; none of rounds on one thread alone.
    pub fn control_factor(&self) -> Option<Estimate> {
        Estimate::of(&self.control)
    }
}

/// Measures a workload on every subject, in their order.
pub fn workload(
    workload: &Workload,
    subjects: &mut [Subject],
    plan: &Plan,
    control: &mut Control,
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
            let mut rounds = Rounds { runner: runner.as_mut(), loops, plan, measured, progress };
            let taken = if plan.parallel { rounds.calm_pair(control) } else { rounds.pair() };
            let pair = taken.map_err(|error| Error(format!("{label}: {error}")))?;
            progress(Step::Taken(pair.single.iter().len() + pair.parallel.iter().len()));
            measured.single.extend(pair.single);
            measured.parallel.extend(pair.parallel);
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

/// A round on one thread and its neighbour on N, as far as they are wanted, in seconds for the workload's own loops.
struct Pair {
    single: Option<f64>,
    parallel: Option<f64>,
}

/// Takes rounds of one workload on one subject.
struct Rounds<'a> {
    runner: &'a mut dyn Runner,
    loops: u64,
    plan: &'a Plan,
    measured: &'a mut Measured,
    progress: &'a mut dyn FnMut(Step),
}

impl Rounds<'_> {
    /// A pair with a calm machine before and after, or any once the patience is spent.
    fn calm_pair(&mut self, control: &mut Control) -> Result<Pair, Error> {
        loop {
            let before = self.wait_for_calm(control);
            let begin = Instant::now();
            let disturbed = self.measured.disturbed;
            let pair = self.pair()?;
            let lower = before.min(control.read());
            if !lower.calm {
                self.measured.waited += begin.elapsed();
                if before.calm && self.measured.waited < self.plan.patience {
                    (self.progress)(Step::Disturbed(not_calm(lower)));
                    self.measured.pairs_repeated += 1;
                    self.measured.disturbed = disturbed;
                    continue;
                }
                self.measured.pairs_disturbed += 1;
            }
            self.measured.control.push(lower.factor);
            return Ok(pair);
        }
    }

    /// Reads the control until the machine is calm or the patience spent.
    fn wait_for_calm(&mut self, control: &mut Control) -> Reading {
        loop {
            let begin = Instant::now();
            let reading = control.read();
            if reading.calm || self.measured.waited >= self.plan.patience {
                return reading;
            }
            (self.progress)(Step::Disturbed(not_calm(reading)));
            std::thread::sleep(PAUSE);
            self.measured.waited += begin.elapsed();
        }
    }

    fn pair(&mut self) -> Result<Pair, Error> {
        let single = self.plan.single.then(|| self.quiet_round(1)).transpose()?;
        let parallel = self.plan.parallel.then(|| self.quiet_round(self.plan.threads)).transpose()?;
        Ok(Pair { single, parallel })
    }

    /// A round during which the machine was ours, or any once too many rounds of this workload have been thrown away.
    fn quiet_round(&mut self, threads: usize) -> Result<f64, Error> {
        let multiple = self.measured.multiple;
        loop {
            let before = Snapshot::take(self.runner.process());
            let wall = self.runner.round(threads, self.loops * multiple)?;
            let after = Snapshot::take(self.runner.process());
            if let Some(disturbance) = after.disturbance_since(&before, threads, wall) {
                (self.progress)(Step::Disturbed(disturbance));
                if self.measured.repeated < self.plan.rounds * PATIENCE {
                    self.measured.repeated += 1;
                    continue;
                }
                self.measured.disturbed += 1;
            }
            return Ok(wall.as_secs_f64() / multiple as f64);
        }
    }
}

fn not_calm(reading: Reading) -> String {
    format!("waits for a calm machine: native threads gain {:.2}", reading.factor)
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
        simulate_beside(|| 4.0, per_thread, fails, plan)
    }

    /// On a machine with as many processors as the plan has threads, where the control reads what `control` says.
    fn simulate_beside(
        control: impl FnMut() -> f64 + 'static,
        per_thread: u64,
        fails: bool,
        plan: &Plan,
    ) -> Result<Vec<Measured>, Error> {
        let mut control = Control::of(plan.threads, plan.threads, control);
        let runner = Simulated { per_thread: Duration::from_millis(per_thread), rounds: Vec::new(), fails };
        let mut subjects = [Subject { label: "simulated".into(), runner: Box::new(runner) }];
        let chosen = workloads::choose(&["pyfunction".into()]).unwrap();
        workload(&chosen[0], &mut subjects, plan, &mut control, &mut |_| ())
    }

    fn plan(single: bool, parallel: bool) -> Plan {
        Plan { threads: 4, scale: 100, rounds: 3, single, parallel, patience: Duration::from_secs(3600) }
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

    /// Takes three pairs while the control reads `factors` one after the other, then 4.
    fn beside(factors: &'static [f64], patience: Duration) -> Measured {
        let mut factors = factors.iter();
        let control = move || factors.next().copied().unwrap_or(4.0);
        let plan = Plan { patience, ..plan(true, true) };
        simulate_beside(control, 50, false, &plan).unwrap().remove(0)
    }

    #[test]
    fn a_pair_waits_until_the_machine_is_calm() {
        let measured = beside(&[1.1, 3.5, 3.7], Duration::from_secs(3600));
        assert_eq!(measured.control, [3.7, 4.0, 4.0]);
        assert_eq!((measured.pairs_repeated, measured.pairs_disturbed), (0, 0));
    }

    #[test]
    fn a_pair_is_taken_again_when_the_machine_was_not_calm_after_it() {
        let measured = beside(&[4.0, 2.0, 4.0, 3.9], Duration::from_secs(3600));
        assert_eq!(measured.control, [3.9, 4.0, 4.0]);
        assert_eq!((measured.pairs_repeated, measured.pairs_disturbed), (1, 0));
        assert_eq!(measured.single.len(), 3);
    }

    #[test]
    fn pairs_count_and_are_marked_once_the_patience_is_spent() {
        let measured = beside(&[1.1, 4.0, 4.0, 1.2, 4.0, 4.0], Duration::ZERO);
        assert_eq!(measured.control, [1.1, 1.2, 4.0]);
        assert_eq!((measured.pairs_repeated, measured.pairs_disturbed), (0, 2));
    }

    #[test]
    fn a_low_factor_of_its_own_disturbs_no_pair() {
        let measured = &simulate(250, false, &plan(true, true)).unwrap()[0];
        assert_eq!((measured.pairs_repeated, measured.pairs_disturbed), (0, 0));
        assert_eq!(measured.control_factor().unwrap().median, 4.0);
    }

    #[test]
    fn rounds_on_one_thread_alone_need_no_control() {
        let baseline = simulate_beside(|| unreachable!(), 0, false, &plan(true, false)).unwrap();
        assert_eq!(baseline[0].control_factor(), None);
    }

    #[test]
    fn a_failure_names_its_subject() {
        let error = simulate(0, true, &plan(true, true)).err().unwrap();
        assert_eq!(error.to_string(), "simulated: Traceback");
    }
}
