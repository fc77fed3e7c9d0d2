//! The index pool: a small dense number for each thread, by which it finds its copies of code.
//!
//! Indices are handed out smallest first, so that the arrays that they index stay short. The thread that gives an index
//! back and the one that gets it next are ordered by the pool's lock: what the first did to its copies happens-before
//! the second uses them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use ungil_tstate::Mutex;

/// Hands out indices. One for each interpreter.
#[derive(Default)]
pub struct IndexPool(Mutex<Numbers>);

#[derive(Default)]
struct Numbers {
    /// Smallest first. Its capacity is ensured when an index is reserved, so that giving one back cannot fail.
    free: BinaryHeap<Reverse<u32>>,
    /// The smallest index that was never handed out.
    next: u32,
}

impl IndexPool {
    /// All indices are free.
    pub fn new() -> IndexPool {
        IndexPool::default()
    }

    /// Takes the smallest free index. It is given back when the [`Index`] is dropped.
    pub fn reserve(self: &Arc<Self>) -> Index {
        let mut numbers = self.0.lock(None);
        let number = match numbers.free.pop() {
            Some(Reverse(number)) => number,
            None => {
                numbers.next += 1;
                let (needed, free) = (numbers.next as usize, numbers.free.len());
                numbers.free.reserve(needed - free);
                numbers.next - 1
            }
        };
        Index { number, pool: self.clone() }
    }

    /// Which indices are in use: entry `i` is `true` if some thread has index `i`.
    pub fn in_use(&self) -> Vec<bool> {
        let numbers = self.0.lock(None);
        let mut used = vec![true; numbers.next as usize];
        for Reverse(free) in &numbers.free {
            used[*free as usize] = false;
        }
        used
    }
}

/// A thread's index, its own until it is dropped.
pub struct Index {
    number: u32,
    pool: Arc<IndexPool>,
}

impl Index {
    /// The number. Zero has the main copies.
    #[inline(always)]
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        self.pool.0.lock(None).free.push(Reverse(self.number));
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Index").field(&self.number).finish()
    }
}

#[cfg(all(test, not(ungil_loom)))]
mod tests {
    use super::*;

    #[test]
    fn indices_are_dense_and_the_smallest_comes_first() {
        let pool = Arc::new(IndexPool::new());
        let mut all: Vec<_> = (0..5).map(|_| pool.reserve()).collect();
        assert_eq!(all.iter().map(Index::number).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        drop(all.remove(3));
        drop(all.remove(1));
        assert_eq!(pool.in_use(), [true, false, true, false, true]);
        let (one, three, five) = (pool.reserve(), pool.reserve(), pool.reserve());
        assert_eq!([one.number(), three.number(), five.number()], [1, 3, 5]);
    }

    #[test]
    fn no_two_threads_have_one_index() {
        let pool = Arc::new(IndexPool::new());
        let held: Vec<_> = (0..8).map(|_| std::sync::atomic::AtomicBool::new(false)).collect();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..2000 {
                        let index = pool.reserve();
                        let mine = &held[index.number() as usize];
                        assert!(!mine.swap(true, std::sync::atomic::Ordering::Relaxed));
                        mine.store(false, std::sync::atomic::Ordering::Relaxed);
                    }
                });
            }
        });
        assert!(pool.in_use().iter().all(|used| !used));
    }
}
