//! Whole thread states: the stop, the locks and the shutdown together.

use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};

use loom::sync::Arc;
use loom::thread;
use ungil_tstate::model::{self, Hung};
use ungil_tstate::{InterpreterState, Mutex, ThreadRef, Whence};

use super::Guarded;
use crate::{Model, Search};

pub const MODELS: &[Model] = &[
    Model {
        name: "tstate::two_stoppers_take_turns",
        search: Search::Preemptions(2),
        body: two_stoppers_take_turns,
        known_bad: &["tstate.stop.turn", "tstate.word.detach.arrive"],
    },
    Model {
        name: "tstate::a_thread_joins_or_leaves_before_or_after_a_stop",
        search: Search::Preemptions(2),
        body: a_thread_joins_or_leaves_before_or_after_a_stop,
        known_bad: &["tstate.word.suspend", "tstate.word.detach"],
    },
    Model {
        name: "tstate::no_stopped_thread_keeps_a_lock",
        search: Search::Preemptions(2),
        body: no_stopped_thread_keeps_a_lock,
        known_bad: &["tstate.sleep.give_back"],
    },
    Model {
        name: "tstate::a_thread_that_must_not_come_back_hangs_and_the_state_is_freed",
        search: Search::Preemptions(2),
        body: a_thread_that_must_not_come_back_hangs,
        known_bad: &["tstate.count.two"],
    },
];

fn new_thread(interpreter: &std::sync::Arc<InterpreterState>) -> ThreadRef {
    interpreter.new_thread_state(Whence::Threading).expect("a state")
}

/// Runs what a thread does until it ends or, if it must not come back, until it would sleep for ever.
fn until_it_hangs(me: ThreadRef, run: impl FnOnce(&ThreadRef)) {
    let me = ManuallyDrop::new(me);
    match catch_unwind(AssertUnwindSafe(|| run(&me))) {
        Ok(()) => drop(ManuallyDrop::into_inner(me)),
        Err(cause) if cause.is::<Hung>() => {}
        Err(cause) => std::panic::resume_unwind(cause),
    }
}

fn two_stoppers_take_turns() {
    let interpreter = InterpreterState::for_model();
    let guarded = Arc::new(Guarded::default());
    let (me, other) = (new_thread(&interpreter), new_thread(&interpreter));
    let stop = |me: &ThreadRef, guarded: &Guarded| {
        me.attach().expect("free");
        let world = me.interpreter().stop_the_world(me);
        guarded.touch();
        drop(world);
        me.detach();
    };
    let thread = thread::spawn({
        let guarded = guarded.clone();
        move || stop(&other, &guarded)
    });
    stop(&me, &guarded);
    thread.join().expect("it comes through");
    assert_eq!(guarded.read(), 2);
}

fn a_thread_joins_or_leaves_before_or_after_a_stop() {
    let interpreter = InterpreterState::for_model();
    let guarded = Arc::new(Guarded::default());
    let me = new_thread(&interpreter);
    let thread = thread::spawn({
        let (interpreter, guarded) = (interpreter.clone(), guarded.clone());
        move || {
            let other = new_thread(&interpreter);
            other.attach().expect("free");
            guarded.touch();
        }
    });
    me.attach().expect("free");
    let world = interpreter.stop_the_world(&me);
    guarded.touch();
    drop(world);
    me.detach();
    thread.join().expect("it comes through");
    assert_eq!(interpreter.thread_count(), 1);
}

fn no_stopped_thread_keeps_a_lock() {
    model::set_fair_handover(true);
    let interpreter = InterpreterState::for_model();
    let table = Arc::new(Mutex::new(0));
    let (me, other) = (new_thread(&interpreter), new_thread(&interpreter));
    me.attach().expect("free");
    let held = table.lock(Some(&me));
    let thread = thread::spawn({
        let table = table.clone();
        move || {
            other.attach().expect("free");
            *table.lock(Some(&other)) += 1;
            other.detach();
        }
    });
    drop(held);
    let world = interpreter.stop_the_world(&me);
    *table.lock(None) += 1;
    drop(world);
    me.detach();
    thread.join().expect("it comes through");
    assert_eq!(*table.lock(None), 2);
}

fn a_thread_that_must_not_come_back_hangs() {
    let interpreter = InterpreterState::for_model();
    let guarded = Arc::new(Guarded::default());
    let (me, other) = (new_thread(&interpreter), new_thread(&interpreter));
    other.attach().expect("free");
    other.detach();
    let thread = thread::spawn({
        let guarded = guarded.clone();
        move || {
            until_it_hangs(other, |me| {
                if me.attach().is_ok() {
                    me.blocking(|| ());
                    guarded.touch();
                }
            });
        }
    });
    me.attach().expect("free");
    interpreter.stop_the_world(&me).shut_down_others();
    guarded.touch();
    me.detach();
    thread.join().expect("it hangs or ends");
    assert_eq!(interpreter.thread_count(), 1);
}
