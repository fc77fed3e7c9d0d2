//! Thread-local bytecode: indices, the table of copies, instrumentation.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::AtomicU64;
use loom::sync::atomic::Ordering::Relaxed;
use loom::thread;
use ungil_tlbc::{CodeCopies, Index, IndexPool, ThreadLocalBytecode, instrument, specialise};
use ungil_tstate::{InterpreterState, ThreadRef, Whence};

use crate::{Model, Search};

pub const MODELS: &[Model] = &[
    Model {
        name: "tlbc::an_index_has_one_holder_at_a_time",
        search: Search::Preemptions(3),
        body: an_index_has_one_holder_at_a_time,
        known_bad: &["tstate.byte_lock.lock", "tstate.byte_lock.unlock"],
    },
    Model {
        name: "tlbc::a_reader_of_an_old_table_finds_its_copy",
        search: Search::Preemptions(3),
        body: a_reader_of_an_old_table_finds_its_copy,
        known_bad: &["tlbc.table.retire", "tlbc.table.find", "tlbc.table.publish"],
    },
    Model {
        name: "tlbc::a_copy_added_while_the_table_grows_is_kept",
        search: Search::Preemptions(2),
        body: a_copy_added_while_the_table_grows_is_kept,
        known_bad: &["tlbc.copy.lock"],
    },
    Model {
        name: "tlbc::the_cold_copy_is_made_once_and_seen_whole",
        search: Search::Preemptions(2),
        body: the_cold_copy_is_made_once_and_seen_whole,
        known_bad: &["tlbc.cold.publish", "tlbc.cold.find", "tlbc.cold.again"],
    },
    Model {
        name: "tlbc::instrumentation_wins_over_specialisation",
        search: Search::Exhaustive,
        body: instrumentation_wins_over_specialisation,
        known_bad: &["tlbc.specialise.compare"],
    },
];

const INSTRUMENTED: u64 = 1 << 16;

fn pristine() -> Box<[AtomicU64]> {
    Box::new([AtomicU64::new(7)])
}

fn an_index_has_one_holder_at_a_time() {
    let pool = std::sync::Arc::new(IndexPool::new());
    let cells: Arc<[UnsafeCell<u32>; 2]> = Arc::default();
    let hold = |pool: &std::sync::Arc<IndexPool>, cells: &[UnsafeCell<u32>; 2]| {
        let index = pool.reserve();
        // SAFETY: the law under test.
        cells[index.number() as usize].with_mut(|cell| unsafe { *cell += 1 });
    };
    let other = thread::spawn({
        let (pool, cells) = (pool.clone(), cells.clone());
        move || hold(&pool, &cells)
    });
    hold(&pool, &cells);
    other.join().expect("it comes through");
    assert!(pool.in_use().iter().all(|used| !used));
}

fn a_reader_of_an_old_table_finds_its_copy() {
    let interpreter = InterpreterState::for_model();
    let [me, other] = [0, 1].map(|_| interpreter.new_thread_state(Whence::Threading).expect("a state"));
    let policy = Arc::new(ThreadLocalBytecode::new(1 << 20));
    let [_main, mine, others] = [0; 3].map(|_| policy.reserve());
    let code = Arc::new(CodeCopies::new(pristine()));
    me.attach().expect("free");
    assert!(code.enter(&mine, &policy, &me, pristine).is_own);
    let growing = thread::spawn({
        let (policy, code) = (policy.clone(), code.clone());
        move || {
            other.attach().expect("free");
            assert!(code.enter(&others, &policy, &other, pristine).is_own);
            other.safepoint();
        }
    });
    let own = code.get(&mine).expect("it was there").as_ptr();
    me.safepoint();
    assert_eq!(code.get(&mine).expect("it stays").as_ptr(), own);
    me.detach();
    growing.join().expect("it grows the table");
}

fn a_copy_added_while_the_table_grows_is_kept() {
    let interpreter = InterpreterState::for_model();
    let policy = Arc::new(ThreadLocalBytecode::new(1 << 20));
    let [_main, one, two] = [0; 3].map(|_| policy.reserve());
    let code = Arc::new(CodeCopies::new(pristine()));
    let other = interpreter.new_thread_state(Whence::Threading).expect("a state");
    let growing = thread::spawn({
        let (policy, code) = (policy.clone(), code.clone());
        move || {
            other.attach().expect("free");
            assert!(code.enter(&two, &policy, &other, pristine).is_own);
            two
        }
    });
    let me = interpreter.new_thread_state(Whence::Threading).expect("a state");
    me.attach().expect("free");
    let own = code.enter(&one, &policy, &me, pristine).words.as_ptr();
    assert_eq!(code.get(&one).expect("just added").as_ptr(), own);
    me.detach();
    let two = growing.join().expect("it grows the table");
    assert_eq!(code.get(&one).map(<[_]>::as_ptr), Some(own));
    assert!(code.get(&two).is_some());
}

fn the_cold_copy_is_made_once_and_seen_whole() {
    let interpreter = InterpreterState::for_model();
    // No byte for copies, so everyone stays with the shared one.
    let policy = Arc::new(ThreadLocalBytecode::new(0));
    let [_main, one, two] = [0; 3].map(|_| policy.reserve());
    let code = Arc::new(CodeCopies::new(pristine()));
    let made = Arc::new(UnsafeCell::new(0));
    let run = |index: &Index,
               policy: &ThreadLocalBytecode,
               code: &CodeCopies,
               made: &UnsafeCell<u32>,
               me: &ThreadRef| {
        let entered = code.enter(index, policy, me, || {
            // SAFETY: the law under test.
            made.with_mut(|made| unsafe { *made += 1 });
            pristine()
        });
        // SAFETY: the law under test.
        assert_eq!(made.with(|made| unsafe { *made }), 1);
        assert_eq!(entered.words[0].load(Relaxed), 7);
    };
    let [me, other] = [0, 1].map(|_| interpreter.new_thread_state(Whence::Threading).expect("a state"));
    let thread = thread::spawn({
        let (policy, code, made) = (policy.clone(), code.clone(), made.clone());
        move || {
            other.attach().expect("free");
            run(&two, &policy, &code, &made, &other);
        }
    });
    me.attach().expect("free");
    run(&one, &policy, &code, &made, &me);
    me.detach();
    thread.join().expect("it comes through");
}

fn instrumentation_wins_over_specialisation() {
    let word = Arc::new(AtomicU64::new(7));
    let instrumenter = thread::spawn({
        let word = word.clone();
        move || instrument(&word, |found| found | INSTRUMENTED)
    });
    let specialised = specialise(&word, 7, 8);
    let replaced = instrumenter.join().expect("it instruments");
    assert_eq!(specialised, replaced == 8);
    assert_eq!(word.load(Relaxed), replaced | INSTRUMENTED);
}
