//! `type.__new__`: a class from its name, bases and namespace.
//!
//! The class is complete, and seen by Python code for the first time, when its attributes hear of it (`__set_name__`) and its base
//! does (`__init_subclass__`).

use super::attributes::{DICT, WEAKREF};
use super::slots::{self, Plan, takes_attributes};
use super::statement::calculate_metaclass;
use super::{check_name, classes_of};
use crate::call::Args;
use crate::class::{Class, ClassFlags, NewClass, new_class};
use crate::error::Result;
use crate::object::{Obj, Object};
use crate::protocol::call;
use crate::protocol::text::name_of;
use crate::raise;
use crate::thread::Thread;
use crate::types::cell::Cell;
use crate::types::class_method::ClassMethod;
use crate::types::dict::Dict;
use crate::types::exception::add_note;
use crate::types::member::{MemberDescriptor, MemberKind};
use crate::types::native::{self, MethodDescriptor, NativeFunction};
use crate::types::object::Instance;
use crate::types::static_method::StaticMethod;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// `type.__new__(metaclass, name, bases, namespace, **keywords)`.
pub(super) fn new_type(t: &mut Thread, metaclass: &Object<Class>, args: Args<'_>) -> Result<Value> {
    let &[name, bases, namespace] = args.positional() else {
        raise!(t, TypeError, "type.__new__() takes exactly 3 arguments ({} given)", args.positional().len());
    };
    let Some(text) = name.downcast::<Str>() else { return wrong_argument(t, 1, "str", name) };
    let Some(bases) = bases.downcast::<Tuple>() else { return wrong_argument(t, 2, "tuple", bases) };
    let Some(namespace) = namespace.downcast::<Dict>() else {
        return wrong_argument(t, 3, "dict", namespace);
    };
    refuse_entries(t, bases)?;
    let winner = calculate_metaclass(t, metaclass, bases.as_slice())?;
    if !std::ptr::eq(&*winner, metaclass)
        && let Some(new) = winner.lookup(t, t.names().__new__)
        && !is_of_type(t, new.borrow())
    {
        let new = call::bind(t, new, None, winner.borrow())?;
        return call::call_with_first(t, new.borrow(), winner.borrow(), args);
    }
    let class = create(t, &winner, text, bases, namespace)?;
    tell_attributes(t, &class)?;
    tell_base(t, &class, args)?;
    Ok(class.into_value())
}

fn wrong_argument(t: &Thread, position: usize, wanted: &str, given: Ref<'_>) -> Result<Value> {
    let given = given.class(t).name(t);
    raise!(t, TypeError, "type.__new__() argument {position} must be {wanted}, not {given}")
}

fn refuse_entries(t: &Thread, bases: &Tuple) -> Result<()> {
    let entries = t.names().__mro_entries__;
    for base in bases.items() {
        if base.downcast::<Class>().is_none() && call::lookup_special(t, base, entries).is_some() {
            raise!(t, TypeError, "type() doesn't support MRO entry resolution; use types.new_class()");
        }
    }
    Ok(())
}

/// Whether a function that was found in a class is `type`'s own.
fn is_of_type(t: &Thread, function: Ref<'_>) -> bool {
    let class = t.shape_of::<Class>().class().borrow();
    function.downcast::<NativeFunction>().is_some_and(|new| new.receiver().is_some_and(|of| of.is(class)))
        || function.downcast::<MethodDescriptor>().is_some_and(|method| method.class().is(class))
}

fn create(
    t: &mut Thread,
    metaclass: &Object<Class>,
    name: &Object<Str>,
    bases: &Object<Tuple>,
    given: &Object<Dict>,
) -> Result<Obj<Class>> {
    let object = t.shape_of::<Instance>().class();
    let bases = if bases.is_empty() { vec![object] } else { classes_of(t, bases)? };
    let base = best_base(t, &bases)?;
    let namespace = copy_namespace(t, given)?;
    let text = name.to_string();
    let Plan { members, attributes, adds_dict, adds_weakref, inline_slots } =
        slots::plan(t, &text, base, &bases, &namespace)?;
    let qualname = complete_namespace(t, &namespace, name)?;
    let names = t.names();
    let cells = [(names.__classcell__, true), (names.__classdictcell__, false)]
        .map(|(name, is_class)| (namespace.remove_str_locked(t, name), is_class));
    let class = new_class(
        t,
        NewClass {
            metaclass: metaclass.root_shape(),
            name: name.copy(t).into_value(),
            qualname,
            bases: bases.iter().map(|base| base.to_obj()).collect(),
            namespace,
            layout: base.layout(),
            flags: ClassFlags::HEAP.with(ClassFlags::BASE),
            attributes,
            member_slots: base.member_slots() + members.len(),
            inline_slots,
            declared: None,
        },
    )?;
    apply_custom_order(t, metaclass, &class)?;
    for (at, name) in members.into_iter().enumerate() {
        let index = base.member_slots() + at;
        let member = MemberDescriptor::new(t, name.clone(), &class, index, MemberKind::Slot);
        class.set_own_attribute(t, name.borrow(), Some(member.into_value()))?;
    }
    if adds_dict {
        native::define_property(t, &class, &DICT)?;
    }
    if adds_weakref {
        native::define_property(t, &class, &WEAKREF)?;
    }
    for (cell, is_class) in cells {
        fill_cell(t, cell, if is_class { class.to_value() } else { class.namespace().to_value() })?;
    }
    Ok(class)
}

fn fill_cell(t: &Thread, cell: Option<Value>, contents: Value) -> Result<()> {
    let Some(cell) = cell else { return Ok(()) };
    match cell.downcast_ref::<Cell>() {
        Some(cell) => {
            drop(cell.replace(t, Some(contents)));
            Ok(())
        }
        None => {
            let class = cell.borrow().class(t).full_name(t);
            raise!(t, TypeError, "type.__new__: __classcell__ must be a nonlocal cell, not <class '{class}'>")
        }
    }
}

/// A copy of the namespace whose names are interned, as lookups need them.
fn copy_namespace(t: &mut Thread, given: &Object<Dict>) -> Result<Obj<Dict>> {
    let namespace = Dict::new(t);
    for (name, value) in given.items(t) {
        let name = t.interpreter().intern_value(t, name.borrow()).to_value();
        namespace.set(t, name.borrow(), value)?;
    }
    Ok(namespace)
}

/// Adds what every namespace of a class has, and returns the qualified name.
fn complete_namespace(t: &mut Thread, namespace: &Object<Dict>, name: &Object<Str>) -> Result<Value> {
    let names = t.names();
    if namespace.get_str(t, names.__module__).is_none()
        && let Some(globals) = (t.interpreter().hooks().current_globals)(t)
        && let Some(module) = globals.downcast_ref::<Dict>().and_then(|dict| dict.get_str(t, names.__name__))
    {
        namespace.set_str(t, names.__module__, module)?;
    }
    let qualname = match namespace.remove_str_locked(t, names.__qualname__) {
        Some(qualname) if qualname.downcast_ref::<Str>().is_some() => qualname,
        Some(other) => {
            let class = other.borrow().class(t).name(t);
            raise!(t, TypeError, "type __qualname__ must be a str, not {class}")
        }
        None => name.copy(t).into_value(),
    };
    if namespace.get_str(t, names.__doc__).is_none() {
        namespace.set_str(t, names.__doc__, Value::NONE)?;
    }
    if let Some(new) = namespace.get_str(t, names.__new__).filter(|new| is_python_function(t, new.borrow())) {
        let wrapped = StaticMethod::new(t, new);
        namespace.set_str(t, names.__new__, wrapped.into_value())?;
    }
    for name in [names.__init_subclass__, names.__class_getitem__] {
        let function = namespace.get_str(t, name);
        if let Some(function) = function.filter(|function| is_python_function(t, function.borrow())) {
            let wrapped = ClassMethod::new(t, function);
            namespace.set_str(t, name, wrapped.into_value())?;
        }
    }
    if namespace.get_str(t, names.__eq__).is_some() && namespace.get_str(t, names.__hash__).is_none() {
        namespace.set_str(t, names.__hash__, Value::NONE)?;
    }
    Ok(qualname)
}

/// Functions written in Python bind like methods and are not native.
fn is_python_function(t: &Thread, value: Ref<'_>) -> bool {
    value.class(t).has(ClassFlags::METHOD_DESCRIPTOR) && value.downcast::<MethodDescriptor>().is_none()
}

/// The base that determines the layout of instances: the one whose layout extends that of all others.
///
/// # Errors
/// `TypeError` if there is none, or a base cannot be subclassed.
pub fn best_base<'a>(t: &Thread, bases: &[&'a Object<Class>]) -> Result<&'a Object<Class>> {
    winner(t, bases).map(|(base, _)| base)
}

/// The best base, and the class at or behind it that last extended the layout.
fn winner<'a>(t: &Thread, bases: &[&'a Object<Class>]) -> Result<(&'a Object<Class>, Obj<Class>)> {
    let mut best: Option<(&'a Object<Class>, Obj<Class>)> = None;
    for &base in bases {
        if !base.has(ClassFlags::BASE) {
            raise!(t, TypeError, "type '{}' is not an acceptable base type", base.full_name(t));
        }
        let solid = solid_base(t, base);
        best = match best {
            Some((winner, of_winner)) if of_winner.is_subclass(&solid) => Some((winner, of_winner)),
            Some((_, of_winner)) if !solid.is_subclass(&of_winner) => {
                raise!(t, TypeError, "multiple bases have instance lay-out conflict")
            }
            _ => Some((base, solid)),
        };
    }
    match best {
        Some(best) => Ok(best),
        None => raise!(t, TypeError, "a new-style class can't have only classic bases"),
    }
}

/// The class, at or behind this one, that last extended the layout: by a payload of its own or by members.
fn solid_base(t: &Thread, class: &Object<Class>) -> Obj<Class> {
    let mut class = class.to_obj();
    loop {
        let bases = class.bases(t);
        let bases: Vec<_> = bases.items().filter_map(|base| base.downcast::<Class>()).collect();
        // Only several bases need a comparison, which looks behind each of them once.
        let (base, solid) = match *bases {
            [] => return class,
            [base] => (base, None),
            _ => match winner(t, &bases) {
                Ok((base, solid)) => (base, Some(solid)),
                Err(_) => return class,
            },
        };
        if !std::ptr::eq(base.layout(), class.layout()) || base.member_slots() != class.member_slots() {
            return class;
        }
        match solid {
            Some(solid) => return solid,
            None => class = base.to_obj(),
        }
    }
}

/// Whether an instance of one class can become one of the other.
pub fn have_same_storage(t: &Thread, a: &Object<Class>, b: &Object<Class>) -> bool {
    let (solid_a, solid_b) = (solid_base(t, a), solid_base(t, b));
    let same_members = || solid_a.has_equal_slots(t, &solid_b);
    std::ptr::eq(a.layout(), b.layout())
        && a.member_slots() == b.member_slots()
        && takes_attributes(a) == takes_attributes(b)
        && (solid_a.is(solid_b.borrow()) || same_members())
}

impl Object<Class> {
    /// Whether two classes add the same `__slots__` to the same base.
    fn has_equal_slots(&self, t: &Thread, other: &Object<Class>) -> bool {
        let members = |class: &Object<Class>| {
            let of_class = class.namespace().items(t).into_iter();
            let mut names: Vec<_> = of_class
                .filter(|(_, value)| value.downcast_ref::<MemberDescriptor>().is_some())
                .map(|(name, _)| name_of(name.borrow()))
                .collect();
            names.sort();
            names
        };
        match (self.best_base(t), other.best_base(t)) {
            (Some(a), Some(b)) => a.is(b.borrow()) && members(self) == members(other),
            _ => false,
        }
    }

    /// The order by the rules of the language, whatever the metaclass's `mro()` says.
    pub(super) fn default_order(&self, t: &Thread) -> Result<Vec<Obj<Class>>> {
        let bases = self.bases(t);
        let behind = crate::class::linearise(t, &classes_of(t, &bases)?)?;
        Ok([self.to_obj()].into_iter().chain(behind).collect())
    }
}

/// Asks the metaclass for the order if it has an `mro()` of its own.
fn apply_custom_order(t: &mut Thread, metaclass: &Object<Class>, class: &Object<Class>) -> Result<()> {
    let name = t.interpreter().intern(t, "mro");
    let Some(method) = metaclass.lookup(t, name).filter(|method| !is_of_type(t, method.borrow())) else {
        return Ok(());
    };
    let answer = call::call_special(t, method.borrow(), &[class.borrow()])?;
    let solid = solid_base(t, class);
    let mut order = Vec::new();
    for item in crate::protocol::iterate::collect(t, answer.borrow())? {
        match item.downcast::<Class>() {
            // Methods found there take instances for what they are not.
            Ok(item) if !solid.is_subclass(&solid_base(t, &item)) => {
                let item = item.name(t);
                raise!(t, TypeError, "mro() returned base with unsuitable layout ('{item}')")
            }
            Ok(item) => order.push(item),
            Err(other) => {
                let class = other.borrow().class(t).name(t);
                raise!(t, TypeError, "mro() returned a non-class ('{class}')")
            }
        }
    }
    if order.is_empty() {
        raise!(t, TypeError, "type MRO must not be empty");
    }
    class.set_order(t, &order);
    Ok(())
}

/// `__set_name__` of the values in the namespace.
fn tell_attributes(t: &mut Thread, class: &Object<Class>) -> Result<()> {
    let set_name = t.names().__set_name__;
    for (name, value) in class.namespace().items(t) {
        let Some(method) = call::lookup_special(t, value.borrow(), set_name) else { continue };
        let args = [value.borrow(), class.borrow(), name.borrow()];
        if let Err(raised) = call::call_special(t, method.borrow(), &args) {
            let of = value.borrow().class(t).name(t);
            let name = crate::protocol::text::repr(t, name.borrow())?;
            let note =
                format!("Error calling __set_name__ on '{of}' instance {} in '{}'", &**name, class.name(t));
            add_note(t, raised.exception(), &note)?;
            return Err(raised);
        }
    }
    Ok(())
}

/// `super(class, class).__init_subclass__(**keywords)`.
fn tell_base(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<()> {
    let name = t.names().__init_subclass__;
    check_name(t, name)?;
    let behind = class.mro(t);
    let found = behind.iter().skip(1).find_map(|class| class.namespace().get_str(t, name));
    let Some(method) = found else { return Ok(()) };
    let bound = call::bind(t, method, None, class.borrow())?;
    let keywords: Vec<_> = args.keywords().map(|(_, value)| value).collect();
    call::call_args(t, bound.borrow(), Args::new(&keywords, args.names())).map(drop)
}

/// The description of a missing metaclass, for messages.
pub(super) fn shown(t: &Thread, value: Ref<'_>) -> String {
    match value.downcast::<Class>() {
        Some(class) => class.name(t),
        None => value.class(t).name(t),
    }
}
