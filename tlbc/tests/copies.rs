//! Copies of code: who runs which words, when a copy is made, and what is accounted for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use ungil_tlbc::{CodeCopies, Index, ThreadLocalBytecode, instrument, specialise};
use ungil_tstate::{InterpreterState, ThreadRef, Whence};

const LENGTH: usize = 8;

fn pristine() -> Box<[AtomicU64]> {
    (0..LENGTH as u64).map(AtomicU64::new).collect()
}

fn attached(interpreter: &Arc<InterpreterState>) -> ThreadRef {
    let thread = interpreter.new_thread_state(Whence::Threading).expect("a state");
    thread.attach().expect("free");
    thread
}

/// Enters until the thread has its own copy; returns how many times that took.
fn warm_up(code: &CodeCopies, index: &Index, policy: &ThreadLocalBytecode, me: &ThreadRef) -> usize {
    (1..1000).find(|_| code.enter(index, policy, me, pristine).is_own).expect("it becomes warm")
}

#[test]
fn the_first_thread_runs_and_specialises_the_main_copy() {
    let me = attached(&InterpreterState::new().expect("heaps"));
    let policy = ThreadLocalBytecode::new(1 << 20);
    let (first, code) = (policy.reserve(), CodeCopies::new(pristine()));
    let entered = code.enter(&first, &policy, &me, || unreachable!("nothing is copied"));
    assert!(entered.is_own && std::ptr::eq(entered.words, code.main()));
    assert_eq!(policy.bytes_held(), 0);
}

#[test]
fn another_thread_runs_shared_cold_code_and_then_its_own_copy() {
    let me = attached(&InterpreterState::new().expect("heaps"));
    let policy = ThreadLocalBytecode::new(1 << 20);
    let (_first, second, third) = (policy.reserve(), policy.reserve(), policy.reserve());
    let code = CodeCopies::new(pristine());
    assert!(specialise(&code.main()[0], 0, 100));

    let cold = code.enter(&second, &policy, &me, pristine);
    assert!(!cold.is_own && code.get(&second).is_none());
    assert_eq!(cold.words[0].load(Relaxed), 0, "the main copy's specialisation is not in it");
    assert!(std::ptr::eq(cold.words, code.enter(&third, &policy, &me, pristine).words));

    assert!(warm_up(&code, &second, &policy, &me) > 1);
    let own = code.get(&second).expect("it is warm");
    assert!(std::ptr::eq(own, code.enter(&second, &policy, &me, pristine).words));
    assert!(specialise(&own[1], 1, 101));
    warm_up(&code, &third, &policy, &me);
    assert_eq!(code.get(&third).expect("it is warm")[1].load(Relaxed), 1);

    code.for_each_copy(|words| {
        instrument(&words[2], |found| found | 1 << 32);
    });
    let mut copies = 0;
    code.for_each_copy(|words| {
        copies += 1;
        assert_eq!(words[2].load(Relaxed), 2 | 1 << 32);
    });
    assert_eq!(copies, 4);
}

#[test]
fn the_next_holder_of_an_index_inherits_its_copies_and_a_collection_frees_those_of_nobody() {
    let me = attached(&InterpreterState::new().expect("heaps"));
    let policy = ThreadLocalBytecode::new(1 << 20);
    let (_first, second) = (policy.reserve(), policy.reserve());
    let mut code = CodeCopies::new(pristine());
    warm_up(&code, &second, &policy, &me);
    let held = policy.bytes_held();
    drop(second);
    let second = policy.reserve();
    assert!(code.get(&second).is_some());
    // SAFETY: one thread, no frames.
    assert_eq!(unsafe { code.reclaim(&policy.indices().in_use(), &policy) }, 0);
    drop(second);
    // SAFETY: as above.
    assert_eq!(unsafe { code.reclaim(&policy.indices().in_use(), &policy) }, 8 * LENGTH);
    assert_eq!(policy.bytes_held(), held - 8 * LENGTH);
    assert!(code.get(&policy.reserve()).is_none());
    code.release_bytes(&policy);
    assert_eq!(policy.bytes_held(), 0);
}

#[test]
fn at_the_limit_threads_stay_with_the_shared_code() {
    let me = attached(&InterpreterState::new().expect("heaps"));
    let policy = ThreadLocalBytecode::new(8 * LENGTH);
    let (_first, second) = (policy.reserve(), policy.reserve());
    let code = CodeCopies::new(pristine());
    for _ in 0..100 {
        assert!(!code.enter(&second, &policy, &me, pristine).is_own);
    }
}

#[test]
fn switched_off_everyone_runs_the_main_copy_unspecialised() {
    let me = attached(&InterpreterState::new().expect("heaps"));
    let policy = ThreadLocalBytecode::off();
    let code = CodeCopies::new(pristine());
    for index in [policy.reserve(), policy.reserve()] {
        let entered = code.enter(&index, &policy, &me, || unreachable!("nothing is copied"));
        assert!(!entered.is_own && std::ptr::eq(entered.words, code.main()));
    }
}

#[test]
fn threads_keep_to_their_own_copies_while_the_table_grows() {
    const THREADS: u64 = 24;
    let interpreter = InterpreterState::new().expect("heaps");
    let policy = ThreadLocalBytecode::new(1 << 20);
    let mut codes: Vec<_> = (0..50).map(|_| CodeCopies::new(pristine())).collect();
    let ready = std::sync::Barrier::new(THREADS as usize);
    std::thread::scope(|scope| {
        for mark in 1..=THREADS {
            let (interpreter, policy, codes, ready) = (&interpreter, &policy, &codes, &ready);
            scope.spawn(move || {
                let (index, me) = (policy.reserve(), attached(interpreter));
                me.blocking(|| ready.wait());
                for round in 0..40 {
                    for code in codes {
                        let entered = code.enter(&index, policy, &me, pristine);
                        let expected = if entered.is_own && round > 20 { 3 + 1000 * mark } else { 3 };
                        if round > 20 {
                            assert!(entered.is_own);
                            assert_eq!(entered.words[3].load(Relaxed), expected);
                        } else if round == 20 {
                            assert!(entered.is_own);
                            assert!(specialise(&entered.words[3], 3, 3 + 1000 * mark));
                        }
                    }
                    me.safepoint();
                }
                me.blocking(|| ready.wait());
            });
        }
    });
    codes.iter_mut().for_each(|code| code.release_bytes(&policy));
    assert_eq!(policy.bytes_held(), 0);
}
