//! `_struct`: values packed as C lays them out, by a format of letters.

mod format;
mod items;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ungil_macros::{class, module};
use ungil_objects::call::Args;
use ungil_objects::class::{Class, ClassDef, ClassFlags, make_class};
use ungil_objects::error::{Exc, Raised};
use ungil_objects::fields::Fixed;
use ungil_objects::layout::Payload;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{buffer, call, convert};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::exception::{Exception, class_of};
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, payload, raise};

use self::format::Format;

/// The interpreter's reference to the class `error`.
const ERROR: &str = "struct.error";

/// Values to bytes and back, laid out like the members of a struct in C. A format names the type of each member.
#[module(name = "_struct", classes(Struct, UnpackIterator))]
pub mod module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, module: &Object<Module>) -> Result<()> {
        static DEF: ClassDef = ClassDef {
            name: "error",
            module: "struct",
            flags: ClassFlags::BASE.with(ClassFlags::EXCEPTION),
            has_attributes: true,
            ..ClassDef::EMPTY
        };
        let base = class_of(t, Exc::Exception);
        let class = make_class(t, Exception::layout(), &DEF, &[base])?;
        t.interpreter().set_root(t, ERROR, class.to_value());
        add_to_module(t, module, "error", class.into_value())
    }

    /// Clear the internal cache: formats are read anew each time.
    #[function]
    fn _clearcache() {}

    /// How many bytes a struct of this format takes. Raises struct.error if the format is wrong.
    #[function]
    fn calcsize(t: &mut Thread, format: Ref<'_>) -> Result<usize> {
        Ok(read_format(t, format)?.1.size)
    }

    /// The first argument is the format; the others, one for each member, become bytes.
    /// Raises struct.error if a value is missing, left over or does not fit.
    #[function]
    fn pack(t: &mut Thread, args: Args<'_>) -> Result<Obj<Bytes>> {
        let (format, values) = split_format(t, args)?;
        let packed = pack_values(t, &format, values, "pack")?;
        Ok(Bytes::from_slice(t, &packed))
    }

    /// Takes a format, a writable buffer, an offset and the values, and puts their bytes into the buffer there.
    /// A negative offset counts from the end. Raises struct.error if there is too little room.
    #[function]
    fn pack_into(t: &mut Thread, args: Args<'_>) -> Result<()> {
        let (format, values) = split_format(t, args)?;
        super::pack_into(t, &format, values)
    }

    /// Reads the members of one struct as a tuple. Raises struct.error unless the buffer is exactly as long as it.
    #[function]
    fn unpack(t: &mut Thread, format: Ref<'_>, buffer: Ref<'_>) -> Result<Value> {
        let (_, format) = read_format(t, format)?;
        unpack_all(t, &format, buffer)
    }

    /// Reads the members of the struct that begins at an offset as a tuple; more bytes may follow.
    /// A negative offset counts from the end.
    #[function(signature = "(format, /, buffer, offset=0)")]
    fn unpack_from(t: &mut Thread, format: Ref<'_>, buffer: Ref<'_>, offset: i64) -> Result<Value> {
        let (_, format) = read_format(t, format)?;
        super::unpack_from(t, &format, buffer, offset)
    }

    /// Takes the buffer as an array of structs: each step of the iterator reads the next one as a tuple.
    /// Raises struct.error unless the buffer's length is a multiple of the struct's.
    #[function]
    fn iter_unpack(t: &mut Thread, format: Ref<'_>, buffer: Ref<'_>) -> Result<Obj<UnpackIterator>> {
        let (_, format) = read_format(t, format)?;
        UnpackIterator::make(t, Arc::new(format), buffer)
    }
}

/// A `struct.error`.
fn error(t: &mut Thread, message: &str) -> Raised {
    let class = t.interpreter().root(t, ERROR).unwrap_or(Value::NONE);
    let message = Str::from_str(t, message).into_value();
    match call::call(t, class.borrow(), &[message.borrow()]).map(Value::downcast::<Exception>) {
        Ok(Ok(exception)) => Raised::from_exception(exception),
        Ok(Err(_)) => ungil_objects::error!(t, SystemError, "the module struct was not imported"),
        Err(raised) => raised,
    }
}

/// The text of a format argument, and what it says.
fn read_format(t: &mut Thread, format: Ref<'_>) -> Result<(String, Format)> {
    let text = if let Some(text) = format.downcast::<Str>() {
        let text = text.to_string();
        if let Some((position, character)) = text.char_indices().find(|(_, character)| !character.is_ascii())
        {
            let code = u32::from(character);
            raise!(
                t,
                ValueError,
                "'ascii' codec can't encode character '\\x{code:02x}' in position {position}: ordinal not in range(128)"
            );
        }
        text
    } else if let Some(bytes) = format.downcast::<Bytes>() {
        String::from_utf8_lossy(bytes.as_slice()).into_owned()
    } else {
        let class = format.class(t).name(t);
        raise!(t, TypeError, "Struct() argument 1 must be a str or bytes object, not {class}");
    };
    match Format::parse(&text) {
        Ok(format) => Ok((text, format)),
        Err(message) => Err(error(t, message)),
    }
}

/// The format that leads the arguments of a function, and the arguments behind it.
fn split_format<'a>(t: &mut Thread, args: Args<'a>) -> Result<(Format, &'a [Ref<'a>])> {
    if args.names().is_some() {
        raise!(t, TypeError, "pack() takes no keyword arguments");
    }
    match args.positional().split_first() {
        Some((format, values)) => Ok((read_format(t, *format)?.1, values)),
        None => raise!(t, TypeError, "missing format argument"),
    }
}

fn pack_values(t: &mut Thread, format: &Format, values: &[Ref<'_>], function: &str) -> Result<Vec<u8>> {
    let (wanted, given) = (format.values(), values.len());
    if wanted != given {
        return Err(error(t, &format!("{function} expected {wanted} items for packing (got {given})")));
    }
    let mut packed = vec![0; format.size];
    let mut values = values.iter();
    for item in &format.items {
        for place in item.places() {
            let Some(value) = values.next() else { break };
            items::pack(t, format.order, item, *value, &mut packed[place])?;
        }
    }
    Ok(packed)
}

fn unpack_values(t: &mut Thread, format: &Format, bytes: &[u8]) -> Value {
    let mut values = Vec::with_capacity(format.values());
    for item in &format.items {
        for place in item.places() {
            values.push(items::unpack(t, format.order, item, &bytes[place]));
        }
    }
    Tuple::from_values(t, values).into_value()
}

fn unpack_all(t: &mut Thread, format: &Format, buffer: Ref<'_>) -> Result<Value> {
    let bytes = buffer::argument(t, buffer)?;
    let size = format.size;
    if bytes.len() != size {
        return Err(error(t, &format!("unpack requires a buffer of {size} bytes")));
    }
    Ok(unpack_values(t, format, &bytes))
}

/// What a function does at an offset, for its errors.
struct Access {
    function: &'static str,
    doing: &'static str,
    /// What a negative offset close to the end leaves too little of.
    short: &'static str,
}

/// The place in a buffer of `len` bytes where a struct of `size` bytes lies at an offset, which counts from the end if it is negative.
fn place(t: &mut Thread, len: usize, size: usize, offset: i64, access: &Access) -> Result<usize> {
    let start = match usize::try_from(offset) {
        Ok(start) => start,
        Err(_) => {
            let back = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            if back < size {
                let Access { short, .. } = access;
                let doing = if access.function == "unpack_from" { "unpack" } else { "pack" };
                return Err(error(t, &format!("{short} to {doing} {size} bytes at offset {offset}")));
            }
            let Some(start) = len.checked_sub(back) else {
                return Err(error(t, &format!("offset {offset} out of range for {len}-byte buffer")));
            };
            start
        }
    };
    match start.checked_add(size) {
        Some(end) if end <= len => Ok(start),
        end => {
            let (Access { function, doing, .. }, end) = (access, end.unwrap_or(usize::MAX));
            Err(error(
                t,
                &format!(
                    "{function} requires a buffer of at least {end} bytes for {doing} {size} bytes at offset {start} (actual buffer size is {len})"
                ),
            ))
        }
    }
}

fn unpack_from(t: &mut Thread, format: &Format, buffer: Ref<'_>, offset: i64) -> Result<Value> {
    const ACCESS: Access = Access { function: "unpack_from", doing: "unpacking", short: "not enough data" };
    let bytes = buffer::argument(t, buffer)?;
    let start = place(t, bytes.len(), format.size, offset, &ACCESS)?;
    Ok(unpack_values(t, format, &bytes[start..start + format.size]))
}

fn pack_into(t: &mut Thread, format: &Format, args: &[Ref<'_>]) -> Result<()> {
    const ACCESS: Access = Access { function: "pack_into", doing: "packing", short: "no space" };
    let (target, offset, values) = match args {
        [target, offset, values @ ..] => (*target, *offset, values),
        [_] => return Err(error(t, "pack_into expected offset argument")),
        [] => return Err(error(t, "pack_into expected buffer argument")),
    };
    let (wanted, given) = (format.values(), values.len());
    if wanted != given {
        return Err(error(t, &format!("pack_into expected {wanted} items for packing (got {given})")));
    }
    if buffer::writable_len(t, target).is_err() {
        let class = target.class(t).name(t);
        raise!(t, TypeError, "argument must be read-write bytes-like object, not {class}");
    }
    let offset = convert::index_i64(t, offset)?;
    let packed = pack_values(t, format, values, "pack_into")?;
    // The buffer may have changed while values were converted.
    let len = buffer::writable_len(t, target)?;
    let start = place(t, len, format.size, offset, &ACCESS)?;
    let mut bytes = buffer::argument(t, target)?.into_owned();
    bytes[start..start + format.size].copy_from_slice(&packed);
    buffer::write(t, target, &bytes)
}

/// The payload of `Struct`.
pub struct Struct {
    text: String,
    format: Arc<Format>,
}

payload!(Struct, plain);

impl Trace for Struct {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

/// A format that is read once, for packing and unpacking many times.
#[class(name = "Struct", module = "_struct", attributes)]
impl Struct {
    #[new(signature = "(format)")]
    fn new_struct(t: &mut Thread, class: &Object<Class>, format: Ref<'_>) -> Result<Obj<Struct>> {
        let (text, format) = read_format(t, format)?;
        Ok(t.alloc_with_shape(class.root_shape(), Struct { text, format: Arc::new(format) }))
    }

    /// The format this was made with, as a str.
    #[getter]
    fn format(&self) -> &str {
        &self.text
    }

    /// How many bytes one struct takes.
    #[getter]
    fn size(&self) -> usize {
        self.format.size
    }

    #[method]
    fn pack(t: &mut Thread, this: &Object<Struct>, args: Args<'_>) -> Result<Obj<Bytes>> {
        if args.names().is_some() {
            raise!(t, TypeError, "pack() takes no keyword arguments");
        }
        let packed = pack_values(t, &this.format, args.positional(), "pack")?;
        Ok(Bytes::from_slice(t, &packed))
    }

    #[method]
    fn pack_into(t: &mut Thread, this: &Object<Struct>, args: Args<'_>) -> Result<()> {
        if args.names().is_some() {
            raise!(t, TypeError, "pack_into() takes no keyword arguments");
        }
        pack_into(t, &this.format, args.positional())
    }

    /// Reads one struct from a buffer of just its size, as a tuple of its members.
    #[method]
    fn unpack(t: &mut Thread, this: &Object<Struct>, buffer: Ref<'_>) -> Result<Value> {
        unpack_all(t, &this.format, buffer)
    }

    /// Reads the struct that begins at an offset of the buffer, as a tuple of its members.
    #[method(signature = "(buffer, offset=0)")]
    fn unpack_from(t: &mut Thread, this: &Object<Struct>, buffer: Ref<'_>, offset: i64) -> Result<Value> {
        unpack_from(t, &this.format, buffer, offset)
    }

    /// Reads the buffer struct by struct: the iterator answers a tuple for each.
    #[method]
    fn iter_unpack(t: &mut Thread, this: &Object<Struct>, buffer: Ref<'_>) -> Result<Obj<UnpackIterator>> {
        UnpackIterator::make(t, Arc::clone(&this.format), buffer)
    }

    #[method]
    fn __repr__(t: &mut Thread, this: &Object<Struct>) -> String {
        format!("{}('{}')", this.borrow().class(t).name(t), this.text)
    }
}

/// The payload of the iterator of `iter_unpack`.
pub struct UnpackIterator {
    format: Arc<Format>,
    buffer: Fixed,
    position: AtomicUsize,
}

payload!(UnpackIterator, collected);

impl Trace for UnpackIterator {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.buffer.trace(tracer);
    }
}

impl UnpackIterator {
    fn make(t: &mut Thread, format: Arc<Format>, buffer: Ref<'_>) -> Result<Obj<UnpackIterator>> {
        let size = format.size;
        if size == 0 {
            return Err(error(t, "cannot iteratively unpack with a struct of length 0"));
        }
        let len = buffer::argument(t, buffer)?.len();
        if !len.is_multiple_of(size) {
            let message = format!("iterative unpacking requires a buffer of a multiple of {size} bytes");
            return Err(error(t, &message));
        }
        let buffer = Fixed::new(buffer.to_value());
        Ok(t.alloc(UnpackIterator { format, buffer, position: AtomicUsize::new(0) }))
    }
}

#[class(name = "unpack_iterator", module = "_struct", final, no_new)]
impl UnpackIterator {
    #[method]
    fn __iter__(this: Ref<'_>) -> Value {
        this.to_value()
    }

    #[method]
    fn __next__(t: &mut Thread, this: &Object<UnpackIterator>) -> Result<Option<Value>> {
        let bytes = buffer::argument(t, this.buffer.get())?;
        let size = this.format.size;
        let start = this.position.fetch_add(size, Ordering::Relaxed);
        match start.checked_add(size).and_then(|end| bytes.get(start..end)) {
            Some(bytes) => Ok(Some(unpack_values(t, &this.format, bytes))),
            None => {
                this.position.fetch_sub(size, Ordering::Relaxed);
                Ok(None)
            }
        }
    }

    #[method]
    fn __length_hint__(t: &mut Thread, this: &Object<UnpackIterator>) -> Result<usize> {
        let len = buffer::argument(t, this.buffer.get())?.len();
        Ok(len.saturating_sub(this.position.load(Ordering::Relaxed)) / this.format.size)
    }
}
