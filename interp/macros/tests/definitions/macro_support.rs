//! A runtime of the smallest size that generated code compiles against: what `ungil_objects::macro_support` has, over values
//! that are `None`, truths, integers, text and objects behind `Rc`. It pins which names and types the macros rely on.

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

/// Counts the objects made, so that there is something to mutate.
pub struct Thread {
    pub made: usize,
}

pub struct Object<T> {
    pub class: &'static ClassDef,
    pub payload: T,
}

impl<T> std::ops::Deref for Object<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.payload
    }
}

#[derive(Clone)]
pub enum Value {
    None,
    NotImplemented,
    Bool(bool),
    Int(i64),
    Text(String),
    Object(&'static ClassDef, Rc<dyn Any>),
}

impl Value {
    pub const NOT_IMPLEMENTED: Value = Value::NotImplemented;

    pub fn object<T: NativeClass>(payload: T) -> Value {
        Value::Object(T::def(), Rc::new(Object { class: T::def(), payload }))
    }

    pub fn borrow(&self) -> Ref<'_> {
        Ref(self)
    }

    pub fn shown(&self) -> String {
        match self {
            Value::None => "None".to_owned(),
            Value::NotImplemented => "NotImplemented".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Text(text) => format!("{text:?}"),
            Value::Object(class, _) => format!("<{} object>", class.name),
        }
    }
}

#[derive(Copy, Clone)]
pub struct Ref<'a>(pub &'a Value);

impl<'a> Ref<'a> {
    pub fn is_none(self) -> bool {
        matches!(self.0, Value::None)
    }

    pub fn downcast<T: Payload>(self) -> Option<&'a Object<T>> {
        match self.0 {
            Value::Object(_, object) => object.downcast_ref(),
            _ => None,
        }
    }

    pub fn class_name(self) -> &'static str {
        match self.0 {
            Value::None => "NoneType",
            Value::NotImplemented => "NotImplementedType",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Text(_) => "str",
            Value::Object(class, _) => class.name,
        }
    }
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Exc {
    TypeError,
    ValueError,
    AttributeError,
}

#[derive(Debug)]
pub struct Raised(pub Exc, pub String);

impl Raised {
    pub fn is(&self, _t: &Thread, class: Exc) -> bool {
        self.0 == class
    }
}

pub type Result<T, E = Raised> = std::result::Result<T, E>;

fn type_error<T>(message: String) -> Result<T> {
    Err(Raised(Exc::TypeError, message))
}

#[derive(Copy, Clone)]
pub struct Args<'a> {
    pub values: &'a [Ref<'a>],
    /// The last values belong to these keywords.
    pub names: Option<&'a [&'a str]>,
}

impl<'a> Args<'a> {
    pub fn values(self) -> &'a [Ref<'a>] {
        self.values
    }

    pub fn names(self) -> Option<&'a [&'a str]> {
        self.names
    }

    pub fn positional(self) -> &'a [Ref<'a>] {
        &self.values[..self.values.len() - self.names.map_or(0, <[_]>::len)]
    }

    pub fn keywords(self) -> impl Iterator<Item = (&'a str, Ref<'a>)> {
        let values = &self.values[self.positional().len()..];
        self.names.into_iter().flatten().copied().zip(values.iter().copied())
    }

    /// The receiver, and the call without it.
    pub fn split_receiver(self, _t: &Thread, name: &str, class: &ClassDef) -> Result<(Ref<'a>, Args<'a>)> {
        match self.positional().first() {
            Some(receiver) => Ok((*receiver, Args { values: &self.values[1..], ..self })),
            None => type_error(format!("unbound method {}.{name}() needs an argument", class.name)),
        }
    }
}

pub type Fn0 = fn(&mut Thread) -> Result<Value>;
pub type Fn1 = for<'a> fn(&mut Thread, Ref<'a>) -> Result<Value>;
pub type Fn2 = for<'a> fn(&mut Thread, Ref<'a>, Ref<'a>) -> Result<Value>;
pub type Fn3 = for<'a> fn(&mut Thread, Ref<'a>, Ref<'a>, Ref<'a>) -> Result<Value>;
pub type FnArgs = for<'a> fn(&mut Thread, Args<'a>) -> Result<Value>;
pub type FnNext = for<'a> fn(&mut Thread, Ref<'a>) -> Result<Option<Value>>;
pub type FnCall = for<'a> fn(&mut Thread, Ref<'a>, Args<'a>) -> Result<Value>;
pub type FnSet = for<'a> fn(&mut Thread, Ref<'a>, Option<Ref<'a>>) -> Result<()>;

#[derive(Copy, Clone)]
pub enum Convention {
    Zero(Fn0),
    One(Fn1),
    Two(Fn2),
    Three(Fn3),
    Args(FnArgs),
    Next(FnNext),
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Binding {
    Function,
    Method,
    ClassMethod,
    StaticMethod,
}

#[derive(Copy, Clone)]
pub struct NativeDef {
    pub name: &'static str,
    pub signature: &'static str,
    pub doc: &'static str,
    pub convention: Convention,
    pub binding: Binding,
}

#[derive(Copy, Clone)]
pub struct PropertyDef {
    pub name: &'static str,
    pub doc: &'static str,
    pub get: Fn1,
    pub set: Option<FnSet>,
}

pub struct Parameters {
    pub function: &'static str,
    pub names: &'static [&'static str],
    pub positional_only: usize,
    pub keyword_only_from: usize,
    pub required: &'static [bool],
    /// Positional arguments beyond the parameters are `*args`.
    pub extra_positional: bool,
    /// Keywords that name no parameter are `**kwargs`.
    pub extra_keywords: bool,
}

impl Parameters {
    pub fn bind<'a, const N: usize>(&self, _t: &Thread, args: Args<'a>) -> Result<[Option<Ref<'a>>; N]> {
        let function = self.function;
        let mut bound = [None; N];
        let positional = args.positional();
        if positional.len() > self.keyword_only_from && !self.extra_positional {
            return type_error(format!("{function}() takes at most {} arguments", self.keyword_only_from));
        }
        for (slot, value) in bound.iter_mut().zip(&positional[..positional.len().min(self.keyword_only_from)])
        {
            *slot = Some(*value);
        }
        for (name, value) in args.keywords() {
            match self.keyword(name) {
                Some(at) if bound[at].is_none() => bound[at] = Some(value),
                Some(_) => return type_error(format!("{function}() got two values for '{name}'")),
                None if self.extra_keywords => {}
                None => {
                    return type_error(format!("{function}() got an unexpected keyword argument '{name}'"));
                }
            }
        }
        match (0..N).find(|at| self.required[*at] && bound[*at].is_none()) {
            Some(at) => type_error(format!("{function}() misses '{}'", self.names[at])),
            None => Ok(bound),
        }
    }

    fn keyword(&self, name: &str) -> Option<usize> {
        (self.positional_only..self.names.len()).find(|at| self.names[*at] == name)
    }

    pub fn extra_keywords<'a>(&'static self, args: Args<'a>) -> Keywords<'a> {
        Keywords { args, parameters: self }
    }
}

/// The keyword arguments that name no parameter.
#[derive(Copy, Clone)]
pub struct Keywords<'a> {
    args: Args<'a>,
    parameters: &'static Parameters,
}

impl<'a> Keywords<'a> {
    pub fn iter(self) -> impl Iterator<Item = (&'a str, Ref<'a>)> {
        self.args.keywords().filter(move |(name, _)| self.parameters.keyword(name).is_none())
    }
}

pub trait FromArg<'a>: Sized {
    fn from_arg(t: &mut Thread, value: Ref<'a>) -> Result<Self>;
}

impl<'a> FromArg<'a> for Ref<'a> {
    fn from_arg(_t: &mut Thread, value: Ref<'a>) -> Result<Ref<'a>> {
        Ok(value)
    }
}

impl FromArg<'_> for i64 {
    fn from_arg(_t: &mut Thread, value: Ref<'_>) -> Result<i64> {
        match value.0 {
            Value::Int(value) => Ok(*value),
            _ => type_error(format!("'{}' object cannot be interpreted as an integer", value.class_name())),
        }
    }
}

impl FromArg<'_> for bool {
    fn from_arg(_t: &mut Thread, value: Ref<'_>) -> Result<bool> {
        Ok(!matches!(value.0, Value::None | Value::Bool(false) | Value::Int(0)))
    }
}

impl<'a> FromArg<'a> for &'a str {
    fn from_arg(_t: &mut Thread, value: Ref<'a>) -> Result<&'a str> {
        match value.0 {
            Value::Text(text) => Ok(text),
            _ => type_error(format!("expected str, not {}", value.class_name())),
        }
    }
}

impl<'a, T: Payload> FromArg<'a> for &'a Object<T> {
    fn from_arg(_t: &mut Thread, value: Ref<'a>) -> Result<&'a Object<T>> {
        value.downcast().map_or_else(|| type_error(format!("unexpected {}", value.class_name())), Ok)
    }
}

pub trait IntoResult {
    fn into_result(self, t: &mut Thread) -> Result<Value>;
}

impl<T: IntoResult> IntoResult for Result<T> {
    fn into_result(self, t: &mut Thread) -> Result<Value> {
        self.and_then(|value| value.into_result(t))
    }
}

/// Results that convert without a chance to fail.
macro_rules! into_result {
    ($($ty:ty: $value:ident => $result:expr),* $(,)?) => {$(
        impl IntoResult for $ty {
            fn into_result(self, _t: &mut Thread) -> Result<Value> {
                let $value = self;
                Ok($result)
            }
        }
    )*};
}

into_result! {
    Value: value => value,
    (): _unit => Value::None,
    bool: value => Value::Bool(value),
    i64: value => Value::Int(value),
    usize: value => Value::Int(value as i64),
    &str: value => Value::Text(value.to_owned()),
    String: value => Value::Text(value),
}

pub struct Layout(pub &'static str);

pub trait Payload: Sized + 'static {
    fn layout() -> &'static Layout;
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct ClassFlags(u32);

impl ClassFlags {
    pub const NONE: ClassFlags = ClassFlags(0);
    pub const BASE: ClassFlags = ClassFlags(1);
    pub const SEQUENCE: ClassFlags = ClassFlags(2);

    pub const fn with(self, other: ClassFlags) -> ClassFlags {
        ClassFlags(self.0 | other.0)
    }

    pub const fn without(self, other: ClassFlags) -> ClassFlags {
        ClassFlags(self.0 & !other.0)
    }
}

pub struct ClassDef {
    pub name: &'static str,
    pub module: &'static str,
    pub doc: &'static str,
    pub base: Option<fn() -> &'static Layout>,
    pub flags: ClassFlags,
    pub has_attributes: bool,
    pub methods: &'static [NativeDef],
    pub properties: &'static [PropertyDef],
    pub call: Option<FnCall>,
    /// A field that the macros do not know.
    pub other: bool,
}

impl ClassDef {
    pub const EMPTY: ClassDef = ClassDef {
        name: "",
        module: "builtins",
        doc: "",
        base: None,
        flags: ClassFlags::NONE,
        has_attributes: false,
        methods: &[],
        properties: &[],
        call: None,
        other: false,
    };
}

pub trait NativeClass: Payload {
    fn def() -> &'static ClassDef;
}

/// The members of one more `impl` block of a class.
pub struct Members {
    pub methods: &'static [NativeDef],
    pub properties: &'static [PropertyDef],
}

pub const fn total_len<T>(parts: &[&[T]]) -> usize {
    let (mut at, mut total) = (0, 0);
    while at < parts.len() {
        total += parts[at].len();
        at += 1;
    }
    total
}

/// All parts in one array; none of them may be all there is to copy from, so `N` is not 0.
pub const fn concat<T: Copy, const N: usize>(parts: &[&[T]]) -> [T; N] {
    let mut part = 0;
    while parts[part].is_empty() {
        part += 1;
    }
    let mut all = [parts[part][0]; N];
    let mut written = 0;
    while part < parts.len() {
        let mut at = 0;
        while at < parts[part].len() {
            all[written] = parts[part][at];
            at += 1;
            written += 1;
        }
        part += 1;
    }
    all
}

/// The payload of classes.
pub struct Class(pub Cell<&'static str>);

impl Payload for Class {
    fn layout() -> &'static Layout {
        &Layout("type")
    }
}

impl NativeClass for Class {
    fn def() -> &'static ClassDef {
        static DEF: ClassDef = ClassDef { name: "type", ..ClassDef::EMPTY };
        &DEF
    }
}

pub fn class_to_instantiate<'a, T: NativeClass>(_t: &Thread, class: Ref<'a>) -> Result<&'a Object<Class>> {
    match class.downcast() {
        Some(class) => Ok(class),
        None => type_error(format!("{}.__new__(X): X is not a type object", T::def().name)),
    }
}

pub fn wrong_receiver(_t: &Thread, name: &str, class: &ClassDef, given: Ref<'_>) -> Raised {
    let (class, given) = (class.name, given.class_name());
    Raised(
        Exc::TypeError,
        format!("descriptor '{name}' for '{class}' objects doesn't apply to a '{given}' object"),
    )
}

pub fn cannot_delete(_t: &Thread, name: &str) -> Raised {
    Raised(Exc::AttributeError, format!("cannot delete attribute '{name}'"))
}

/// The payload of modules.
#[derive(Default)]
pub struct Module {
    pub contents: std::cell::RefCell<Vec<(&'static str, Value)>>,
}

pub type FnSetup = fn(&mut Thread, &Object<Module>) -> Result<()>;

pub struct ModuleDef {
    pub name: &'static str,
    pub doc: &'static str,
    pub functions: &'static [NativeDef],
    pub setup: Option<FnSetup>,
}

pub fn add_to_module(_t: &Thread, module: &Object<Module>, name: &'static str, value: Value) -> Result<()> {
    module.contents.borrow_mut().push((name, value));
    Ok(())
}

pub fn add_class_to_module<T: NativeClass>(t: &mut Thread, module: &Object<Module>) -> Result<()> {
    let class = Value::Object(
        Class::def(),
        Rc::new(Object { class: Class::def(), payload: Class(Cell::new(T::def().name)) }),
    );
    add_to_module(t, module, T::def().name, class)
}
