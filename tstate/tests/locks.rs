//! The one-byte lock, two locks, events and deadlines.

use std::sync::Arc;
use std::sync::atomic::AtomicU8;
use std::time::{Duration, Instant};

use ungil_tstate::{Bits, Event, InterpreterState, Mutex, ProgramLock, ThreadRef, Waited, Whence, byte_lock};

#[test]
fn one_holder_at_a_time() {
    let total = Mutex::new(0u64);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..20_000).for_each(|_| *total.lock(None) += 1));
        }
    });
    assert_eq!(*total.lock(None), 160_000);
}

#[test]
fn a_waiter_is_not_starved_by_a_thread_that_locks_again_at_once() {
    let lock = AtomicU8::new(0);
    let done = Event::new();
    std::thread::scope(|scope| {
        byte_lock::lock(&lock, None);
        scope.spawn(|| {
            byte_lock::lock(&lock, None);
            byte_lock::unlock(&lock);
            done.set();
        });
        let began = Instant::now();
        while !done.is_set() {
            assert!(began.elapsed() < Duration::from_secs(60));
            std::thread::sleep(Duration::from_millis(2));
            byte_lock::unlock(&lock);
            byte_lock::lock(&lock, None);
        }
        byte_lock::unlock(&lock);
    });
}

fn attached() -> ThreadRef {
    let thread = InterpreterState::new().expect("heaps").new_thread_state(Whence::Main).expect("a state");
    thread.attach().expect("free");
    thread
}

#[test]
fn a_deadline_ends_the_wait_and_leaves_the_lock_as_it_was() {
    let (me, lock) = (attached(), ProgramLock::new());
    assert!(lock.try_acquire());
    assert!(!lock.try_acquire());
    let began = Instant::now();
    assert_eq!(lock.acquire(&me, Some(began + Duration::from_millis(30))), Waited::TimedOut);
    assert!(began.elapsed() >= Duration::from_millis(30));
    assert_eq!(lock.acquire(&me, Some(began)), Waited::TimedOut);
    assert!(lock.is_held() && lock.release());
    assert!(!lock.release(), "not held");
    assert_eq!(lock.acquire(&me, Some(began)), Waited::Done);
}

#[test]
fn a_program_lock_is_held_across_a_stop_and_passed_on() {
    let (me, lock, total) = (attached(), Arc::new(ProgramLock::new()), Arc::new(Mutex::new(0)));
    let workers: Vec<_> = (0..3)
        .map(|_| {
            let thread = me.interpreter().new_thread_state(Whence::Threading).expect("a state");
            let (lock, total) = (lock.clone(), total.clone());
            std::thread::spawn(move || {
                thread.attach().expect("free");
                for _ in 0..200 {
                    assert_eq!(lock.acquire(&thread, None), Waited::Done);
                    *total.try_lock().expect("nobody else holds the lock") += 1;
                    thread.blocking(std::thread::yield_now);
                    thread.safepoint();
                    assert!(lock.release());
                }
            })
        })
        .collect();
    while workers.iter().any(|worker| !worker.is_finished()) {
        drop(me.interpreter().stop_the_world(&me));
        me.blocking(|| std::thread::sleep(Duration::from_micros(300)));
    }
    workers.into_iter().for_each(|worker| worker.join().expect("ended"));
    assert_eq!(*total.lock(Some(&me)), 600);
}

#[test]
fn an_interrupted_wait_ends_before_its_time() {
    let (me, lock, event) = (attached(), ProgramLock::new(), Event::new());
    let (interpreter, id) = (me.interpreter().clone(), me.owner().id().expect("an id"));
    assert!(lock.try_acquire());
    for waits_for_lock in [true, false] {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                // Sometimes before the other sleeps, mostly after.
                std::thread::sleep(Duration::from_millis(if waits_for_lock { 20 } else { 0 }));
                assert!(interpreter.interrupt(id, Bits::SIGNAL));
            });
            let waited = if waits_for_lock { lock.acquire(&me, None) } else { event.wait(Some(&me), None) };
            assert_eq!(waited, Waited::Interrupted);
            assert_eq!(me.safepoint(), Bits::SIGNAL);
        });
    }
    assert!(!interpreter.interrupt(id + 1, Bits::SIGNAL), "no such thread");
    assert!(lock.is_held() && !event.is_set());
}

#[test]
fn two_locks_taken_in_either_order_do_not_deadlock() {
    let (a, b) = (AtomicU8::new(0), AtomicU8::new(0));
    let inside = Mutex::new(0u32);
    std::thread::scope(|scope| {
        for i in 0..4 {
            let (first, second) = if i % 2 == 0 { (&a, &b) } else { (&b, &a) };
            let inside = &inside;
            scope.spawn(move || {
                for _ in 0..5000 {
                    byte_lock::lock_two(first, second, None);
                    *inside.try_lock().expect("both are held") += 1;
                    byte_lock::unlock_two(first, second);
                }
            });
        }
    });
    assert_eq!(*inside.lock(None), 20_000);
    byte_lock::lock_two(&a, &a, None);
    byte_lock::unlock_two(&a, &a);
    assert!(!byte_lock::is_locked(&a));
}

#[test]
fn an_event_wakes_all_who_wait_and_stays() {
    let event = Arc::new(Event::new());
    assert_eq!(event.wait(None, Some(Instant::now())), Waited::TimedOut);
    let waiting: Vec<_> = (0..4)
        .map(|_| {
            let event = event.clone();
            std::thread::spawn(move || event.wait(None, None))
        })
        .collect();
    event.set();
    assert!(waiting.into_iter().all(|waiter| waiter.join().expect("ended") == Waited::Done));
    assert!(event.is_set());
    assert_eq!(event.wait(None, Some(Instant::now())), Waited::Done);
}
