//! The methods of `bytes` and `bytearray`, defined for both by one macro.

/// Defines the methods that a class of bytes shares with the other one.
macro_rules! byte_methods {
    ($class:ident) => {
        const _: () = {
            use ungil_macros::methods;
            use ungil_text::{Side, bytes as kernel};

            use $crate::error::Result;
            use $crate::object::{Obj, Object};
            use $crate::protocol::{buffer, codec, compare::Comparison};
            use $crate::raise;
            use $crate::thread::Thread;
            use $crate::types::bytes::sequence::{self as shared, ByteSequence};
            use $crate::types::bytes::{BytesIterator, format};
            use $crate::types::list::List;
            use $crate::types::text::Str;
            use $crate::types::tuple::Tuple;
            use $crate::value::{Ref, Value};

            fn compare(
                t: &mut Thread,
                a: &Object<$class>,
                b: Ref<'_>,
                comparison: Comparison,
            ) -> Result<Value> {
                let Some(b) = buffer::bytes_of(t, b) else { return Ok(Value::NOT_IMPLEMENTED) };
                let order = $class::with(a, t, |a| a.cmp(&b));
                Ok(Value::from_bool(comparison.holds(order)))
            }

            #[methods(BYTE_OPERATORS)]
            impl $class {
                #[method]
                fn __len__(t: &Thread, this: &Object<Self>) -> usize {
                    Self::length(this, t)
                }

                #[method]
                fn __eq__(t: &mut Thread, this: &Object<Self>, other: Ref<'_>) -> Result<Value> {
                    compare(t, this, other, Comparison::Equal)
                }

                #[method]
                fn __ne__(t: &mut Thread, this: &Object<Self>, other: Ref<'_>) -> Result<Value> {
                    compare(t, this, other, Comparison::NotEqual)
                }

                #[method]
                fn __lt__(t: &mut Thread, this: &Object<Self>, other: Ref<'_>) -> Result<Value> {
                    compare(t, this, other, Comparison::Less)
                }

                #[method]
                fn __le__(t: &mut Thread, this: &Object<Self>, other: Ref<'_>) -> Result<Value> {
                    compare(t, this, other, Comparison::LessEqual)
                }

                #[method]
                fn __gt__(t: &mut Thread, this: &Object<Self>, other: Ref<'_>) -> Result<Value> {
                    compare(t, this, other, Comparison::Greater)
                }

                #[method]
                fn __ge__(t: &mut Thread, this: &Object<Self>, other: Ref<'_>) -> Result<Value> {
                    compare(t, this, other, Comparison::GreaterEqual)
                }

                #[method]
                fn __getitem__(t: &mut Thread, this: &Object<Self>, key: Ref<'_>) -> Result<Value> {
                    shared::item(t, this, key)
                }

                #[method]
                fn __contains__(t: &mut Thread, this: &Object<Self>, item: Ref<'_>) -> Result<bool> {
                    if buffer::bytes_of(t, item).is_none() && item.as_int().is_none() {
                        let class = item.class(t).name(t);
                        raise!(t, TypeError, "a bytes-like object is required, not '{class}'");
                    }
                    Ok(shared::find(t, this, item, (None, None), false)?.is_some())
                }

                #[method]
                fn __iter__(t: &Thread, this: &Object<Self>) -> Obj<BytesIterator> {
                    BytesIterator::new(t, this.to_value())
                }

                #[method]
                fn __mul__(t: &mut Thread, this: &Object<Self>, count: Ref<'_>) -> Result<Value> {
                    shared::repeat(t, this, count)
                }

                #[method]
                fn __rmul__(t: &mut Thread, this: &Object<Self>, count: Ref<'_>) -> Result<Value> {
                    shared::repeat(t, this, count)
                }

                #[method]
                fn __mod__(t: &mut Thread, this: &Object<Self>, values: Ref<'_>) -> Result<Value> {
                    let template = Self::with(this, t, <[u8]>::to_vec);
                    let formatted = format::format_percent(t, &template, values)?;
                    Ok(Self::make(t, &formatted))
                }
            }

            #[methods(BYTE_SEARCH)]
            impl $class {
                #[method(signature = "(sub, start=None, end=None, /)")]
                fn find(
                    t: &mut Thread,
                    this: &Object<Self>,
                    sub: Ref<'_>,
                    start: Option<Ref<'_>>,
                    end: Option<Ref<'_>>,
                ) -> Result<i64> {
                    Ok(shared::find(t, this, sub, (start, end), false)?.map_or(-1, |at| at as i64))
                }

                #[method(signature = "(sub, start=None, end=None, /)")]
                fn rfind(
                    t: &mut Thread,
                    this: &Object<Self>,
                    sub: Ref<'_>,
                    start: Option<Ref<'_>>,
                    end: Option<Ref<'_>>,
                ) -> Result<i64> {
                    Ok(shared::find(t, this, sub, (start, end), true)?.map_or(-1, |at| at as i64))
                }

                #[method(signature = "(sub, start=None, end=None, /)")]
                fn index(
                    t: &mut Thread,
                    this: &Object<Self>,
                    sub: Ref<'_>,
                    start: Option<Ref<'_>>,
                    end: Option<Ref<'_>>,
                ) -> Result<usize> {
                    match shared::find(t, this, sub, (start, end), false)? {
                        Some(at) => Ok(at),
                        None => raise!(t, ValueError, "subsection not found"),
                    }
                }

                #[method(signature = "(sub, start=None, end=None, /)")]
                fn rindex(
                    t: &mut Thread,
                    this: &Object<Self>,
                    sub: Ref<'_>,
                    start: Option<Ref<'_>>,
                    end: Option<Ref<'_>>,
                ) -> Result<usize> {
                    match shared::find(t, this, sub, (start, end), true)? {
                        Some(at) => Ok(at),
                        None => raise!(t, ValueError, "subsection not found"),
                    }
                }

                #[method(signature = "(sub, start=None, end=None, /)")]
                fn count(
                    t: &mut Thread,
                    this: &Object<Self>,
                    sub: Ref<'_>,
                    start: Option<Ref<'_>>,
                    end: Option<Ref<'_>>,
                ) -> Result<usize> {
                    shared::count(t, this, sub, (start, end))
                }

                #[method(signature = "(prefix, start=None, end=None, /)")]
                fn startswith(
                    t: &mut Thread,
                    this: &Object<Self>,
                    prefix: Ref<'_>,
                    start: Option<Ref<'_>>,
                    end: Option<Ref<'_>>,
                ) -> Result<bool> {
                    shared::has_affix(t, this, prefix, (start, end), "startswith")
                }

                #[method(signature = "(suffix, start=None, end=None, /)")]
                fn endswith(
                    t: &mut Thread,
                    this: &Object<Self>,
                    suffix: Ref<'_>,
                    start: Option<Ref<'_>>,
                    end: Option<Ref<'_>>,
                ) -> Result<bool> {
                    shared::has_affix(t, this, suffix, (start, end), "endswith")
                }

                #[method]
                fn removeprefix(t: &mut Thread, this: &Object<Self>, prefix: Ref<'_>) -> Result<Value> {
                    let prefix = buffer::argument(t, prefix)?;
                    let (cut, len) = Self::with(this, t, |bytes| (bytes.starts_with(&prefix), bytes.len()));
                    Ok(Self::part(this, t, if cut { prefix.len() } else { 0 }..len))
                }

                #[method]
                fn removesuffix(t: &mut Thread, this: &Object<Self>, suffix: Ref<'_>) -> Result<Value> {
                    let suffix = buffer::argument(t, suffix)?;
                    let (cut, len) = Self::with(this, t, |bytes| (bytes.ends_with(&suffix), bytes.len()));
                    Ok(Self::part(this, t, 0..if cut { len - suffix.len() } else { len }))
                }

                #[method(signature = "(old, new, count=-1, /)")]
                fn replace(
                    t: &mut Thread,
                    this: &Object<Self>,
                    old: Ref<'_>,
                    new: Ref<'_>,
                    count: Option<i64>,
                ) -> Result<Value> {
                    let max = count.and_then(|count| usize::try_from(count).ok());
                    shared::replace(t, this, old, new, max)
                }

                #[method(signature = "(table, /, delete=b'')")]
                fn translate(
                    t: &mut Thread,
                    this: &Object<Self>,
                    table: Ref<'_>,
                    delete: Option<Ref<'_>>,
                ) -> Result<Value> {
                    shared::translate(t, this, table, delete)
                }

                #[staticmethod]
                fn maketrans(t: &mut Thread, frm: Ref<'_>, to: Ref<'_>) -> Result<Vec<u8>> {
                    shared::maketrans(t, frm, to)
                }
            }

            #[methods(BYTE_METHODS)]
            impl $class {
                #[method(signature = "(encoding='utf-8', errors='strict')")]
                fn decode(
                    t: &mut Thread,
                    this: &Object<Self>,
                    encoding: Option<&Object<Str>>,
                    errors: Option<&Object<Str>>,
                ) -> Result<Value> {
                    codec::decode_value(t, this.borrow(), encoding, errors)
                }

                #[method(signature = "(sep=None, maxsplit=-1)")]
                fn split(
                    t: &mut Thread,
                    this: &Object<Self>,
                    sep: Option<Ref<'_>>,
                    maxsplit: Option<i64>,
                ) -> Result<Obj<List>> {
                    let max = maxsplit.and_then(|max| usize::try_from(max).ok());
                    shared::split_parts(t, this, sep, max, false)
                }

                #[method(signature = "(sep=None, maxsplit=-1)")]
                fn rsplit(
                    t: &mut Thread,
                    this: &Object<Self>,
                    sep: Option<Ref<'_>>,
                    maxsplit: Option<i64>,
                ) -> Result<Obj<List>> {
                    let max = maxsplit.and_then(|max| usize::try_from(max).ok());
                    shared::split_parts(t, this, sep, max, true)
                }

                #[method(signature = "(keepends=False)")]
                fn splitlines(t: &mut Thread, this: &Object<Self>, keepends: bool) -> Obj<List> {
                    Self::split_by(this, t, |bytes| kernel::split_lines(bytes, keepends))
                }

                #[method]
                fn partition(t: &mut Thread, this: &Object<Self>, sep: Ref<'_>) -> Result<Obj<Tuple>> {
                    shared::partition(t, this, sep, false)
                }

                #[method]
                fn rpartition(t: &mut Thread, this: &Object<Self>, sep: Ref<'_>) -> Result<Obj<Tuple>> {
                    shared::partition(t, this, sep, true)
                }

                #[method]
                fn join(t: &mut Thread, this: &Object<Self>, iterable_of_bytes: Ref<'_>) -> Result<Value> {
                    shared::join(t, this, iterable_of_bytes)
                }

                #[method(signature = "(bytes=None, /)")]
                fn strip(t: &mut Thread, this: &Object<Self>, bytes: Option<Ref<'_>>) -> Result<Value> {
                    shared::strip(t, this, bytes, Side::Both)
                }

                #[method(signature = "(bytes=None, /)")]
                fn lstrip(t: &mut Thread, this: &Object<Self>, bytes: Option<Ref<'_>>) -> Result<Value> {
                    shared::strip(t, this, bytes, Side::Left)
                }

                #[method(signature = "(bytes=None, /)")]
                fn rstrip(t: &mut Thread, this: &Object<Self>, bytes: Option<Ref<'_>>) -> Result<Value> {
                    shared::strip(t, this, bytes, Side::Right)
                }

                #[method(signature = "(width, fillchar=b' ', /)")]
                fn center(
                    t: &mut Thread,
                    this: &Object<Self>,
                    width: i64,
                    fillchar: Option<Ref<'_>>,
                ) -> Result<Value> {
                    shared::pad(t, this, width, fillchar, "center", kernel::center)
                }

                #[method(signature = "(width, fillchar=b' ', /)")]
                fn ljust(
                    t: &mut Thread,
                    this: &Object<Self>,
                    width: i64,
                    fillchar: Option<Ref<'_>>,
                ) -> Result<Value> {
                    shared::pad(t, this, width, fillchar, "ljust", kernel::left_justify)
                }

                #[method(signature = "(width, fillchar=b' ', /)")]
                fn rjust(
                    t: &mut Thread,
                    this: &Object<Self>,
                    width: i64,
                    fillchar: Option<Ref<'_>>,
                ) -> Result<Value> {
                    shared::pad(t, this, width, fillchar, "rjust", kernel::right_justify)
                }

                #[method]
                fn zfill(t: &mut Thread, this: &Object<Self>, width: i64) -> Result<Value> {
                    shared::pad(t, this, width, None, "zfill", |bytes, width, _| {
                        kernel::zero_fill(bytes, width)
                    })
                }

                #[method(signature = "(tabsize=8)")]
                fn expandtabs(t: &Thread, this: &Object<Self>, tabsize: i64) -> Value {
                    let size = usize::try_from(tabsize).unwrap_or(0);
                    Self::map(this, t, |bytes| kernel::expand_tabs(bytes, size))
                }

                #[method(signature = "(sep=None, bytes_per_sep=1)")]
                fn hex(
                    t: &mut Thread,
                    this: &Object<Self>,
                    sep: Option<Ref<'_>>,
                    bytes_per_sep: i64,
                ) -> Result<String> {
                    let bytes = buffer::argument(t, this.borrow())?;
                    shared::hex(t, &bytes, sep, bytes_per_sep)
                }

                #[method]
                fn capitalize(t: &Thread, this: &Object<Self>) -> Value {
                    Self::map(this, t, kernel::capitalize)
                }

                #[method]
                fn lower(t: &Thread, this: &Object<Self>) -> Value {
                    Self::map(this, t, <[u8]>::to_ascii_lowercase)
                }

                #[method]
                fn upper(t: &Thread, this: &Object<Self>) -> Value {
                    Self::map(this, t, <[u8]>::to_ascii_uppercase)
                }

                #[method]
                fn swapcase(t: &Thread, this: &Object<Self>) -> Value {
                    Self::map(this, t, kernel::swap_case)
                }

                #[method]
                fn title(t: &Thread, this: &Object<Self>) -> Value {
                    Self::map(this, t, kernel::to_title)
                }
            }

            /// All bytes, and one at least.
            fn all(bytes: &[u8], holds: fn(&u8) -> bool) -> bool {
                !bytes.is_empty() && bytes.iter().all(holds)
            }

            #[methods(BYTE_PREDICATES)]
            impl $class {
                #[method]
                fn isalnum(t: &Thread, this: &Object<Self>) -> bool {
                    Self::with(this, t, |bytes| all(bytes, u8::is_ascii_alphanumeric))
                }

                #[method]
                fn isalpha(t: &Thread, this: &Object<Self>) -> bool {
                    Self::with(this, t, |bytes| all(bytes, u8::is_ascii_alphabetic))
                }

                #[method]
                fn isdigit(t: &Thread, this: &Object<Self>) -> bool {
                    Self::with(this, t, |bytes| all(bytes, u8::is_ascii_digit))
                }

                #[method]
                fn isspace(t: &Thread, this: &Object<Self>) -> bool {
                    Self::with(this, t, |bytes| all(bytes, |byte| kernel::is_space(*byte)))
                }

                #[method]
                fn isascii(t: &Thread, this: &Object<Self>) -> bool {
                    Self::with(this, t, <[u8]>::is_ascii)
                }

                #[method]
                fn islower(t: &Thread, this: &Object<Self>) -> bool {
                    Self::with(this, t, kernel::is_lower)
                }

                #[method]
                fn isupper(t: &Thread, this: &Object<Self>) -> bool {
                    Self::with(this, t, kernel::is_upper)
                }

                #[method]
                fn istitle(t: &Thread, this: &Object<Self>) -> bool {
                    Self::with(this, t, kernel::is_title)
                }
            }
        };
    };
}

pub(crate) use byte_methods;
