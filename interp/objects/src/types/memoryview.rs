//! `memoryview`: a window on the bytes of another object, in items of one format.
//!
//! A view never points into memory: it keeps its exporter and reads or writes it by offsets, under the exporter's lock. Views have one
//! dimension.

use std::sync::atomic::{AtomicBool, Ordering};

use ungil_macros::class;

use crate::class::Class;
use crate::error::Result;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::sequence::{Selection, Subscript, normalise, subscript};
use crate::protocol::{buffer, compare};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::bytearray::ByteArray;
use crate::types::bytes::{Bytes, sequence};
use crate::types::item_format::ItemFormat;
use crate::types::list::List;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

/// The payload of `memoryview`.
pub struct MemoryView {
    /// A `bytes` or a `bytearray`.
    exporter: Fixed,
    format: ItemFormat,
    /// The byte at which the first item starts.
    offset: usize,
    len: usize,
    /// Bytes from one item to the next.
    stride: isize,
    released: AtomicBool,
}

crate::payload!(MemoryView, collected);

impl Trace for MemoryView {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.exporter.trace(tracer);
    }
}

impl Drop for MemoryView {
    fn drop(&mut self) {
        self.end();
    }
}

impl MemoryView {
    /// A view of all bytes of an object.
    pub fn new(t: &Thread, object: Ref<'_>) -> Result<Obj<MemoryView>> {
        if let Some(view) = object.downcast::<MemoryView>() {
            view.check(t)?;
            return Ok(view.window(t, view.format, view.offset, view.len, view.stride));
        }
        let len = if let Some(bytes) = object.downcast::<Bytes>() {
            bytes.as_slice().len()
        } else if let Some(array) = object.downcast::<ByteArray>() {
            array.begin_export(t)
        } else {
            let class = object.class(t).name(t);
            raise!(t, TypeError, "memoryview: a bytes-like object is required, not '{class}'");
        };
        Ok(t.alloc(MemoryView {
            exporter: Fixed::new(object.to_value()),
            format: ItemFormat::BYTE,
            offset: 0,
            len,
            stride: 1,
            released: AtomicBool::new(false),
        }))
    }

    pub fn is_released(&self) -> bool {
        self.released.load(Ordering::Relaxed)
    }

    pub fn is_readonly(&self) -> bool {
        self.exporter.get().downcast::<ByteArray>().is_none()
    }

    pub fn byte_len(&self) -> usize {
        self.len * self.format.size()
    }

    fn is_contiguous(&self) -> bool {
        self.stride == self.format.size() as isize || self.len <= 1
    }

    fn end(&self) {
        if !self.released.swap(true, Ordering::Relaxed)
            && let Some(array) = self.exporter.get().downcast::<ByteArray>()
        {
            array.end_export();
        }
    }

    fn check(&self, t: &Thread) -> Result<()> {
        if self.is_released() {
            raise!(t, ValueError, "operation forbidden on released memoryview object");
        }
        Ok(())
    }

    fn window(
        &self,
        t: &Thread,
        format: ItemFormat,
        offset: usize,
        len: usize,
        stride: isize,
    ) -> Obj<MemoryView> {
        if let Some(array) = self.exporter.get().downcast::<ByteArray>() {
            array.begin_export(t);
        }
        t.alloc(MemoryView {
            exporter: Fixed::new(self.exporter.get().to_value()),
            format,
            offset,
            len,
            stride,
            released: AtomicBool::new(false),
        })
    }

    /// The place of an item's first byte.
    fn place(&self, index: usize) -> usize {
        (self.offset as isize + index as isize * self.stride) as usize
    }

    /// The bytes of all items, in order.
    pub fn to_vec(&self, t: &Thread) -> Vec<u8> {
        let size = self.format.size();
        let gather = |bytes: &[u8]| match self.is_contiguous() {
            true => {
                bytes.get(self.offset..self.offset + self.len * size).map(<[u8]>::to_vec).unwrap_or_default()
            }
            false => {
                (0..self.len).flat_map(|index| bytes[self.place(index)..][..size].iter().copied()).collect()
            }
        };
        buffer::with_bytes(t, self.exporter.get(), gather).unwrap_or_default()
    }

    /// Overwrites items with bytes, as many whole items as both have.
    pub fn write_bytes(&self, t: &Thread, bytes: &[u8]) {
        let size = self.format.size();
        let Some(array) = self.exporter.get().downcast::<ByteArray>() else { return };
        array.with(t, |to| {
            for (index, item) in bytes.chunks_exact(size).take(self.len).enumerate() {
                to[self.place(index)..][..size].copy_from_slice(item);
            }
        });
    }

    fn item(&self, t: &Thread, index: usize) -> Value {
        let (place, size) = (self.place(index), self.format.size());
        let mut item = [0; 8];
        buffer::with_bytes(t, self.exporter.get(), |bytes| {
            if let Some(bytes) = bytes.get(place..place + size) {
                item[..size].copy_from_slice(bytes);
            }
        });
        self.format.unpack(t, &item[..size])
    }

    fn selected(&self, t: &Thread, selection: Selection) -> Obj<MemoryView> {
        let offset = if selection.len == 0 { self.offset } else { self.place(selection.start as usize) };
        self.window(t, self.format, offset, selection.len, self.stride * selection.step as isize)
    }
}

/// Items in the memory of another object, which slicing does not copy.
#[class(name = "memoryview", final, sequence)]
impl MemoryView {
    #[new(signature = "(object)")]
    fn new_view(t: &mut Thread, _class: &Object<Class>, object: Ref<'_>) -> Result<Obj<MemoryView>> {
        MemoryView::new(t, object)
    }

    #[method]
    fn __len__(t: &Thread, this: &Object<Self>) -> Result<usize> {
        this.check(t)?;
        Ok(this.len)
    }

    #[method]
    fn __getitem__(t: &mut Thread, this: &Object<Self>, key: Ref<'_>) -> Result<Value> {
        this.check(t)?;
        match subscript(t, key, "memoryview")? {
            Subscript::Index(index) => match normalise(index, this.len) {
                Some(index) => Ok(this.item(t, index)),
                None => raise!(t, IndexError, "index out of bounds on dimension 1"),
            },
            Subscript::Slice(bounds) => Ok(this.selected(t, bounds.select(this.len)).into_value()),
        }
    }

    #[method]
    fn __setitem__(t: &mut Thread, this: &Object<Self>, key: Ref<'_>, value: Ref<'_>) -> Result<()> {
        this.check(t)?;
        if this.is_readonly() {
            raise!(t, TypeError, "cannot modify read-only memory");
        }
        match subscript(t, key, "memoryview")? {
            Subscript::Index(index) => {
                let Some(index) = normalise(index, this.len) else {
                    raise!(t, IndexError, "index out of bounds on dimension 1");
                };
                let item = this.format.pack(t, value)?;
                this.check(t)?;
                this.window(t, this.format, this.place(index), 1, this.stride).write_bytes(t, &item);
            }
            Subscript::Slice(bounds) => {
                let target = this.selected(t, bounds.select(this.len));
                let bytes = buffer::argument(t, value)?;
                if bytes.len() != target.byte_len() {
                    raise!(
                        t,
                        ValueError,
                        "memoryview assignment: lvalue and rvalue have different structures"
                    );
                }
                target.write_bytes(t, &bytes);
            }
        }
        Ok(())
    }

    #[method]
    fn __eq__(t: &mut Thread, this: &Object<Self>, other: Ref<'_>) -> Result<Value> {
        if this.borrow().is(other) {
            return Ok(Value::TRUE);
        }
        let Some(bytes) = buffer::bytes_of(t, other) else { return Ok(Value::NOT_IMPLEMENTED) };
        if this.is_released() {
            return Ok(Value::FALSE);
        }
        let other_format = other.downcast::<MemoryView>().map_or(ItemFormat::BYTE, |view| view.format);
        if other_format == this.format {
            return Ok(Value::from_bool(this.to_vec(t) == *bytes));
        }
        let mine = this.items(t);
        let theirs: Vec<_> =
            bytes.chunks_exact(other_format.size()).map(|item| other_format.unpack(t, item)).collect();
        if mine.len() != theirs.len() {
            return Ok(Value::FALSE);
        }
        for (mine, other) in mine.iter().zip(&theirs) {
            if !compare::equal(t, mine.borrow(), other.borrow())? {
                return Ok(Value::FALSE);
            }
        }
        Ok(Value::TRUE)
    }

    #[method]
    fn __hash__(t: &mut Thread, this: &Object<Self>) -> Result<i64> {
        this.check(t)?;
        if !this.is_readonly() {
            raise!(t, ValueError, "cannot hash writable memoryview object");
        }
        Ok(crate::types::text::hash_bytes(&this.to_vec(t), t.interpreter().hash_seed))
    }

    #[method]
    fn __repr__(this: &Object<Self>) -> String {
        let address = this.borrow().word().identity();
        let released = if this.is_released() { "released memory" } else { "memory" };
        format!("<{released} at {address:#x}>")
    }

    #[method]
    fn __enter__(t: &Thread, this: &Object<Self>) -> Result<Value> {
        this.check(t)?;
        Ok(this.to_value())
    }

    #[method]
    fn __exit__(this: &Object<Self>, _details: &[Ref<'_>]) {
        this.end();
    }

    #[method]
    fn release(this: &Object<Self>) {
        this.end();
    }

    #[method(signature = "(order='C')")]
    fn tobytes(t: &mut Thread, this: &Object<Self>, order: Option<Ref<'_>>) -> Result<Vec<u8>> {
        let _ = order;
        this.check(t)?;
        Ok(this.to_vec(t))
    }

    #[method]
    fn tolist(t: &Thread, this: &Object<Self>) -> Result<Obj<List>> {
        this.check(t)?;
        Ok(List::from_values(t, this.items(t)))
    }

    #[method]
    fn toreadonly(t: &mut Thread, this: &Object<Self>) -> Result<Obj<MemoryView>> {
        this.check(t)?;
        if this.is_readonly() {
            return Ok(this.window(t, this.format, this.offset, this.len, this.stride));
        }
        raise!(t, NotImplementedError, "read-only views of writable objects are not supported")
    }

    #[method(signature = "(sep=None, bytes_per_sep=1)")]
    fn hex(t: &mut Thread, this: &Object<Self>, sep: Option<Ref<'_>>, bytes_per_sep: i64) -> Result<String> {
        let bytes = buffer::argument(t, this.borrow())?;
        sequence::hex(t, &bytes, sep, bytes_per_sep)
    }

    #[method(signature = "(format, shape=None)")]
    fn cast(
        t: &mut Thread,
        this: &Object<Self>,
        format: Ref<'_>,
        shape: Option<Ref<'_>>,
    ) -> Result<Obj<MemoryView>> {
        this.check(t)?;
        let name = format.downcast::<Str>().and_then(|format| format.as_ascii());
        let Some(format) = name.and_then(ItemFormat::from_name) else {
            raise!(
                t,
                ValueError,
                "memoryview: destination format must be a native single character format prefixed with an optional '@'"
            );
        };
        if shape.is_some_and(|shape| !shape.is_none()) {
            raise!(t, NotImplementedError, "memoryview: casts to several dimensions are not supported");
        }
        if !this.is_contiguous() {
            raise!(t, TypeError, "memoryview: casts are restricted to C-contiguous views");
        }
        if format.size() != 1 && this.format.size() != 1 {
            raise!(t, TypeError, "memoryview: cannot cast between two non-byte formats");
        }
        if !this.byte_len().is_multiple_of(format.size()) {
            raise!(t, TypeError, "memoryview: length is not a multiple of itemsize");
        }
        let len = this.byte_len() / format.size();
        Ok(this.window(t, format, this.offset, len, format.size() as isize))
    }

    #[method]
    fn count(t: &mut Thread, this: &Object<Self>, value: Ref<'_>) -> Result<usize> {
        this.check(t)?;
        let mut count = 0;
        for item in this.items(t) {
            count += usize::from(compare::equal(t, item.borrow(), value)?);
        }
        Ok(count)
    }

    #[method]
    fn index(t: &mut Thread, this: &Object<Self>, value: Ref<'_>) -> Result<usize> {
        this.check(t)?;
        for (index, item) in this.items(t).into_iter().enumerate() {
            if compare::equal(t, item.borrow(), value)? {
                return Ok(index);
            }
        }
        raise!(t, ValueError, "memoryview.index(x): x not found")
    }

    #[getter]
    fn obj(t: &Thread, this: &Object<Self>) -> Result<Value> {
        this.check(t)?;
        Ok(this.exporter.get().to_value())
    }

    #[getter]
    fn nbytes(t: &Thread, this: &Object<Self>) -> Result<usize> {
        this.check(t)?;
        Ok(this.byte_len())
    }

    #[getter]
    fn itemsize(t: &Thread, this: &Object<Self>) -> Result<usize> {
        this.check(t)?;
        Ok(this.format.size())
    }

    #[getter(name = "format")]
    fn get_format(t: &Thread, this: &Object<Self>) -> Result<String> {
        this.check(t)?;
        Ok(this.format.name())
    }

    #[getter]
    fn readonly(t: &Thread, this: &Object<Self>) -> Result<bool> {
        this.check(t)?;
        Ok(this.is_readonly())
    }

    #[getter]
    fn ndim(t: &Thread, this: &Object<Self>) -> Result<usize> {
        this.check(t)?;
        Ok(1)
    }

    #[getter]
    fn shape(t: &Thread, this: &Object<Self>) -> Result<Obj<Tuple>> {
        this.check(t)?;
        Ok(Tuple::from_values(t, [crate::types::int::Int::from_i64(t, this.len as i64)]))
    }

    #[getter]
    fn strides(t: &Thread, this: &Object<Self>) -> Result<Obj<Tuple>> {
        this.check(t)?;
        Ok(Tuple::from_values(t, [crate::types::int::Int::from_i64(t, this.stride as i64)]))
    }

    #[getter]
    fn suboffsets(t: &Thread, this: &Object<Self>) -> Result<Obj<Tuple>> {
        this.check(t)?;
        Ok(Tuple::from_values(t, []))
    }

    #[getter]
    fn c_contiguous(t: &Thread, this: &Object<Self>) -> Result<bool> {
        this.check(t)?;
        Ok(this.is_contiguous())
    }

    #[getter]
    fn f_contiguous(t: &Thread, this: &Object<Self>) -> Result<bool> {
        this.check(t)?;
        Ok(this.is_contiguous())
    }

    #[getter]
    fn contiguous(t: &Thread, this: &Object<Self>) -> Result<bool> {
        this.check(t)?;
        Ok(this.is_contiguous())
    }
}

impl MemoryView {
    /// All items.
    fn items(&self, t: &Thread) -> Vec<Value> {
        self.to_vec(t).chunks_exact(self.format.size()).map(|item| self.format.unpack(t, item)).collect()
    }
}
