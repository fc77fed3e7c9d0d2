//! Where an attribute of an object is: the one answer behind inline caches and behind the thread's table of places.
//!
//! A [`Place`] depends on the object's shape and the name alone, and holds while the shape's version stands: the version is read first, and a
//! change of the class clears it before the change can be seen. For classes as receivers two places tell: one by the
//! metaclass, which has no such attribute, and one by the version of the root shape of the class's own instances.
//!
//! Whoever asks has read the object's shape once, and uses what it is told with that same shape: another thread may give
//! the object another one at any time, in which the same slot means something else. Words in a place own no count: they
//! are immediates, or objects that only the collector frees and that the class keeps.
//!
//! The table is the thread's own, direct-mapped, so that filling it writes no shared line. It serves the instructions whose
//! inline cache does not hold: places with several classes, cold code.

use std::cell::Cell;

use ungil_objects::attributes;
use ungil_objects::call::Binding;
use ungil_objects::class::{Binary, Class, ClassFlags, SlotTable, Ternary};
use ungil_objects::layout::Payload;
use ungil_objects::shape::{Attributes, Shape};
use ungil_objects::types::class_method::ClassMethod;
use ungil_objects::types::class_object;
use ungil_objects::types::member::{MemberDescriptor, MemberKind};
use ungil_objects::types::module::Module;
use ungil_objects::types::native::MethodDescriptor;
use ungil_objects::types::static_method::StaticMethod;
use ungil_objects::types::super_object;
use ungil_objects::types::text::Str;
use ungil_objects::{Object, Ref, Thread, Value, Word};

use crate::function::Function;
use crate::thread_data::Evaluator;

/// In place of a place: the slot does not lie in the object itself.
pub(crate) const NOT_INLINE: u16 = u16::MAX;

/// Where an attribute is.
#[derive(Copy, Clone, PartialEq, Debug)]
pub(crate) enum Place {
    /// Only the protocol can tell.
    Elsewhere,
    /// The receiver is a class: the version of its own instances' root shape goes by its attributes.
    OfClass,
    /// In a slot of the instance, and nothing in the class goes before it: its index, and its place in the object or [`NOT_INLINE`].
    Slot(u16, u16),
    /// A value of the class, which binds nothing.
    Value(Word),
    /// A counted value of the class with this address, which binds nothing: at a position of the namespace, while its keys have the
    /// version.
    Entry(*const Object<Class>, u32, u16),
    /// A function of the class, which binds the object.
    Method(Word),
    /// A class method, which binds the class.
    ClassMethod(Word),
    /// A new slot of the instance, in the shape with this address; its place in the object or [`NOT_INLINE`].
    Added(*const Shape, u16),
    /// A call of the class makes an instance without attributes and no more.
    Bare,
    /// A call of the class makes an instance without attributes and passes it to this Python function, its `__init__`.
    Initialised(Word),
    /// A call of the class calls this native `__new__`, and then this native `__init__` if there is one.
    Native(Word, Option<Word>),
}

/// What is asked about a name.
#[derive(Copy, Clone, PartialEq)]
enum Question {
    /// `instance.name`.
    OfInstance = 0,
    /// `Class.name`.
    OfClass = 1,
    /// `instance.name = …`.
    Stored = 2,
    /// `Class(…)`.
    Constructed = 3,
}

#[derive(Copy, Clone)]
struct Entry {
    /// The name's word and the question.
    name: u64,
    version: u32,
    /// For `super()`: the version of the class behind which the search starts.
    start: u32,
    place: Place,
}

impl Entry {
    #[inline(always)]
    fn answers(&self, version: u32, start: u32, name: u64) -> bool {
        version != 0 && self.version == version && self.start == start && self.name == name
    }
}

const ENTRIES: usize = 1024;
const EMPTY: Entry = Entry { name: 0, version: 0, start: 0, place: Place::Elsewhere };

/// A thread's table of places.
pub(crate) struct Places(Box<[Cell<Entry>; ENTRIES]>);

impl Default for Places {
    fn default() -> Places {
        Places(Box::new([const { Cell::new(EMPTY) }; ENTRIES]))
    }
}

impl Places {
    #[inline(always)]
    fn entry(&self, version: u32, start: u32, name: u64) -> &Cell<Entry> {
        // Names are aligned to eight; the lowest two bits tell the question.
        let versions =
            (version as usize).wrapping_mul(0x9E37_79B1) ^ (start as usize).wrapping_mul(0x85EB_CA6B);
        let mixed = (name >> 3) as usize ^ (name << 6) as usize ^ versions;
        &self.0[mixed % ENTRIES]
    }
}

impl Question {
    /// The word of a table's entry for the question about a name: the address of the string, and the question.
    #[inline(always)]
    fn key(self, name: Ref<'_>) -> u64 {
        name.word().object_unchecked().addr().get() as u64 | self as u64
    }
}

/// The place in the thread's table, if it is there.
#[inline(always)]
fn known(t: &Thread, version: u32, start: u32, key: u64) -> Option<Place> {
    let entry = Evaluator::of(t).places.entry(version, start, key).get();
    entry.answers(version, start, key).then_some(entry.place)
}

/// Where the thread knows the attribute to be that `object.name` reads, if the object has this shape.
#[inline(always)]
pub(crate) fn known_to_load(t: &Thread, shape: &Shape, name: Ref<'_>) -> Option<Place> {
    known(t, shape.version(), 0, Question::OfInstance.key(name))
}

/// Where the thread knows that the attribute goes that `object.name = …` sets, if the object has this shape.
#[inline(always)]
pub(crate) fn known_to_store(t: &Thread, shape: &Shape, name: Ref<'_>) -> Option<Place> {
    known(t, shape.version(), 0, Question::Stored.key(name))
}

/// Where the attribute is that `object.name` reads, if the object has this shape.
#[inline(always)]
pub(crate) fn find(t: &Thread, object: Ref<'_>, shape: &Shape, name: Ref<'_>) -> Place {
    match known(t, shape.version(), 0, Question::OfInstance.key(name)) {
        Some(Place::OfClass) => find_of_class(t, object, name),
        Some(place) => place,
        None => find_first(t, object, shape, name),
    }
}

#[cold]
#[inline(never)]
fn find_first(t: &Thread, object: Ref<'_>, shape: &Shape, name: Ref<'_>) -> Place {
    match find_slow(t, object, shape, name, Question::OfInstance) {
        Place::OfClass => find_of_class(t, object, name),
        place => place,
    }
}

/// Where the attribute is that a class has, whose metaclass has none of that name.
#[inline(never)]
fn find_of_class(t: &Thread, object: Ref<'_>, name: Ref<'_>) -> Place {
    let Some(class) = object.downcast::<Class>() else { return Place::Elsewhere };
    let (shape, question) = (class.root_shape(), Question::OfClass);
    known(t, shape.version(), 0, question.key(name))
        .unwrap_or_else(|| find_slow(t, object, shape, name, question))
}

/// Where the attribute goes that `object.name = …` sets, if the object has this shape: to a slot, old or new, or elsewhere.
#[inline]
pub(crate) fn find_for_store(t: &Thread, object: Ref<'_>, shape: &Shape, name: Ref<'_>) -> Place {
    let question = Question::Stored;
    known(t, shape.version(), 0, question.key(name))
        .unwrap_or_else(|| find_slow(t, object, shape, name, question))
}

/// Where the attribute is that `super(start, object).name` reads: a method, or elsewhere.
#[inline]
pub(crate) fn find_behind(t: &Thread, start: &Object<Class>, object: Ref<'_>, name: Ref<'_>) -> Place {
    let (version, from) = (object.shape(t).version(), start.root_shape().version());
    // Without a version, the class to start behind would pass for none.
    let place = if from == 0 { None } else { known(t, version, from, Question::OfInstance.key(name)) };
    place.unwrap_or_else(|| find_behind_slow(t, start, object, name))
}

#[cold]
#[inline(never)]
fn find_behind_slow(t: &Thread, start: &Object<Class>, object: Ref<'_>, name: Ref<'_>) -> Place {
    let shape = object.shape(t);
    let versions = (shape.ensure_version(t), start.root_shape().ensure_version(t));
    let (Some(version), Some(from)) = versions else { return Place::Elsewhere };
    let is_instance = object.downcast::<Class>().is_none() && shape.class().is_subclass(start);
    let place = match is_instance.then(|| super_object::find_behind(t, start, shape.class(), name)).flatten()
    {
        Some(value) if is_method(t, value.borrow()) => {
            cacheable(value.borrow()).map_or(Place::Elsewhere, Place::Method)
        }
        _ => Place::Elsewhere,
    };
    let key = Question::OfInstance.key(name);
    let entry = Entry { name: key, version, start: from, place };
    Evaluator::of(t).places.entry(version, from, key).set(entry);
    place
}

/// What a call of a class whose metaclass is `type` does.
#[inline]
pub(crate) fn find_constructor(t: &Thread, class: &Object<Class>) -> Place {
    let name = t.names().__init__;
    let (shape, question) = (class.root_shape(), Question::Constructed);
    known(t, shape.version(), 0, question.key(name))
        .unwrap_or_else(|| find_slow(t, class.borrow(), shape, name, question))
}

#[cold]
#[inline(never)]
fn find_slow(t: &Thread, object: Ref<'_>, shape: &Shape, name: Ref<'_>, question: Question) -> Place {
    // The version comes first: what is found below is at least as new.
    let Some(version) = shape.ensure_version(t) else { return Place::Elsewhere };
    let place = match question {
        Question::OfInstance => of_instance(t, object, shape, name),
        Question::OfClass => of_class(t, shape.class(), name),
        Question::Stored => stored(t, object, shape, name),
        Question::Constructed => constructed(t, shape.class()),
    };
    let key = question.key(name);
    Evaluator::of(t).places.entry(version, 0, key).set(Entry { name: key, version, start: 0, place });
    place
}

fn of_instance(t: &Thread, object: Ref<'_>, shape: &Shape, name: Ref<'_>) -> Place {
    if object.downcast::<Class>().is_some() {
        return of_metaclass(t, shape, name);
    }
    // A dictionary hides what the class has, and modules have rules of their own.
    if shape.special().has(ClassFlags::CUSTOM_GETATTRIBUTE)
        || shape.attributes() == Attributes::Dictionary
        || object.downcast::<Module>().is_some()
    {
        return Place::Elsewhere;
    }
    let of_class = shape.class().lookup(t, name);
    if let Some(value) = &of_class
        && may_be_data(value.borrow().shape(t).special())
    {
        return member(t, shape, value.borrow(), true);
    }
    match (shape.slot_of(name.word().as_uncounted()), of_class) {
        (Some(slot), _) => slot_at(shape, slot),
        (None, Some(value)) => match cacheable(value.borrow()) {
            Some(word) if is_method(t, value.borrow()) => Place::Method(word),
            word => unbound(t, shape.class(), name, value.borrow(), word),
        },
        (None, None) => Place::Elsewhere,
    }
}

/// `Class.name` as far as the metaclass tells, whose shape this is: it reads attributes as `type` does, and has none of that name.
fn of_metaclass(t: &Thread, shape: &Shape, name: Ref<'_>) -> Place {
    let reads = |shape: &Shape| shape.special().binary(Binary::GetAttribute).map(|read| read as usize);
    let is_plain = reads(shape) == reads(t.shape_of::<Class>());
    if is_plain && shape.class().lookup(t, name).is_none() { Place::OfClass } else { Place::Elsewhere }
}

/// `Class.name` of a class whose metaclass has no attribute of that name.
fn of_class(t: &Thread, class: &Object<Class>, name: Ref<'_>) -> Place {
    let Some(value) = class.lookup(t, name) else { return Place::Elsewhere };
    match cacheable(value.borrow()) {
        // A function is its own unbound form.
        Some(word) if is_method(t, value.borrow()) => Place::Value(word),
        word => unbound(t, class, name, value.borrow(), word),
    }
}

/// Where in the namespaces of a class and those behind it a value lies that must be counted.
fn entry(t: &Thread, class: &Object<Class>, name: Ref<'_>) -> Place {
    let Some(name) = name.downcast::<Str>() else { return Place::Elsewhere };
    for class in class.special().mro() {
        let namespace = class.namespace();
        if let Some((version, Some(position))) = namespace.table().locate_str(t, namespace.header(), name) {
            let class = std::ptr::from_ref(class);
            return u16::try_from(position).map_or(Place::Elsewhere, |at| Place::Entry(class, version, at));
        }
    }
    Place::Elsewhere
}

/// The value of a [`Place::Entry`]; `None` if the keys have changed, or the value binds something by now.
#[inline]
pub(crate) fn read_entry(
    t: &Thread,
    class: *const Object<Class>,
    version: u32,
    position: u16,
) -> Option<Value> {
    // SAFETY: the version by which the place was found was read since this thread's last safepoint. It is of this class, or of one that
    // had it in its order when the place was made. If that has been changed meanwhile the class may be garbage by now, but only a
    // collection frees classes and their namespaces, and that stops this thread first.
    let namespace = unsafe { &*class }.namespace();
    let value = namespace.table().value_at(t, namespace.header(), version, position as usize)?;
    value.borrow().shape(t).special().ternary(Ternary::Get).is_none().then_some(value)
}

fn stored(t: &Thread, object: Ref<'_>, shape: &Shape, name: Ref<'_>) -> Place {
    if object.header().is_none()
        || shape.special().has(ClassFlags::CUSTOM_SETATTR)
        || object.downcast::<Module>().is_some()
        || object.downcast::<Class>().is_some()
    {
        return Place::Elsewhere;
    }
    if let Some(value) = shape.class().lookup(t, name)
        && may_be_data(value.borrow().shape(t).special())
    {
        return member(t, shape, value.borrow(), false);
    }
    if shape.attributes() != Attributes::Slots {
        return Place::Elsewhere;
    }
    let name = name.word().as_uncounted();
    match shape.slot_of(name) {
        Some(slot) => slot_at(shape, slot),
        None => shape.with_attribute(name).map_or(Place::Elsewhere, added),
    }
}

fn slot_at(shape: &Shape, index: usize) -> Place {
    let place = attributes::inline_place(shape, index).unwrap_or(NOT_INLINE);
    u16::try_from(index).map_or(Place::Elsewhere, |index| Place::Slot(index, place))
}

fn added(grown: &Shape) -> Place {
    let place = attributes::inline_place(grown, grown.names().len() - 1);
    Place::Added(grown, place.unwrap_or(NOT_INLINE))
}

fn constructed(t: &Thread, class: &Object<Class>) -> Place {
    match class_object::plain_initialiser(t, class) {
        None => native(t, class).unwrap_or(Place::Elsewhere),
        Some(None) => Place::Bare,
        Some(Some(init)) => match (cacheable(init.borrow()), init.borrow().downcast_exact::<Function>(t)) {
            (Some(word), Some(_)) => Place::Initialised(word),
            _ => Place::Elsewhere,
        },
    }
}

fn native(t: &Thread, class: &Object<Class>) -> Option<Place> {
    let (new, init) = class_object::native_constructor(t, class)?;
    let init = match init {
        Some(init) => Some(cacheable(init.borrow())?),
        None => None,
    };
    Some(Place::Native(cacheable(new.borrow())?, init))
}

/// The slot of a member, if the data descriptor is one.
fn member(t: &Thread, shape: &Shape, descriptor: Ref<'_>, is_read: bool) -> Place {
    match descriptor.downcast_exact::<MemberDescriptor>(t) {
        Some(member)
            if member.applies_to(shape.class())
                && shape.attributes() != Attributes::Dictionary
                && (is_read || member.kind() != MemberKind::ReadOnlyField) =>
        {
            slot_at(shape, member.index())
        }
        _ => Place::Elsewhere,
    }
}

/// What a value of a class is, if it is not a method of the instance; `word` if the value is one that needs no count.
fn unbound(t: &Thread, class: &Object<Class>, name: Ref<'_>, value: Ref<'_>, word: Option<Word>) -> Place {
    if plain::<ClassMethod>(t, value).is_some() {
        return word.map_or(Place::Elsewhere, Place::ClassMethod);
    }
    if let Some(method) = plain::<StaticMethod>(t, value) {
        return cacheable(method.function(t).borrow()).map_or(Place::Elsewhere, Place::Value);
    }
    let special = value.shape(t).special();
    match word {
        _ if special.ternary(Ternary::Get).is_some() => Place::Elsewhere,
        Some(word) if !special.has(ClassFlags::HEAP) => Place::Value(word),
        // The value's class may be given a `__get__`, of which no version of this class tells: each read looks.
        _ => entry(t, class, name),
    }
}

/// An instance of a built-in class, not of a subclass; with attributes of its own or without.
fn plain<'a, T: Payload>(t: &Thread, value: Ref<'a>) -> Option<&'a Object<T>> {
    value.downcast::<T>().filter(|_| std::ptr::eq(value.class(t), t.shape_of::<T>().class()))
}

/// Whether an attribute of a class goes before those of instances, now or later: a class made by a statement may become one of
/// data descriptors, and no version of the class that has the attribute tells of that.
fn may_be_data(special: &SlotTable) -> bool {
    special.has(ClassFlags::HEAP)
        || special.ternary(Ternary::Set).is_some()
        || special.binary(Binary::Delete).is_some()
}

/// Whether a value of a class binds an instance when it is called. Native class methods have the class of methods, but bind
/// their class.
fn is_method(t: &Thread, value: Ref<'_>) -> bool {
    value.shape(t).special().has(ClassFlags::METHOD_DESCRIPTOR)
        && value.downcast::<MethodDescriptor>().is_none_or(|method| method.def.binding == Binding::Method)
}

/// The word of a value that stays valid while the class has it: nothing but the collector frees it.
fn cacheable(value: Ref<'_>) -> Option<Word> {
    value.header().is_none_or(|header| header.is_uncounted()).then(|| value.word().as_uncounted())
}

/// The function of a class method at a place, if nothing but the collector frees it, as a word for a register.
#[inline]
pub(crate) fn function_of_class_method(t: &Thread, method: Word) -> Option<Word> {
    // SAFETY: the word comes from a place that holds.
    let method = unsafe { Ref::from_word(method) }.downcast::<ClassMethod>()?;
    cacheable(method.function(t).borrow())
}

/// The value in a slot of an object as a word for a register; `None` if it is unbound, or the shape has changed.
#[inline(always)]
pub(crate) fn read_slot(t: &Thread, object: Ref<'_>, shape: &Shape, slot: u16) -> Option<Word> {
    let header = object.header()?;
    if header.is_local(t.owner()) {
        // SAFETY: the shape is the object's; the word is counted before anything else happens.
        let word = unsafe { attributes::local_word(header, shape, slot as usize) }?;
        return Some(crate::frame::copy(word, t));
    }
    match attributes::read(t, header, shape, slot as usize) {
        attributes::Read::Got(value) => Some(value.into_word()),
        attributes::Read::Unbound | attributes::Read::Changed => None,
    }
}

/// The class to which a class method binds.
pub(crate) fn class_of<'a>(t: &Thread, object: Ref<'a>) -> &'a Object<Class> {
    object.downcast::<Class>().unwrap_or_else(|| object.class(t))
}

/// An owned value of a place's word.
pub(crate) fn to_value(word: Word) -> Value {
    // SAFETY: the word comes from a place that holds.
    unsafe { Ref::from_word(word) }.to_value()
}
