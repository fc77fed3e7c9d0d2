//! What the common operations cost on this machine: `cargo run --release -p ungil-tstate --example cost`.
//!
//! Best of several rounds on one thread. Read the ratios; the nanoseconds are the machine's.

use std::hint::black_box;
use std::time::Instant;

use ungil_tstate::heap::HeapKind;
use ungil_tstate::{InterpreterState, Mutex, Whence};

fn time(name: &str, times: u32, mut run: impl FnMut()) {
    let round = |_| {
        let began = Instant::now();
        (0..times).for_each(|_| run());
        began.elapsed().as_secs_f64() * 1e9 / f64::from(times)
    };
    println!("{name:<36} {:>8.2} ns", (0..7).map(round).fold(f64::INFINITY, f64::min));
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let interpreter = InterpreterState::new()?;
    let me = interpreter.new_thread_state(Whence::Main)?;
    me.attach()?;

    for (kind, size) in [(HeapKind::Collected, 48), (HeapKind::Collected, 400), (HeapKind::Raw, 48)] {
        time(&format!("allocate and free {size} bytes, {kind:?}"), 1_000_000, || {
            let size = black_box(size);
            // SAFETY: attached; the block is nobody else's.
            unsafe {
                let block = me.alloc(kind, size).expect("memory");
                me.free(kind, size, black_box(block));
            }
        });
    }
    // SAFETY: attached.
    time("count an allocation", 10_000_000, || unsafe { me.count_allocations(black_box(1)) });
    let limits = me.stack_limits();
    time("check the stack", 10_000_000, || {
        black_box(limits.check());
    });
    time("poll the breaker", 10_000_000, || {
        black_box(me.breaker().is_clear());
    });
    time("safepoint with nothing to do", 1_000_000, || {
        me.safepoint();
    });
    time("detach and attach (blocking)", 1_000_000, || me.blocking(|| ()));
    let lock = Mutex::new(0);
    time("lock and unlock", 1_000_000, || *lock.lock(None) += 1);
    time("stop and start an idle world", 100_000, || drop(interpreter.stop_the_world(&me)));
    time("make and end a thread state", 100_000, || drop(interpreter.new_thread_state(Whence::Threading)));
    Ok(())
}
