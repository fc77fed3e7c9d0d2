//! Putting strings together: `+`, `+=` and joining, each with one allocation and one copy.
//!
//! `left += right` grows a string in place where the reference that is given up is the only one: blocks are made with a quarter of
//! room behind the text then, so that building a string piece by piece copies each character a bounded number of times.

use std::sync::atomic::Ordering;

use ungil_text::{Kind, TextBuf, TextRef};

use super::{NO_HASH, Str, unit_bytes};
use crate::object::{Obj, Object};
use crate::thread::Thread;
use crate::value::Ref;

/// `left + right`.
#[inline]
pub fn concat(t: &Thread, left: &Object<Str>, right: &Object<Str>) -> Obj<Str> {
    joined(t, left, right, 0)
}

/// `left + right`, where the caller gives up `left`.
#[inline]
pub fn append(t: &Thread, mut left: Obj<Str>, right: &Object<Str>) -> Obj<Str> {
    let fits = left.kind == right.kind && !left.is_empty() && !std::ptr::eq(&*left, right);
    let is_plain = left.borrow().downcast_exact::<Str>(t).is_some() && !left.is_interned();
    if !fits || !is_plain || !left.header().is_unique(t.owner()) {
        return concat(t, &left, right);
    }
    let room = left.room.load(Ordering::Relaxed) as usize;
    match t.extend_bytes(&mut left, &right.units, room) {
        Some(rest) => {
            left.room.store(u32::try_from(rest).unwrap_or(u32::MAX), Ordering::Relaxed);
            left.hash.store(NO_HASH, Ordering::Relaxed);
            left
        }
        None => joined(t, &left, right, (left.units.len() + right.units.len()) / 4),
    }
}

fn joined(t: &Thread, left: &Object<Str>, right: &Object<Str>, room: usize) -> Obj<Str> {
    if right.is_empty() {
        return left.plain(t);
    }
    if left.is_empty() {
        return right.plain(t);
    }
    if left.kind == right.kind {
        let bytes = left.units.len() + right.units.len();
        return Str::allocate(t, left.kind, bytes, room, |new| {
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
    let mut bytes = unit_bytes(separator).len() * parts.len().saturating_sub(1);
    let mut is_ascii = separator.kind() == Kind::Ascii;
    for part in parts.clone() {
        bytes += part.units.len();
        is_ascii &= part.kind == Kind::Ascii;
    }
    if !is_ascii {
        return Str::from_buf(t, &separator.join(parts.map(|part| part.text())));
    }
    let separator = unit_bytes(separator);
    Str::allocate(t, Kind::Ascii, bytes, 0, |new| {
        for (nth, part) in parts.enumerate() {
            if nth > 0 && !separator.is_empty() {
                new.push(separator);
            }
            new.push(&part.units);
        }
    })
}

/// Strings and immediate integers, which are shown in decimal, one after another; `None` if there is anything else.
pub fn concat_parts(t: &Thread, parts: &[Ref<'_>]) -> Option<Obj<Str>> {
    let (mut bytes, mut is_ascii) = (0, true);
    for part in parts {
        match part.as_small_int() {
            Some(int) => bytes += decimal_length(int),
            None => {
                let text = part.downcast::<Str>()?;
                bytes += text.units.len();
                is_ascii &= text.kind == Kind::Ascii;
            }
        }
    }
    if !is_ascii {
        return Some(concat_wide(t, parts));
    }
    Some(Str::allocate(t, Kind::Ascii, bytes, 0, |new| {
        for part in parts {
            match (part.as_small_int(), part.downcast::<Str>()) {
                (Some(int), _) => new.push(itoa::Buffer::new().format(int).as_bytes()),
                (_, Some(text)) => new.push(&text.units),
                _ => {}
            }
        }
    }))
}

#[cold]
fn concat_wide(t: &Thread, parts: &[Ref<'_>]) -> Obj<Str> {
    let mut whole = TextBuf::new();
    for part in parts {
        match (part.as_small_int(), part.downcast::<Str>()) {
            (Some(int), _) => whole.push_str(itoa::Buffer::new().format(int)),
            (_, Some(text)) => whole.push_text(text.text()),
            _ => {}
        }
    }
    Str::from_buf(t, &whole)
}

/// The number of characters that show an integer in decimal.
#[inline(always)]
fn decimal_length(int: i64) -> usize {
    usize::from(int < 0) + int.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 1
}
