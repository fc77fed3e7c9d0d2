//! The eval breaker: no request is lost, and its reason is visible.

use loom::sync::Arc;
use loom::thread;
use ungil_tstate::{Bits, InterpreterState, Whence};

use super::Guarded;
use crate::{Model, Search};

pub const MODELS: &[Model] = &[
    Model {
        name: "tstate::a_bit_that_was_taken_shows_its_reason",
        search: Search::Exhaustive,
        body: a_bit_that_was_taken_shows_its_reason,
        known_bad: &["tstate.breaker.raise", "tstate.breaker.take", "tstate.breaker.swap"],
    },
    Model {
        name: "tstate::a_thread_is_reached_by_its_id",
        search: Search::Exhaustive,
        body: a_thread_is_reached_by_its_id,
        known_bad: &["tstate.seats.publish", "tstate.seats.get"],
    },
];

fn a_bit_that_was_taken_shows_its_reason() {
    let interpreter = InterpreterState::for_model();
    let me = interpreter.new_thread_state(Whence::Main).expect("the first");
    me.attach().expect("free");
    let reasons: Arc<[Guarded; 2]> = Arc::default();
    let id = me.owner().id().expect("an id");
    let other = thread::spawn({
        let (interpreter, reasons) = (interpreter.clone(), reasons.clone());
        move || {
            reasons[0].touch();
            interpreter.raise_by_owner(id, Bits::SIGNAL);
            reasons[1].touch();
            interpreter.raise_by_owner(id, Bits::PENDING_CALLS);
        }
    });
    let mut taken = me.safepoint();
    let look = |bits: Bits| {
        for (bit, reason) in [Bits::SIGNAL, Bits::PENDING_CALLS].into_iter().zip(&*reasons) {
            if bits.has(bit) {
                assert_eq!(reason.read(), 1);
            }
        }
    };
    look(taken);
    other.join().expect("it asks");
    taken = taken | me.safepoint();
    assert_eq!(taken, Bits::SIGNAL | Bits::PENDING_CALLS, "a request was lost");
}

fn a_thread_is_reached_by_its_id() {
    let interpreter = InterpreterState::for_model();
    let other = thread::spawn({
        let interpreter = interpreter.clone();
        move || (1..4).for_each(|id| interpreter.raise_by_owner(id, Bits::SIGNAL))
    });
    let threads = [0, 1].map(|_| interpreter.new_thread_state(Whence::Threading).expect("a state"));
    other.join().expect("it asks whoever there is");
    interpreter.raise_by_owner(2, Bits::SIGNAL);
    threads[1].attach().expect("free");
    assert!(threads[1].safepoint().has(Bits::SIGNAL));
}
