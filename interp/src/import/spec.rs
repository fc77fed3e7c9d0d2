//! What Python code sees of the runtime's finder: the finder itself, loaders, and the specs of modules (PEP 451).

use ungil_macros::class;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::fields::Fixed;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::list::List;
use ungil_objects::types::module::Module;
use ungil_objects::{Exc, Object, Ref, Thread, Value, raise};

use super::find::{Found, find};
use super::{as_text, attribute_if_any, import_error, load, set_attribute, source, text};
use ungil_compile::{Mode, Options};

/// The payload of the finder in `sys.meta_path` that stands for the runtime's own search.
pub struct Finder;

ungil_objects::payload!(Finder, plain);

impl Trace for Finder {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// Finds modules written in Rust, in the packed library and in the folders of sys.path.
#[class(name = "Finder", module = "_imp", final)]
impl Finder {
    /// The spec of a module, or None.
    #[staticmethod]
    fn find_spec(
        t: &mut Thread,
        name: String,
        path: Option<Ref<'_>>,
        _target: Option<Ref<'_>>,
    ) -> Result<Value> {
        let path = path.filter(|path| !path.is_none()).map(Ref::to_value);
        let path = load::search_path(t, path.as_ref())?;
        let name = name.as_str();
        let (origin, folders) = match find(name, &path) {
            None => return Ok(Value::NONE),
            Some(Found::Native(_)) => (None, None),
            Some(Found::Source { path, package }) => (Some(path), package.map(|package| vec![package])),
            Some(Found::Namespace(folders)) => (None, Some(folders)),
        };
        let loader = Loader::new(t, name, origin.as_deref(), folders.is_some());
        let is_native = origin.is_none() && folders.is_none();
        let origin = if is_native { Some("built-in") } else { origin.as_deref() };
        ModuleSpec::new(t, name, loader, origin, folders.as_deref())
    }

    /// Nothing is cached.
    #[staticmethod]
    fn invalidate_caches() {}
}

/// The payload of `ModuleSpec`. What it says is in attributes, which importers may change.
pub struct ModuleSpec;

ungil_objects::payload!(ModuleSpec, collected);

impl Trace for ModuleSpec {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl ModuleSpec {
    /// A spec. `origin` is the path of the module's file or a word for what it is instead.
    #[allow(clippy::new_ret_no_self, reason = "payloads are only ever seen as objects")]
    pub fn new(
        t: &mut Thread,
        name: &str,
        loader: Value,
        origin: Option<&str>,
        folders: Option<&[String]>,
    ) -> Result<Value> {
        let spec = t.alloc(ModuleSpec).into_value();
        let name = text(t, name);
        let has_location = origin.is_some_and(|origin| origin != "built-in");
        let origin = origin.map_or(Value::NONE, |origin| text(t, origin));
        let folders = folders.map_or(Value::NONE, |folders| {
            let folders: Vec<Value> = folders.iter().map(|folder| text(t, folder)).collect();
            List::from_values(t, folders).into_value()
        });
        let attributes = [
            ("name", name),
            ("loader", loader),
            ("origin", origin),
            ("loader_state", Value::NONE),
            ("submodule_search_locations", folders),
            ("_set_fileattr", Value::from_bool(has_location)),
            ("_cached", Value::NONE),
            ("_uninitialized_submodules", List::from_values(t, []).into_value()),
        ];
        for (name, value) in attributes {
            set_attribute(t, spec.borrow(), name, value)?;
        }
        Ok(spec)
    }
}

/// How a module was found, and how it is to be loaded.
#[class(name = "ModuleSpec", module = "_frozen_importlib", attributes)]
impl ModuleSpec {
    /// The package that the module belongs to; its own name if it is one.
    #[getter]
    fn parent(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        let name = attribute_if_any(t, this.borrow(), "name")?.and_then(|name| as_text(name.borrow()));
        let name = name.unwrap_or_default();
        let folders = attribute_if_any(t, this.borrow(), "submodule_search_locations")?;
        let is_package = folders.is_some_and(|folders| !folders.is_none());
        let parent = if is_package { &name } else { name.rsplit_once('.').map_or("", |(parent, _)| parent) };
        Ok(text(t, parent))
    }

    /// Whether the origin is a place that can be read.
    #[getter]
    fn has_location(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        Ok(attribute_if_any(t, this.borrow(), "_set_fileattr")?.unwrap_or(Value::FALSE))
    }

    #[setter]
    fn set_has_location(t: &mut Thread, this: &Object<Self>, value: Option<Ref<'_>>) -> Result<()> {
        set_attribute(t, this.borrow(), "_set_fileattr", value.map_or(Value::FALSE, Ref::to_value))
    }

    /// The path of the compiled file: there is none.
    #[getter]
    fn cached(t: &mut Thread, this: &Object<Self>) -> Result<Value> {
        Ok(attribute_if_any(t, this.borrow(), "_cached")?.unwrap_or(Value::NONE))
    }

    #[setter]
    fn set_cached(t: &mut Thread, this: &Object<Self>, value: Option<Ref<'_>>) -> Result<()> {
        set_attribute(t, this.borrow(), "_cached", value.map_or(Value::NONE, Ref::to_value))
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Self>) -> Result<String> {
        let mut parts = Vec::new();
        for name in ["name", "loader", "origin", "submodule_search_locations"] {
            if let Some(value) = attribute_if_any(t, this.borrow(), name)?
                && (name == "name" || name == "loader" || !value.is_none())
            {
                let shown = ungil_objects::protocol::text::repr(t, value.borrow())?;
                parts.push(format!("{name}={}", &**shown));
            }
        }
        Ok(format!("ModuleSpec({})", parts.join(", ")))
    }
}

/// The payload of loaders: which module, and the path of its source if it has one.
pub struct Loader {
    name: Fixed,
    path: Fixed,
    is_package: bool,
}

ungil_objects::payload!(Loader, collected);

impl Trace for Loader {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.name.trace(tracer);
        self.path.trace(tracer);
    }
}

impl Loader {
    #[allow(clippy::new_ret_no_self, reason = "payloads are only ever seen as objects")]
    pub(super) fn new(t: &Thread, name: &str, path: Option<&str>, is_package: bool) -> Value {
        let path = path.map_or(Value::NONE, |path| text(t, path));
        t.alloc(Loader { name: Fixed::new(text(t, name)), path: Fixed::new(path), is_package }).into_value()
    }

    fn source_path(&self) -> Option<String> {
        as_text(self.path.get())
    }
}

/// Loads a module from Rust or from Python source.
#[class(name = "SourceFileLoader", module = "_frozen_importlib_external")]
impl Loader {
    #[new]
    fn new_loader(t: &mut Thread, class: &Object<Class>, fullname: String, path: String) -> Result<Value> {
        let is_package = path.ends_with("/__init__.py");
        let loader =
            Loader { name: Fixed::new(text(t, &fullname)), path: Fixed::new(text(t, &path)), is_package };
        Ok(t.alloc_with_shape(class.root_shape(), loader).into_value())
    }

    #[getter]
    fn name(&self) -> Value {
        self.name.get().to_value()
    }

    #[getter]
    fn path(&self) -> Value {
        self.path.get().to_value()
    }

    /// A new module for a spec, or None for an ordinary one.
    #[method]
    fn create_module(t: &mut Thread, this: &Object<Self>, _spec: Ref<'_>) -> Result<Value> {
        let name = as_text(this.name.get()).unwrap_or_default();
        match (this.source_path(), super::find::native(&name)) {
            (None, Some(def)) => Ok(ungil_objects::types::module::make_module(t, def)?.into_value()),
            _ => Ok(Value::NONE),
        }
    }

    /// Runs the module's source in its namespace.
    #[method]
    fn exec_module(t: &mut Thread, this: &Object<Self>, module: Ref<'_>) -> Result<()> {
        let Some(path) = this.source_path() else { return Ok(()) };
        let Some(module) = module.downcast::<Module>() else {
            raise!(t, TypeError, "exec_module() needs a module, not {}", module.class(t).name(t));
        };
        load::add_builtins(t, module.namespace())?;
        load::run_source(t, &path, module.namespace())
    }

    /// The source text, or None for modules written in Rust.
    #[method]
    fn get_source(t: &mut Thread, this: &Object<Self>, _fullname: Option<Ref<'_>>) -> Result<Value> {
        match this.source_path() {
            Some(path) => source::read(t, &path).map(|source| text(t, &source)),
            None => Ok(Value::NONE),
        }
    }

    /// The code object, or None for modules written in Rust.
    #[method]
    fn get_code(t: &mut Thread, this: &Object<Self>, _fullname: Option<Ref<'_>>) -> Result<Value> {
        let Some(path) = this.source_path() else { return Ok(Value::NONE) };
        let source = source::read(t, &path)?;
        let code = crate::builtins::compile::compile_source(t, &source, &path, Options::new(Mode::Module))?;
        Ok(code.into_value())
    }

    #[method]
    fn is_package(this: &Object<Self>, _fullname: Option<Ref<'_>>) -> bool {
        this.is_package
    }

    #[method]
    fn get_filename(t: &mut Thread, this: &Object<Self>, _fullname: Option<Ref<'_>>) -> Result<Value> {
        match this.source_path() {
            Some(path) => Ok(text(t, &path)),
            None => {
                let name = as_text(this.name.get()).unwrap_or_default();
                Err(import_error(t, Exc::ImportError, "a built-in module has no file", &name, None))
            }
        }
    }

    /// The bytes of a file.
    #[method]
    fn get_data(t: &mut Thread, _this: &Object<Self>, path: String) -> Result<Value> {
        let bytes = match ungil_library::find_shown(&path) {
            Some(file) => file.read().into_bytes(),
            None => match std::fs::read(&path) {
                Ok(bytes) => bytes,
                Err(error) => return Err(source::os_error(t, &error, &path)),
            },
        };
        Ok(ungil_objects::types::bytes::Bytes::from_slice(t, &bytes).into_value())
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Self>) -> Result<String> {
        let name = ungil_objects::protocol::text::repr(t, this.name.get())?;
        let path = ungil_objects::protocol::text::repr(t, this.path.get())?;
        Ok(format!("SourceFileLoader({}, {})", &**name, &**path))
    }
}

/// The classes of this file, for `_imp`.
pub(crate) fn make_classes(t: &mut Thread) -> Result<()> {
    use ungil_objects::class::make_native_class;
    make_native_class::<Finder>(t)?;
    make_native_class::<ModuleSpec>(t)?;
    make_native_class::<Loader>(t)?;
    Ok(())
}
