//! Built-in modules written in Rust: those that CPython writes in C, a file or folder each.
//!
//! The importer asks [`find`] before it looks for Python source. A module is described by a static `ModuleDef`, which the
//! attribute macro writes; each interpreter makes its own module object from it.

mod abc;
pub mod ast;
pub mod atexit;
mod binascii;
mod bisect;
mod builtins;
mod cmath;
mod codecs;
mod collections;
mod contextvars;
pub mod errno;
mod functools;
mod hashes;
mod heapq;
pub mod io;
mod itertools;
mod math;
mod operator;
mod payload;
mod posix;
mod posixsubprocess;
mod queue;
mod random;
mod select;
mod socket;
mod sre;
mod statistics;
mod string;
mod structure;
pub mod sys;
mod template;
mod time;
mod types;
mod typing;
mod unicodedata;
mod weakref;

use ungil_objects::types::module::ModuleDef;

/// All built-in modules, by name.
static MODULES: &[&ModuleDef] = &[
    &abc::module::DEF,
    &ast::module::DEF,
    &atexit::module::DEF,
    &binascii::module::DEF,
    &bisect::module::DEF,
    &builtins::module::DEF,
    &cmath::module::DEF,
    &codecs::module::DEF,
    &collections::module::DEF,
    &contextvars::module::DEF,
    &errno::module::DEF,
    &functools::module::DEF,
    &hashes::md5_module::DEF,
    &hashes::sha1_module::DEF,
    &hashes::sha2_module::DEF,
    &hashes::sha3_module::DEF,
    &hashes::blake2_module::DEF,
    &heapq::module::DEF,
    &io::module::DEF,
    &itertools::module::DEF,
    &math::module::DEF,
    &operator::module::DEF,
    &posix::module::DEF,
    &posixsubprocess::module::DEF,
    &queue::module::DEF,
    &random::module::DEF,
    &select::module::DEF,
    &socket::module::DEF,
    &sre::module::DEF,
    &statistics::module::DEF,
    &string::module::DEF,
    &structure::module::DEF,
    &sys::module::DEF,
    &template::module::DEF,
    &time::module::DEF,
    &typing::module::DEF,
    &types::module::DEF,
    &unicodedata::module::DEF,
    &weakref::module::DEF,
];

/// The built-in module with this name, if there is one.
pub fn find(name: &str) -> Option<&'static ModuleDef> {
    MODULES.iter().copied().find(|module| module.name == name)
}

/// The names of all built-in modules, as `sys.builtin_module_names` lists them.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|module| module.name)
}

#[cfg(test)]
mod tests;
