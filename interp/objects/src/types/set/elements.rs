//! The elements of a set or frozenset, and the set algebra on them.
//!
//! The other operand is any iterable; sets and dicts among them are used as they are, with the hashes they have. An operand is copied
//! before the first element is compared, since comparing may run code that changes it.

use ungil_refcount::Header;

use super::{FrozenSet, Set};
use crate::error::{Exc, Result};
use crate::fields::Table;
use crate::protocol::{hash, iterate};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::value::{Ref, Value};

/// What an element is, in the message for one that cannot be hashed.
const ELEMENT: &str = "set element";

/// The elements of a set or frozenset.
#[derive(Copy, Clone)]
pub struct Elements<'a> {
    table: &'a Table,
    holder: &'a Header,
}

impl<'a> Elements<'a> {
    pub(super) fn new(table: &'a Table, holder: &'a Header) -> Elements<'a> {
        Elements { table, holder }
    }

    /// The elements of a set or frozenset; `None` for other values.
    #[inline]
    pub fn of(value: Ref<'a>) -> Option<Elements<'a>> {
        match value.downcast::<Set>() {
            Some(set) => Some(set.elements()),
            None => value.downcast::<FrozenSet>().map(|set| set.elements()),
        }
    }

    /// What answers quickly whether it has an element: sets and dicts.
    fn of_any_table(value: Ref<'a>) -> Option<Elements<'a>> {
        let of_dict = |dict: &'a crate::object::Object<Dict>| Elements::new(dict.table(), dict.header());
        Elements::of(value).or_else(|| value.downcast::<Dict>().map(of_dict))
    }

    pub fn table(self) -> &'a Table {
        self.table
    }

    pub fn holder(self) -> &'a Header {
        self.holder
    }

    pub fn len(self) -> usize {
        self.table.len()
    }

    pub fn is_empty(self) -> bool {
        self.table.is_empty()
    }

    /// The elements with their hashes, as they are at one moment.
    pub fn to_vec(self, t: &Thread) -> Vec<(Value, i64)> {
        self.table.to_vec(t, self.holder).into_iter().map(|(element, hash, _)| (element, hash)).collect()
    }

    /// Whether an element with this hash is there.
    ///
    /// # Errors
    /// What comparing raises.
    pub fn has(self, t: &mut Thread, element: Ref<'_>, hash: i64) -> Result<bool> {
        self.table.contains(t, self.holder, element, hash)
    }

    /// `element in set`; a set stands for the frozenset that equals it.
    ///
    /// # Errors
    /// What hashing and comparing raise.
    pub fn contains(self, t: &mut Thread, element: Ref<'_>) -> Result<bool> {
        let hash = hash_for_search(t, element)?;
        self.has(t, element, hash)
    }

    /// Adds an element.
    ///
    /// # Errors
    /// What hashing and comparing raise.
    pub fn add(self, t: &mut Thread, element: Value) -> Result<()> {
        let hash = hash::hash_key(t, element.borrow(), ELEMENT)?;
        self.add_hashed(t, element, hash)
    }

    fn add_hashed(self, t: &mut Thread, element: Value, hash: i64) -> Result<()> {
        self.table.get_or_insert(t, self.holder, element, hash, Value::NONE).map(drop)
    }

    /// Removes an element and tells whether it was there; a set stands for the frozenset that equals it.
    ///
    /// # Errors
    /// What hashing and comparing raise.
    pub fn discard(self, t: &mut Thread, element: Ref<'_>) -> Result<bool> {
        let hash = hash_for_search(t, element)?;
        Ok(self.table.remove(t, self.holder, element, hash)?.is_some())
    }

    /// Adds all elements of an iterable.
    ///
    /// # Errors
    /// What iterating, hashing and comparing raise.
    pub fn update(self, t: &mut Thread, other: Ref<'_>) -> Result<()> {
        if let Some(other) = Elements::of_any_table(other).filter(|_| iterates_plainly(t, other)) {
            for (element, hash) in other.to_vec(t) {
                self.add_hashed(t, element, hash)?;
            }
            return Ok(());
        }
        let plainly = &mut |t: &Thread, element| self.add_plainly(t, element);
        iterate::each_or(t, other, plainly, |t, element| self.add(t, element))
    }

    /// Adds an element where that runs no code; gives it back otherwise.
    fn add_plainly(self, t: &Thread, element: Value) -> Option<Value> {
        match hash::plain_hash(t, element.borrow()) {
            Some(hash) => self.table.add_plainly(t, self.holder, element, hash),
            None => Some(element),
        }
    }

    /// Removes all elements of an iterable.
    ///
    /// # Errors
    /// As [`update`](Elements::update).
    pub fn remove_all(self, t: &mut Thread, other: Ref<'_>) -> Result<()> {
        for (element, hash) in hashed(t, other)? {
            self.table.remove(t, self.holder, element.borrow(), hash)?;
        }
        Ok(())
    }

    /// Removes the elements of an iterable that are there and adds those that are not.
    ///
    /// # Errors
    /// As [`update`](Elements::update).
    pub fn toggle_all(self, t: &mut Thread, other: Ref<'_>) -> Result<()> {
        // Each element counts once, however often the iterable has it.
        let once = Set::new(t);
        once.elements().update(t, other)?;
        for (element, hash) in once.elements().to_vec(t) {
            if self.table.remove(t, self.holder, element.borrow(), hash)?.is_none() {
                self.add_hashed(t, element, hash)?;
            }
        }
        Ok(())
    }

    /// The elements that an iterable has, too.
    ///
    /// # Errors
    /// As [`update`](Elements::update).
    pub fn common(self, t: &mut Thread, other: Ref<'_>) -> Result<Vec<(Value, i64)>> {
        let (candidates, container) = match Elements::of(other) {
            Some(other) if other.len() > self.len() => (self.to_vec(t), other),
            Some(other) => (other.to_vec(t), self),
            None => {
                // The iterable may have an element several times.
                let found = Set::new(t);
                for (element, hash) in hashed(t, other)? {
                    if self.has(t, element.borrow(), hash)? {
                        found.elements().add_hashed(t, element, hash)?;
                    }
                }
                return Ok(found.elements().to_vec(t));
            }
        };
        filter(t, candidates, container, true)
    }

    /// The elements that an iterable does not have.
    ///
    /// # Errors
    /// As [`update`](Elements::update).
    pub fn without(self, t: &mut Thread, other: Ref<'_>) -> Result<Vec<(Value, i64)>> {
        if let Some(other) = Elements::of_any_table(other) {
            return filter(t, self.to_vec(t), other, false);
        }
        let rest = Set::from_distinct(t, self.to_vec(t));
        rest.elements().remove_all(t, other)?;
        Ok(rest.elements().to_vec(t))
    }

    /// Whether every element is in the other.
    ///
    /// # Errors
    /// What comparing raises.
    pub fn is_subset(self, t: &mut Thread, other: Elements<'_>) -> Result<bool> {
        if self.len() > other.len() {
            return Ok(false);
        }
        for (element, hash) in self.to_vec(t) {
            if !other.has(t, element.borrow(), hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether no element of an iterable is here.
    ///
    /// # Errors
    /// As [`update`](Elements::update).
    pub fn is_disjoint(self, t: &mut Thread, other: Ref<'_>) -> Result<bool> {
        for (element, hash) in hashed(t, other)? {
            if self.has(t, element.borrow(), hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The hash of a frozenset with these elements: independent of their order (the mixing of CPython's `Objects/setobject.c`).
    pub fn combined_hash(self, t: &Thread) -> i64 {
        let mix = |hash: u64| ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167);
        let elements = self.to_vec(t);
        let mut mixed = elements.iter().fold(0, |mixed, (_, hash)| mixed ^ mix(*hash as u64));
        mixed ^= (elements.len() as u64 + 1).wrapping_mul(1_927_868_237);
        mixed ^= (mixed >> 11) ^ (mixed >> 25);
        mixed = mixed.wrapping_mul(69_069).wrapping_add(907_133_923);
        if mixed == u64::MAX { 590_923_713 } else { mixed as i64 }
    }
}

/// Whether a set or dict is iterated as such, so that its elements can be taken without asking it.
fn iterates_plainly(t: &Thread, value: Ref<'_>) -> bool {
    let iter = |shape: &crate::shape::Shape| {
        shape.special().unary(crate::class::Unary::Iter).map(|method| method as usize)
    };
    let own = iter(value.shape(t));
    own == iter(t.shape_of::<Set>())
        || own == iter(t.shape_of::<FrozenSet>())
        || own == iter(t.shape_of::<Dict>())
}

/// The hash of what is searched for: a set, which has none, is searched for as the frozenset that equals it.
fn hash_for_search(t: &mut Thread, element: Ref<'_>) -> Result<i64> {
    match hash::hash_key(t, element, ELEMENT) {
        Err(raised) if raised.is(t, Exc::TypeError) => match element.downcast::<Set>() {
            Some(set) => Ok(set.elements().combined_hash(t)),
            None => Err(raised),
        },
        hashed => hashed,
    }
}

/// The elements of an iterable with their hashes.
fn hashed(t: &mut Thread, iterable: Ref<'_>) -> Result<Vec<(Value, i64)>> {
    if let Some(elements) = Elements::of_any_table(iterable).filter(|_| iterates_plainly(t, iterable)) {
        return Ok(elements.to_vec(t));
    }
    let mut all = Vec::new();
    iterate::each(t, iterable, |t, element| {
        let hash = hash::hash_key(t, element.borrow(), ELEMENT)?;
        all.push((element, hash));
        Ok(())
    })?;
    Ok(all)
}

/// The candidates that are in the container, or those that are not.
fn filter(
    t: &mut Thread,
    candidates: Vec<(Value, i64)>,
    container: Elements<'_>,
    wanted: bool,
) -> Result<Vec<(Value, i64)>> {
    let mut kept = Vec::new();
    for (element, hash) in candidates {
        if container.has(t, element.borrow(), hash)? == wanted {
            kept.push((element, hash));
        }
    }
    Ok(kept)
}
