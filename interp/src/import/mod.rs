//! Importing.
use ungil_objects::types::dict::Dict;
use ungil_objects::{Object, Ref, Result, Thread, Value, raise};
/// An interpreter's imports.
#[derive(Default)]
pub struct ImportState;
pub(crate) fn import_name(
    t: &mut Thread,
    _g: &Object<Dict>,
    _b: &Object<Dict>,
    _l: Option<Ref<'_>>,
    name: Ref<'_>,
    _f: Ref<'_>,
    _level: Ref<'_>,
) -> Result<Value> {
    let name = ungil_objects::protocol::text::name_of(name);
    raise!(t, ImportError, "{name}")
}
pub(crate) fn import_from(t: &mut Thread, module: Ref<'_>, name: Ref<'_>) -> Result<Value> {
    ungil_objects::protocol::attribute::get(t, module, name)
}
pub(crate) fn import_star(t: &mut Thread, _m: Ref<'_>, _n: Ref<'_>) -> Result<()> {
    raise!(t, ImportError, "*")
}
