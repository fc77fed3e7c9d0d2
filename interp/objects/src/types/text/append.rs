//! Putting strings together: `+`, `+=` and joining, each with one allocation and one copy.
//!
//! `left += right` grows a string in place where the reference that is given up is the only one: blocks are made with a quarter of
//! room behind the text then, so that building a string piece by piece copies each character a bounded number of times.

use std::sync::atomic::Ordering;

use ungil_text::{Kind, TextBuf, TextRef};

use super::{NO_HASH, Str, unit_bytes};
use crate::object::{Obj, Object};
use crate::thread::Thread;

/// `left + right`.
#[inline]
pub fn concat(t: &Thread, left: &Object<Str>, right: &Object<Str>) -> Obj<Str> {
    joined(t, left, right, 0)
}

/// `left + right`, where the caller gives up `left`.
#[inline]
pub fn append(t: &Thread, mut left: Obj<Str>, right: &Object<Str>) -> Obj<Str> {
    if !left.header().is_unique(t.owner()) || std::ptr::eq(&*left, right) {
        return concat(t, &left, right);
    }
    let fits = left.kind == right.kind || right.kind == Kind::Ascii && right.is_empty();
    if fits && !left.is_empty() && left.borrow().downcast_exact::<Str>(t).is_some() && !left.is_interned() {
        if t.extend_bytes(&mut left, &right.units) {
            left.hash.store(NO_HASH, Ordering::Relaxed);
            return left;
        }
        let room = (left.units.len() + right.units.len()) / 4;
        return joined(t, &left, right, room);
    }
    concat(t, &left, right)
}

fn joined(t: &Thread, left: &Object<Str>, right: &Object<Str>, room: usize) -> Obj<Str> {
    if right.is_empty() {
        return left.plain(t);
    }
    if left.is_empty() {
        return right.plain(t);
    }
    let shape = t.shape_of::<Str>();
    if left.kind == right.kind {
        let bytes = left.units.len() + right.units.len();
        return Str::allocate(t, shape, left.kind, bytes, room, |new| {
            new.push(&left.units);
            new.push(&right.units);
        });
    }
    let mut whole = TextBuf::new();
    whole.reserve(left.len() + right.len());
    whole.push_text(left.text());
    whole.push_text(right.text());
    Str::from_buf(t, &whole)
}

/// The strings one after another with a separator between them.
pub fn join<'p>(
    t: &Thread,
    separator: TextRef<'_>,
    parts: impl ExactSizeIterator<Item = &'p Object<Str>> + Clone,
) -> Obj<Str> {
    let all_ascii = parts.clone().all(|part| part.kind == Kind::Ascii);
    if !all_ascii || separator.kind() != Kind::Ascii {
        return Str::from_buf(t, &separator.join(parts.map(|part| part.text())));
    }
    let separator = unit_bytes(separator);
    let separators = separator.len() * parts.len().saturating_sub(1);
    let bytes = parts.clone().map(|part| part.units.len()).sum::<usize>() + separators;
    Str::allocate(t, t.shape_of::<Str>(), Kind::Ascii, bytes, 0, |new| {
        for (nth, part) in parts.enumerate() {
            if nth > 0 && !separator.is_empty() {
                new.push(separator);
            }
            new.push(&part.units);
        }
    })
}
