//! Tracebacks: which frames an exception has passed, outermost first.

mod attributes;
mod group;
mod highlight;
pub mod print;
mod suggest;

use ungil_objects::fields::{Fixed, Slot};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::exception::Exception;
use ungil_objects::{Object, Thread, Value};

use crate::frame::Frame;
use crate::frame::object;

/// The payload of `traceback`.
pub struct Traceback {
    pub(crate) next: Slot,
    pub(crate) frame: Fixed,
    /// The word of the instruction that raised.
    pub(crate) word: u32,
    pub(crate) line: u32,
}

ungil_objects::payload!(Traceback, collected);

impl Trace for Traceback {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.next.trace(tracer);
        self.frame.trace(tracer);
    }
}

/// Puts an entry for a frame in front of an exception's traceback.
pub(crate) fn add_entry(t: &mut Thread, frame: Frame, word: u32, exception: &Object<Exception>) {
    let line = frame.code().spec.position(word).line;
    let frame = object::of(t, frame);
    let entry = t.alloc(Traceback {
        next: Slot::new(exception.traceback(t)),
        frame: Fixed::new(frame.into_value()),
        word,
        line,
    });
    exception.set_traceback(t, Some(entry.into_value()));
}

impl Traceback {
    /// The entry of the next frame inwards.
    pub(crate) fn next(this: &Object<Traceback>, t: &Thread) -> Option<Value> {
        this.next.get(t, this.header()).filter(|next| !next.is_none())
    }
}
