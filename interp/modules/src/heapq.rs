//! `_heapq`: lists as heaps (J. W. J. Williams, "Algorithm 232: Heapsort", CACM 7(6), 1964).
//!
//! Comparisons may run code that changes the list; each operation notes the length and raises when it differs afterwards.

use ungil_macros::module;
use ungil_objects::object::Object;
use ungil_objects::protocol::compare::{self, Comparison};
use ungil_objects::types::list::List;
use ungil_objects::{Ref, Result, Thread, Value, raise};

/// Lists as binary heaps: the item that comes first is always at index 0.
#[module(name = "_heapq")]
pub mod module {
    use super::*;

    /// Adds an item to a heap and lets it rise to its place.
    #[function]
    fn heappush(t: &mut Thread, heap: Ref<'_>, item: Ref<'_>) -> Result<()> {
        push(t, Heap::of(t, heap, Order::Least, "heappush")?, item)
    }

    /// Like heappush(), for a heap with the greatest item first.
    #[function]
    fn heappush_max(t: &mut Thread, heap: Ref<'_>, item: Ref<'_>) -> Result<()> {
        push(t, Heap::of(t, heap, Order::Greatest, "heappush_max")?, item)
    }

    /// Takes the least item out of a heap and answers with it; an IndexError tells that the heap is empty.
    #[function]
    fn heappop(t: &mut Thread, heap: Ref<'_>) -> Result<Value> {
        pop(t, Heap::of(t, heap, Order::Least, "heappop")?)
    }

    /// Like heappop(), for a heap with the greatest item first.
    #[function]
    fn heappop_max(t: &mut Thread, heap: Ref<'_>) -> Result<Value> {
        pop(t, Heap::of(t, heap, Order::Greatest, "heappop_max")?)
    }

    /// Puts item in place of the least one, with which it answers; the heap keeps its size and must not be empty.
    ///
    /// The answer was in the heap before, so it can be greater than item; heappushpop() looks at item, too.
    #[function]
    fn heapreplace(t: &mut Thread, heap: Ref<'_>, item: Ref<'_>) -> Result<Value> {
        replace(t, Heap::of(t, heap, Order::Least, "heapreplace")?, item)
    }

    /// Like heapreplace(), for a heap with the greatest item first.
    #[function]
    fn heapreplace_max(t: &mut Thread, heap: Ref<'_>, item: Ref<'_>) -> Result<Value> {
        replace(t, Heap::of(t, heap, Order::Greatest, "heapreplace_max")?, item)
    }

    /// Answers with the least among item and what is in the heap, which keeps the others.
    ///
    /// That takes one pass at most, where heappush() and heappop() take two.
    #[function]
    fn heappushpop(t: &mut Thread, heap: Ref<'_>, item: Ref<'_>) -> Result<Value> {
        push_pop(t, Heap::of(t, heap, Order::Least, "heappushpop")?, item)
    }

    /// Like heappushpop(), for a heap with the greatest item first.
    #[function]
    fn heappushpop_max(t: &mut Thread, heap: Ref<'_>, item: Ref<'_>) -> Result<Value> {
        push_pop(t, Heap::of(t, heap, Order::Greatest, "heappushpop_max")?, item)
    }

    /// Orders a list as a heap, in time proportional to its length.
    #[function]
    fn heapify(t: &mut Thread, heap: Ref<'_>) -> Result<()> {
        order_all(t, Heap::of(t, heap, Order::Least, "heapify")?)
    }

    /// Like heapify(), for a heap with the greatest item first.
    #[function]
    fn heapify_max(t: &mut Thread, heap: Ref<'_>) -> Result<()> {
        order_all(t, Heap::of(t, heap, Order::Greatest, "heapify_max")?)
    }
}

/// Which element comes first.
#[derive(Copy, Clone)]
enum Order {
    Least,
    Greatest,
}

/// A list in heap order: no element comes before its parent.
#[derive(Copy, Clone)]
struct Heap<'a> {
    list: &'a Object<List>,
    order: Order,
}

impl<'a> Heap<'a> {
    fn of(t: &Thread, list: Ref<'a>, order: Order, function: &str) -> Result<Heap<'a>> {
        match list.downcast::<List>() {
            Some(list) => Ok(Heap { list, order }),
            None => {
                let class = list.class(t).name(t);
                raise!(t, TypeError, "{function}() argument must be list, not {class}")
            }
        }
    }

    fn get(self, t: &Thread, index: usize) -> Result<Value> {
        match self.list.get(t, index) {
            Some(item) => Ok(item),
            None => raise!(t, RuntimeError, "list changed size during iteration"),
        }
    }

    fn set(self, t: &Thread, index: usize, item: Value) -> Result<()> {
        match self.list.items().replace(t, self.list.header(), index, item) {
            Ok(_) => Ok(()),
            Err(_) => raise!(t, RuntimeError, "list changed size during iteration"),
        }
    }

    /// Whether `a` comes before `b`. The list must keep its length meanwhile.
    fn is_before(self, t: &mut Thread, a: &Value, b: &Value, len: usize) -> Result<bool> {
        let (a, b) = match self.order {
            Order::Least => (a, b),
            Order::Greatest => (b, a),
        };
        let answer = compare::holds(t, Comparison::Less, a.borrow(), b.borrow())?;
        if self.list.len() != len {
            raise!(t, RuntimeError, "list changed size during iteration");
        }
        Ok(answer)
    }

    /// Moves the element at `at` up to its place, not above `top`.
    fn rise(self, t: &mut Thread, top: usize, mut at: usize) -> Result<()> {
        let len = self.list.len();
        let item = self.get(t, at)?;
        while at > top {
            let parent_at = (at - 1) / 2;
            let parent = self.get(t, parent_at)?;
            if !self.is_before(t, &item, &parent, len)? {
                break;
            }
            self.set(t, at, parent)?;
            self.set(t, parent_at, item.clone())?;
            at = parent_at;
        }
        Ok(())
    }

    /// Moves the element at `top` down to its place: along the first children to a leaf, and up again. That takes fewer
    /// comparisons than stopping on the way, since what is put in at the top mostly was a leaf (D. Knuth, TAOCP volume 3, 5.2.3).
    fn sink(self, t: &mut Thread, top: usize) -> Result<()> {
        let len = self.list.len();
        let mut at = top;
        while 2 * at + 1 < len {
            let mut child_at = 2 * at + 1;
            let mut child = self.get(t, child_at)?;
            if child_at + 1 < len {
                let right = self.get(t, child_at + 1)?;
                if !self.is_before(t, &child, &right, len)? {
                    (child_at, child) = (child_at + 1, right);
                }
            }
            let item = self.get(t, at)?;
            self.set(t, at, child)?;
            self.set(t, child_at, item)?;
            at = child_at;
        }
        self.rise(t, top, at)
    }
}

fn push(t: &mut Thread, heap: Heap<'_>, item: Ref<'_>) -> Result<()> {
    heap.list.push(t, item.to_value());
    let last = heap.list.len().saturating_sub(1);
    heap.rise(t, 0, last)
}

fn pop(t: &mut Thread, heap: Heap<'_>) -> Result<Value> {
    let Some(last) = heap.list.items().pop(t, heap.list.header()) else {
        raise!(t, IndexError, "index out of range");
    };
    if heap.list.is_empty() {
        return Ok(last);
    }
    put_first(t, heap, last)
}

/// Replaces the first element and answers with it.
fn put_first(t: &mut Thread, heap: Heap<'_>, item: Value) -> Result<Value> {
    match heap.list.items().replace(t, heap.list.header(), 0, item) {
        Ok(first) => {
            heap.sink(t, 0)?;
            Ok(first)
        }
        Err(_) => raise!(t, IndexError, "index out of range"),
    }
}

fn replace(t: &mut Thread, heap: Heap<'_>, item: Ref<'_>) -> Result<Value> {
    put_first(t, heap, item.to_value())
}

fn push_pop(t: &mut Thread, heap: Heap<'_>, item: Ref<'_>) -> Result<Value> {
    let Some(first) = heap.list.get(t, 0) else { return Ok(item.to_value()) };
    let len = heap.list.len();
    if !heap.is_before(t, &first, &item.to_value(), len)? {
        return Ok(item.to_value());
    }
    put_first(t, heap, item.to_value())
}

fn order_all(t: &mut Thread, heap: Heap<'_>) -> Result<()> {
    (0..heap.list.len() / 2).rev().try_for_each(|top| heap.sink(t, top))
}
