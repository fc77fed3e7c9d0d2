//! The state word: stop-the-world against attach, detach and safepoints, in all interleavings.

use loom::sync::Arc;
use loom::thread;
use ungil_tstate::model::{Gate, Refused, StateWord};

use super::Guarded;
use crate::{Model, Search};

pub const MODELS: &[Model] = &[
    Model {
        name: "tstate::nobody_is_attached_in_a_stopped_world",
        search: Search::Exhaustive,
        body: nobody_is_attached_in_a_stopped_world,
        known_bad: &[
            "tstate.word.attach",
            "tstate.word.detach",
            "tstate.word.suspend",
            "tstate.word.let_go",
            "tstate.gate.arrive",
            "tstate.gate.await",
            "tstate.word.detach.arrive",
        ],
    },
    Model {
        name: "tstate::a_thread_parks_at_its_safepoint_until_the_world_starts",
        search: Search::Exhaustive,
        body: a_thread_parks_at_its_safepoint_until_the_world_starts,
        known_bad: &[
            "tstate.word.wake",
            "tstate.word.let_go",
            "tstate.gate.arrive",
            "tstate.gate.await",
            "tstate.park.validate",
        ],
    },
    Model {
        name: "tstate::a_second_stop_waits_for_whom_the_first_let_go",
        search: Search::Preemptions(3),
        body: a_second_stop_waits_for_whom_the_first_let_go,
        known_bad: &["tstate.word.let_go.attach", "tstate.word.let_go", "tstate.word.suspend"],
    },
    Model {
        name: "tstate::a_stop_waits_for_two_threads",
        search: Search::Preemptions(2),
        body: a_stop_waits_for_two_threads,
        known_bad: &["tstate.gate.arrive", "tstate.gate.await", "tstate.word.detach.arrive"],
    },
    Model {
        name: "tstate::after_the_shutdown_nobody_attaches",
        search: Search::Exhaustive,
        body: after_the_shutdown_nobody_attaches,
        known_bad: &["tstate.gate.await", "tstate.word.suspend", "tstate.park.validate"],
    },
    Model {
        name: "tstate::who_finds_a_thread_gone_sees_what_it_did",
        search: Search::Exhaustive,
        body: who_finds_a_thread_gone_sees_what_it_did,
        known_bad: &["tstate.word.is_attached", "tstate.word.detach"],
    },
];

/// Two threads' words, the gate, and what attached threads touch.
struct World {
    words: [StateWord; 2],
    gate: Gate,
    guarded: [Guarded; 2],
}

impl World {
    fn new() -> Arc<World> {
        Arc::new(World {
            words: [StateWord::new(), StateWord::new()],
            gate: Gate::new(),
            guarded: Default::default(),
        })
    }

    /// Stops the first threads, touches what they touch, and lets `end` decide how they go on.
    fn stop(&self, threads: usize, end: impl Fn(&StateWord)) {
        self.gate.open();
        for word in &self.words[..threads] {
            word.stop(&self.gate);
        }
        self.gate.await_all();
        for guarded in &self.guarded[..threads] {
            guarded.touch();
        }
        self.words[..threads].iter().for_each(end);
    }

    /// One attached section of a thread.
    fn section(&self, thread: usize) -> Result<(), Refused> {
        self.words[thread].attach()?;
        self.guarded[thread].touch();
        self.words[thread].detach(&self.gate);
        Ok(())
    }
}

fn nobody_is_attached_in_a_stopped_world() {
    let world = World::new();
    let other = thread::spawn({
        let world = world.clone();
        move || world.section(0).expect("let in")
    });
    world.stop(1, StateWord::let_go);
    other.join().expect("it comes through");
    assert_eq!(world.guarded[0].read(), 2);
}

fn a_thread_parks_at_its_safepoint_until_the_world_starts() {
    let world = World::new();
    world.words[0].attach().expect("nobody stops yet");
    let other = thread::spawn({
        let world = world.clone();
        move || {
            world.guarded[0].touch();
            world.words[0].park_if_asked(&world.gate).expect("let go");
            world.guarded[0].touch();
            world.words[0].detach(&world.gate);
        }
    });
    world.stop(1, StateWord::let_go);
    other.join().expect("it comes through");
    assert_eq!(world.guarded[0].read(), 3);
}

fn a_second_stop_waits_for_whom_the_first_let_go() {
    let world = World::new();
    let other = thread::spawn({
        let world = world.clone();
        move || world.section(0).expect("let in")
    });
    world.stop(1, StateWord::let_go);
    world.stop(1, StateWord::let_go);
    other.join().expect("it comes through");
    assert_eq!(world.guarded[0].read(), 3);
}

fn a_stop_waits_for_two_threads() {
    let world = World::new();
    let others = [0, 1].map(|number| {
        world.words[number].attach().expect("nobody stops yet");
        let world = world.clone();
        thread::spawn(move || {
            world.guarded[number].touch();
            world.words[number].detach(&world.gate);
        })
    });
    world.stop(2, StateWord::let_go);
    for other in others {
        other.join().expect("it comes through");
    }
}

fn after_the_shutdown_nobody_attaches() {
    let world = World::new();
    let other = thread::spawn({
        let world = world.clone();
        move || {
            let first = world.section(0);
            let second = world.section(0);
            assert!(first.is_ok() || second == Err(Refused::ShuttingDown));
        }
    });
    world.stop(1, StateWord::shut_down);
    // Nobody comes back, so this needs no stop.
    world.guarded[0].touch();
    other.join().expect("it sees the shutdown, awake");
}

fn who_finds_a_thread_gone_sees_what_it_did() {
    let world = World::new();
    world.words[0].attach().expect("nobody stops");
    let other = thread::spawn({
        let world = world.clone();
        move || {
            world.guarded[0].touch();
            world.words[0].detach(&world.gate);
        }
    });
    if !world.words[0].is_attached() {
        assert_eq!(world.guarded[0].touch(), 2);
    }
    other.join().expect("it leaves");
}
