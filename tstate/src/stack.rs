//! Native stack limits: how far down this thread's stack may recursion go.
//!
//! Limits are addresses. They are found once per thread from the platform, or set by an embedder that runs on a
//! stack of its own (fibers, coroutines), and checked by one compare against the stack pointer wherever native code
//! recurses:
//!
//! ```text
//!   top   ┌──────────────┐  stacks grow downwards
//!         │  free to use │
//!   soft  ├──────────────┤  below: raise RecursionError; what is left is enough to build and print a traceback
//!         │  soft margin │
//!   hard  ├──────────────┤  below: abort with a message, since the next page fault would kill the process silently
//!         │  hard margin │
//!   base  └──────────────┘
//! ```
//!
//! A stack pointer outside `base..top` belongs to a stack that nobody told us of; it is let through.
//!
//! Source of the scheme: CPython 3.14, `Python/ceval.c` (margins there are 16 KiB each).

/// What is left of the stack below the hard limit: enough for an abort's message.
const HARD_MARGIN: usize = 64 << 10;

/// What is left between soft and hard limit: enough for raising and for printing a traceback. Unoptimised frames are
/// several times as large.
const SOFT_MARGIN: usize = if cfg!(debug_assertions) { 384 << 10 } else { 128 << 10 };

/// Assumed where the platform does not tell: what is surely there below the current frame.
const ASSUMED_SIZE: usize = 1 << 20;

/// The bounds of a native stack and the limits derived from them. All are addresses, all sizes are bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackLimits {
    base: usize,
    top: usize,
    hard: usize,
    soft: usize,
}

/// Where a stack pointer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StackRoom {
    /// Above the soft limit, or on a stack that is not the one these limits describe.
    Enough,
    /// Below the soft limit: raise `RecursionError`.
    BelowSoft,
    /// Below the hard limit: abort with a message.
    BelowHard,
}

impl StackLimits {
    /// The limits of the calling thread's stack, as the platform reports it.
    ///
    /// The main thread's stack may take the system some tens of microseconds to look up; ask once per thread.
    pub fn of_current_thread() -> StackLimits {
        match platform_bounds() {
            Some((base, size)) => StackLimits::of_stack(base, size),
            None => StackLimits::of_stack(stack_pointer().saturating_sub(ASSUMED_SIZE), ASSUMED_SIZE),
        }
    }

    /// The limits of a stack whose lowest usable address is `base` and which is `size` bytes long.
    ///
    /// On a stack too small for the usual margins they shrink to an eighth and a quarter of it.
    pub fn of_stack(base: usize, size: usize) -> StackLimits {
        let top = base.saturating_add(size);
        let hard = base.saturating_add(HARD_MARGIN.min(size / 8));
        let soft = hard.saturating_add(SOFT_MARGIN.min(size / 4));
        StackLimits { base, top, hard, soft }
    }

    /// The soft limit, for compiled code that compares by itself.
    pub fn soft(&self) -> usize {
        self.soft
    }

    /// Whether `address` lies on this stack.
    pub fn contains(&self, address: usize) -> bool {
        (self.base..self.top).contains(&address)
    }

    /// How many bytes lie between the calling function's frame and the soft limit; 0 below it.
    #[inline]
    pub fn remaining(&self) -> usize {
        stack_pointer().saturating_sub(self.soft)
    }

    /// How many bytes of this stack are in use by the calling function and its callers.
    pub fn used(&self) -> usize {
        self.top.saturating_sub(stack_pointer())
    }

    /// The length of the stack.
    pub fn size(&self) -> usize {
        self.top - self.base
    }

    /// Where the calling function stands. One compare when there is room.
    #[inline(always)]
    pub fn check(&self) -> StackRoom {
        let sp = stack_pointer();
        if sp >= self.soft { StackRoom::Enough } else { self.below_soft(sp) }
    }

    #[cold]
    #[inline(never)]
    fn below_soft(&self, sp: usize) -> StackRoom {
        match sp {
            _ if sp < self.base => StackRoom::Enough,
            _ if sp < self.hard => StackRoom::BelowHard,
            _ => StackRoom::BelowSoft,
        }
    }
}

/// The stack pointer of the calling function.
#[inline(always)]
pub fn stack_pointer() -> usize {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        let sp: usize;
        // SAFETY: reads a register.
        unsafe { std::arch::asm!("mov {}, rsp", out(reg) sp, options(nomem, nostack, preserves_flags)) };
        sp
    }
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    {
        let sp: usize;
        // SAFETY: reads a register.
        unsafe { std::arch::asm!("mov {}, sp", out(reg) sp, options(nomem, nostack, preserves_flags)) };
        sp
    }
    #[cfg(any(miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
    {
        let marker = 0u8;
        (&raw const marker).addr()
    }
}

/// Base and size of this thread's stack. musl's answer for the main thread covers only what is mapped already and is
/// not asked for.
#[cfg(all(any(target_os = "linux", target_os = "android"), not(target_env = "musl"), not(miri)))]
fn platform_bounds() -> Option<(usize, usize)> {
    // SAFETY: the attributes are initialised by `pthread_getattr_np` before they are read, and destroyed once.
    unsafe {
        let mut attributes = std::mem::zeroed::<libc::pthread_attr_t>();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return None;
        }
        let (mut base, mut size, mut guard) = (std::ptr::null_mut(), 0, 0);
        let known = libc::pthread_attr_getstack(&attributes, &mut base, &mut size) == 0
            && libc::pthread_attr_getguardsize(&attributes, &mut guard) == 0;
        libc::pthread_attr_destroy(&mut attributes);
        known.then(|| (base.addr() + guard, size.saturating_sub(guard)))
    }
}

#[cfg(all(target_vendor = "apple", not(miri)))]
fn platform_bounds() -> Option<(usize, usize)> {
    // SAFETY: both calls only read facts of the calling thread.
    let (top, size) = unsafe {
        let me = libc::pthread_self();
        (libc::pthread_get_stackaddr_np(me).addr(), libc::pthread_get_stacksize_np(me))
    };
    Some((top.checked_sub(size)?, size))
}

#[cfg(all(windows, not(miri)))]
fn platform_bounds() -> Option<(usize, usize)> {
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetCurrentThreadStackLimits(low: *mut usize, high: *mut usize);
    }
    let (mut low, mut high) = (0, 0);
    // SAFETY: both pointers are valid for a write.
    unsafe { GetCurrentThreadStackLimits(&mut low, &mut high) };
    // The lowest pages are the guard that turns an overflow into an exception.
    let guard = 16 << 10;
    Some((low + guard, (high - low).saturating_sub(guard)))
}

#[cfg(any(
    miri,
    not(any(
        all(any(target_os = "linux", target_os = "android"), not(target_env = "musl")),
        target_vendor = "apple",
        windows
    ))
))]
fn platform_bounds() -> Option<(usize, usize)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recurses natively until the check says stop; returns how deep it came.
    #[inline(never)]
    fn descend(limits: &StackLimits, depth: usize) -> usize {
        let frame = std::hint::black_box([depth; 64]);
        match limits.check() {
            StackRoom::Enough => descend(limits, depth + 1) + frame[0] - depth,
            room => {
                assert_eq!(room, StackRoom::BelowSoft);
                depth
            }
        }
    }

    fn on_stack_of(bytes: usize, run: impl FnOnce(StackLimits) + Send + 'static) {
        let run = move || run(StackLimits::of_current_thread());
        std::thread::Builder::new().stack_size(bytes).spawn(run).expect("thread").join().expect("no panic");
    }

    #[test]
    fn the_current_frame_lies_on_the_reported_stack() {
        for bytes in [256 << 10, 2 << 20, 32 << 20] {
            on_stack_of(bytes, move |limits| {
                assert!(limits.contains(stack_pointer()));
                assert!(limits.size() >= bytes / 2 && limits.size() <= bytes * 2, "{limits:?}");
                assert!(limits.remaining() > 0 && limits.used() > 0);
                assert_eq!(limits.check(), StackRoom::Enough);
            });
        }
    }

    #[test]
    fn recursion_stops_before_the_stack_ends_and_deeper_on_a_larger_stack() {
        on_stack_of(2 << 20, |limits| {
            let small = descend(&limits, 0);
            on_stack_of(8 << 20, move |limits| assert!(descend(&limits, 0) > 3 * small));
        });
    }

    #[test]
    fn a_foreign_stack_is_let_through() {
        let here = stack_pointer();
        assert_eq!(StackLimits::of_stack(here + (1 << 20), 1 << 20).check(), StackRoom::Enough);
        assert_eq!(StackLimits::of_stack(here - (8 << 20), 1 << 20).check(), StackRoom::Enough);
        let almost_all_used = StackLimits::of_stack(here - (100 << 10), 8 << 20);
        assert_eq!(almost_all_used.check(), StackRoom::BelowSoft);
        assert_eq!(almost_all_used.remaining(), 0);
        assert_eq!(StackLimits::of_stack(here - (8 << 10), 8 << 20).check(), StackRoom::BelowHard);
    }
}
