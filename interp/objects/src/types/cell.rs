//! `cell`: a variable that a function shares with the functions inside of it.

use ungil_macros::class;

use crate::class::Class;
use crate::error::Result;
use crate::fields::Slot;
use crate::object::{Obj, Object};
use crate::protocol::compare::{Comparison, compare};
use crate::raise;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::value::{Ref, Value};
use crate::word::Word;

/// The payload of `cell`.
pub struct Cell {
    contents: Slot,
}

crate::payload!(Cell, collected, deferrable);

impl Trace for Cell {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.contents.trace(tracer);
    }
}

impl Cell {
    pub fn new(t: &Thread, contents: Option<Value>) -> Obj<Cell> {
        t.alloc(Cell { contents: Slot::new(contents) })
    }
}

impl Object<Cell> {
    /// What the variable is bound to.
    #[inline]
    pub fn get(&self, t: &Thread) -> Option<Value> {
        self.contents.get(t, self.header())
    }

    /// What the variable of a local cell is bound to, without a count: it stays valid while the variable stays bound to it.
    #[inline(always)]
    pub fn local_word(&self, t: &Thread) -> Option<Word> {
        if !self.header().is_local(t.owner()) {
            return None;
        }
        // SAFETY: nobody else writes the cell; the caller takes a count or uses the word no longer than the variable stays.
        let word = unsafe { self.contents.borrowed_word() };
        (!word.is_unbound()).then_some(word)
    }

    /// Binds the variable, or unbinds it, and returns what it was bound to.
    #[inline]
    pub fn replace(&self, t: &Thread, contents: Option<Value>) -> Option<Value> {
        self.contents.replace(t, self.header(), contents)
    }

    fn compare(&self, t: &mut Thread, comparison: Comparison, other: &Object<Cell>) -> Result<Value> {
        match (self.get(t), other.get(t)) {
            (Some(a), Some(b)) => compare(t, comparison, a.borrow(), b.borrow()),
            (a, b) => Ok(Value::from_bool(comparison.holds(a.is_some().cmp(&b.is_some())))),
        }
    }
}

/// Holds a variable that functions share with the one around them. It may be empty.
#[class(name = "cell", final)]
impl Cell {
    #[new]
    fn new_cell(t: &mut Thread, class: &Object<Class>, contents: Option<Ref<'_>>) -> Value {
        let contents = Slot::new(contents.map(Ref::to_value));
        t.alloc_with_shape(class.root_shape(), Cell { contents }).into_value()
    }

    #[getter]
    fn cell_contents(t: &Thread, this: &Object<Cell>) -> Result<Value> {
        match this.get(t) {
            Some(value) => Ok(value),
            None => raise!(t, ValueError, "cell is empty"),
        }
    }

    #[setter]
    fn set_cell_contents(t: &Thread, this: &Object<Cell>, value: Option<Ref<'_>>) {
        drop(this.replace(t, value.map(Ref::to_value)));
    }

    #[method]
    fn __repr__(t: &Thread, this: &Object<Cell>) -> String {
        let at = this.borrow().word().identity();
        match this.get(t) {
            Some(value) => {
                let value = value.borrow();
                format!(
                    "<cell at {at:#x}: {} object at {:#x}>",
                    value.class(t).name(t),
                    value.word().identity()
                )
            }
            None => format!("<cell at {at:#x}: empty>"),
        }
    }

    #[method]
    fn __eq__(t: &mut Thread, this: &Object<Cell>, other: &Object<Cell>) -> Result<Value> {
        this.compare(t, Comparison::Equal, other)
    }

    #[method]
    fn __lt__(t: &mut Thread, this: &Object<Cell>, other: &Object<Cell>) -> Result<Value> {
        this.compare(t, Comparison::Less, other)
    }

    #[method]
    fn __gt__(t: &mut Thread, this: &Object<Cell>, other: &Object<Cell>) -> Result<Value> {
        this.compare(t, Comparison::Greater, other)
    }

    #[method]
    fn __le__(t: &mut Thread, this: &Object<Cell>, other: &Object<Cell>) -> Result<Value> {
        this.compare(t, Comparison::LessEqual, other)
    }

    #[method]
    fn __ge__(t: &mut Thread, this: &Object<Cell>, other: &Object<Cell>) -> Result<Value> {
        this.compare(t, Comparison::GreaterEqual, other)
    }
}
