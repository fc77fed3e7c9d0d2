//! Whether the machine was ours during a round, from Linux's `/proc`. On other systems nothing is noticed.
//!
//! Two signs of others, since neither sees everything:
//! - *foreign* time: what all processors spent (`/proc/stat`, the hypervisor's share included) less what this process and
//!   the measured one spent (`/proc/PID/stat`), in clock ticks. Processors that the round leaves idle may be used by others.
//! - *waiting* time: how long the measured process's threads were ready to run and did not
//!   (`/proc/PID/task/TID/schedstat`), in nanoseconds. With more threads than processors they wait for each other.

use std::fs;
use std::thread::available_parallelism;
use std::time::Duration;

/// One clock tick of `/proc`: USER_HZ is 100 on every Linux architecture.
const TICK: Duration = Duration::from_millis(10);
/// Foreign time that a round forgives: a share of its own, and ticks for rounding.
const FOREIGN_SHARE: f64 = 0.05;
const FOREIGN_TICKS: u32 = 3;
/// Waiting time that a round forgives: a share of its processor time, and what waking threads up costs.
const WAITING_SHARE: f64 = 0.03;
const WAITING_FLOOR: Duration = Duration::from_millis(1);

/// Readings at one moment. Only differences mean anything.
#[derive(Clone, Copy, Default)]
pub struct Snapshot {
    /// All processors, busy for whomever.
    busy: Duration,
    /// This process and the measured one.
    own: Duration,
    waiting: Duration,
}

impl Snapshot {
    /// Reads the counters now. `process` is the measured one.
    pub fn take(process: u32) -> Snapshot {
        let own_processes =
            if process == std::process::id() { vec![process] } else { vec![process, std::process::id()] };
        Snapshot {
            busy: fs::read_to_string("/proc/stat").ok().and_then(|text| busy(&text)).unwrap_or_default(),
            own: own_processes.into_iter().filter_map(spent).sum(),
            waiting: waiting(process),
        }
    }

    /// What the time since `earlier` was disturbed by, if it was, for a round of `threads` threads that took `wall`.
    pub fn disturbance_since(&self, earlier: &Snapshot, threads: usize, wall: Duration) -> Option<String> {
        let processors = available_parallelism().map_or(1, |number| number.get());
        self.disturbance(earlier, threads, wall, processors)
    }

    fn disturbance(
        &self,
        earlier: &Snapshot,
        threads: usize,
        wall: Duration,
        processors: usize,
    ) -> Option<String> {
        let used = threads.min(processors) as u32;
        let spare = processors as u32 - used;
        let busy = self.busy.saturating_sub(earlier.busy);
        let foreign = busy.saturating_sub(self.own.saturating_sub(earlier.own));
        let forgiven = wall * spare + (wall * used).mul_f64(FOREIGN_SHARE) + TICK * FOREIGN_TICKS;
        if foreign > forgiven {
            return Some(format!("{} ms of processor time went to others", foreign.as_millis()));
        }
        let waiting = self.waiting.saturating_sub(earlier.waiting);
        if threads <= processors && waiting > (wall * used).mul_f64(WAITING_SHARE) + WAITING_FLOOR {
            return Some(format!("threads waited {} ms for a processor", waiting.as_millis()));
        }
        None
    }
}

/// From `/proc/stat`: user, nice, system, irq, softirq and steal of all processors; not idle and iowait, and not the
/// guest fields, which user and nice contain.
fn busy(stat: &str) -> Option<Duration> {
    let fields: Vec<u32> = stat
        .lines()
        .next()?
        .strip_prefix("cpu ")?
        .split_whitespace()
        .map_while(|field| field.parse().ok())
        .collect();
    let idle_and_guest = [3, 4, 8, 9];
    let ticks = fields
        .iter()
        .enumerate()
        .filter(|(i, _)| !idle_and_guest.contains(i))
        .map(|(_, ticks)| ticks)
        .sum::<u32>();
    Some(TICK * ticks)
}

/// The user and system time of a process, from `/proc/PID/stat`.
fn spent(process: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the command's name in parentheses, which may itself contain anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let user: u32 = fields.nth(11)?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(TICK * (user + system))
}

/// How long the living threads of a process have waited for a processor.
fn waiting(process: u32) -> Duration {
    let Ok(tasks) = fs::read_dir(format!("/proc/{process}/task")) else { return Duration::ZERO };
    let waited = tasks.filter_map(|task| {
        let text = fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        text.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    Duration::from_nanos(waited.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn after(busy: u32, own: u32, waiting: u32) -> Snapshot {
        Snapshot { busy: MS * busy, own: MS * own, waiting: MS * waiting }
    }

    #[test]
    fn an_undisturbed_round_is_not_reported() {
        let start = Snapshot::default();
        assert_eq!(after(200, 200, 0).disturbance(&start, 2, MS * 100, 2), None);
        assert_eq!(after(230, 200, 1).disturbance(&start, 2, MS * 100, 2), None);
    }

    #[test]
    fn foreign_time_on_a_full_machine_is_reported_and_on_a_spare_processor_not() {
        let start = Snapshot::default();
        assert!(after(180, 100, 0).disturbance(&start, 2, MS * 100, 2).unwrap().contains("80 ms"));
        assert_eq!(after(180, 100, 0).disturbance(&start, 1, MS * 100, 2), None);
    }

    #[test]
    fn waiting_threads_are_reported_unless_they_wait_for_each_other() {
        let start = Snapshot::default();
        assert!(after(200, 200, 30).disturbance(&start, 2, MS * 100, 2).unwrap().contains("30 ms"));
        assert_eq!(after(200, 200, 190).disturbance(&start, 4, MS * 100, 2), None);
    }

    #[test]
    fn busy_time_leaves_out_idle_and_guests() {
        assert_eq!(busy("cpu  1 2 4 8000 1600 32 64 128 1 2\ncpu0 1 1\n"), Some(TICK * 231));
        assert_eq!(busy("nothing"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_spends_processor_time() {
        let start = Snapshot::take(std::process::id());
        let spent = || Snapshot::take(std::process::id()).own.saturating_sub(start.own);
        while spent() < TICK {
            std::hint::black_box((0..100_000u64).sum::<u64>());
        }
    }
}
