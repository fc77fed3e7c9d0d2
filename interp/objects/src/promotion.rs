//! Promotion: an object for whose count threads contend becomes deferred, so that each counts it in an array of its own.
//!
//! **Evidence** is a drop whose compare-and-swap fails, because another thread changed the count between its load and
//! its store. Where threads do not meet, nothing is noticed and nothing costs. A thread that fails `STRIKES` times on one object within
//! `WINDOW` promotes it.
//!
//! **The step** is that of any object that gets an id ([`CountedObjects::assign`](ungil_refcount::CountedObjects::assign)), under the
//! lock of ids, by a thread that owns a count of the object. First the deferral's bias is added to the shared count, atomically;
//! then the header's bit is set, and an id stored. Death is only ever believed by whoever brings the shared count to zero:
//! - before the bias is added, the promoter's own count is in the header, so the sum is not zero;
//! - afterwards the bias is in it, so no thread finds zero, whether it has seen the bit or still drops through the shared word or the
//!   owner's part. A reference that was counted by id and is dropped elsewhere, or the reverse, leaves the header's count short or
//!   over by one; the sum with the threads' arrays stays right, and the collector alone forms it.
//!
//! The owner goes on with plain additions; when its part reaches zero it finds the bias and leaves. An entry that is in its merge queue
//! already is merged as ever.
//!
//! **What a program sees**: the object's death, and what it alone keeps alive, waits for the collector. So nothing is promoted whose
//! class has a finaliser, to which weak references exist, or whose layout may hold a resource (only layouts declared `deferrable` are
//! promoted); and nothing while the collector does not run by itself. A promotion hastens the next collection as much as
//! `COLLECTED_OBJECTS` new objects do. A promoted object stays so for the rest of its life.

use std::cell::Cell;
use std::ptr::NonNull;
use std::time::{Duration, Instant};

use ungil_refcount::{Bit, Header};

use crate::counts;
use crate::shape::Shape;
use crate::thread::Thread;
use crate::value::Value;

/// Failed drops of one object by one thread that make it contended.
const STRIKES: u32 = 16;
/// The time within which they must happen.
const WINDOW: Duration = Duration::from_millis(10);
/// What a promotion counts in the collector's schedule.
const COLLECTED_OBJECTS: i32 = 64;
/// How many contended objects a thread can tell apart, if their addresses are lucky.
const ENTRIES: usize = 64;

/// A thread's failed drops of late.
pub(crate) struct Contention([Cell<Option<Strikes>>; ENTRIES]);

/// Failed drops of the object at an address.
#[derive(Clone, Copy)]
struct Strikes {
    address: usize,
    number: u32,
    since: Instant,
}

impl Contention {
    pub(crate) const fn new() -> Contention {
        Contention([const { Cell::new(None) }; ENTRIES])
    }

    /// Notes a failed drop, and says whether the object is contended by now.
    fn strike(&self, object: NonNull<Header>, now: Instant) -> bool {
        let address = object.as_ptr() as usize;
        let entry = &self.0[(address >> 4) % ENTRIES];
        let number = match entry.get() {
            Some(strikes) if now.duration_since(strikes.since) < WINDOW => {
                if strikes.address != address {
                    return false;
                }
                entry.set(Some(Strikes { number: strikes.number + 1, ..strikes }));
                strikes.number + 1
            }
            _ => {
                entry.set(Some(Strikes { address, number: 1, since: now }));
                1
            }
        };
        let is_contended = number >= STRIKES;
        if is_contended {
            entry.set(None);
        }
        is_contended
    }
}

/// Notes that a drop of an object has failed, and promotes it if that is due and it may be. Says whether it was promoted.
///
/// # Safety
/// The caller owns a count of the object.
pub(crate) unsafe fn contended(t: &Thread, object: NonNull<Header>) -> bool {
    // SAFETY: promised by the caller.
    t.contention.strike(object, Instant::now()) && promote(t, unsafe { object.as_ref() })
}

/// Leaves an object's end to the collector, if it may be left to it. For tests, which cannot wait for contention.
pub fn promote_value(t: &Thread, value: &Value) -> bool {
    value.borrow().header().is_some_and(|header| !header.is_uncounted() && promote(t, header))
}

/// The caller owns a count of the object, which is shared.
fn promote(t: &Thread, header: &Header) -> bool {
    if !may_wait_for_the_collector(t, header) || counts::assign(t, header).is_none() {
        return false;
    }
    t.statistics().promoted();
    t.count_collected(COLLECTED_OBJECTS);
    true
}

/// Whether nobody can be waiting for the object's death.
fn may_wait_for_the_collector(t: &Thread, header: &Header) -> bool {
    // SAFETY: a count is held.
    let shape = unsafe { Shape::of(header) };
    t.interpreter().collects_by_itself()
        && header.has(Bit::COLLECTED)
        && !header.has(Bit::WEAKREFS)
        && shape.layout().deferrable
        && !shape.special().has_finalizer()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Addresses that share an entry, and are never followed.
    fn object(number: usize) -> NonNull<Header> {
        let address = std::num::NonZeroUsize::new(number * ENTRIES * 16);
        NonNull::without_provenance(address.expect("numbers from 1"))
    }

    #[test]
    fn many_failed_drops_within_the_window_are_contention() {
        let (contention, now) = (Contention::new(), Instant::now());
        let strikes: Vec<bool> = (0..STRIKES * 2).map(|_| contention.strike(object(1), now)).collect();
        assert_eq!(strikes.iter().filter(|contended| **contended).count(), 2);
        assert!(strikes[STRIKES as usize - 1]);
    }

    #[test]
    fn failed_drops_over_a_long_time_are_not() {
        let (contention, start) = (Contention::new(), Instant::now());
        assert!((0..STRIKES * 4).all(|n| !contention.strike(object(1), start + n * WINDOW / (STRIKES - 2))));
    }

    #[test]
    fn an_object_does_not_displace_another_within_the_window() {
        let (contention, now) = (Contention::new(), Instant::now());
        let first = (0..STRIKES).map(|_| {
            contention.strike(object(2), now);
            contention.strike(object(1), now)
        });
        assert!(!first.into_iter().any(|contended| contended));
        assert!(
            contention.strike(object(2), now + WINDOW * 2) || contention.0.iter().any(|e| e.get().is_some())
        );
    }
}
