//! `builtins`: the functions and classes that every program sees. Those that need frames or the compiler (`exec`, `globals`,
//! `__import__` …) are added by the crate that has these.

mod anext;
mod attributes;
mod iteration;
mod numbers;
mod output;
mod text;

use ungil_macros::module;
use ungil_objects::class::Class;
use ungil_objects::error::Exc;
use ungil_objects::layout::Payload;
use ungil_objects::object::Object;
use ungil_objects::types::bytearray::ByteArray;
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::class_method::ClassMethod;
use ungil_objects::types::complex::Complex;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::exception::class_of;
use ungil_objects::types::float::Float;
use ungil_objects::types::int::Int;
use ungil_objects::types::iterators::{Enumerate, Filter, Map, Reversed, Zip};
use ungil_objects::types::list::List;
use ungil_objects::types::memoryview::MemoryView;
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::object::Instance;
use ungil_objects::types::property::PythonProperty;
use ungil_objects::types::range::Range;
use ungil_objects::types::set::{FrozenSet, Set};
use ungil_objects::types::singletons::Bool;
use ungil_objects::types::slice::Slice;
use ungil_objects::types::static_method::StaticMethod;
use ungil_objects::types::super_object::Super;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Result, Thread, Value};

/// The names that every program finds without importing anything.
///
/// Import it to reach a built-in that another name hides, or to add one.
#[module(
    name = "builtins",
    functions(
        anext::aiter,
        anext::anext,
        attributes::callable,
        attributes::delattr,
        attributes::getattr,
        attributes::hasattr,
        attributes::hash,
        attributes::id,
        attributes::isinstance,
        attributes::issubclass,
        attributes::setattr,
        iteration::all,
        iteration::any,
        iteration::iter,
        iteration::len,
        iteration::max,
        iteration::min,
        iteration::next,
        iteration::sorted,
        iteration::sum,
        numbers::abs,
        numbers::bin,
        numbers::divmod,
        numbers::hex,
        numbers::oct,
        numbers::pow,
        numbers::round,
        output::open,
        output::print,
        text::ascii,
        text::chr,
        text::format,
        text::ord,
        text::repr
    )
)]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        let constants = [
            ("None", Value::NONE),
            ("True", Value::TRUE),
            ("False", Value::FALSE),
            ("Ellipsis", Value::ELLIPSIS),
            ("NotImplemented", Value::NOT_IMPLEMENTED),
            ("__debug__", Value::TRUE),
        ];
        for (name, value) in constants {
            add_to_module(t, module, name, value)?;
        }
        add_classes(t, module)?;
        for &exception in Exc::ALL {
            let name = match exception {
                Exc::IncompleteInputError => "_IncompleteInputError",
                other => other.name(),
            };
            add_to_module(t, module, name, class_of(t, exception).to_value())?;
        }
        for alias in ["EnvironmentError", "IOError"] {
            add_to_module(t, module, alias, class_of(t, Exc::OSError).to_value())?;
        }
        Ok(())
    }
}

fn add_classes(t: &mut Thread, module: &Object<Module>) -> Result<()> {
    fn class_of_layout<T: Payload>(t: &Thread) -> &'static Object<Class> {
        t.shape_of::<T>().class()
    }
    let classes: [fn(&Thread) -> &'static Object<Class>; 26] = [
        class_of_layout::<Bool>,
        class_of_layout::<ByteArray>,
        class_of_layout::<Bytes>,
        class_of_layout::<Class>,
        class_of_layout::<ClassMethod>,
        class_of_layout::<Complex>,
        class_of_layout::<Dict>,
        class_of_layout::<Enumerate>,
        class_of_layout::<Filter>,
        class_of_layout::<Float>,
        class_of_layout::<FrozenSet>,
        class_of_layout::<Instance>,
        class_of_layout::<Int>,
        class_of_layout::<List>,
        class_of_layout::<Map>,
        class_of_layout::<MemoryView>,
        class_of_layout::<PythonProperty>,
        class_of_layout::<Range>,
        class_of_layout::<Reversed>,
        class_of_layout::<Set>,
        class_of_layout::<Slice>,
        class_of_layout::<StaticMethod>,
        class_of_layout::<Str>,
        class_of_layout::<Super>,
        class_of_layout::<Tuple>,
        class_of_layout::<Zip>,
    ];
    for class in classes {
        let class = class(t);
        let name = class.name(t);
        add_to_module(t, module, &name, class.to_value())?;
    }
    Ok(())
}
