//! The payloads of built-in classes, a file or folder a class, and what they can do.

pub mod bound;
pub mod class_object;
pub mod complex;
pub mod dict;
pub mod exception;
pub mod float;
pub mod int;
pub mod list;
pub mod module;
pub mod native;
mod numeral;
pub mod object;
pub mod sequence_iterator;
pub mod singletons;
pub mod text;
pub mod tuple;

use crate::boot::make;
use crate::error::Result;
use crate::thread::Thread;

/// Makes the classes of all payloads in this crate, bases before subclasses.
pub fn make_all(t: &mut Thread) -> Result<()> {
    exception::make_all(t)?;
    make::<singletons::NoneType>(t)?;
    make::<singletons::EllipsisType>(t)?;
    make::<singletons::NotImplementedType>(t)?;
    make::<int::Int>(t)?;
    make::<singletons::Bool>(t)?;
    make::<float::Float>(t)?;
    make::<complex::Complex>(t)?;
    make::<list::List>(t)?;
    Ok(())
}
