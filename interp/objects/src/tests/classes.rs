//! Classes made as a `class` statement makes them, and what their instances do.

use super::all_modes;
use crate::call::Args;
use crate::class::Class;
use crate::error::{Exc, Raised, Result};
use crate::object::Obj;
use crate::protocol::text::name_of;
use crate::protocol::{attribute, call, instance};
use crate::thread::Thread;
use crate::types::class_object::new_class_from_statement;
use crate::types::class_object::statement::metaclass_of_statement;
use crate::types::dict::Dict;
use crate::types::exception::{class_of, summary};
use crate::types::native::native_def;
use crate::types::object::Instance;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

fn name(t: &Thread, text: &str) -> Ref<'static> {
    t.interpreter().intern(t, text)
}

fn class(
    t: &mut Thread,
    text: &str,
    bases: &[&Obj<Class>],
    namespace: &[(&str, Value)],
) -> Result<Obj<Class>> {
    let dict = Dict::new(t);
    for (key, value) in namespace {
        dict.set(t, name(t, key), value.clone())?;
    }
    let bases = Tuple::from_values(t, bases.iter().map(|base| base.to_value()));
    let metaclass = metaclass_of_statement(t, None, &bases)?;
    let key = name(t, text);
    let made = new_class_from_statement(t, metaclass.borrow(), key, &bases, dict.borrow(), &[], None)?;
    Ok(made.downcast::<Class>().expect("a class"))
}

fn slots(t: &Thread, names: &[&str]) -> Value {
    Tuple::from_values(t, names.iter().map(|slot| name(t, slot).to_value())).into_value()
}

#[track_caller]
fn message<T>(t: &Thread, result: Result<T>) -> String {
    let raised: Raised = result.err().expect("raises");
    summary(t, raised.exception())
}

#[test]
fn members_of_slots_come_first_and_attributes_follow() {
    all_modes(|mut t| {
        let t = &mut *t;
        let slots = slots(t, &["b", "a"]);
        let a = class(t, "A", &[], &[("__slots__", slots)]).expect("makes a class");
        let instance = call::call(t, a.borrow(), &[]).expect("takes no arguments");
        let (key, value) = (name(t, "a"), Value::from_i32(7));
        let unset = attribute::get(t, instance.borrow(), key);
        assert_eq!(message(t, unset), "AttributeError: 'A' object has no attribute 'a'");
        attribute::set(t, instance.borrow(), key, value).expect("a member");
        let other = name(t, "other");
        let closed = attribute::set(t, instance.borrow(), other, Value::NONE);
        assert_eq!(
            message(t, closed),
            "AttributeError: 'A' object has no attribute 'other' and no __dict__ for setting new attributes"
        );
        let b = class(t, "B", &[&a], &[]).expect("makes a class");
        let instance = call::call(t, b.borrow(), &[]).expect("takes no arguments");
        for at in 0..80 {
            let key = name(t, &format!("x{at}"));
            attribute::set(t, instance.borrow(), key, Value::from_i32(at)).expect("takes attributes");
        }
        attribute::set(t, instance.borrow(), key, Value::from_i32(5)).expect("a member");
        let read = |t: &mut Thread, key: &str| {
            let key = name(t, key);
            attribute::get(t, instance.borrow(), key).expect("is set").borrow().as_small_int()
        };
        assert_eq!((read(t, "a"), read(t, "x0"), read(t, "x79")), (Some(5), Some(0), Some(79)));
        attribute::delete(t, instance.borrow(), key).expect("was set");
        let unset = attribute::delete(t, instance.borrow(), key);
        assert!(unset.is_err_and(|raised| raised.is(t, Exc::AttributeError)));
    });
}

#[test]
fn layouts_that_conflict_are_refused() {
    all_modes(|mut t| {
        let t = &mut *t;
        let (x, y) = (slots(t, &["x"]), slots(t, &["y"]));
        let a = class(t, "A", &[], &[("__slots__", x)]).expect("makes a class");
        let b = class(t, "B", &[], &[("__slots__", y)]).expect("makes a class");
        let c = class(t, "C", &[], &[]).expect("makes a class");
        let conflict = class(t, "D", &[&a, &b], &[]);
        assert_eq!(message(t, conflict), "TypeError: multiple bases have instance lay-out conflict");
        let d = class(t, "D", &[&c, &a], &[]).expect("one layout extends the other");
        assert!(d.best_base(t).is_some_and(|base| base.is(a.borrow())));
        let bool_class = Value::TRUE.borrow().class(t).to_obj();
        let refused = class(t, "E", &[&bool_class], &[]);
        assert_eq!(message(t, refused), "TypeError: type 'bool' is not an acceptable base type");
    });
}

#[test]
fn extra_arguments_are_refused_by_object() {
    all_modes(|mut t| {
        let t = &mut *t;
        let object = t.shape_of::<Instance>().class();
        let one = Value::from_i32(1);
        let refused = call::call(t, object.borrow(), &[one.borrow()]);
        assert_eq!(message(t, refused), "TypeError: object() takes no arguments");
        let c = class(t, "C", &[], &[]).expect("makes a class");
        let refused = call::call(t, c.borrow(), &[one.borrow()]);
        assert_eq!(message(t, refused), "TypeError: C() takes no arguments");
    });
}

#[test]
fn equality_without_hash_makes_unhashable() {
    all_modes(|mut t| {
        let t = &mut *t;
        let eq = t.shape_of::<Instance>().class().lookup(t, t.names().__eq__).expect("object has it");
        assert!(native_def(eq.borrow()).is_some());
        let c = class(t, "C", &[], &[("__eq__", eq)]).expect("makes a class");
        let instance = call::call(t, c.borrow(), &[]).expect("takes no arguments");
        let hash = crate::protocol::hash::hash(t, instance.borrow());
        assert_eq!(message(t, hash), "TypeError: unhashable type: 'C'");
    });
}

#[test]
fn instances_change_their_class_and_keep_their_attributes() {
    all_modes(|mut t| {
        let t = &mut *t;
        let (a, b) = (class(t, "A", &[], &[]), class(t, "B", &[], &[]));
        let (a, b) = (a.expect("makes a class"), b.expect("makes a class"));
        let value = call::call(t, a.borrow(), &[]).expect("takes no arguments");
        let key = name(t, "x");
        attribute::set(t, value.borrow(), key, Value::from_i32(3)).expect("takes attributes");
        let dunder = t.names().__class__;
        attribute::set(t, value.borrow(), dunder, b.to_value()).expect("same layout");
        assert!(instance::is_instance(t, value.borrow(), b.borrow()).expect("a class"));
        assert!(!instance::is_instance(t, value.borrow(), a.borrow()).expect("a class"));
        let read = attribute::get(t, value.borrow(), key).expect("kept");
        assert_eq!(read.borrow().as_small_int(), Some(3));
        let refused = attribute::set(t, value.borrow(), dunder, Value::from_i32(1));
        assert_eq!(message(t, refused), "TypeError: __class__ must be set to a class, not 'int' object");
    });
}

#[test]
fn super_starts_behind_its_class() {
    all_modes(|mut t| {
        let t = &mut *t;
        let a = class(t, "A", &[], &[("x", Value::from_i32(1))]).expect("makes a class");
        let b = class(t, "B", &[&a], &[("x", Value::from_i32(2))]).expect("makes a class");
        let instance = call::call(t, b.borrow(), &[]).expect("takes no arguments");
        let class = t.shape_of::<crate::types::super_object::Super>().class();
        let made = call::call(t, class.borrow(), &[b.borrow(), instance.borrow()]).expect("is an instance");
        let key = name(t, "x");
        let found = attribute::get(t, made.borrow(), key).expect("of the base");
        assert_eq!(found.borrow().as_small_int(), Some(1));
        let refused = call::call(t, class.borrow(), &[b.borrow(), Value::NONE.borrow()]);
        assert!(refused.is_ok(), "an unbound super object");
        let one = Value::from_i32(1);
        let refused = call::call(t, class.borrow(), &[b.borrow(), one.borrow()]);
        assert_eq!(
            message(t, refused),
            "TypeError: super(type, obj): obj (instance of int) is not an instance or subtype of type (B)."
        );
    });
}
#[test]
fn exceptions_have_their_fields() {
    all_modes(|mut t| {
        let t = &mut *t;
        let (code, text) = (Value::from_i32(2), Str::from_str(t, "no such").into_value());
        let os_error = class_of(t, Exc::OSError);
        let made = call::call(t, os_error.borrow(), &[code.borrow(), text.borrow()]).expect("makes one");
        assert_eq!(made.borrow().class(t).name(t), "FileNotFoundError");
        let shown = crate::protocol::text::str(t, made.borrow()).expect("has a str");
        assert_eq!(shown.to_string(), "[Errno 2] no such");
        let stop = class_of(t, Exc::StopIteration);
        let made =
            call::call_args(t, stop.borrow(), Args::positional_only(&[code.borrow()])).expect("makes one");
        let key = name(t, "value");
        assert_eq!(attribute::get(t, made.borrow(), key).expect("a field").borrow().as_small_int(), Some(2));
        let missing = attribute::get(t, made.borrow(), name(t, "missing"));
        let missing = missing.expect_err("no such attribute").into_exception();
        let of = attribute::get(t, missing.borrow(), name(t, "name")).expect("a field");
        assert_eq!(name_of(of.borrow()), "missing");
    });
}

#[test]
fn modules_have_their_namespace_as_attributes() {
    all_modes(|mut t| {
        let t = &mut *t;
        let class = t.shape_of::<crate::types::module::Module>().class();
        let module = call::call(t, class.borrow(), &[name(t, "m")]).expect("takes a name");
        let key = name(t, "x");
        let missing = attribute::get(t, module.borrow(), key);
        assert_eq!(message(t, missing), "AttributeError: module 'm' has no attribute 'x'");
        attribute::set(t, module.borrow(), key, Value::from_i32(1)).expect("takes attributes");
        let dict = attribute::get(t, module.borrow(), t.names().__dict__).expect("has a dict");
        assert!(dict.downcast_ref::<Dict>().is_some_and(|dict| dict.get_str(t, key).is_some()));
        attribute::delete(t, module.borrow(), key).expect("was set");
        let shown = crate::protocol::text::repr(t, module.borrow()).expect("has a repr");
        assert_eq!(shown.to_string(), "<module 'm'>");
    });
}

#[test]
fn native_methods_refuse_other_receivers() {
    all_modes(|mut t| {
        let t = &mut *t;
        let list = t.shape_of::<crate::types::list::List>().class();
        let append = attribute::get(t, list.borrow(), name(t, "append")).expect("list has it");
        let shown = crate::protocol::text::repr(t, append.borrow()).expect("has a repr");
        assert_eq!(shown.to_string(), "<method 'append' of 'list' objects>");
        let one = Value::from_i32(1);
        let bound = call::bind(t, append, Some(one.borrow()), one.borrow().class(t).borrow());
        assert_eq!(
            message(t, bound),
            "TypeError: descriptor 'append' for 'list' objects doesn't apply to a 'int' object"
        );
    });
}

#[test]
fn without_versions_left_lookups_stay_right() {
    all_modes(|mut t| {
        let t = &mut *t;
        let a = class(t, "A", &[], &[("x", Value::from_i32(1))]).expect("makes a class");
        let b = class(t, "B", &[&a], &[]).expect("makes a class");
        let (x, y) = (name(t, "x"), name(t, "y"));
        a.set_own_attribute(t, x, Some(Value::from_i32(0))).expect("can be set");
        t.interpreter().use_up_versions();
        let last = a.root_shape().ensure_version(t).expect("one is left");
        assert_eq!(b.root_shape().ensure_version(t), None);
        for value in 1..4 {
            a.set_own_attribute(t, x, Some(Value::from_i32(value))).expect("can be set");
            assert_ne!(a.root_shape().version(), last);
            for class in [&a, &b] {
                let found = class.lookup(t, x).expect("is there");
                assert!(found.borrow().is(Value::from_i32(value).borrow()));
                assert!(class.lookup(t, y).is_none());
            }
        }
    });
}
