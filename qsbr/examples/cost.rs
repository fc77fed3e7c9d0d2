//! What the operations cost on one thread, in nanoseconds each.

use std::hint::black_box;
use std::time::Instant;
use ungil_qsbr::{Block, Domain, Retired};

const ROUNDS: u32 = 5_000_000;

fn measure(name: &str, mut operation: impl FnMut()) {
    let time = (0..5).map(|_| {
        let began = Instant::now();
        (0..ROUNDS).for_each(|_| operation());
        began.elapsed().as_nanos() as f64 / f64::from(ROUNDS)
    });
    println!("{name:<44} {:>6.2} ns", time.fold(f64::INFINITY, f64::min));
}

fn main() {
    unsafe fn nothing(_: *mut u8, _: usize) {}
    let block = Block { pointer: std::ptr::null_mut(), bytes: 64, free: nothing, context: 0 };
    let domain = Domain::new();
    let slot = domain.register();
    let retired = Retired::new(&domain);

    measure("online, offline", || {
        slot.online();
        slot.offline();
    });
    slot.online();
    measure("quiescent, the clock at rest", || slot.quiescent());
    measure("quiescent, the clock moving", || {
        domain.advance();
        slot.quiescent();
    });
    let goal = domain.advance();
    slot.quiescent();
    measure("poll, a goal that was reached", || {
        black_box(domain.poll(goal));
    });
    measure("retire, process and free", || {
        // SAFETY: the block is nothing, and freed by doing nothing.
        unsafe { retired.retire(&slot, block) };
        if retired.should_process() {
            slot.quiescent();
            retired.process(&slot);
        }
    });
    measure("the same with a box of 64 bytes", || {
        // SAFETY: the box was never linked.
        unsafe { retired.retire(&slot, Block::from_box(Box::new([0u64; 8]))) };
        if retired.should_process() {
            slot.quiescent();
            retired.process(&slot);
        }
    });
}
