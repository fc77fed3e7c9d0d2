//! The one-byte lock and its parking, two locks, events.

use loom::sync::Arc;
use loom::sync::atomic::AtomicU8;
use loom::thread;
use ungil_tstate::{Bits, Event, InterpreterState, ProgramLock, Waited, Whence, byte_lock, model};

use super::Guarded;
use crate::{Model, Search};

pub const MODELS: &[Model] = &[
    Model {
        name: "tstate::one_thread_at_a_time_holds_a_byte_lock",
        search: Search::Exhaustive,
        body: one_thread_at_a_time_holds_a_byte_lock,
        known_bad: &["tstate.byte_lock.lock", "tstate.byte_lock.unlock", "tstate.park.validate"],
    },
    Model {
        name: "tstate::sleepers_compete_for_a_byte_lock",
        search: Search::Preemptions(2),
        body: || threads_lock::<2>(false),
        known_bad: &["tstate.byte_lock.unlock_parked", "tstate.byte_lock.unlock"],
    },
    Model {
        name: "tstate::a_newcomer_takes_a_byte_lock_past_its_sleepers",
        search: Search::Preemptions(2),
        body: || threads_lock::<3>(false),
        known_bad: &["tstate.byte_lock.lock_parked", "tstate.byte_lock.unlock_parked"],
    },
    Model {
        name: "tstate::sleepers_are_handed_a_byte_lock",
        search: Search::Preemptions(2),
        body: || threads_lock::<2>(true),
        known_bad: &["tstate.byte_lock.hand_over", "tstate.byte_lock.more"],
    },
    Model {
        name: "tstate::two_locks_in_either_order_do_not_deadlock",
        search: Search::Preemptions(3),
        body: two_locks_in_either_order_do_not_deadlock,
        known_bad: &["tstate.lock_two.back_off"],
    },
    Model {
        name: "tstate::an_event_is_seen_with_what_preceded_it",
        search: Search::Exhaustive,
        body: an_event_is_seen_with_what_preceded_it,
        known_bad: &["tstate.event.set", "tstate.event.see", "tstate.park.validate"],
    },
    Model {
        name: "tstate::an_interrupt_reaches_a_sleeper",
        search: Search::Preemptions(3),
        body: an_interrupt_reaches_a_sleeper,
        known_bad: &["tstate.sleep.fence", "tstate.interrupt.fence"],
    },
];

#[derive(Default)]
struct Locked {
    lock: AtomicU8,
    guarded: Guarded,
}

impl Locked {
    fn touch(&self) {
        byte_lock::lock(&self.lock, None);
        self.guarded.touch();
        assert!(byte_lock::unlock(&self.lock));
    }
}

fn one_thread_at_a_time_holds_a_byte_lock() {
    model::set_fair_handover(false);
    let locked = Arc::new(Locked::default());
    let other = thread::spawn({
        let locked = locked.clone();
        move || locked.touch()
    });
    locked.touch();
    other.join().expect("it comes through");
    assert!(!byte_lock::is_locked(&locked.lock));
    assert_eq!(locked.guarded.read(), 2);
}

/// This thread and `OTHERS`.
fn threads_lock<const OTHERS: usize>(is_fair: bool) {
    model::set_fair_handover(is_fair);
    let locked = Arc::new(Locked::default());
    let others = [(); OTHERS].map(|()| {
        let locked = locked.clone();
        thread::spawn(move || locked.touch())
    });
    locked.touch();
    for other in others {
        other.join().expect("it comes through");
    }
    assert!(!byte_lock::is_locked(&locked.lock));
    assert_eq!(locked.guarded.read() as usize, OTHERS + 1);
}

fn two_locks_in_either_order_do_not_deadlock() {
    model::set_fair_handover(false);
    let both: Arc<[Locked; 2]> = Arc::default();
    let touch = |both: &[Locked; 2], first: usize| {
        let (one, other) = (&both[first], &both[1 - first]);
        byte_lock::lock_two(&one.lock, &other.lock, None);
        one.guarded.touch();
        other.guarded.touch();
        byte_lock::unlock_two(&one.lock, &other.lock);
    };
    let other = thread::spawn({
        let both = both.clone();
        move || touch(&both, 0)
    });
    touch(&both, 1);
    other.join().expect("it comes through");
    assert_eq!(both[0].guarded.read() + both[1].guarded.read(), 4);
}

fn an_event_is_seen_with_what_preceded_it() {
    let event = Arc::new((Event::new(), Guarded::default()));
    let other = thread::spawn({
        let event = event.clone();
        move || {
            event.1.touch();
            event.0.set();
        }
    });
    assert_eq!(event.0.wait(None, None), Waited::Done);
    assert_eq!(event.1.read(), 1);
    other.join().expect("it sets the event");
}

fn an_interrupt_reaches_a_sleeper() {
    let interpreter = InterpreterState::for_model();
    let lock = ProgramLock::new();
    assert!(lock.try_acquire());
    let me = interpreter.new_thread_state(Whence::Main).expect("the first");
    let id = me.owner().id().expect("an id");
    me.attach().expect("free");
    let other = thread::spawn({
        let interpreter = interpreter.clone();
        move || assert!(interpreter.interrupt(id, Bits::SIGNAL))
    });
    assert_eq!(lock.acquire(&me, None), Waited::Interrupted);
    assert!(me.safepoint().has(Bits::SIGNAL));
    other.join().expect("it interrupts");
}
