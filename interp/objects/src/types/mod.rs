//! The payloads of built-in classes, a file or folder a class, and what they can do.

pub mod bound;
pub mod bytearray;
pub mod bytes;
pub mod cell;
pub mod class_method;
pub mod class_object;
pub mod complex;
pub mod dict;
pub mod exception;
pub mod float;
pub mod generic_alias;
pub(crate) mod index_iterator;
pub mod int;
pub mod item_format;
pub mod iterators;
pub mod list;
pub mod member;
pub mod memoryview;
pub mod module;
pub mod native;
mod numeral;
pub mod object;
pub mod property;
pub mod range;
pub mod sequence_iterator;
pub mod set;
pub mod simple_namespace;
pub mod singletons;
pub mod slice;
pub mod static_method;
pub mod struct_sequence;
pub mod super_object;
pub(crate) mod table_cursor;
pub mod text;
pub mod tuple;
pub mod union;
pub mod weak;

use crate::boot::make;
use crate::error::Result;
use crate::thread::Thread;

/// Makes the classes of all payloads in this crate, bases before subclasses.
pub fn make_all(t: &mut Thread) -> Result<()> {
    make::<member::MemberDescriptor>(t)?;
    exception::make_all(t)?;
    make::<singletons::NoneType>(t)?;
    make::<singletons::EllipsisType>(t)?;
    make::<singletons::NotImplementedType>(t)?;
    make::<int::Int>(t)?;
    make::<singletons::Bool>(t)?;
    make::<float::Float>(t)?;
    make::<complex::Complex>(t)?;
    make::<list::List>(t)?;
    make::<text::StrIterator>(t)?;
    make::<text::AsciiIterator>(t)?;
    make::<bytes::Bytes>(t)?;
    make::<bytes::BytesIterator>(t)?;
    make::<bytearray::ByteArray>(t)?;
    make::<memoryview::MemoryView>(t)?;
    make::<bound::BoundMethod>(t)?;
    make::<module::Module>(t)?;
    make::<simple_namespace::SimpleNamespace>(t)?;
    make::<cell::Cell>(t)?;
    make::<class_method::ClassMethod>(t)?;
    make::<static_method::StaticMethod>(t)?;
    make::<property::PythonProperty>(t)?;
    make::<super_object::Super>(t)?;
    dict::make_related(t)?;
    set::make_all(t)?;
    iterators::make_all(t)?;
    weak::make_all(t)?;
    make::<sequence_iterator::SequenceIterator>(t)?;
    make::<list::ListIterator>(t)?;
    make::<list::ListReverseIterator>(t)?;
    make::<tuple::TupleIterator>(t)?;
    make::<range::Range>(t)?;
    make::<range::RangeIterator>(t)?;
    make::<range::LongRangeIterator>(t)?;
    make::<slice::Slice>(t)?;
    make::<generic_alias::GenericAlias>(t)?;
    make::<union::Union>(t)?;
    crate::protocol::codec::prepare(t);
    Ok(())
}
