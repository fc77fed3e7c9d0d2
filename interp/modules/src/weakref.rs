//! `_weakref`: what `weakref` is built on.

use ungil_macros::module;
use ungil_objects::class::Class;
use ungil_objects::object::Object;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::list::List;
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::weak::{CallableProxy, Proxy};
use ungil_objects::weakref::{WeakRef, references_to};
use ungil_objects::{Obj, Ref, Result, Thread, Value};

/// What `weakref` is built on.
#[module(name = "_weakref")]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        let class = |class: &Object<Class>| class.to_value();
        let reference = class(t.shape_of::<WeakRef>().class());
        add_to_module(t, module, "ref", reference.clone())?;
        add_to_module(t, module, "ReferenceType", reference)?;
        let proxy = class(t.shape_of::<Proxy>().class());
        add_to_module(t, module, "ProxyType", proxy)?;
        let proxy = class(t.shape_of::<CallableProxy>().class());
        add_to_module(t, module, "CallableProxyType", proxy)
    }

    /// A stand-in for an object that does not keep it alive.
    ///
    /// Once the object dies, `callback` is called with the stand-in.
    #[function]
    fn proxy(t: &mut Thread, object: Ref<'_>, callback: Option<Ref<'_>>) -> Result<Value> {
        let callback = callback.filter(|callback| !callback.is_none()).map(Ref::to_value);
        ungil_objects::types::weak::proxy(t, object, callback)
    }

    /// How many weak references and proxies an object has.
    #[function]
    fn getweakrefcount(t: &mut Thread, object: Ref<'_>) -> usize {
        references_to(t, object).len()
    }

    /// The weak references and proxies of an object, as a new list.
    #[function]
    fn getweakrefs(t: &mut Thread, object: Ref<'_>) -> Obj<List> {
        let references = references_to(t, object);
        List::from_values(t, references)
    }

    /// Deletes the item of a key if its value is a weak reference to a dead object.
    #[function]
    fn _remove_dead_weakref(t: &mut Thread, dct: &Object<Dict>, key: Ref<'_>) -> Result<()> {
        let Some(value) = dct.get(t, key)? else { return Ok(()) };
        let is_dead = value.downcast_ref::<WeakRef>().is_some_and(|value| value.target_identity().is_none());
        if is_dead { dct.remove(t, key).map(drop) } else { Ok(()) }
    }
}
