//! Wakes the main thread out of its waits for locks when a signal arrives.
//!
//! The handler that the kernel runs may take no lock, so it cannot wake a parked thread. It posts a semaphore, which is safe there, and a
//! thread of the runtime's own, the *watcher*, answers each post by interrupting the main thread. The watcher is started when the
//! main thread first has to wait; before that, and where the system has no semaphores, nobody is woken.
//!
//! **Protocol.** The handler raises the main thread's breaker, fences, and posts if `IS_READY`. The main thread makes the watcher, sets `IS_READY`,
//! and then waits, before which it fences and looks at its breaker (`ThreadState::sleep_interruptibly`). In the order of the
//! fences, either the handler sees `IS_READY` and posts, or the main thread sees its breaker and does not sleep. The release of
//! `IS_READY` pairs with the handler's acquire: who posts sees the semaphore made.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering, fence};

use ungil_objects::{Interpreter, Thread};
use ungil_tstate::Bits;

/// The watcher's stack: it calls little.
const STACK: usize = 64 << 10;

struct Semaphore(UnsafeCell<MaybeUninit<libc::sem_t>>);

// SAFETY: once made, it is only used by the system's functions, which are made for sharing.
unsafe impl Sync for Semaphore {}

static ARRIVALS: Semaphore = Semaphore(UnsafeCell::new(MaybeUninit::uninit()));
static IS_READY: AtomicBool = AtomicBool::new(false);

impl Semaphore {
    fn get(&self) -> *mut libc::sem_t {
        self.0.get().cast()
    }
}

/// Lets the watcher know that a signal has arrived, after the breaker was raised. Safe in a signal handler.
pub(super) fn post() {
    fence(Ordering::SeqCst);
    if IS_READY.load(Ordering::Acquire) {
        // SAFETY: the semaphore was made before `IS_READY` was set, and is never destroyed.
        unsafe { libc::sem_post(ARRIVALS.get()) };
    }
}

/// Starts the watcher if there is none yet. For the main thread, before it waits.
pub(super) fn start(t: &Thread) {
    static ONCE: Once = Once::new();
    let interpreter = t.interpreter();
    let Some(main) = t.owner().id() else { return };
    ONCE.call_once(|| {
        // SAFETY: nobody else uses it before `IS_READY` is set.
        if unsafe { libc::sem_init(ARRIVALS.get(), 0, 0) } != 0 {
            return;
        }
        let watcher = std::thread::Builder::new().name("signals".into()).stack_size(STACK);
        let started = watcher.spawn(move || watch(interpreter, main));
        IS_READY.store(started.is_ok(), Ordering::Release);
    });
}

fn watch(interpreter: &'static Interpreter, main: u16) {
    block_signals();
    loop {
        // SAFETY: the semaphore was made before this thread was, and is never destroyed.
        if unsafe { libc::sem_wait(ARRIVALS.get()) } == 0 {
            interpreter.state().interrupt(main, Bits::SIGNAL);
        }
    }
}

/// Leaves signals to the threads of the program.
fn block_signals() {
    let mut signals = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: `sigfillset` fills the set that the mask is read from.
    unsafe {
        libc::sigfillset(signals.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, signals.as_ptr(), std::ptr::null_mut());
    }
}
