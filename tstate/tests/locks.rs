//! The one-byte lock, two locks, events and deadlines.

use std::sync::Arc;
use std::sync::atomic::AtomicU8;
use std::time::{Duration, Instant};

use ungil_tstate::{Event, Mutex, byte_lock};

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

#[test]
fn a_deadline_ends_the_wait_and_leaves_the_lock_as_it_was() {
    let lock = AtomicU8::new(0);
    assert!(byte_lock::try_lock(&lock));
    assert!(!byte_lock::try_lock(&lock));
    let began = Instant::now();
    assert!(!byte_lock::lock_until(&lock, None, Some(began + Duration::from_millis(30))));
    assert!(began.elapsed() >= Duration::from_millis(30));
    assert!(!byte_lock::lock_until(&lock, None, Some(began)));
    assert!(byte_lock::unlock(&lock));
    assert!(!byte_lock::unlock(&lock), "not held");
    assert!(byte_lock::lock_until(&lock, None, Some(began)));
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
    assert!(!event.wait(None, Some(Instant::now())));
    let waiting: Vec<_> = (0..4)
        .map(|_| {
            let event = event.clone();
            std::thread::spawn(move || event.wait(None, None))
        })
        .collect();
    event.set();
    assert!(waiting.into_iter().all(|waiter| waiter.join().expect("ended")));
    assert!(event.is_set() && event.wait(None, Some(Instant::now())));
}
