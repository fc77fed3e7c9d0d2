//! `_abc`: abstract base classes, with caches of who is a subclass of whom.
//!
//! Each abstract class has a record with three tables from a class's identity to a weak reference to it: the registered classes, the
//! classes found to be subclasses, and those found not to be. The tables are read without locks, so that threads asking
//! `isinstance` disturb each other as little as they can. Registering a class anywhere steps the interpreter's counter, which empties
//! every negative cache when it is next looked at.

mod record;
mod subclass;

use ungil_macros::module;
use ungil_objects::class::{Class, ClassFlags};
use ungil_objects::error::Exc;
use ungil_objects::object::Object;
use ungil_objects::protocol::{attribute, convert, instance, iterate};
use ungil_objects::types::module::Module;
use ungil_objects::types::set::{FrozenSet, Set};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use self::record::{Counter, Record, Records, record_of};

/// The interpreter's reference to its counter.
const COUNTER: &str = "abc.counter";

/// What abstract base classes do natively, for the module `abc`.
#[module(name = "_abc", classes(Record, Counter))]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, _module: &Object<Module>) -> Result<()> {
        let counter = Counter::new(t).into_value();
        t.interpreter().set_root(t, COUNTER, counter);
        Ok(())
    }

    /// A number that changes whenever any abstract base class registers a subclass.
    #[function]
    fn get_cache_token(t: &mut Thread) -> i64 {
        let counter = t.interpreter().root(t, COUNTER);
        counter
            .and_then(|counter| counter.downcast_ref::<Counter>().map(|counter| counter.now()))
            .unwrap_or(0)
    }

    /// Makes a new class an abstract base class: finds its abstract methods and gives it a record.
    #[function]
    fn _abc_init(t: &mut Thread, class: Ref<'_>) -> Result<()> {
        compute_abstract_methods(t, class)?;
        let Some(counter) = t.interpreter().root(t, COUNTER) else { return Ok(()) };
        let record = Record::new(t, counter).into_value();
        attribute::set(t, class, t.interpreter().intern(t, "_abc_impl"), record)?;
        take_pattern_flags(t, class)
    }

    /// Makes a class count as a subclass of `class`, and returns it.
    ///
    /// Raises `TypeError` for what is no class, `RuntimeError` if `class` is already a subclass of it.
    #[function]
    fn _abc_register(t: &mut Thread, class: Ref<'_>, subclass: Ref<'_>) -> Result<Value> {
        if subclass.downcast::<Class>().is_none() {
            raise!(t, TypeError, "Can only register classes");
        }
        if instance::is_subclass(t, subclass, class)? {
            return Ok(subclass.to_value());
        }
        if instance::is_subclass(t, class, subclass)? {
            raise!(t, RuntimeError, "Refusing to create an inheritance cycle");
        }
        record_of(t, class)?.register(t, subclass)?;
        if let (Some(class), Some(subclass)) = (class.downcast::<Class>(), subclass.downcast::<Class>()) {
            let flags = class.special().flags.patterns();
            // Built-in classes say themselves what they match: `str` is a sequence, and no pattern's.
            if flags != ClassFlags::NONE && subclass.has(ClassFlags::HEAP) {
                subclass.add_flags(t, flags);
            }
        }
        Ok(subclass.to_value())
    }

    /// Whether a value counts as an instance of an abstract base class.
    #[function]
    fn _abc_instancecheck(t: &mut Thread, class: Ref<'_>, value: Ref<'_>) -> Result<bool> {
        subclass::is_instance(t, class, value)
    }

    /// Whether a class counts as a subclass of an abstract base class.
    #[function]
    fn _abc_subclasscheck(t: &mut Thread, class: Ref<'_>, subclass: Ref<'_>) -> Result<bool> {
        subclass::is_subclass(t, class, subclass)
    }

    /// Forgets which subclasses were registered with a class.
    #[function]
    fn _reset_registry(t: &mut Thread, class: Ref<'_>) -> Result<()> {
        record_of(t, class)?.forget_registry(t);
        Ok(())
    }

    /// Forgets the answers that a class remembers, for subclasses and for others.
    #[function]
    fn _reset_caches(t: &mut Thread, class: Ref<'_>) -> Result<()> {
        record_of(t, class)?.forget_caches(t);
        Ok(())
    }

    /// The tuple of what a class remembers: registered classes, found subclasses, others, and the count for which the
    /// others hold.
    #[function]
    fn _get_dump(t: &mut Thread, class: Ref<'_>) -> Result<Value> {
        let dump = record_of(t, class)?.dump(t)?;
        Ok(Tuple::from_values(t, dump).into_value())
    }
}

/// Sets `__abstractmethods__`: what the class itself leaves abstract, and what its bases did and it did not define.
fn compute_abstract_methods(t: &mut Thread, class: Ref<'_>) -> Result<()> {
    let names = t.names();
    let abstracts = Set::new(t);
    let Some(class_object) = class.downcast::<Class>() else {
        raise!(t, TypeError, "expected a class, got '{}'", class.class(t).name(t));
    };
    for (name, value) in class_object.namespace().items(t) {
        if is_abstract(t, value.borrow())? {
            abstracts.add(t, name)?;
        }
    }
    for base in class_object.bases(t).items() {
        let Some(inherited) = attribute::get_if_any(t, base, names.__abstractmethods__)? else { continue };
        for name in iterate::collect(t, inherited.borrow())? {
            if let Some(value) = attribute::get_if_any(t, class, name.borrow())?
                && is_abstract(t, value.borrow())?
            {
                abstracts.add(t, name)?;
            }
        }
    }
    let frozen = FrozenSet::from_distinct(t, abstracts.elements().to_vec(t)).into_value();
    attribute::set(t, class, names.__abstractmethods__, frozen)
}

fn is_abstract(t: &mut Thread, value: Ref<'_>) -> Result<bool> {
    match attribute::get_if_any(t, value, t.names().__isabstractmethod__)? {
        Some(flag) => convert::is_true(t, flag.borrow()),
        None => Ok(false),
    }
}

/// Takes `__abc_tpflags__` off a class: `collections.abc` says by it that `case […]` or `case {…}` matches instances.
fn take_pattern_flags(t: &mut Thread, class: Ref<'_>) -> Result<()> {
    const SEQUENCE: i64 = 1 << 5;
    const MAPPING: i64 = 1 << 6;
    let Some(class_object) = class.downcast::<Class>() else { return Ok(()) };
    let name = t.interpreter().intern(t, "__abc_tpflags__");
    let Some(flags) = class_object.namespace().get_str(t, name) else { return Ok(()) };
    let Some(flags) = flags.borrow().as_small_int() else { return Ok(()) };
    if flags & SEQUENCE != 0 && flags & MAPPING != 0 {
        raise!(t, TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
    }
    if flags & SEQUENCE != 0 {
        class_object.add_flags(t, ClassFlags::SEQUENCE);
    }
    if flags & MAPPING != 0 {
        class_object.add_flags(t, ClassFlags::MAPPING);
    }
    match attribute::delete(t, class, name) {
        Err(raised) if !raised.is(t, Exc::AttributeError) => Err(raised),
        _ => Ok(()),
    }
}
