//! `_collections`: `deque`, the dicts of `collections`, and what `Counter` and `namedtuple` are built on.

mod count;
mod deque;
mod tuple_getter;

use ungil_macros::module;
use ungil_objects::object::Object;
use ungil_objects::types::dict::{default_dict_class, ordered_dict_class};
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::{Ref, Result, Thread};

use self::deque::{Deque, DequeIterator, DequeReverseIterator};
use self::tuple_getter::TupleGetter;

/// The parts of `collections` that are written in Rust: `deque`, `defaultdict`, `OrderedDict`, and what helps the others.
#[module(name = "_collections", classes(Deque, DequeIterator, DequeReverseIterator, TupleGetter))]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        let class = default_dict_class(t)?.into_value();
        add_to_module(t, module, "defaultdict", class)?;
        let class = ordered_dict_class(t)?.into_value();
        add_to_module(t, module, "OrderedDict", class)
    }

    /// Raises the mapping's number for each element by one, from zero for elements that it lacks.
    #[function]
    fn _count_elements(t: &mut Thread, mapping: Ref<'_>, iterable: Ref<'_>) -> Result<()> {
        count::count_elements(t, mapping, iterable)
    }
}
