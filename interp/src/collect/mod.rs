//! The cycle collector: stop-the-world trial deletion over the whole heap (DESIGN, "Collector").
//!
//! **Protocol of one collection**, by the thread that collects; a flag keeps others from collecting at the same time.
//!
//! 1. *Find* ([`find`]), in a stopped world. Each collected object's scratch word takes its number of counted references; every counted edge
//!    between such objects takes one off its target. What is left over zero is referred to from outside: from native code, thread data,
//!    interpreter roots. From those, from the uncounted words in all threads' frames and from the interpreter's roots, everything
//!    reachable is marked, through counted and uncounted edges alike. The rest is garbage: only garbage leads to it.
//!    Before that, the references that wait in merge queues are given up, also for threads that are detached for long and for those that
//!    have exited.
//! 2. *Hold.* The collector takes a count of each garbage object, so that none dies before its turn; those that are another thread's own are
//!    published, with all they reach, since this thread is going to touch them.
//! 3. *Finalise*, with the world running, if some of the garbage has finalisers: each runs once in an object's life. Then the world is
//!    stopped again and the garbage looked at again: what others refer to now, and what that reaches, is let go ([`find::still_garbage`]).
//! 4. *Condemn* ([`clear`]), in the stopped world. Weak references that are garbage forget their referents, those to garbage are cleared and
//!    their callbacks left to this thread's pending list; classes leave their bases' lists, and all threads' method caches are emptied; each object leaves
//!    the heap's walks, and its counts are merged, so that later decrements by any thread are plain atomic ones.
//! 5. *Empty*, with the world running: the references that condemned objects hold are dropped, which may end other objects in the ordinary
//!    way. Nothing leads to a condemned object, so nobody sees one half empty. Classes come after their instances, metaclasses after their
//!    classes. Then the blocks are given back, after a grace period.
//!
//! A collection is due when the threads have made so many more collected objects than died as the threshold says, which grows with the heap.

mod check;
mod clear;
mod find;
pub mod inspect;

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use ungil_objects::protocol::{call, iterate};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::int::Int;
use ungil_objects::types::text::Str;
use ungil_objects::{Thread, Value};

use crate::thread_data::Shared;

/// A collection is not due before so many objects more than at the last were made: as CPython's first threshold, scaled to collections of
/// the whole heap.
pub const DEFAULT_THRESHOLD: i64 = 10_000;

/// The interpreter's root that is `gc.callbacks`.
pub(crate) const CALLBACKS: &str = "gc.callbacks";

/// An interpreter's collector.
pub struct CollectorState {
    enabled: AtomicBool,
    collecting: AtomicBool,
    /// What `gc.set_threshold` set; 0 for never.
    threshold: AtomicI64,
    pub(crate) statistics: Statistics,
}

/// Collections in the interpreter's life.
#[derive(Default)]
pub(crate) struct Statistics {
    pub collections: AtomicU64,
    pub collected: AtomicU64,
}

impl Default for CollectorState {
    fn default() -> CollectorState {
        CollectorState {
            enabled: AtomicBool::new(true),
            collecting: AtomicBool::new(false),
            threshold: AtomicI64::new(DEFAULT_THRESHOLD),
            statistics: Statistics::default(),
        }
    }
}

impl CollectorState {
    pub(crate) fn is_enabled(&self) -> bool {
        self.enabled.load(Ordering::Relaxed)
    }

    pub(crate) fn set_enabled(&self, t: &Thread, enabled: bool) {
        self.enabled.store(enabled, Ordering::Relaxed);
        self.tell_whether_it_runs(t);
    }

    pub(crate) fn threshold(&self) -> i64 {
        self.threshold.load(Ordering::Relaxed)
    }

    /// Sets from how many new objects on a collection is due; 0 for never.
    pub(crate) fn set_threshold(&self, t: &Thread, threshold: i64) {
        self.threshold.store(threshold, Ordering::Relaxed);
        t.interpreter().state().set_collection_threshold(threshold);
        self.tell_whether_it_runs(t);
    }

    fn tell_whether_it_runs(&self, t: &Thread) {
        t.interpreter().set_collects_by_itself(self.is_enabled() && self.threshold() != 0);
    }
}

pub(crate) fn state(t: &Thread) -> &'static CollectorState {
    &Shared::of(t.interpreter()).collector
}

/// Lets the allocations of a new interpreter count.
pub(crate) fn start(t: &Thread) {
    state(t).set_threshold(t, DEFAULT_THRESHOLD);
}

/// Answers the breaker's request for a collection.
pub(crate) fn collect_if_due(t: &mut Thread) {
    if state(t).is_enabled() {
        collect(t);
    }
}

/// Ends the flag's hold however a collection ends.
struct Collecting(&'static AtomicBool);

impl Drop for Collecting {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Collects garbage cycles of the whole heap, and returns how many objects were freed. Does nothing if a collection is under way.
pub fn collect(t: &mut Thread) -> usize {
    let state = state(t);
    // Acquire and release: the next collector sees the scratch words as the last one left them.
    if state.collecting.swap(true, Ordering::Acquire) {
        return 0;
    }
    let _collecting = Collecting(&state.collecting);
    announce(t, "start", 0);
    let collected = run(t, state);
    state.statistics.collections.fetch_add(1, Ordering::Relaxed);
    state.statistics.collected.fetch_add(collected as u64, Ordering::Relaxed);
    if t.has_pending() {
        t.run_pending();
    }
    announce(t, "stop", collected);
    collected
}

fn run(t: &mut Thread, state: &CollectorState) -> usize {
    t.interpreter().bury_orphans(t);
    let (handed_over, garbage, condemned) = {
        let world = t.interpreter().state().stop_the_world(t.state());
        if t.interpreter().options().check_invariants {
            check::check(&world);
        }
        let handed_over = find::merge_handed_over(&world);
        let found = find::find_garbage(t, &world);
        set_next_threshold(t, state, found.living);
        if found.garbage.iter().any(clear::has_finaliser) {
            (handed_over, found.garbage, None)
        } else {
            (handed_over, Vec::new(), Some(clear::condemn(t, &world, found.garbage)))
        }
    };
    handed_over.into_iter().for_each(|object| t.bury(object));
    let condemned = match condemned {
        Some(condemned) => condemned,
        None => {
            clear::finalise(t, &garbage);
            let (condemned, alive) = {
                let world = t.interpreter().state().stop_the_world(t.state());
                let (garbage, alive) = find::still_garbage(t, &world, garbage);
                (clear::condemn(t, &world, garbage), alive)
            };
            drop(alive);
            condemned
        }
    };
    condemned.destroy(t)
}

/// A collection costs as much as the heap is large, so the next is due when it has grown by a quarter.
fn set_next_threshold(t: &Thread, state: &CollectorState, living: usize) {
    let interpreter = t.interpreter().state();
    interpreter.reset_allocations();
    let least = state.threshold();
    let next = if least == 0 { 0 } else { least.max(living as i64 / 4) };
    interpreter.set_collection_threshold(next);
}

/// Calls the functions in `gc.callbacks`.
fn announce(t: &mut Thread, phase: &str, collected: usize) {
    let Some(callbacks) = t.interpreter().root(t, CALLBACKS) else { return };
    for callback in iterate::collect(t, callbacks.borrow()).unwrap_or_default() {
        let info = Dict::new(t);
        let numbers = [("generation", 2), ("collected", collected as i64), ("uncollectable", 0)];
        let filled = numbers.into_iter().try_for_each(|(name, number)| {
            let name = t.interpreter().intern(t, name);
            info.set_str(t, name, Int::from_i64(t, number))
        });
        let phase: Value = Str::from_str(t, phase).into_value();
        let called = filled.and_then(|()| call::call(t, callback.borrow(), &[phase.borrow(), info.borrow()]));
        if let Err(raised) = called {
            t.report_unraisable(raised, "Exception ignored while calling GC callback", callback.borrow());
        }
    }
}
