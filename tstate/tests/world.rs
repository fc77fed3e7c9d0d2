//! Stop-the-world: nobody runs while it is stopped, nobody starves, nobody who must not come back does.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use ungil_tstate::{AttachError, InterpreterState, Mutex, NewThreadError, State, ThreadRef, Whence};

/// A counter that is touched without atomics by attached threads, and read in stopped worlds.
#[derive(Default)]
struct Plain(Cell<u64>);

// SAFETY: the law under test: one attached writer, and readers only while it is stopped.
unsafe impl Sync for Plain {}
// SAFETY: as above.
unsafe impl Send for Plain {}

fn start(interpreter: &Arc<InterpreterState>) -> ThreadRef {
    interpreter.new_thread_state(Whence::Threading).expect("a state")
}

#[test]
fn in_a_stopped_world_nothing_moves() {
    const WORKERS: usize = 4;
    let interpreter = InterpreterState::new().expect("heaps");
    let counters: Arc<[Plain; WORKERS]> = Arc::default();
    let done = Arc::new(AtomicBool::new(false));
    let workers: Vec<_> = (0..WORKERS)
        .map(|mine| {
            let (thread, counters, done) = (start(&interpreter), counters.clone(), done.clone());
            std::thread::spawn(move || {
                thread.attach().expect("free");
                let mut turn = 0u64;
                while !done.load(Ordering::Relaxed) {
                    counters[mine].0.set(counters[mine].0.get() + 1);
                    if !thread.breaker().is_clear() {
                        thread.safepoint();
                    }
                    turn += 1;
                    if turn.is_multiple_of(1000) {
                        thread.blocking(std::thread::yield_now);
                    }
                }
            })
        })
        .collect();
    let stoppers: Vec<_> = (0..2)
        .map(|_| {
            let (thread, counters) = (start(&interpreter), counters.clone());
            std::thread::spawn(move || {
                thread.attach().expect("free");
                for _ in 0..300 {
                    let world = thread.interpreter().stop_the_world(&thread);
                    let snapshot = || counters.iter().map(|counter| counter.0.get()).collect::<Vec<_>>();
                    let before = snapshot();
                    let others = world.threads().filter(|state| !state.is_current());
                    assert!(others.map(|state| state.state()).all(|state| state == State::Suspended));
                    std::hint::black_box(&counters);
                    std::thread::yield_now();
                    assert_eq!(before, snapshot());
                }
            })
        })
        .collect();
    // Threads that come and go meanwhile.
    for _ in 0..200 {
        let thread = start(&interpreter);
        std::thread::spawn(move || thread.attach().expect("free")).join().expect("ended");
    }
    for stopper in stoppers {
        stopper.join().expect("ended");
    }
    done.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.join().expect("ended");
    }
    assert_eq!(interpreter.stop_statistics().stops, 600);
    assert_eq!(interpreter.thread_count(), 0);
}

#[test]
fn back_to_back_stops_starve_nobody() {
    let interpreter = InterpreterState::new().expect("heaps");
    let (me, other) = (start(&interpreter), start(&interpreter));
    let steps = Arc::new(AtomicUsize::new(0));
    let worker = std::thread::spawn({
        let steps = steps.clone();
        move || {
            for _ in 0..100 {
                // Each step attaches from outside, which is where a stop can catch it.
                other.attach().expect("free");
                steps.fetch_add(1, Ordering::Relaxed);
                other.detach();
            }
        }
    });
    me.attach().expect("free");
    let began = Instant::now();
    while steps.load(Ordering::Relaxed) < 100 {
        assert!(began.elapsed() < Duration::from_secs(60), "after {} steps", steps.load(Ordering::Relaxed));
        drop(interpreter.stop_the_world(&me));
    }
    worker.join().expect("ended");
}

#[test]
fn no_stopped_thread_keeps_a_lock() {
    let interpreter = InterpreterState::new().expect("heaps");
    let table = Arc::new(Mutex::new(0u64));
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (thread, table) = (start(&interpreter), table.clone());
            std::thread::spawn(move || {
                thread.attach().expect("free");
                for _ in 0..5000 {
                    *table.lock(Some(&thread)) += 1;
                    if !thread.breaker().is_clear() {
                        thread.safepoint();
                    }
                }
            })
        })
        .collect();
    let me = start(&interpreter);
    me.attach().expect("free");
    while workers.iter().any(|worker| !worker.is_finished()) {
        let world = interpreter.stop_the_world(&me);
        // Waits at most for a sleeper that was handed the lock to give it back.
        *table.lock(None) += 0;
        drop(world);
        me.blocking(|| std::thread::sleep(Duration::from_micros(200)));
    }
    for worker in workers {
        worker.join().expect("ended");
    }
    assert_eq!(*table.lock(Some(&me)), 20_000);
}

/// Runs on the thread's way out; one that sleeps for ever never gets there.
struct Unwound(Arc<AtomicBool>);

impl Drop for Unwound {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn after_the_shutdown_nobody_comes_back() {
    let interpreter = InterpreterState::new().expect("heaps");
    let (me, outside, blocked, running) =
        (start(&interpreter), start(&interpreter), start(&interpreter), start(&interpreter));
    let came_back = Arc::new(AtomicBool::new(false));
    let (ready, wait_ready) = channel();
    let (resume, wait_resume) = channel::<()>();
    for (thread, blocks) in [(blocked, true), (running, false)] {
        let (ready, unwound) = (ready.clone(), Unwound(came_back.clone()));
        let wait = if blocks { Some(channel::<()>()) } else { None };
        std::thread::spawn(move || {
            let unwound = unwound;
            thread.attach().expect("free");
            ready.send(wait.as_ref().map(|(resume, _)| resume.clone())).expect("sent");
            if let Some((_, resumed)) = &wait {
                thread.blocking(|| resumed.recv().expect("resumed"));
            }
            loop {
                if !thread.breaker().is_clear() {
                    thread.safepoint();
                }
                std::hint::black_box(&unwound);
            }
        });
    }
    let waiting = std::thread::spawn(move || {
        wait_resume.recv().expect("resumed");
        assert_eq!(outside.attach(), Err(AttachError::Finalized));
        assert_eq!(outside.state(), State::ShuttingDown);
    });
    let resume_blocked: Vec<_> = (0..2).filter_map(|_| wait_ready.recv().expect("ready")).collect();
    me.attach().expect("free");
    interpreter.stop_the_world(&me).shut_down_others();
    assert_eq!(interpreter.thread_count(), 1);
    assert_eq!(interpreter.new_thread_state(Whence::Main).err(), Some(NewThreadError::Finalizing));
    resume.send(()).expect("sent");
    resume_blocked.iter().for_each(|resume| resume.send(()).expect("sent"));
    waiting.join().expect("ended");
    // The world goes on for the finalising thread, and the others stay where they are.
    drop(interpreter.stop_the_world(&me));
    me.blocking(|| std::thread::sleep(Duration::from_millis(50)));
    assert!(!came_back.load(Ordering::Relaxed));
}
