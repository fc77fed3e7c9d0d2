//! Attributes: loads, method loads and stores, with inline caches by the shape's version.
//!
//! **Caches** (three words). The first holds the version of the receiver's shape and a slot or position; the second a word
//! of the class (a function, a constant) that only the collector frees, or the shape after an addition. While the version stands, the class and
//! the shape are as they were when the cache was filled.

use ungil_bytecode::{CALL_HEADER, Opcode};
use ungil_objects::attributes::{self, Read};
use ungil_objects::class::{ClassFlags, SlotTable, Ternary};
use ungil_objects::error::Result;
use ungil_objects::protocol::attribute;
use ungil_objects::shape::{Attributes, Shape};
use ungil_objects::types::module::Module;
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Thread, Value, Word};

use super::machine::Machine;
use super::specialise::{self, Cache};

/// `load_attr`.
#[inline(never)]
pub(super) fn load(m: &mut Machine<'_>, object: usize, name: usize) -> Result<Value> {
    m.save();
    let object = m.operand(object);
    let name = m.code.name(name);
    if m.adaptive && specialise::is_due(m) {
        specialise_load(m, object.get(), name);
    }
    attribute::get(m.t, object.get(), name)
}

/// Whether a value of a class is what an instance's attribute is, without being bound.
fn binds_nothing(special: &SlotTable) -> bool {
    special.ternary(Ternary::Get).is_none()
}

fn is_data(special: &SlotTable) -> bool {
    special.ternary(Ternary::Set).is_some() || special.binary(ungil_objects::class::Binary::Delete).is_some()
}

/// Whether an attribute's own class can change what it is: no version of the class that has the attribute tells of that.
fn may_become_data(special: &SlotTable) -> bool {
    is_data(special) || special.has(ClassFlags::HEAP)
}

/// A word that stays valid while the class has it: nothing but the collector frees it.
fn cacheable(value: &Value) -> Option<u64> {
    match value.borrow().header() {
        Some(header) => header.is_uncounted().then(|| value.word().as_uncounted().bits()),
        None => Some(value.word().bits()),
    }
}

fn specialise_load(m: &mut Machine<'_>, object: Ref<'_>, name: Ref<'_>) {
    if let Some(module) = object.downcast_exact::<Module>(m.t) {
        specialise_module(m, module, name, Opcode::LoadAttrModule);
        return;
    }
    let Some((shape, version)) = plain_shape(m.t, object) else { return };
    match shape.class().lookup(m.t, name) {
        Some(value) if may_become_data(value.borrow().shape(m.t).special()) => {}
        of_class => match (shape.slot_of(name.word().as_uncounted()), of_class) {
            (Some(slot), _) => {
                specialise::install(m, Opcode::LoadAttrSlot, Cache { version, index: slot as u16 }, &[]);
            }
            (None, Some(value)) if binds_nothing(value.borrow().shape(m.t).special()) => {
                if let Some(word) = cacheable(&value) {
                    specialise::install(m, Opcode::LoadAttrClass, Cache { version, index: 0 }, &[word]);
                }
            }
            _ => {}
        },
    }
}

/// The shape of an object with ordinary attribute access and its attributes in slots (or with none), and its version.
fn plain_shape<'a>(t: &Thread, object: Ref<'a>) -> Option<(&'a Shape, u32)> {
    let shape = object.shape(t);
    if shape.attributes() == Attributes::Dictionary {
        return None;
    }
    // The class as an object has rules of its own, as has a module.
    if object.downcast::<Module>().is_some() || object.downcast::<ungil_objects::class::Class>().is_some() {
        return None;
    }
    object.header()?;
    // First the version, then the facts that it stands for: so a change between the two clears it.
    let version = shape.ensure_version(t)?;
    (!shape.special().has(ClassFlags::CUSTOM_GETATTRIBUTE)).then_some((shape, version))
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
fn cached_shape<'a>(m: &Machine<'_>, object: Ref<'a>, cache: Cache) -> Option<&'a Shape> {
    let header = object.header()?;
    // SAFETY: the register keeps the object alive.
    let shape = unsafe { Shape::of(header) };
    debug_assert!(!m.code.spec.words.is_empty());
    (shape.version() == cache.version).then_some(shape)
}

/// `load_attr_slot`; `None` if the cache does not hold.
#[inline(always)]
pub(super) fn load_slot(m: &Machine<'_>, object: usize) -> Option<Word> {
    let object = m.registers.read(object);
    let cache = Cache::read(m.cache(0));
    let shape = cached_shape(m, object, cache)?;
    match attributes::read(m.t, object.header()?, shape, cache.index as usize) {
        Read::Got(value) => Some(value.into_word()),
        Read::Unbound | Read::Changed => None,
    }
}

/// `load_attr_class`; `None` if the cache does not hold.
#[inline(always)]
pub(super) fn load_class_value(m: &Machine<'_>, object: usize) -> Option<Word> {
    cached_shape(m, m.registers.read(object), Cache::read(m.cache(0)))?;
    // SAFETY: the cache holds a word's bits.
    Some(unsafe { Word::from_bits(m.cache(1)) })
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
    if m.adaptive && specialise::is_due(m) {
        specialise_method(m, object.get(), name);
    }
    if let Some(function) = find_method(m.t, object.get(), name) {
        let receiver = object.into_register(m.t);
        begin_window(m, base, function.into_word(), receiver);
        return Ok(());
    }
    let callable = attribute::get(m.t, object.get(), name)?;
    drop(object);
    begin_window(m, base, callable.into_word(), Word::UNBOUND);
    Ok(())
}

/// The function of the class that `object.name(…)` calls with the object as first argument, if ordinary lookup leads there.
fn find_method(t: &Thread, object: Ref<'_>, name: Ref<'_>) -> Option<Value> {
    let shape = object.shape(t);
    if shape.special().has(ClassFlags::CUSTOM_GETATTRIBUTE)
        || object.downcast::<Module>().is_some()
        || object.downcast::<ungil_objects::class::Class>().is_some()
    {
        return None;
    }
    let function = shape.class().lookup(t, name)?;
    if !function.borrow().shape(t).special().has(ClassFlags::METHOD_DESCRIPTOR)
        || !is_method(function.borrow())
    {
        return None;
    }
    attributes::get(t, object, name).is_none().then_some(function)
}

/// Native class methods have the class of methods, but bind their class.
fn is_method(function: Ref<'_>) -> bool {
    use ungil_objects::call::Binding;
    use ungil_objects::types::native::MethodDescriptor;
    function.downcast::<MethodDescriptor>().is_none_or(|method| method.def.binding == Binding::Method)
}

fn specialise_method(m: &mut Machine<'_>, object: Ref<'_>, name: Ref<'_>) {
    if let Some(module) = object.downcast_exact::<Module>(m.t) {
        specialise_module(m, module, name, Opcode::LoadMethodModule);
        return;
    }
    let Some((_, version)) = shape_for_methods(m.t, object, name) else { return };
    if let Some(function) = find_method(m.t, object, name)
        && let Some(word) = cacheable(&function)
    {
        specialise::install(m, Opcode::LoadMethodClass, Cache { version, index: 0 }, &[word]);
    }
}

/// A shape whose version says that a method of the class is not hidden by an attribute: all but dictionaries, and immediates.
fn shape_for_methods<'a>(t: &Thread, object: Ref<'a>, name: Ref<'_>) -> Option<(&'a Shape, u32)> {
    let shape = object.shape(t);
    let hidden =
        shape.attributes() == Attributes::Dictionary || shape.slot_of(name.word().as_uncounted()).is_some();
    if hidden { None } else { Some((shape, shape.ensure_version(t)?)) }
}

/// `load_method_class`; `false` if the cache does not hold.
#[inline(always)]
pub(super) fn load_cached_method(m: &mut Machine<'_>, base: usize, object: usize) -> bool {
    let receiver = m.registers.read(object);
    let cache = Cache::read(m.cache(0));
    if receiver.shape(m.t).version() != cache.version {
        return false;
    }
    // SAFETY: the cache holds a word's bits.
    let function = unsafe { Word::from_bits(m.cache(1)) };
    let receiver = m.operand(object).into_register(m.t);
    begin_window(m, base, function, receiver);
    true
}

/// `load_method_module`; `false` if the cache does not hold.
#[inline(always)]
pub(super) fn load_cached_module_function(m: &mut Machine<'_>, base: usize, object: usize) -> bool {
    match load_module_value(m, object) {
        Some(word) => {
            drop(m.operand(object));
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
    let value = m.operand(value).into_value();
    let object = m.operand(object);
    let name = m.code.name(name);
    if m.adaptive && specialise::is_due(m) {
        specialise_store(m, object.get(), name);
    }
    attribute::set(m.t, object.get(), name, value)?;
    drop(object);
    m.settle();
    Ok(())
}

fn specialise_store(m: &mut Machine<'_>, object: Ref<'_>, name: Ref<'_>) {
    let Some((shape, version)) = plain_shape(m.t, object) else { return };
    if shape.special().has(ClassFlags::CUSTOM_SETATTR) || shape.attributes() != Attributes::Slots {
        return;
    }
    if let Some(value) = shape.class().lookup(m.t, name)
        && may_become_data(value.borrow().shape(m.t).special())
    {
        return;
    }
    let name = name.word().as_uncounted();
    match shape.slot_of(name) {
        Some(slot) => {
            specialise::install(m, Opcode::StoreAttrSlot, Cache { version, index: slot as u16 }, &[])
        }
        None => {
            if let Some(grown) = shape.with_attribute(name) {
                let first = Cache { version, index: 0 };
                specialise::install(m, Opcode::StoreAttrAdd, first, &[grown.header_word()]);
            }
        }
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
    let shape = cached_shape(m, holder, cache)?;
    let header = holder.header()?;
    m.save();
    let value = m.operand(value).into_value();
    match attributes::write(m.t, header, shape, cache.index as usize, value) {
        Ok(old) => {
            drop(old);
            drop(m.operand(object));
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
    let shape = cached_shape(m, holder, Cache::read(m.cache(0)))?;
    let header = holder.header()?;
    // SAFETY: a child of a shape that an object has lives as long as that.
    let grown = unsafe { &*(m.cache(1) as *const Shape) };
    m.save();
    let value = m.operand(value).into_value();
    match attributes::add(m.t, header, shape, grown, value) {
        Ok(()) => {
            drop(m.operand(object));
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

/// `load_super_attr` and `load_super_method`: from `base` on lie `super`, the class and the object.
#[inline(never)]
pub(super) fn load_super(m: &mut Machine<'_>, base: usize, name: usize, explicit: bool) -> Result<Value> {
    m.save();
    let mut parts = m.registers.take_run(base, 3).into_iter();
    let (Some(callee), Some(class), Some(object)) = (parts.next(), parts.next(), parts.next()) else {
        ungil_objects::raise!(m.t, SystemError, "malformed super");
    };
    let name = m.code.name(name);
    super::super_access::load(m.t, callee, class, object, name, explicit)
}
