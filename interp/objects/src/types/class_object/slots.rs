//! `__slots__`: which members a class adds, and whether its instances take other attributes and weak references.

use std::collections::HashSet;

use crate::class::{Class, ClassFlags};
use crate::error::Result;
use crate::layout::Payload;
use crate::object::Object;
use crate::protocol::iterate;
use crate::protocol::text::name_of;
use crate::raise;
use crate::shape::{Attributes, MAX_SLOTS};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::int::Int;
use crate::types::module::Module;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// How instances of a class are laid out behind their payload.
pub(super) struct Plan {
    /// Names of the members that the class adds, in slot order, as attributes of the class.
    pub members: Vec<Value>,
    pub attributes: Attributes,
    /// The class is the first to have them, so it gets the descriptor.
    pub adds_dict: bool,
    pub adds_weakref: bool,
    pub inline_slots: usize,
}

/// Reads `__slots__` and `__static_attributes__` in the namespace of a class that is being made.
pub(super) fn plan(
    t: &mut Thread,
    name: &str,
    base: &Object<Class>,
    bases: &[&Object<Class>],
    namespace: &Object<Dict>,
) -> Result<Plan> {
    let names = t.names();
    let keeps_its_own = base.layout_is::<Class>() || base.layout_is::<Module>();
    let base_has_dict = keeps_its_own || bases.iter().any(|base| takes_attributes(base));
    let base_has_weakref = bases.iter().any(|base| base.lookup(t, names.__weakref__).is_some());
    let (mut members, mut wants_dict, mut wants_weakref) = (Vec::new(), true, true);
    if let Some(slots) = namespace.get_str(t, names.__slots__) {
        (wants_dict, wants_weakref) = (false, false);
        for slot in listed(t, &slots)? {
            check_slot(t, &slot)?;
            let text = name_of(slot.borrow());
            match text.as_str() {
                "__dict__" if base_has_dict || wants_dict => {
                    raise!(t, TypeError, "__dict__ slot disallowed: we already got one")
                }
                "__dict__" => wants_dict = true,
                "__weakref__" if base_has_weakref || wants_weakref => {
                    raise!(t, TypeError, "__weakref__ slot disallowed: we already got one")
                }
                "__weakref__" => wants_weakref = true,
                _ => members.push(mangle(name, &text)),
            }
        }
        if !members.is_empty() && (keeps_its_own || base.layout_is::<Tuple>() || base.layout_is::<Int>()) {
            raise!(t, TypeError, "nonempty __slots__ not supported for subtype of '{}'", base.name(t));
        }
    }
    members.sort();
    let members = members_as_names(t, members, namespace)?;
    let takes_attributes = !keeps_its_own && (base_has_dict || wants_dict);
    let in_front = base.member_slots() + members.len();
    let expected = if takes_attributes { expected_attributes(t, bases, namespace) } else { 0 };
    Ok(Plan {
        members,
        attributes: if takes_attributes { Attributes::Slots } else { Attributes::Closed },
        adds_dict: takes_attributes && !base_has_dict,
        adds_weakref: wants_weakref && !base_has_weakref,
        inline_slots: in_front + expected,
    })
}

/// Whether instances of a class have a `__dict__` of their own.
pub(super) fn takes_attributes(class: &Object<Class>) -> bool {
    class.root_shape().attributes() != Attributes::Closed
}

impl Class {
    fn layout_is<T: Payload>(&self) -> bool {
        std::ptr::eq(self.layout(), T::layout())
    }
}

fn listed(t: &mut Thread, slots: &Value) -> Result<Vec<Value>> {
    match slots.downcast_ref::<Str>() {
        Some(_) => Ok(vec![slots.clone()]),
        None => iterate::collect(t, slots.borrow()),
    }
}

fn check_slot(t: &Thread, slot: &Value) -> Result<()> {
    let Some(text) = slot.downcast_ref::<Str>() else {
        let class = slot.borrow().class(t).name(t);
        raise!(t, TypeError, "__slots__ items must be strings, not '{class}'");
    };
    if !text.text().is_identifier() {
        raise!(t, TypeError, "__slots__ must be identifiers");
    }
    Ok(())
}

/// The attribute for a private name in a class.
fn mangle(class: &str, name: &str) -> String {
    let class = class.trim_start_matches('_');
    if class.is_empty() || !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.to_owned();
    }
    format!("_{class}{name}")
}

fn members_as_names(t: &Thread, members: Vec<String>, namespace: &Object<Dict>) -> Result<Vec<Value>> {
    let names = t.names();
    let as_name = |text: String| {
        let name = t.interpreter().intern(t, &text);
        let compiled = name.is(names.__qualname__) || name.is(names.__classcell__);
        if !compiled && namespace.get_str(t, name).is_some() {
            raise!(t, ValueError, "'{text}' in __slots__ conflicts with class variable");
        }
        Ok(name.to_value())
    };
    members.into_iter().map(as_name).collect()
}

/// Room for the attributes that the methods of a class and of its bases set, which the compiler lists.
fn expected_attributes(t: &Thread, bases: &[&Object<Class>], namespace: &Object<Dict>) -> usize {
    let names = t.names();
    let mut found = HashSet::new();
    let mut native = 0;
    let mut note = |namespace: &Object<Dict>| {
        let listed = namespace.get_str(t, names.__static_attributes__);
        if let Some(listed) = listed.as_ref().and_then(|listed| listed.downcast_ref::<Tuple>()) {
            found.extend(listed.items().map(name_of));
        }
    };
    note(namespace);
    for base in bases {
        if takes_attributes(base) && !base.has(ClassFlags::HEAP) {
            native = native.max(base.root_shape().inline_slots() as usize - base.member_slots());
        }
        base.special().mro().for_each(|class| note(class.namespace()));
    }
    (found.len() + native).clamp(FEWEST_INLINE, MAX_SLOTS)
}

/// Inline slots of instances whose class lists no attributes.
const FEWEST_INLINE: usize = 2;
