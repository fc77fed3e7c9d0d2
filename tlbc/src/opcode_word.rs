//! One instruction word, written by a specialising thread and by whoever instruments the code.
//!
//! Protocol. The thread that runs a copy specialises it without locks: it fills the inline caches, which it alone reads,
//! and then changes the instruction's word, but only from exactly the word it decided on. An instrumenter, on any
//! thread, changes the word from whatever it finds. Both are compare-and-swaps, so the word's modification order decides:
//! if the instrumenter was first, the specialiser fails and leaves its caches unused; if it was second, it has seen the
//! specialised word and maps that. Either way the instrumented word stands. Nothing else is published by the word, so
//! relaxed orderings do.

use std::sync::atomic::Ordering::Relaxed;

use ungil_qsbr::step;
use ungil_qsbr::sync::atomic::AtomicU64;

/// Replaces the instruction word `seen` by its specialised form. Returns whether it did; if the word was changed by
/// an instrumenter meanwhile, it stays as that left it.
#[inline]
pub fn specialise(word: &AtomicU64, seen: u64, specialised: u64) -> bool {
    step!(
        "tlbc.specialise.compare",
        word.compare_exchange(seen, specialised, Relaxed, Relaxed).is_ok(),
        otherwise {
            let unchanged = word.load(Relaxed) == seen;
            if unchanged {
                word.store(specialised, Relaxed);
            }
            unchanged
        }
    )
}

/// Replaces whatever word is there by what `map` makes of it, and returns the one replaced. `map` may be called
/// several times, and gives a word back unchanged that needs no change.
pub fn instrument(word: &AtomicU64, map: impl Fn(u64) -> u64) -> u64 {
    let mut found = word.load(Relaxed);
    loop {
        let to = map(found);
        if to == found {
            return found;
        }
        match word.compare_exchange_weak(found, to, Relaxed, Relaxed) {
            Ok(_) => return found,
            Err(now) => found = now,
        }
    }
}

#[cfg(all(test, not(ungil_loom)))]
mod tests {
    use super::*;

    #[test]
    fn instrumentation_wins() {
        let word = AtomicU64::new(10);
        assert!(specialise(&word, 10, 11));
        assert!(!specialise(&word, 10, 12));
        assert_eq!(instrument(&word, |found| found | 0x80), 11);
        assert!(!specialise(&word, 11, 13));
        assert_eq!(instrument(&word, |found| found | 0x80), 0x8b);
        assert_eq!(word.load(Relaxed), 0x8b);
    }
}
