//! `__import__`, and file names as arguments.

use ungil_macros::module;
use ungil_objects::error::Result;
use ungil_objects::protocol::call;
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value, raise};

use crate::import::import_function;

/// The text of a path: a string, bytes, or what `__fspath__` gives.
pub(super) fn path_text(t: &mut Thread, path: Ref<'_>) -> Result<String> {
    let name = t.names().__fspath__;
    let shown = match call::bind_special(t, path, name)? {
        Some(method) => call::call(t, method.borrow(), &[])?,
        None => path.to_value(),
    };
    if let Some(text) = shown.downcast_ref::<Str>() {
        return Ok(text.to_string());
    }
    if let Some(bytes) = shown.downcast_ref::<Bytes>() {
        return Ok(String::from_utf8_lossy(bytes.as_slice()).into_owned());
    }
    let given = shown.borrow().class(t).name(t);
    raise!(t, TypeError, "expected str, bytes or os.PathLike object, not {given}")
}

/// Functions of `builtins`.
#[module(name = "builtins")]
pub mod importing {
    use super::*;

    /// Import a module. The import statement calls this function.
    #[function(name = "__import__", signature = "(name, globals=None, locals=None, fromlist=(), level=0)")]
    fn import(
        t: &mut Thread,
        name: Ref<'_>,
        globals: Option<Ref<'_>>,
        _locals: Option<Ref<'_>>,
        fromlist: Option<Ref<'_>>,
        level: i64,
    ) -> Result<Value> {
        let empty = Tuple::from_values(t, []);
        let from_list = fromlist.unwrap_or(empty.borrow());
        import_function(t, name, globals.filter(|globals| !globals.is_none()), from_list, level)
    }
}
