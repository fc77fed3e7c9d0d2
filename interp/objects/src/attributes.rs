//! The attributes of an instance, in memory: a word of overflow, then the inline slots; which attribute lies where is the shape's.
//!
//! `[payload][overflow][slot 0][slot 1]…[slot inline-1]`
//!
//! In slot mode the overflow word is null or points to an array for the slots from `inline_slots` on. In dictionary mode
//! it is a counted word of a dict plus [`DICTIONARY_MARK`], so that a reader with an outdated shape does not take it for an array.
//!
//! **Protocol** (shared object). Writers hold the object's lock. Adding an attribute stores overflow storage, then the value, then
//! the shape, each with release; a reader loads the shape with acquire first. Overwriting replaces a slot with release. Deleting and
//! turning to a dictionary change the shape first and leave the slots in place: a reader that used the old shape re-reads it
//! after it took its count, and starts again.
//!
//! A slot may be unbound although the shape names it: an unset `__slots__` member, or an attribute that was deleted last.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

use ungil_refcount::Header;
use ungil_storage::named;
use ungil_tstate::heap::{self, HeapKind};

use crate::class::Class;
use crate::error::Result;
use crate::fields::{Attempt, SlotWord, admit, count_stable, load_word, replace_word, settle};
use crate::lock::lock;
use crate::object::Object;
use crate::shape::{Attributes, MAX_SLOTS, Shape};
use crate::thread::Thread;
use crate::trace::Tracer;
use crate::types::dict::Dict;
use crate::value::{Ref, Value};
use crate::word::Word;

/// Bytes of the storage behind the payload for a number of inline slots.
pub(crate) const fn storage_bytes(inline_slots: usize) -> usize {
    size_of::<u64>() * (1 + inline_slots)
}

/// Overflow slots that an instance may get: those a shape can have.
const OVERFLOW_SLOTS: usize = MAX_SLOTS;

type Overflow = [SlotWord; OVERFLOW_SLOTS];

/// Distinguishes a dictionary from an array of slots in the overflow word; pointers have the bit clear.
const DICTIONARY_MARK: u64 = 1;

/// The word in an overflow word of dictionary mode.
fn unmarked(bits: u64) -> Word {
    // SAFETY: dictionary mode stores a word's bits with the mark added.
    unsafe { Word::from_bits(bits & !DICTIONARY_MARK) }
}

fn marked(dict: Value) -> u64 {
    dict.into_word().bits() | DICTIONARY_MARK
}

/// # Safety
/// The object is alive and has attribute storage.
#[inline(always)]
unsafe fn storage<'a>(object: *const Header, shape: &Shape) -> &'a AtomicU64 {
    let at = match shape.attributes_at() {
        // SAFETY: the object is alive; an object is never null.
        0 => unsafe { shape.layout().behind_tail(NonNull::new_unchecked(object.cast_mut())) },
        at => at as usize,
    };
    // SAFETY: the storage lies there, aligned to eight.
    unsafe { &*object.byte_add(at).cast::<AtomicU64>() }
}

/// The slot of an index, which the object's shape names; `None` if the object has meanwhile turned to a dictionary.
///
/// # Safety
/// As for [`storage`]; the slot exists.
#[inline(always)]
pub(crate) unsafe fn slot<'a>(object: *const Header, shape: &Shape, index: usize) -> Option<&'a SlotWord> {
    let inline = shape.inline_slots() as usize;
    // SAFETY: promised by the caller.
    unsafe {
        let overflow = storage(object, shape);
        if index < inline {
            Some(&*std::ptr::from_ref(overflow).add(1 + index))
        } else {
            // Acquire: the array is complete.
            let array = overflow.load(Ordering::Acquire);
            (array & DICTIONARY_MARK == 0).then(|| &(&*(array as *const Overflow))[index - inline])
        }
    }
}

/// # Safety
/// The object is being made and has room for the storage.
#[inline]
pub(crate) unsafe fn initialise_storage(object: *const Header, shape: &Shape) {
    if shape.attributes() == Attributes::Closed && shape.inline_slots() == 0 {
        return;
    }
    // SAFETY: promised by the caller.
    unsafe {
        let overflow = storage(object, shape);
        overflow.store(0, Ordering::Relaxed);
        for i in 0..shape.inline_slots() as usize {
            (*std::ptr::from_ref(overflow).add(1 + i)).store(Word::UNBOUND.bits(), Ordering::Relaxed);
        }
    }
}

/// The dictionary of an object in dictionary mode.
///
/// # Safety
/// The object is alive and in that mode, which it never leaves.
unsafe fn dictionary(t: &Thread, header: &Header, shape: &Shape) -> Value {
    // SAFETY: promised by the caller.
    unsafe {
        let bits = storage(header, shape).load(Ordering::Acquire);
        if header.is_local(t.owner()) {
            return Ref::from_word(unmarked(bits)).to_value();
        }
        // `__dict__` may be replaced by another: only a count taken under the lock is sure to be of a live dict.
        let _held = lock(t, header);
        Ref::from_word(unmarked(storage(header, shape).load(Ordering::Relaxed))).to_value()
    }
}

/// The instance attribute under an interned name.
pub fn get(t: &Thread, holder: Ref<'_>, name: Ref<'_>) -> Option<Value> {
    let header = holder.header()?;
    loop {
        // SAFETY: the object is alive.
        let shape = unsafe { Shape::of(header) };
        if shape.attributes() == Attributes::Dictionary {
            // SAFETY: checked.
            let dict = unsafe { dictionary(t, header, shape) };
            return dict.downcast_ref::<Dict>()?.get_str(t, name);
        }
        let index = shape.slot_of(name.word().as_uncounted())?;
        match read_slot(t, header, shape, index) {
            Attempt::Got(value) => return Some(value),
            Attempt::Unbound => return None,
            Attempt::Retry => {}
        }
    }
}

/// What a read of a slot came to.
pub enum Read {
    Got(Value),
    Unbound,
    /// The object has another shape by now.
    Changed,
}

/// The attribute in a slot of a shape that the object had a moment ago; for inline caches.
#[inline(always)]
pub fn read(t: &Thread, header: &Header, shape: &Shape, index: usize) -> Read {
    match read_slot(t, header, shape, index) {
        Attempt::Got(value) => Read::Got(value),
        Attempt::Unbound => Read::Unbound,
        Attempt::Retry => Read::Changed,
    }
}

/// The word in a slot of an object that is local to this thread; `None` if it is unbound.
///
/// # Safety
/// The object is local and has this shape, which names the slot. The word is copied, with a count if it needs one, before
/// anything can overwrite the slot.
#[inline(always)]
pub unsafe fn local_word(header: &Header, shape: &Shape, index: usize) -> Option<Word> {
    // SAFETY: promised by the caller.
    let word = load_word(unsafe { slot(header, shape, index) }?, Ordering::Relaxed);
    (!word.is_unbound()).then_some(word)
}

/// The attribute in a slot of a shape that the object had a moment ago; [`Attempt::Retry`] if it has another now.
pub(crate) fn read_slot(t: &Thread, header: &Header, shape: &Shape, index: usize) -> Attempt {
    // SAFETY: the shape names the slot, and storage only grows.
    let Some(slot) = (unsafe { slot(header, shape, index) }) else { return Attempt::Retry };
    let word = shape.header_word();
    if header.is_local(t.owner()) {
        return count_stable(load_word(slot, Ordering::Relaxed)).map_or(Attempt::Unbound, Attempt::Got);
    }
    // SAFETY: the object is alive, and its slots refer to what is readable until this thread's next safepoint.
    match settle(t, unsafe { named::read(header.shape(), word, slot, t.owner()) }) {
        Attempt::Retry => {
            let _held = lock(t, header);
            if header.shape().load(Ordering::Relaxed) != word {
                return Attempt::Retry;
            }
            count_stable(load_word(slot, Ordering::Relaxed)).map_or(Attempt::Unbound, Attempt::Got)
        }
        settled => settled,
    }
}

/// How many words from its start an object of this shape has a slot, if that is so for all of them: for inline caches.
pub fn inline_place(shape: &Shape, index: usize) -> Option<u16> {
    let at = shape.attributes_at() as usize;
    let fits = at != 0 && index < shape.inline_slots() as usize;
    fits.then(|| u16::try_from(at / size_of::<u64>() + 1 + index).ok()).flatten()
}

/// The slot at a place that [`inline_place`] gave.
///
/// # Safety
/// The object is alive and has, or had, the shape that was asked.
#[inline(always)]
unsafe fn slot_at_place<'a>(object: *const Header, place: u16) -> &'a SlotWord {
    // SAFETY: promised by the caller; inline slots stay where they are.
    unsafe { &*object.cast::<SlotWord>().add(place as usize) }
}

/// The word at a place of an object that is local to this thread; `None` if it is unbound.
///
/// # Safety
/// The object is local and has the shape that gave the place. The word is copied, with a count if it needs one, before
/// anything can overwrite the slot.
#[inline(always)]
pub unsafe fn local_word_at(header: &Header, place: u16) -> Option<Word> {
    // SAFETY: promised by the caller.
    let word = load_word(unsafe { slot_at_place(header, place) }, Ordering::Relaxed);
    (!word.is_unbound()).then_some(word)
}

/// Replaces the word at a place of an object that is local to this thread, and returns the old one.
///
/// # Safety
/// The object is local and has the shape that gave the place. The caller gives the new word's count up and gets the old one's.
#[inline(always)]
pub unsafe fn replace_local_word(header: &Header, place: u16, word: Word) -> Word {
    // SAFETY: promised by the caller.
    replace_word(unsafe { slot_at_place(header, place) }, word)
}

/// Adds the attribute by which the shape `grown` differs from that of an object that is local to this thread. The word's count moves in.
///
/// # Safety
/// The object is local and has the shape of which `grown` is a child; `grown` gave the place.
#[inline(always)]
pub unsafe fn add_local_word(header: &Header, grown: &Shape, place: u16, word: Word) {
    // SAFETY: promised by the caller.
    let slot = unsafe { slot_at_place(header, place) };
    named::add(header.shape(), grown.header_word(), slot, word);
}

/// The attribute at a place of an object that had the shape a moment ago.
///
/// # Safety
/// The shape gave the place.
pub unsafe fn read_at_place(t: &Thread, header: &Header, shape: &Shape, place: u16) -> Read {
    let index = place as usize - shape.attributes_at() as usize / size_of::<u64>() - 1;
    read(t, header, shape, index)
}

/// Overwrites the attribute in a slot if the object still has the shape; returns the old value (unbound as `None`), or `Err` with
/// the new one if the shape has changed.
#[inline]
pub fn write(
    t: &Thread,
    header: &Header,
    shape: &Shape,
    index: usize,
    value: Value,
) -> std::result::Result<Option<Value>, Value> {
    let value = admit(t, header, value).into_value();
    let _held = (!header.is_local(t.owner())).then(|| lock(t, header));
    if header.shape().load(Ordering::Relaxed) != shape.header_word() {
        return Err(value);
    }
    // SAFETY: the shape names the slot.
    let Some(slot) = (unsafe { slot(header, shape, index) }) else { return Err(value) };
    let old = replace_word(slot, value.into_word());
    // SAFETY: the slot gives the old word up.
    Ok((!old.is_unbound()).then(|| unsafe { Value::from_word(old) }))
}

/// Sets the instance attribute under an interned name; `Err` gives the value back if the object takes no attributes.
pub fn set(
    t: &mut Thread,
    holder: Ref<'_>,
    name: Ref<'_>,
    mut value: Value,
) -> Result<std::result::Result<(), Value>> {
    let Some(header) = holder.header() else { return Ok(Err(value)) };
    loop {
        // SAFETY: the object is alive.
        let shape = unsafe { Shape::of(header) };
        match shape.attributes() {
            Attributes::Dictionary => {
                // SAFETY: checked.
                let dict = unsafe { dictionary(t, header, shape) };
                let dict = dict.downcast::<Dict>().expect("dictionary mode has a dict");
                dict.set_str(t, name, value)?;
                return Ok(Ok(()));
            }
            Attributes::Closed => return Ok(Err(value)),
            Attributes::Slots => {
                let name = name.word().as_uncounted();
                let attempt = match shape.slot_of(name) {
                    Some(index) => write(t, header, shape, index, value).map(drop),
                    None => match shape.with_attribute(name) {
                        Some(grown) => add(t, header, shape, grown, value),
                        None => {
                            to_dictionary(t, header, shape);
                            Err(value)
                        }
                    },
                };
                match attempt {
                    Ok(()) => return Ok(Ok(())),
                    Err(back) => value = back,
                }
            }
        }
    }
}

/// Adds the attribute by which `grown` differs from `shape`; `Err` gives the value back if the object's shape has changed.
pub fn add(
    t: &Thread,
    header: &Header,
    shape: &Shape,
    grown: &Shape,
    value: Value,
) -> std::result::Result<(), Value> {
    let index = grown.names().len() - 1;
    let value = admit(t, header, value).into_value();
    let _held = (!header.is_local(t.owner())).then(|| lock(t, header));
    if header.shape().load(Ordering::Relaxed) != shape.header_word() {
        return Err(value);
    }
    // SAFETY: the object is alive; under the lock, or local, its storage is stable.
    unsafe {
        let overflow = storage(header, shape);
        if index >= shape.inline_slots() as usize && overflow.load(Ordering::Relaxed) == 0 {
            let block = t.allocate_raw(HeapKind::Raw, size_of::<Overflow>()).cast::<u64>();
            for i in 0..OVERFLOW_SLOTS {
                block.add(i).write(Word::UNBOUND.bits());
            }
            overflow.store(block.as_ptr() as u64, Ordering::Release);
        }
        let Some(slot) = slot(header, grown, index) else { return Err(value) };
        named::add(header.shape(), grown.header_word(), slot, value.into_word());
    }
    Ok(())
}

/// Deletes the instance attribute under an interned name and returns it; `None` if there was none.
pub fn delete(t: &mut Thread, holder: Ref<'_>, name: Ref<'_>) -> Result<Option<Value>> {
    let Some(header) = holder.header() else { return Ok(None) };
    loop {
        // SAFETY: the object is alive.
        let shape = unsafe { Shape::of(header) };
        if shape.attributes() == Attributes::Dictionary {
            // SAFETY: checked.
            let dict = unsafe { dictionary(t, header, shape) };
            let dict = dict.downcast::<Dict>().expect("dictionary mode has a dict");
            return dict.remove(t, name);
        }
        if shape.slot_of(name.word().as_uncounted()).is_none() || shape.attributes() == Attributes::Closed {
            return Ok(None);
        }
        // Deletion is rare: from now on the object keeps its attributes in a dictionary.
        to_dictionary(t, header, shape);
    }
}

/// The object's `__dict__`, which holds its attributes from now on; `None` if it takes none.
pub fn materialise(t: &Thread, holder: Ref<'_>) -> Option<Value> {
    let header = holder.header()?;
    loop {
        // SAFETY: the object is alive.
        let shape = unsafe { Shape::of(header) };
        match shape.attributes() {
            Attributes::Closed => return None,
            // SAFETY: checked.
            Attributes::Dictionary => return Some(unsafe { dictionary(t, header, shape) }),
            Attributes::Slots => to_dictionary(t, header, shape),
        }
    }
}

/// Makes `dict` the object's attributes, whatever it had before. Returns `false` if it takes none.
pub fn replace_dictionary(t: &Thread, holder: Ref<'_>, dict: Value) -> bool {
    let Some(old) = materialise(t, holder) else { return false };
    let Some(header) = holder.header() else { return false };
    let dict = admit(t, header, dict).into_value();
    let held = (!header.is_local(t.owner())).then(|| lock(t, header));
    // SAFETY: the object is alive and, after `materialise`, in dictionary mode, which it never leaves.
    let previous = unsafe {
        let overflow = storage(header, Shape::of(header));
        Value::from_word(unmarked(overflow.swap(marked(dict), Ordering::AcqRel)))
    };
    drop(held);
    drop((previous, old));
    true
}

/// The names and values of all attributes, as they are now.
pub fn to_vec(t: &Thread, holder: Ref<'_>) -> Vec<(Value, Value)> {
    let Some(header) = holder.header() else { return Vec::new() };
    'changed: loop {
        // SAFETY: the object is alive.
        let shape = unsafe { Shape::of(header) };
        if shape.attributes() == Attributes::Dictionary {
            // SAFETY: checked.
            let dict = unsafe { dictionary(t, header, shape) };
            return dict.downcast_ref::<Dict>().map_or_else(Vec::new, |dict| dict.items(t));
        }
        let mut all = Vec::new();
        for index in shape.class().member_slots()..shape.names().len() {
            match read_slot(t, header, shape, index) {
                Attempt::Got(value) => {
                    // SAFETY: names are immortal.
                    let name = unsafe { Ref::from_word(shape.names()[index]) };
                    all.push((name.to_value(), value));
                }
                Attempt::Unbound => {}
                Attempt::Retry => continue 'changed,
            }
        }
        return all;
    }
}

/// The member at an index: of `__slots__`, or a field of a native class. `None` if it is unset, or the object has no such member.
pub fn member(t: &Thread, holder: Ref<'_>, index: usize) -> Option<Value> {
    let header = holder.header()?;
    loop {
        // SAFETY: the object is alive.
        let shape = unsafe { Shape::of(header) };
        if index >= shape.class().member_slots() {
            return None;
        }
        match read_slot(t, header, shape, index) {
            Attempt::Got(value) => return Some(value),
            Attempt::Unbound => return None,
            Attempt::Retry => {}
        }
    }
}

/// Sets the member at an index, or unsets it, and returns what it was. Nothing happens if the object has no such member.
pub fn set_member(t: &Thread, holder: Ref<'_>, index: usize, value: Option<Value>) -> Option<Value> {
    let header = holder.header()?;
    // SAFETY: the unbound word owns nothing.
    let mut value = value.unwrap_or_else(|| unsafe { Value::from_word(Word::UNBOUND) });
    loop {
        // SAFETY: the object is alive.
        let shape = unsafe { Shape::of(header) };
        if index >= shape.class().member_slots() {
            return None;
        }
        match write(t, header, shape, index, value) {
            Ok(old) => return old,
            Err(back) => value = back,
        }
    }
}

/// Makes an object an instance of another class, whose instances have the same layout and members, and take attributes if
/// the object does. Attributes move to a dictionary, since the shapes of two classes differ.
pub fn set_class(t: &Thread, holder: Ref<'_>, class: &Object<Class>) {
    let Some(header) = holder.header() else { return };
    let has_attributes = materialise(t, holder).is_some();
    let _held = (!header.is_local(t.owner())).then(|| lock(t, header));
    let shape = if has_attributes { class.dictionary_shape() } else { class.root_shape() };
    // Release: a reader that acquires the shape finds the dictionary.
    header.shape().store(shape.header_word(), Ordering::Release);
}

/// Moves the attributes of an object that still has `shape` into a new dict.
fn to_dictionary(t: &Thread, header: &Header, shape: &Shape) {
    let dict = Dict::new(t);
    if !header.is_local(t.owner()) {
        crate::publish::publish_value(t, dict.as_value());
    }
    let _held = (!header.is_local(t.owner())).then(|| lock(t, header));
    if header.shape().load(Ordering::Relaxed) != shape.header_word() {
        return;
    }
    // The members of `__slots__` stay where they are, in front; only attributes move.
    let members = shape.class().member_slots();
    for index in members..shape.names().len() {
        // SAFETY: the shape names the slot; the word is copied, and counted for the dict.
        unsafe {
            if let Some(slot) = slot(header, shape, index)
                && let Some(value) = count_stable(load_word(slot, Ordering::Relaxed))
            {
                dict.insert_new_str(t, Ref::from_word(shape.names()[index]), value);
            }
        }
    }
    let dictionary_shape = shape.class().dictionary_shape();
    // SAFETY: under the lock, or local. Readers with the old shape re-read it and find it changed.
    unsafe {
        let overflow = storage(header, shape);
        let old = overflow.load(Ordering::Relaxed);
        let slots = (members..shape.names().len()).map(|index| {
            if index < shape.inline_slots() as usize {
                &*std::ptr::from_ref(overflow).add(1 + index)
            } else {
                &(&*(old as *const Overflow))[index - shape.inline_slots() as usize]
            }
        });
        named::give_up(
            header.shape(),
            dictionary_shape.header_word(),
            || overflow.store(marked(dict.into_value()), Ordering::Release),
            slots,
            // Not the last count: the dict has another.
            |word| drop(Value::from_word(word)),
        );
        if let Some(block) = NonNull::new(old as *mut u8) {
            if header.is_local(t.owner()) {
                heap::free(block);
            } else {
                t.retire(block, size_of::<Overflow>());
            }
        }
    }
}

/// Drops all attributes of a dead object.
///
/// # Safety
/// The object is dead and its payload still intact.
pub(crate) unsafe fn drop_storage(object: NonNull<Header>, shape: &Shape) {
    // SAFETY: promised by the caller.
    unsafe {
        let inline = match shape.attributes() {
            Attributes::Dictionary => 0,
            _ => shape.names().len(),
        };
        if inline == 0 && storage(object.as_ptr(), shape).load(Ordering::Relaxed) == 0 {
            return;
        }
        if inline != 0 && inline <= shape.inline_slots() as usize {
            // The common case, without asking for each where it is.
            let first = std::ptr::from_ref(storage(object.as_ptr(), shape)).add(1);
            for index in 0..inline {
                drop(Value::from_word(load_word(&*first.add(index), Ordering::Relaxed)));
            }
        } else {
            each_word(object, shape, &mut |word| drop(Value::from_word(word)));
        }
        if shape.attributes() == Attributes::Slots
            && let Some(block) =
                NonNull::new(storage(object.as_ptr(), shape).load(Ordering::Relaxed) as *mut u8)
        {
            heap::free(block);
        }
    }
}

/// # Safety
/// As for `trace_object`.
pub(crate) unsafe fn trace_storage(object: NonNull<Header>, shape: &Shape, tracer: &mut Tracer<'_>) {
    // SAFETY: promised by the caller.
    unsafe { each_word(object, shape, &mut |word| tracer.word(word)) };
}

/// # Safety
/// No other thread changes the object.
unsafe fn each_word(object: NonNull<Header>, shape: &Shape, visit: &mut dyn FnMut(Word)) {
    // SAFETY: promised by the caller.
    unsafe {
        let named = match shape.attributes() {
            Attributes::Dictionary => {
                visit(unmarked(storage(object.as_ptr(), shape).load(Ordering::Relaxed)));
                shape.class().member_slots()
            }
            _ => shape.names().len(),
        };
        for index in 0..named {
            if let Some(slot) = slot(object.as_ptr(), shape, index) {
                visit(load_word(slot, Ordering::Relaxed));
            }
        }
    }
}
