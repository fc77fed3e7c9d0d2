//! The shape of text: upper and lower case, stripping, padding, tabs.

use ungil_macros::methods;
use ungil_text::{Side, TextBuf};

use super::Str;
use super::arguments::{check_size, width_and_fill};
use crate::error::Result;
use crate::object::Object;
use crate::raise;
use crate::thread::Thread;
use crate::value::{Ref, Value};

#[methods(SHAPE)]
impl Str {
    #[method]
    fn lower(&self) -> TextBuf {
        self.text().to_lower()
    }

    #[method]
    fn upper(&self) -> TextBuf {
        self.text().to_upper()
    }

    #[method]
    fn casefold(&self) -> TextBuf {
        self.text().to_folded()
    }

    #[method]
    fn title(&self) -> TextBuf {
        self.text().to_title()
    }

    #[method]
    fn capitalize(&self) -> TextBuf {
        self.text().capitalize()
    }

    #[method]
    fn swapcase(&self) -> TextBuf {
        self.text().swap_case()
    }

    #[method(signature = "(chars=None, /)")]
    fn strip(t: &mut Thread, this: &Object<Self>, chars: Option<Ref<'_>>) -> Result<Value> {
        strip(t, this, chars, Side::Both, "strip")
    }

    #[method(signature = "(chars=None, /)")]
    fn lstrip(t: &mut Thread, this: &Object<Self>, chars: Option<Ref<'_>>) -> Result<Value> {
        strip(t, this, chars, Side::Left, "lstrip")
    }

    #[method(signature = "(chars=None, /)")]
    fn rstrip(t: &mut Thread, this: &Object<Self>, chars: Option<Ref<'_>>) -> Result<Value> {
        strip(t, this, chars, Side::Right, "rstrip")
    }

    #[method(signature = "(width, fillchar=' ', /)")]
    fn center(t: &mut Thread, this: &Object<Self>, width: i64, fillchar: Option<Ref<'_>>) -> Result<Value> {
        let (width, fill) = width_and_fill(t, width, fillchar)?;
        Ok(padded(t, this, width, || this.text().center(width, fill)))
    }

    #[method(signature = "(width, fillchar=' ', /)")]
    fn ljust(t: &mut Thread, this: &Object<Self>, width: i64, fillchar: Option<Ref<'_>>) -> Result<Value> {
        let (width, fill) = width_and_fill(t, width, fillchar)?;
        Ok(padded(t, this, width, || this.text().left_justify(width, fill)))
    }

    #[method(signature = "(width, fillchar=' ', /)")]
    fn rjust(t: &mut Thread, this: &Object<Self>, width: i64, fillchar: Option<Ref<'_>>) -> Result<Value> {
        let (width, fill) = width_and_fill(t, width, fillchar)?;
        Ok(padded(t, this, width, || this.text().right_justify(width, fill)))
    }

    #[method]
    fn zfill(t: &mut Thread, this: &Object<Self>, width: i64) -> Result<Value> {
        let (width, _) = width_and_fill(t, width, None)?;
        Ok(padded(t, this, width, || this.text().zero_fill(width)))
    }

    #[method(signature = "(tabsize=8)")]
    fn expandtabs(t: &mut Thread, this: &Object<Self>, tabsize: i64) -> Result<TextBuf> {
        let size = usize::try_from(tabsize).unwrap_or(0);
        check_size(t, size, this.text().codes().filter(|&code| code == u32::from(b'\t')).count())?;
        Ok(this.text().expand_tabs(size))
    }
}

fn padded(t: &Thread, text: &Object<Str>, width: usize, pad: impl FnOnce() -> TextBuf) -> Value {
    match width <= text.len() {
        true => text.plain(t).into_value(),
        false => Str::part_of(t, pad().as_text()),
    }
}

fn strip(t: &Thread, text: &Object<Str>, set: Option<Ref<'_>>, side: Side, method: &str) -> Result<Value> {
    let kept = match set.filter(|set| !set.is_none()) {
        None => text.text().strip_whitespace(side),
        Some(set) => match set.downcast::<Str>() {
            Some(set) => text.text().strip_set(set.text(), side),
            None => raise!(t, TypeError, "{method} arg must be None or str, not {}", set.class(t).name(t)),
        },
    };
    Ok(text.part(t, kept))
}
