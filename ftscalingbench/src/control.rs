//! What the machine itself gives to threads: the factor of native work that shares nothing.
//!
//! Two processors of a virtual machine may be two threads of one physical core, for minutes or for good, and `/proc` shows
//! nothing of it. Then no program gains a factor of 2, and a low factor says nothing about the program. So the same fixed work, on
//! registers and a few cache lines of each thread's own, is timed on one and on N threads beside each pair of rounds. Where its
//! factor stays under `CALM_SHARE` of N, the machine was not calm; the measured program's own factor is never looked at for this.
//! With more threads than processors, or one thread, the control is no judge.

use std::hint::black_box;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier};
use std::thread::available_parallelism;
use std::time::Instant;

use crate::runner::wall_time;

/// The share of N that the control must reach.
const CALM_SHARE: f64 = 0.9;
/// Steps of the work: 5 to 10 ms on processors of the 2020s.
const STEPS: u64 = 3_000_000;

/// Measures the machine.
pub struct Control {
    factor: Box<dyn FnMut() -> f64>,
    /// The least factor of a calm machine.
    least: f64,
}

/// One look at the machine.
#[derive(Clone, Copy)]
pub struct Reading {
    pub factor: f64,
    pub calm: bool,
}

impl Reading {
    /// The worse of two.
    pub fn min(self, other: Reading) -> Reading {
        if other.factor < self.factor { other } else { self }
    }
}

impl Control {
    /// The machine's own control, on threads that wait until they are asked.
    pub fn native(threads: usize) -> Control {
        let processors = available_parallelism().map_or(1, |number| number.get());
        let team = Team::start(threads);
        Control::of(threads, processors, move || team.factor())
    }

    /// A control that reads what `factor` says.
    pub fn of(threads: usize, processors: usize, factor: impl FnMut() -> f64 + 'static) -> Control {
        let judges = threads > 1 && threads <= processors;
        let least = if judges { threads as f64 * CALM_SHARE } else { 0.0 };
        Control { factor: Box::new(factor), least }
    }

    pub fn read(&mut self) -> Reading {
        let factor = (self.factor)();
        Reading { factor, calm: factor >= self.least }
    }
}

/// Threads that do the control's work. They end with it.
struct Team {
    starts: Vec<Sender<Arc<Start>>>,
    spans: Receiver<(u64, u64)>,
}

struct Start {
    barrier: Barrier,
    clock: Instant,
}

impl Team {
    fn start(threads: usize) -> Team {
        let (answers, spans) = channel();
        let starts = (0..threads)
            .map(|_| {
                let (start, starts) = channel();
                let answers = answers.clone();
                std::thread::spawn(move || serve(&starts, &answers));
                start
            })
            .collect();
        Team { starts, spans }
    }

    fn factor(&self) -> f64 {
        self.starts.len() as f64 * self.seconds(1) / self.seconds(self.starts.len())
    }

    /// How long the first `threads` take, from the first one's start to the last one's end.
    fn seconds(&self, threads: usize) -> f64 {
        let start = Arc::new(Start { barrier: Barrier::new(threads), clock: Instant::now() });
        for sender in &self.starts[..threads] {
            sender.send(start.clone()).expect("the control's threads live as long as it");
        }
        let spans: Vec<(u64, u64)> = self.spans.iter().take(threads).collect();
        wall_time(&spans).as_secs_f64()
    }
}

fn serve(starts: &Receiver<Arc<Start>>, answers: &Sender<(u64, u64)>) {
    for start in starts {
        start.barrier.wait();
        let now = || start.clock.elapsed().as_nanos() as u64;
        let begin = now();
        black_box(work(black_box(STEPS)));
        if answers.send((begin, now())).is_err() {
            return;
        }
    }
}

/// Several chains of arithmetic at once, as many as keep a core's units busy, and a table that the first cache holds.
fn work(steps: u64) -> u64 {
    let mut table = [1u64; 64];
    let (mut a, mut b, mut c, mut d) = (1u64, 3u64, 5u64, 7u64);
    for i in 0..steps {
        a = a.wrapping_mul(5).wrapping_add(i);
        b ^= a >> 7;
        c = c.wrapping_add(b >> 3);
        d = d.wrapping_mul(3) ^ i;
        let place = &mut table[(i % 64) as usize];
        *place = place.wrapping_add(d ^ c);
    }
    table.iter().fold(a ^ b ^ c ^ d, |sum, entry| sum ^ entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_calm_that_gives_nine_tenths_of_its_processors() {
        let calm = |threads, processors, factor| Control::of(threads, processors, move || factor).read().calm;
        assert_eq!([calm(2, 2, 1.81), calm(2, 2, 1.79), calm(2, 8, 1.79)], [true, false, false]);
        assert_eq!([calm(8, 8, 7.3), calm(8, 8, 7.1)], [true, false]);
        // More threads than processors share them, and one thread has no other beside it.
        assert_eq!([calm(8, 2, 1.2), calm(1, 2, 0.8)], [true, true]);
    }

    #[test]
    fn the_native_control_gains_from_threads_at_most_what_there_are() {
        let factor = Control::native(2).read().factor;
        assert!(factor > 0.2 && factor < 4.0, "{factor}");
    }
}
