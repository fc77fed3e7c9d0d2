//! `_template`: template strings and their interpolations (PEP 750). The module `string.templatelib` gives them their names.

use std::sync::atomic::{AtomicUsize, Ordering};

use ungil_macros::{class, module};
use ungil_objects::call::Args;
use ungil_objects::class::Class;
use ungil_objects::fields::Fixed;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::attribute;
use ungil_objects::protocol::text::repr;
use ungil_objects::types::generic_alias::GenericAlias;
use ungil_objects::types::module::Module;
use ungil_objects::types::text::{Str, concat};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use crate::payload::payload_struct;

payload_struct! {
    /// The payload of templates: one string more than interpolations.
    Template {
        /// A tuple of strings.
        strings: Fixed,
        /// A tuple of interpolations.
        interpolations: Fixed,
    }
}

payload_struct! {
    /// The payload of interpolations.
    Interpolation { value: Fixed, expression: Fixed, conversion: Fixed, format_spec: Fixed }
}

payload_struct! {
    /// The payload of iterators over a template's parts.
    TemplateIter {
        strings: Fixed,
        interpolations: Fixed,
        /// Strings have the even positions, interpolations the odd ones.
        position: AtomicUsize,
    }
}

/// Template strings.
#[module(name = "_template", classes(Template, Interpolation, TemplateIter))]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, _module: &Object<Module>) -> Result<()> {
        let names = ["value", "expression", "conversion", "format_spec"];
        let names: Vec<Value> = names.iter().map(|name| t.interpreter().intern(t, name).to_value()).collect();
        let names = Tuple::from_values(t, names).into_value();
        let match_args = t.interpreter().intern(t, "__match_args__");
        let class = t.shape_of::<Interpolation>().class();
        class.set_own_attribute(t, match_args, Some(names)).map(drop)
    }

    /// The template of a literal, from its strings and interpolations.
    #[function]
    fn _from_parts(t: &mut Thread, strings: &Object<Tuple>, interpolations: &Object<Tuple>) -> Obj<Template> {
        t.alloc(Template {
            strings: Fixed::new(strings.to_value()),
            interpolations: Fixed::new(interpolations.to_value()),
        })
    }
}

fn items<'a>(parts: Ref<'a>) -> &'a [Ref<'a>] {
    parts.downcast::<Tuple>().map(|parts| parts.payload().as_slice()).unwrap_or_default()
}

/// A template of parts in any order: neighbouring strings become one, and between interpolations there is an empty one.
fn from_parts(t: &mut Thread, class: &Object<Class>, parts: &[Ref<'_>]) -> Result<Obj<Template>> {
    let mut strings = Vec::new();
    let mut interpolations = Vec::new();
    let mut pending: Option<Obj<Str>> = None;
    for part in parts {
        if part.downcast_exact::<Interpolation>(t).is_some() {
            let text = pending.take().unwrap_or_else(|| Str::from_str(t, ""));
            strings.push(text.into_value());
            interpolations.push(part.to_value());
        } else if let Some(text) = part.downcast::<Str>() {
            pending = Some(match pending {
                Some(before) => concat(t, &before, text),
                None => text.to_obj(),
            });
        } else {
            let given = part.class(t).name(t);
            raise!(
                t,
                TypeError,
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {given}"
            );
        }
    }
    strings.push(pending.unwrap_or_else(|| Str::from_str(t, "")).into_value());
    let strings = Fixed::new(Tuple::from_values(t, strings).into_value());
    let interpolations = Fixed::new(Tuple::from_values(t, interpolations).into_value());
    Ok(t.alloc_with_shape(class.root_shape(), Template { strings, interpolations }))
}

/// Template object
#[class(name = "Template", module = "string.templatelib", final)]
impl Template {
    #[new]
    fn new_template(t: &mut Thread, class: &Object<Class>, args: Args<'_>) -> Result<Obj<Template>> {
        if args.names().is_some() {
            raise!(t, TypeError, "Template.__new__ only accepts *args arguments");
        }
        from_parts(t, class, args.positional())
    }

    /// Strings
    #[getter]
    fn strings(&self) -> Value {
        self.strings.get().to_value()
    }

    /// Interpolations
    #[getter]
    fn interpolations(&self) -> Value {
        self.interpolations.get().to_value()
    }

    /// Values of interpolations
    #[getter]
    fn values(t: &mut Thread, this: &Object<Template>) -> Obj<Tuple> {
        let interpolations = items(this.interpolations.get()).iter();
        let values = interpolations.filter_map(|each| each.downcast::<Interpolation>());
        let values: Vec<Value> = values.map(|each| each.value.get().to_value()).collect();
        Tuple::from_values(t, values)
    }

    #[method]
    fn __iter__(t: &mut Thread, this: &Object<Template>) -> Obj<TemplateIter> {
        let strings = Fixed::new(this.strings.get().to_value());
        let interpolations = Fixed::new(this.interpolations.get().to_value());
        t.alloc(TemplateIter { strings, interpolations, position: AtomicUsize::new(0) })
    }

    #[method]
    fn __add__(t: &mut Thread, this: &Object<Template>, other: Ref<'_>) -> Result<Value> {
        let Some(other) = other.downcast::<Template>() else {
            let given = other.class(t).name(t);
            raise!(
                t,
                TypeError,
                "can only concatenate string.templatelib.Template (not \"{given}\") to string.templatelib.Template"
            );
        };
        let (left, right) = (items(this.strings.get()), items(other.strings.get()));
        let mut strings: Vec<Value> = left.iter().map(|text| text.to_value()).collect();
        if let (Some(last), Some((first, rest))) = (strings.pop(), right.split_first())
            && let (Some(last), Some(first)) = (last.downcast_ref::<Str>(), first.downcast::<Str>())
        {
            strings.push(concat(t, last, first).into_value());
            strings.extend(rest.iter().map(|text| text.to_value()));
        }
        let interpolations = [this, other].into_iter().flat_map(|each| items(each.interpolations.get()));
        let interpolations: Vec<Value> = interpolations.map(|each| each.to_value()).collect();
        let strings = Fixed::new(Tuple::from_values(t, strings).into_value());
        let interpolations = Fixed::new(Tuple::from_values(t, interpolations).into_value());
        Ok(t.alloc(Template { strings, interpolations }).into_value())
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Template>) -> Result<String> {
        let strings = repr(t, this.strings.get())?;
        let interpolations = repr(t, this.interpolations.get())?;
        Ok(format!("Template(strings={}, interpolations={})", **strings, **interpolations))
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<Template>) -> Result<Value> {
        let library = t.import("string.templatelib")?;
        let name = t.interpreter().intern(t, "_template_unpickle");
        let unpickle = attribute::get(t, library.borrow(), name)?;
        let parts = [this.strings.get().to_value(), this.interpolations.get().to_value()];
        let parts = Tuple::from_values(t, parts).into_value();
        Ok(Tuple::from_values(t, [unpickle, parts]).into_value())
    }

    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        GenericAlias::of_class(t, class, item)
    }
}

/// Template iterator object
#[class(name = "TemplateIter", module = "string.templatelib", final, no_new)]
impl TemplateIter {
    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(this: &Object<TemplateIter>) -> Option<Value> {
        let (strings, interpolations) = (items(this.strings.get()), items(this.interpolations.get()));
        loop {
            let position = this.position.fetch_add(1, Ordering::Relaxed);
            let part = match position % 2 {
                0 => strings.get(position / 2),
                _ => interpolations.get(position / 2),
            };
            let Some(part) = part else {
                // Stays at the end, whatever the number of calls.
                this.position.store(usize::MAX / 2, Ordering::Relaxed);
                return None;
            };
            let is_empty = part.downcast::<Str>().is_some_and(|text| text.is_empty());
            if !is_empty {
                return Some(part.to_value());
            }
        }
    }
}

/// Interpolation object
#[class(name = "Interpolation", module = "string.templatelib", final)]
impl Interpolation {
    #[new(signature = "(value, expression='', conversion=None, format_spec='')")]
    fn new_interpolation(
        t: &mut Thread,
        class: &Object<Class>,
        value: Ref<'_>,
        expression: Option<Ref<'_>>,
        conversion: Option<Ref<'_>>,
        format_spec: Option<Ref<'_>>,
    ) -> Result<Obj<Interpolation>> {
        let expression = text_argument(t, expression, "expression")?;
        let format_spec = text_argument(t, format_spec, "format_spec")?;
        let conversion = match conversion {
            None => Value::NONE,
            Some(given) => {
                let text = text_argument(t, Some(given), "conversion")?;
                let is_known = text
                    .downcast_ref::<Str>()
                    .is_some_and(|text| ["s", "a", "r"].iter().any(|each| text.is_text(each)));
                if !is_known {
                    raise!(
                        t,
                        ValueError,
                        "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"
                    );
                }
                text
            }
        };
        let interpolation = Interpolation {
            value: Fixed::new(value.to_value()),
            expression: Fixed::new(expression),
            conversion: Fixed::new(conversion),
            format_spec: Fixed::new(format_spec),
        };
        Ok(t.alloc_with_shape(class.root_shape(), interpolation))
    }

    /// Value
    #[getter]
    fn value(&self) -> Value {
        self.value.get().to_value()
    }

    /// Expression
    #[getter]
    fn expression(&self) -> Value {
        self.expression.get().to_value()
    }

    /// Conversion
    #[getter]
    fn conversion(&self) -> Value {
        self.conversion.get().to_value()
    }

    /// Format specifier
    #[getter]
    fn format_spec(&self) -> Value {
        self.format_spec.get().to_value()
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Interpolation>) -> Result<String> {
        let mut shown = Vec::new();
        for part in this.parts() {
            shown.push(repr(t, part)?.to_string());
        }
        Ok(format!("Interpolation({})", shown.join(", ")))
    }

    #[method]
    fn __reduce__(t: &mut Thread, this: &Object<Interpolation>) -> Value {
        let parts = Tuple::from_values(t, this.parts().map(Ref::to_value)).into_value();
        let class = this.borrow().class(t).to_value();
        Tuple::from_values(t, [class, parts]).into_value()
    }

    #[classmethod]
    fn __class_getitem__(t: &mut Thread, class: &Object<Class>, item: Ref<'_>) -> Value {
        GenericAlias::of_class(t, class, item)
    }

    fn parts(&self) -> [Ref<'_>; 4] {
        [self.value.get(), self.expression.get(), self.conversion.get(), self.format_spec.get()]
    }
}

fn text_argument(t: &mut Thread, given: Option<Ref<'_>>, name: &str) -> Result<Value> {
    match given {
        None => Ok(Str::from_str(t, "").into_value()),
        Some(given) if given.downcast::<Str>().is_some() => Ok(given.to_value()),
        Some(given) => {
            let class = given.class(t).name(t);
            raise!(t, TypeError, "Interpolation() argument '{name}' must be str, not {class}")
        }
    }
}
