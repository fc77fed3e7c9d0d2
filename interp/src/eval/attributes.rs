//! Attributes: loads, method loads and stores, with inline caches by the shape's version.
//!
//! **Caches** (three words). The first holds the version of the receiver's shape and a slot or position; the second a word
//! of the class (a function, a constant) that only the collector frees, or the shape after an addition. While the version stands, the class and
//! the shape are as they were when the cache was filled.

use std::hint::cold_path;

use ungil_bytecode::{CALL_HEADER, Opcode};
use ungil_objects::attributes;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::protocol::attribute;
use ungil_objects::shape::Shape;
use ungil_objects::types::bound::BoundMethod;
use ungil_objects::types::module::Module;
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Thread, Value, Word};
use ungil_refcount::Header;

use super::machine::{Machine, drop_word};
use super::places::{self, NOT_INLINE, Place};
use super::specialise::{self, Cache};

/// Cache words behind a load of a global.
const LOAD_GLOBAL_CACHE: usize = Opcode::LoadGlobalModule.cache_words();

/// `load_attr` where the thread's table of places tells of a slot in a local object: the way of sites with several classes. `None` if
/// something else is to be done, like specialising.
#[inline(never)]
pub(super) fn load_known(m: &Machine<'_>, object: usize, name: usize) -> Option<Word> {
    let header = m.registers.read(object).header()?;
    // SAFETY: the register keeps the object alive.
    let shape = unsafe { Shape::of(header) };
    let Some(Place::Slot(_, place)) = places::known_to_load(m.t, shape, m.code.name(name)) else {
        return None;
    };
    if place == NOT_INLINE || !header.is_local(m.t.owner()) || specialise::becomes_due(m) {
        return None;
    }
    // SAFETY: the place was found for a shape with this version, which is this one; the word is counted right here.
    unsafe { attributes::local_word_at(header, place) }.map(|word| crate::frame::copy(word, m.t))
}

/// The function of the class to which `load_method` leads, likewise.
#[inline(never)]
pub(super) fn known_method(m: &Machine<'_>, object: usize, name: usize) -> Option<Word> {
    let header = m.registers.read(object).header()?;
    // SAFETY: the register keeps the object alive.
    let shape = unsafe { Shape::of(header) };
    match places::known_to_load(m.t, shape, m.code.name(name)) {
        Some(Place::Method(function)) if !specialise::becomes_due(m) => Some(function),
        _ => None,
    }
}

/// `store_attr` likewise; whether that was all.
#[inline(never)]
pub(super) fn store_known(m: &mut Machine<'_>, object: usize, name: usize, value: usize) -> bool {
    let Some(header) = m.registers.read(object).header() else { return false };
    // SAFETY: the register keeps the object alive.
    let shape = unsafe { Shape::of(header) };
    let (place, grown) = match places::known_to_store(m.t, shape, m.code.name(name)) {
        Some(Place::Slot(_, place)) => (place, None),
        Some(Place::Added(grown, place)) => (place, Some(grown)),
        _ => return false,
    };
    if place == NOT_INLINE || !header.is_local(m.t.owner()) || specialise::becomes_due(m) {
        return false;
    }
    m.save();
    let word = m.value(value).into_word();
    match grown {
        // SAFETY: the place was found for a shape with this version, which is this one, and its child, which lives as long.
        Some(grown) => unsafe { attributes::add_local_word(header, &*grown, place, word) },
        None => {
            // SAFETY: as above.
            let old = unsafe { attributes::replace_local_word(header, place, word) };
            if old.owns_count() {
                drop_word(m.t, old);
            }
        }
    }
    m.consume(object);
    m.settle();
    true
}

/// `load_attr`.
#[inline(never)]
pub(super) fn load(m: &mut Machine<'_>, object: usize, name: usize) -> Result<Word> {
    m.save();
    let object = m.operand(object);
    let name = m.code.name(name);
    if specialise::is_due(m) {
        specialise_load(m, object.get(), name);
    }
    load_from(m.t, object.get(), name)
}

/// `object.name` as a word for a register.
#[inline(always)]
fn load_from(t: &mut Thread, object: Ref<'_>, name: Ref<'_>) -> Result<Word> {
    let shape = object.shape(t);
    match places::find(t, object, shape, name) {
        Place::Slot(slot, _) => {
            if let Some(word) = places::read_slot(t, object, shape, slot) {
                return Ok(word);
            }
        }
        Place::Value(word) => return Ok(word),
        Place::Entry(class, version, position) => {
            if let Some(value) = places::read_entry(t, class, version, position) {
                return Ok(value.into_word());
            }
        }
        Place::Method(function) => {
            let method = BoundMethod::new(t, places::to_value(function), object.to_value());
            return Ok(method.into_value().into_word());
        }
        _ => {}
    }
    attribute::get(t, object, name).map(Value::into_word)
}

#[cold]
#[inline(never)]
fn specialise_load(m: &mut Machine<'_>, object: Ref<'_>, name: Ref<'_>) {
    if let Some(module) = object.downcast_exact::<Module>(m.t) {
        specialise_module(m, module, name, Opcode::LoadAttrModule);
        return;
    }
    if let Some(class) = object.downcast_exact::<Class>(m.t) {
        // The version is read first, as for the place.
        if let Some(version) = class.root_shape().ensure_version(m.t)
            && let Place::Value(word) = places::find(m.t, object, object.shape(m.t), name)
        {
            specialise::install(m, Opcode::LoadAttrOfClass, Cache { version, index: 0 }, &[word.bits()]);
        }
        return;
    }
    let Some((shape, version)) = shape_for_cache(m.t, object) else { return };
    match places::find(m.t, object, shape, name) {
        Place::Slot(_, index) if index != NOT_INLINE => {
            specialise::install(m, Opcode::LoadAttrSlot, Cache { version, index }, &[]);
        }
        Place::Value(word) => {
            specialise::install(m, Opcode::LoadAttrClass, Cache { version, index: 0 }, &[word.bits()]);
        }
        _ => {}
    }
}

/// An object's shape and its version, if it is an instance: classes as receivers are found by other versions. To be read
/// before the place.
fn shape_for_cache<'a>(t: &Thread, object: Ref<'a>) -> Option<(&'a Shape, u32)> {
    if object.downcast::<Class>().is_some() {
        return None;
    }
    let shape = object.shape(t);
    shape.ensure_version(t).map(|version| (shape, version))
}

fn specialise_module(
    m: &mut Machine<'_>,
    module: &ungil_objects::Object<Module>,
    name: Ref<'_>,
    opcode: Opcode,
) {
    let Some(text) = name.downcast::<Str>() else { return };
    let namespace = module.namespace();
    if let Some((version, Some(position))) = namespace.table().locate_str(m.t, namespace.header(), text)
        && let Ok(index) = u16::try_from(position)
    {
        specialise::install(m, opcode, Cache { version, index }, &[]);
    }
}

/// The shape of the object in a register, if it has the cached version.
#[inline(always)]
fn cached_shape<'a>(object: Ref<'a>, cache: Cache) -> Option<&'a Shape> {
    let header = object.header()?;
    // SAFETY: the register keeps the object alive.
    let shape = unsafe { Shape::of(header) };
    (shape.version() == cache.version).then_some(shape)
}

/// `load_attr_slot`; `None` if the cache does not hold.
#[inline(always)]
pub(super) fn load_slot(m: &Machine<'_>, object: usize) -> Option<Word> {
    let header = m.registers.read(object).header()?;
    let cache = Cache::read(m.cache(0));
    // SAFETY: the register keeps the object alive.
    let shape = unsafe { Shape::of(header) };
    if shape.version() != cache.version {
        return None;
    }
    if !header.is_local(m.t.owner()) {
        cold_path();
        return load_shared_slot(m.t, header, shape, cache.index);
    }
    // SAFETY: the cache has the place from a shape with this version, which is this one; the word is counted right here.
    unsafe { attributes::local_word_at(header, cache.index) }.map(|word| crate::frame::copy(word, m.t))
}

#[inline(never)]
fn load_shared_slot(t: &Thread, header: &Header, shape: &Shape, place: u16) -> Option<Word> {
    // SAFETY: as in `load_slot`.
    match unsafe { attributes::read_at_place(t, header, shape, place) } {
        attributes::Read::Got(value) => Some(value.into_word()),
        attributes::Read::Unbound | attributes::Read::Changed => None,
    }
}

/// `load_attr_class`; `None` if the cache does not hold.
#[inline(always)]
pub(super) fn load_class_value(m: &Machine<'_>, object: usize) -> Option<Word> {
    cached_shape(m.registers.read(object), Cache::read(m.cache(0)))?;
    // SAFETY: the cache holds a word's bits.
    Some(unsafe { Word::from_bits(m.cache(1)) })
}

/// `load_attr_of_class`; `None` if the cache does not hold.
#[inline(always)]
pub(super) fn load_value_of_class(m: &Machine<'_>, class: usize) -> Option<Word> {
    let class = m.registers.read(class).downcast_exact::<Class>(m.t)?;
    let holds = class.root_shape().version() == Cache::read(m.cache(0)).version;
    // SAFETY: the cache holds a word's bits.
    holds.then(|| unsafe { Word::from_bits(m.cache(1)) })
}

/// The value that `load_attr_of_class`, right behind the load of a global class to register `a`, puts there in its place.
#[inline(always)]
pub(super) fn load_of_global(m: &Machine<'_>, a: usize, class: Word) -> Option<Word> {
    let load = m.pc.wrapping_add(LOAD_GLOBAL_CACHE);
    // SAFETY: an instruction that falls through is followed by another.
    let word = unsafe { load.read() };
    let wanted = Opcode::LoadAttrOfClass as u64 | (a as u64) << 16 | (a as u64) << 32;
    if word << 16 != wanted << 16 || class.owns_count() {
        return None;
    }
    // SAFETY: only the collector frees the class.
    let class: Ref<'_> = unsafe { Ref::from_word(class) };
    let version = class.downcast_exact::<Class>(m.t)?.root_shape().version();
    // SAFETY: the instruction's cache lies behind it, and holds a word's bits.
    unsafe {
        (version == Cache::read(load.add(1).read()).version).then(|| Word::from_bits(load.add(2).read()))
    }
}

/// `load_attr_module`; `None` if the cache does not hold.
#[inline(always)]
pub(super) fn load_module_value(m: &Machine<'_>, object: usize) -> Option<Word> {
    let module = m.registers.read(object).downcast_exact::<Module>(m.t)?;
    super::names::cached_word(m.t, module.namespace(), Cache::read(m.cache(0)))
}

/// Begins a call window: callable, self or the unbound mark, and harmless words between.
#[inline(always)]
pub(super) fn begin_window(m: &Machine<'_>, base: usize, callable: Word, receiver: Word) {
    m.registers.put(base, callable);
    for header in 1..=CALL_HEADER as usize {
        m.registers.put(base + header, Word::UNBOUND);
    }
    m.registers.put(base + 1 + CALL_HEADER as usize, receiver);
}

/// `load_method`.
#[inline(never)]
pub(super) fn load_method(m: &mut Machine<'_>, base: usize, object: usize, name: usize) -> Result<()> {
    m.save();
    let object = m.operand(object);
    let name = m.code.name(name);
    if specialise::is_due(m) {
        specialise_method(m, object.get(), name);
    }
    match places::find(m.t, object.get(), object.get().shape(m.t), name) {
        Place::Method(function) => {
            let receiver = object.into_register(m.t);
            begin_window(m, base, function, receiver);
            return Ok(());
        }
        Place::Value(word) => {
            drop(object);
            begin_window(m, base, word, Word::UNBOUND);
            return Ok(());
        }
        Place::ClassMethod(method) => {
            if let Some(function) = places::function_of_class_method(m.t, method) {
                let class = places::class_of(m.t, object.get()).borrow().word();
                begin_window(m, base, function, crate::frame::copy(class, m.t));
                return Ok(());
            }
        }
        _ => {}
    }
    let callable = load_from(m.t, object.get(), name)?;
    drop(object);
    begin_window(m, base, callable, Word::UNBOUND);
    Ok(())
}

#[cold]
#[inline(never)]
fn specialise_method(m: &mut Machine<'_>, object: Ref<'_>, name: Ref<'_>) {
    if let Some(module) = object.downcast_exact::<Module>(m.t) {
        specialise_module(m, module, name, Opcode::LoadMethodModule);
        return;
    }
    if let Some(class) = object.downcast_exact::<Class>(m.t) {
        specialise_method_of_class(m, class, name);
        return;
    }
    let Some((shape, version)) = shape_for_cache(m.t, object) else { return };
    if let Place::Method(function) = places::find(m.t, object, shape, name) {
        specialise::install(m, Opcode::LoadMethodClass, Cache { version, index: 0 }, &[function.bits()]);
    }
}

fn specialise_method_of_class(m: &mut Machine<'_>, class: &ungil_objects::Object<Class>, name: Ref<'_>) {
    // The version is read first, as for the place.
    let Some(version) = class.root_shape().ensure_version(m.t) else { return };
    let (binds, word) = match places::find(m.t, class.borrow(), class.borrow().shape(m.t), name) {
        Place::Value(word) => (false, word),
        Place::ClassMethod(method) => (true, method),
        _ => return,
    };
    specialise::install(m, Opcode::LoadMethodOfClass, Cache { version, index: binds.into() }, &[word.bits()]);
}

/// `load_method_of_class`; `false` if the cache does not hold.
#[inline(always)]
pub(super) fn load_cached_method_of_class(m: &Machine<'_>, base: usize, class: usize) -> bool {
    let Some(receiver) = m.registers.read(class).downcast_exact::<Class>(m.t) else { return false };
    let cache = Cache::read(m.cache(0));
    if receiver.root_shape().version() != cache.version {
        return false;
    }
    // SAFETY: the cache holds a word's bits.
    let word = unsafe { Word::from_bits(m.cache(1)) };
    if cache.index == 0 {
        m.consume(class);
        begin_window(m, base, word, Word::UNBOUND);
        return true;
    }
    // A class method may be given another function at any time.
    let Some(function) = places::function_of_class_method(m.t, word) else { return false };
    let receiver = m.moved(class);
    begin_window(m, base, function, receiver);
    true
}

/// The method of `load_method_class`; `None` if the cache does not hold.
#[inline(always)]
pub(super) fn cached_method(m: &Machine<'_>, object: usize) -> Option<Word> {
    let holds = m.registers.read(object).shape(m.t).version() == Cache::read(m.cache(0)).version;
    // SAFETY: the cache holds a word's bits.
    holds.then(|| unsafe { Word::from_bits(m.cache(1)) })
}

/// `load_method_module`; `false` if the cache does not hold.
#[inline(always)]
pub(super) fn load_cached_module_function(m: &mut Machine<'_>, base: usize, object: usize) -> bool {
    match load_module_value(m, object) {
        Some(word) => {
            m.consume(object);
            begin_window(m, base, word, Word::UNBOUND);
            true
        }
        None => false,
    }
}

/// `store_attr`.
#[inline(never)]
pub(super) fn store(m: &mut Machine<'_>, object: usize, name: usize, value: usize) -> Result<()> {
    m.save();
    // The value lies below the object on the stack of temporaries, or the other way round: each operand knows for itself.
    let value = m.value(value);
    let object = m.operand(object);
    let name = m.code.name(name);
    if specialise::is_due(m) {
        specialise_store(m, object.get(), name);
    }
    let shape = object.get().shape(m.t);
    let value = match (places::find_for_store(m.t, object.get(), shape, name), object.get().header()) {
        (Place::Slot(slot, _), Some(header)) => {
            attributes::write(m.t, header, shape, slot as usize, value).map(drop)
        }
        (Place::Added(grown, _), Some(header)) => {
            // SAFETY: a child of the shape that the object had a moment ago lives as long as that.
            attributes::add(m.t, header, shape, unsafe { &*grown }, value)
        }
        _ => Err(value),
    };
    if let Err(value) = value {
        attribute::set(m.t, object.get(), name, value)?;
    }
    drop(object);
    m.settle();
    Ok(())
}

#[cold]
#[inline(never)]
fn specialise_store(m: &mut Machine<'_>, object: Ref<'_>, name: Ref<'_>) {
    let Some((shape, version)) = shape_for_cache(m.t, object) else { return };
    match places::find_for_store(m.t, object, shape, name) {
        Place::Slot(slot, index) if index != NOT_INLINE => {
            specialise::install(m, Opcode::StoreAttrSlot, Cache { version, index }, &[u64::from(slot)]);
        }
        Place::Added(grown, index) => {
            specialise::install(m, Opcode::StoreAttrAdd, Cache { version, index }, &[grown as u64]);
        }
        _ => {}
    }
}

/// `store_attr_slot`; `None` if the cache does not hold.
#[inline(always)]
pub(super) fn store_slot(
    m: &mut Machine<'_>,
    object: usize,
    name: usize,
    value: usize,
) -> Option<Result<()>> {
    let cache = Cache::read(m.cache(0));
    let holder = m.registers.read(object);
    let shape = cached_shape(holder, cache)?;
    let header = holder.header()?;
    m.save();
    if header.is_local(m.t.owner()) {
        // A value for a slot owns its count, also where registers need none.
        let value = m.value(value);
        // SAFETY: the cache has the place from a shape with this version, which is this one.
        let old = unsafe { attributes::replace_local_word(header, cache.index, value.into_word()) };
        if old.owns_count() {
            drop_word(m.t, old);
        }
        m.consume(object);
        m.settle();
        return Some(Ok(()));
    }
    let value = m.value(value);
    cold_path();
    match attributes::write(m.t, header, shape, m.cache(1) as usize, value) {
        Ok(old) => {
            drop(old);
            m.consume(object);
            m.settle();
            Some(Ok(()))
        }
        Err(value) => Some(store_changed(m, object, name, value)),
    }
}

/// `store_attr_add`; `None` if the cache does not hold.
#[inline(always)]
pub(super) fn store_new(m: &mut Machine<'_>, object: usize, name: usize, value: usize) -> Option<Result<()>> {
    let holder = m.registers.read(object);
    let cache = Cache::read(m.cache(0));
    let shape = cached_shape(holder, cache)?;
    let header = holder.header()?;
    // SAFETY: a child of a shape that an object has lives as long as that.
    let grown = unsafe { &*(m.cache(1) as *const Shape) };
    m.save();
    let value = m.value(value);
    if cache.index != NOT_INLINE && header.is_local(m.t.owner()) {
        // SAFETY: the cache has the place from this child of the shape, which the object has.
        unsafe { attributes::add_local_word(header, grown, cache.index, value.into_word()) };
        m.consume(object);
        m.settle();
        return Some(Ok(()));
    }
    match attributes::add(m.t, header, shape, grown, value) {
        Ok(()) => {
            m.consume(object);
            m.settle();
            Some(Ok(()))
        }
        Err(value) => Some(store_changed(m, object, name, value)),
    }
}

/// Another thread has changed the object's shape between the check of the cache and the store.
#[cold]
fn store_changed(m: &mut Machine<'_>, object: usize, name: usize, value: Value) -> Result<()> {
    let object = m.operand(object);
    let name = m.code.name(name);
    attribute::set(m.t, object.get(), name, value)
}
