//! What definitions expand to, run against a small model of the runtime.

// Generated code names the runtime's crate; here that is this test.
extern crate self as ungil_objects;

pub mod macro_support;

use std::cell::{Cell, RefCell};

use macro_support::{
    Args, Binding, Class, ClassDef, ClassFlags, Convention, Exc, Keywords, Layout, Module, NativeClass,
    NativeDef, Object, Payload, Raised, Ref, Result, Thread, Value,
};
use ungil_macros::{class, function, methods, module};

/// A list of integers.
struct Bag {
    items: RefCell<Vec<i64>>,
    position: Cell<usize>,
    label: RefCell<Option<String>>,
}

impl Payload for Bag {
    fn layout() -> &'static Layout {
        &Layout("Bag")
    }
}

struct Base;

impl Payload for Base {
    fn layout() -> &'static Layout {
        &Layout("Base")
    }
}

/// Holds integers.
///
/// In order.
#[class(name = "bag", module = "model", base = Base, sequence, final, members = [SEARCH])]
impl Bag {
    #[new]
    fn new(t: &mut Thread, class: &Object<Class>, items: &[Ref<'_>]) -> Result<Value> {
        t.made += 1;
        class.0.set("made");
        let items = items.iter().map(|item| int(*item)).collect::<Result<Vec<_>>>()?;
        Ok(Bag::holding(items))
    }

    /// Adds one.
    #[method]
    fn append(&self, item: i64) {
        self.items.borrow_mut().push(item);
    }

    #[method]
    fn insert(_t: &mut Thread, this: &Object<Self>, at: i64, item: i64) -> Result<()> {
        let mut items = this.items.borrow_mut();
        if at as usize > items.len() {
            return Err(Raised(Exc::ValueError, "out of range".to_owned()));
        }
        items.insert(at as usize, item);
        Ok(())
    }

    #[method]
    fn pop(&self, index: Option<i64>) -> i64 {
        let mut items = self.items.borrow_mut();
        let last = items.len() - 1;
        items.remove(index.map_or(last, |index| index as usize))
    }

    #[method(signature = "(*, key=None, reverse=False, limit=-1)")]
    fn sort(&self, key: Option<&str>, reverse: bool, limit: i64) -> String {
        format!("{key:?} {reverse} {limit}")
    }

    #[method]
    fn __len__(&self) -> usize {
        self.items.borrow().len()
    }

    #[method]
    fn __add__(this: &Object<Bag>, other: &Object<Self>) -> Value {
        let mut items = this.items.borrow().clone();
        items.extend(other.items.borrow().iter());
        Bag::holding(items)
    }

    #[method]
    fn __mul__(&self, times: i64) -> Value {
        Bag::holding(self.items.borrow().repeat(times as usize))
    }

    #[method]
    fn __getitem__(&self, index: i64) -> i64 {
        self.items.borrow()[index as usize]
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<Bag>) -> Result<Option<i64>> {
        t.made += 1;
        let position = this.position.replace(this.position.get() + 1);
        Ok(this.items.borrow().get(position).copied())
    }

    #[method]
    fn __call__(&self, argument: i64, rest: &[Ref<'_>]) -> i64 {
        argument + rest.len() as i64
    }

    #[classmethod]
    fn of(_t: &Thread, _class: &Object<Class>, item: i64) -> Value {
        Bag::holding(vec![item])
    }

    #[staticmethod]
    fn answer() -> i64 {
        42
    }

    /// What it is called.
    #[getter]
    fn label(&self) -> String {
        self.label.borrow().clone().unwrap_or_default()
    }

    #[setter]
    fn set_label(&self, value: Option<&str>) {
        *self.label.borrow_mut() = value.map(str::to_owned);
    }

    #[getter(name = "first")]
    fn first_item(&self) -> i64 {
        self.items.borrow()[0]
    }

    #[setter(first)]
    fn set_first_item(&self, value: i64) -> Result<()> {
        self.items.borrow_mut()[0] = value;
        Ok(())
    }

    #[cfg(any())]
    #[method]
    fn absent(&self) {}

    fn holding(items: Vec<i64>) -> Value {
        Value::object(Bag { items: RefCell::new(items), position: Cell::new(0), label: RefCell::new(None) })
    }
}

#[methods(SEARCH)]
impl Bag {
    #[method]
    fn index(&self, item: i64) -> Option2 {
        Option2(self.items.borrow().iter().position(|each| *each == item))
    }

    #[getter]
    fn last(&self) -> i64 {
        *self.items.borrow().last().unwrap_or(&-1)
    }
}

/// A result with a conversion of its own.
struct Option2(Option<usize>);

impl macro_support::IntoResult for Option2 {
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        match self.0 {
            Some(index) => index.into_result(t),
            None => Err(Raised(Exc::ValueError, "not there".to_owned())),
        }
    }
}

fn int(value: Ref<'_>) -> Result<i64> {
    match value.0 {
        Value::Int(value) => Ok(*value),
        _ => Err(Raised(Exc::TypeError, "not an int".to_owned())),
    }
}

/// Doubles.
#[function]
fn double(x: i64) -> i64 {
    2 * x
}

/// Arithmetic.
#[module(name = "arithmetic", functions(double), classes(Bag))]
mod arithmetic {
    use super::*;

    #[constant(name = "largest")]
    const LARGEST: i64 = i64::MAX;

    #[function(signature = "(x, /, base=10, *extra, strict=False, **more)")]
    fn describe(
        t: &mut Thread,
        x: i64,
        base: i64,
        extra: &[Ref<'_>],
        strict: bool,
        more: Keywords<'_>,
    ) -> String {
        t.made += 1;
        let more: Vec<String> =
            more.iter().map(|(name, value)| format!("{name}={}", value.0.shown())).collect();
        format!("{x} {base} {} {strict} {}", extra.len(), more.join(" "))
    }

    #[function(name = "raw")]
    fn raw_(args: Args<'_>) -> usize {
        args.values().len()
    }

    #[function(signature = "(*, at)")]
    fn keyword(at: i64) -> i64 {
        at
    }

    #[function(signature = "(x, y=1, *rest, z=0)")]
    fn digits(x: i64, y: i64, rest: &[Ref<'_>], z: i64) -> i64 {
        x * 1000 + y * 100 + rest.len() as i64 * 10 + z
    }

    #[function(signature = "(x, y=1)")]
    fn pair(x: i64, y: i64) -> i64 {
        x * 10 + y
    }

    #[function]
    fn count(args: &[Ref<'_>], kwargs: Keywords<'_>) -> String {
        format!("{} {}", args.len(), kwargs.iter().count())
    }

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        macro_support::add_to_module(t, module, "started", Value::Bool(true))
    }
}

/// Calls as an interpreter would, and shows the result.
fn call(def: &NativeDef, values: &[Value], names: &[&str]) -> String {
    let t = &mut Thread { made: 0 };
    let values: Vec<Ref<'_>> = values.iter().map(Value::borrow).collect();
    let result = match (def.convention, values.as_slice()) {
        (Convention::Zero(function), []) => function(t),
        (Convention::One(function), [a]) => function(t, *a),
        (Convention::Two(function), [a, b]) => function(t, *a, *b),
        (Convention::Three(function), [a, b, c]) => function(t, *a, *b, *c),
        (Convention::Next(function), [a]) => {
            function(t, *a).map(|item| item.unwrap_or(Value::Text("end".to_owned())))
        }
        (Convention::Args(function), values) => {
            function(t, Args { values, names: (!names.is_empty()).then_some(names) })
        }
        _ => panic!("{} does not take {} words", def.name, values.len()),
    };
    shown(result)
}

fn shown(result: Result<Value>) -> String {
    match result {
        Ok(value) => value.shown(),
        Err(Raised(class, message)) => format!("{class:?}: {message}"),
    }
}

#[track_caller]
fn method(name: &str) -> &'static NativeDef {
    Bag::def().methods.iter().find(|method| method.name == name).expect(name)
}

fn bag(items: &[i64]) -> Value {
    Bag::holding(items.to_vec())
}

fn class_object() -> Value {
    let payload = Class(Cell::new("bag"));
    Value::Object(Class::def(), std::rc::Rc::new(Object { class: Class::def(), payload }))
}

#[test]
fn a_class_has_the_names_and_texts_of_its_definition() {
    let def: &ClassDef = Bag::def();
    assert_eq!((def.name, def.module, def.doc), ("bag", "model", "Holds integers.\n\nIn order."));
    assert_eq!(def.flags, ClassFlags::SEQUENCE);
    assert_eq!(def.base.map(|layout| layout().0), Some("Base"));
    assert!(!def.has_attributes && !def.other);
    let names: Vec<&str> = def.methods.iter().map(|method| method.name).collect();
    let expected = [
        "__new__",
        "append",
        "insert",
        "pop",
        "sort",
        "__len__",
        "__add__",
        "__mul__",
        "__getitem__",
        "__next__",
        "__call__",
        "of",
        "answer",
        "index",
    ];
    assert_eq!(names, expected);
    let properties: Vec<&str> = def.properties.iter().map(|property| property.name).collect();
    assert_eq!(properties, ["label", "first", "last"]);
    assert_eq!(def.properties[0].doc, "What it is called.");
    assert_eq!(method("append").doc, "Adds one.");
    assert_eq!(method("append").signature, "($self, item, /)");
    assert_eq!(method("pop").signature, "($self, index=<unrepresentable>, /)");
    assert_eq!(method("sort").signature, "($self, /, *, key=None, reverse=False, limit=-1)");
    assert_eq!(method("of").signature, "($type, item, /)");
    assert_eq!(method("answer").signature, "()");
    assert_eq!(method("__new__").signature, "($type, /, *items)");
    let bindings = ["append", "of", "answer", "__new__"].map(|name| method(name).binding);
    assert_eq!(
        bindings,
        [Binding::Method, Binding::ClassMethod, Binding::StaticMethod, Binding::StaticMethod]
    );
}

#[test]
fn conventions_follow_the_arity() {
    let convention = |name| match method(name).convention {
        Convention::Zero(_) => "zero",
        Convention::One(_) => "one",
        Convention::Two(_) => "two",
        Convention::Three(_) => "three",
        Convention::Args(_) => "args",
        Convention::Next(_) => "next",
    };
    let names = ["answer", "__len__", "append", "insert", "pop", "sort", "__next__", "__new__"];
    assert_eq!(names.map(convention), ["zero", "one", "two", "three", "args", "args", "next", "args"]);
}

#[test]
fn methods_convert_receiver_arguments_and_result() {
    let receiver = bag(&[1, 2, 3]);
    assert_eq!(call(method("append"), &[receiver.clone(), Value::Int(4)], &[]), "None");
    assert_eq!(call(method("__len__"), std::slice::from_ref(&receiver), &[]), "4");
    assert_eq!(call(method("insert"), &[receiver.clone(), Value::Int(0), Value::Int(9)], &[]), "None");
    assert_eq!(call(method("__getitem__"), &[receiver.clone(), Value::Int(0)], &[]), "9");
    let too_far = call(method("insert"), &[receiver.clone(), Value::Int(50), Value::Int(9)], &[]);
    assert_eq!(too_far, "ValueError: out of range");
    let text = Value::Text("x".to_owned());
    let refused = call(method("append"), &[receiver.clone(), text.clone()], &[]);
    assert_eq!(refused, "TypeError: 'str' object cannot be interpreted as an integer");
    let message = "TypeError: descriptor 'append' for 'bag' objects doesn't apply to a 'str' object";
    assert_eq!(call(method("append"), &[text, Value::Int(1)], &[]), message);
    assert_eq!(call(method("index"), &[receiver.clone(), Value::Int(9)], &[]), "0");
    assert_eq!(call(method("index"), &[receiver, Value::Int(77)], &[]), "ValueError: not there");
}

#[test]
fn optional_parameters_may_be_left_out() {
    let receiver = bag(&[1, 2, 3]);
    assert_eq!(call(method("pop"), std::slice::from_ref(&receiver), &[]), "3");
    assert_eq!(call(method("pop"), &[receiver.clone(), Value::Int(0)], &[]), "1");
    let keyword = call(method("pop"), &[receiver.clone(), Value::Int(0)], &["index"]);
    assert_eq!(keyword, "TypeError: pop() got an unexpected keyword argument 'index'");
    let many = call(method("pop"), &[receiver, Value::Int(0), Value::Int(0)], &[]);
    assert_eq!(many, "TypeError: pop() takes at most 1 arguments");
    assert_eq!(call(method("pop"), &[], &[]), "TypeError: unbound method bag.pop() needs an argument");
}

#[test]
fn keywords_and_defaults_are_bound() {
    let receiver = bag(&[]);
    assert_eq!(call(method("sort"), std::slice::from_ref(&receiver), &[]), "\"None false -1\"");
    let key = Value::Text("size".to_owned());
    let sorted = call(method("sort"), &[receiver.clone(), Value::Bool(true), key], &["reverse", "key"]);
    assert_eq!(sorted, r#""Some(\"size\") true -1""#);
    // The default of `key` is `None`, which may also be passed.
    assert_eq!(call(method("sort"), &[receiver.clone(), Value::None], &["key"]), "\"None false -1\"");
    let positional = call(method("sort"), &[receiver, Value::None], &[]);
    assert_eq!(positional, "TypeError: sort() takes at most 0 arguments");
}

#[test]
fn operators_leave_other_operands_to_their_class() {
    let receiver = bag(&[1]);
    assert_eq!(call(method("__add__"), &[receiver.clone(), bag(&[2])], &[]), "<bag object>");
    assert_eq!(call(method("__add__"), &[receiver.clone(), Value::Int(2)], &[]), "NotImplemented");
    assert_eq!(call(method("__mul__"), &[receiver.clone(), Value::None], &[]), "NotImplemented");
    let indexed = call(method("__getitem__"), &[receiver, Value::None], &[]);
    assert_eq!(indexed, "TypeError: 'NoneType' object cannot be interpreted as an integer");
}

#[test]
fn next_ends_without_an_exception() {
    let iterator = bag(&[5]);
    assert_eq!(call(method("__next__"), std::slice::from_ref(&iterator), &[]), "5");
    assert_eq!(call(method("__next__"), &[iterator], &[]), "\"end\"");
}

#[test]
fn calling_a_class_names_the_class_in_errors() {
    let class = class_object();
    assert_eq!(call(method("__new__"), &[class.clone(), Value::Int(1), Value::Int(2)], &[]), "<bag object>");
    let keyword = call(method("__new__"), &[class, Value::Int(1)], &["x"]);
    assert_eq!(keyword, "TypeError: bag() got an unexpected keyword argument 'x'");
    let refused = call(method("__new__"), &[Value::None], &[]);
    assert_eq!(refused, "TypeError: bag.__new__(X): X is not a type object");
    assert_eq!(call(method("of"), &[class_object(), Value::Int(1)], &[]), "<bag object>");
}

#[test]
fn instances_are_called_through_their_slot() {
    let t = &mut Thread { made: 0 };
    let (receiver, one, two) = (bag(&[]), Value::Int(1), Value::Int(2));
    let slot = Bag::def().call.expect("bags can be called");
    let values = [one.borrow(), two.borrow()];
    assert_eq!(shown(slot(t, receiver.borrow(), Args { values: &values, names: None })), "2");
    assert_eq!(call(method("__call__"), &[receiver, one], &[]), "1");
}

#[test]
fn attributes_are_read_written_and_deleted() {
    let t = &mut Thread { made: 0 };
    let [label, first, last] = Bag::def().properties else { panic!("three properties") };
    let (receiver, text, seven) = (bag(&[1]), Value::Text("x".to_owned()), Value::Int(7));
    let set = label.set.expect("a setter");
    set(t, receiver.borrow(), Some(text.borrow())).expect("text");
    assert_eq!(shown((label.get)(t, receiver.borrow())), "\"x\"");
    set(t, receiver.borrow(), None).expect("deletable");
    assert_eq!(shown((label.get)(t, receiver.borrow())), "\"\"");
    let set = first.set.expect("a setter");
    set(t, receiver.borrow(), Some(seven.borrow())).expect("an integer");
    assert_eq!(shown((first.get)(t, receiver.borrow())), "7");
    let Raised(class, message) = set(t, receiver.borrow(), None).expect_err("not deletable");
    assert_eq!((class, message.as_str()), (Exc::AttributeError, "cannot delete attribute 'first'"));
    assert!(last.set.is_none());
    let wrong = shown((last.get)(t, seven.borrow()));
    assert_eq!(wrong, "TypeError: descriptor 'last' for 'bag' objects doesn't apply to a 'int' object");
}

#[test]
fn a_module_has_functions_constants_and_classes() {
    let def = &arithmetic::DEF;
    assert_eq!((def.name, def.doc), ("arithmetic", "Arithmetic."));
    let names: Vec<&str> = def.functions.iter().map(|function| function.name).collect();
    assert_eq!(names, ["describe", "raw", "keyword", "digits", "pair", "count", "double"]);
    let t = &mut Thread { made: 0 };
    let module = Object { class: Class::def(), payload: Module::default() };
    def.setup.expect("there is something to set up")(t, &module).expect("setup");
    let contents: Vec<(&str, String)> =
        module.contents.borrow().iter().map(|(name, value)| (*name, value.shown())).collect();
    let largest = i64::MAX.to_string();
    let expected = [("largest", largest.as_str()), ("bag", "<type object>"), ("started", "true")];
    assert_eq!(contents, expected.map(|(name, value)| (name, value.to_owned())));
}

#[test]
fn functions_bind_stars_and_keywords() {
    let [describe, raw, keyword, digits, pair, count, double] = arithmetic::DEF.functions else {
        panic!("seven functions")
    };
    assert_eq!(describe.signature, "(x, /, base=10, *extra, strict=False, **more)");
    let numbers = |count: i64| (0..count).map(Value::Int).collect::<Vec<_>>();
    assert_eq!(call(describe, &numbers(1), &[]), "\"0 10 0 false \"");
    assert_eq!(call(describe, &numbers(4), &[]), "\"0 1 2 false \"");
    assert_eq!(call(describe, &numbers(5), &["a", "strict"]), "\"0 1 1 true a=3\"");
    assert_eq!(call(describe, &numbers(2), &["base"]), "\"0 1 0 false \"");
    assert_eq!(call(describe, &[], &[]), "TypeError: describe() misses 'x'");
    assert_eq!(raw.signature, "(*args, **kwargs)");
    assert_eq!(call(raw, &numbers(3), &["a"]), "3");
    assert_eq!(call(keyword, &numbers(1), &["at"]), "0");
    assert_eq!(call(keyword, &[], &[]), "TypeError: keyword() misses 'at'");
    let fives = |count| vec![Value::Int(5); count];
    let counts: Vec<String> = (1..5).map(|count| call(digits, &fives(count), &[])).collect();
    assert_eq!(counts, ["5100", "5500", "5510", "5520"]);
    assert_eq!(call(digits, &fives(4), &["z"]), "5515");
    assert_eq!(call(digits, &[], &[]), "TypeError: digits() misses 'x'");
    assert_eq!([1, 2].map(|count| call(pair, &fives(count), &[])), ["51", "55"]);
    assert_eq!(call(pair, &[], &[]), "TypeError: pair() misses 'x'");
    assert_eq!(call(pair, &fives(3), &[]), "TypeError: pair() takes at most 2 arguments");
    assert_eq!(call(pair, &numbers(2), &["y", "x"]), "10");
    assert_eq!(
        (count.signature, call(count, &numbers(5), &["a", "b"]).as_str()),
        ("(*args, **kwargs)", "\"3 2\"")
    );
    assert_eq!(call(double, &[Value::Int(21)], &[]), "42");
}
