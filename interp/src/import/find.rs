//! Where a module comes from: Rust, the packed library, or a folder.

use std::path::Path;

use ungil_library::ROOT;
use ungil_objects::types::module::ModuleDef;

/// What was found under a module's name.
pub(super) enum Found {
    /// A module written in Rust.
    Native(&'static ModuleDef),
    /// A Python file, as its path is shown, and the folder of submodules if it is a package's.
    Source { path: String, package: Option<String> },
    /// Folders without `__init__.py` that together are a package.
    Namespace(Vec<String>),
}

/// Looks for a module: written in Rust, else in the entries of `path`, in their order.
pub(super) fn find(name: &str, path: &[String]) -> Option<Found> {
    if let Some(def) = native(name) {
        return Some(Found::Native(def));
    }
    let tail = name.rsplit('.').next().unwrap_or(name);
    let mut portions = Vec::new();
    for entry in path {
        let found =
            if is_packed(entry) { in_library(entry, tail) } else { in_folder(entry, tail, &mut portions) };
        if found.is_some() {
            return found;
        }
    }
    (!portions.is_empty()).then_some(Found::Namespace(portions))
}

/// The module in Rust with this name.
pub(crate) fn native(name: &str) -> Option<&'static ModuleDef> {
    crate::builtins::find(name).or_else(|| ungil_modules::find(name))
}

fn is_packed(entry: &str) -> bool {
    entry.strip_prefix(ROOT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn in_library(entry: &str, name: &str) -> Option<Found> {
    let package = format!("{entry}/{name}");
    let init = format!("{package}/__init__.py");
    if ungil_library::find_shown(&init).is_some() {
        return Some(Found::Source { path: init, package: Some(package) });
    }
    let path = format!("{package}.py");
    ungil_library::find_shown(&path).map(|_| Found::Source { path, package: None })
}

fn in_folder(entry: &str, name: &str, portions: &mut Vec<String>) -> Option<Found> {
    let folder = if entry.is_empty() { Path::new(".") } else { Path::new(entry) };
    let package = folder.join(name);
    let shown = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        path.to_string_lossy().into_owned()
    };
    if package.is_dir() {
        let init = package.join("__init__.py");
        if init.is_file() {
            return Some(Found::Source { path: shown(&init), package: Some(shown(&package)) });
        }
    }
    let file = folder.join(format!("{name}.py"));
    if file.is_file() {
        return Some(Found::Source { path: shown(&file), package: None });
    }
    if package.is_dir() {
        portions.push(shown(&package));
    }
    None
}
