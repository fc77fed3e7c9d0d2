//! What tracebacks and frames do as Python values.

use ungil_macros::class;
use ungil_objects::error::Result;
use ungil_objects::types::dict::Dict;
use ungil_objects::{Object, Ref, Thread, Value, raise};

use super::Traceback;
use crate::frame::object::FrameObject;

/// A step of a traceback.
#[class(name = "traceback", no_new, final)]
impl Traceback {
    #[getter]
    fn tb_frame(this: &Object<Traceback>) -> Value {
        this.frame.get().to_value()
    }

    #[getter]
    fn tb_next(t: &Thread, this: &Object<Traceback>) -> Option<Value> {
        Traceback::next(this, t)
    }

    #[setter]
    fn set_tb_next(t: &Thread, this: &Object<Traceback>, value: Option<Ref<'_>>) -> Result<()> {
        let value = value.filter(|value| !value.is_none());
        if let Some(value) = value {
            let Some(mut at) = value.downcast::<Traceback>().map(|at| at.to_obj()) else {
                raise!(t, TypeError, "expected traceback object, got '{}'", value.class(t).name(t));
            };
            loop {
                if at.is(this.borrow()) {
                    raise!(t, ValueError, "traceback loop detected");
                }
                match Traceback::next(&at, t).map(Value::downcast::<Traceback>) {
                    Some(Ok(next)) => at = next,
                    _ => break,
                }
            }
        }
        drop(this.next.replace(t, this.header(), value.map(Ref::to_value)));
        Ok(())
    }

    #[getter]
    fn tb_lineno(&self) -> i64 {
        self.line.into()
    }

    #[getter]
    fn tb_lasti(&self) -> i64 {
        i64::from(self.word) * 8
    }
}

/// A frame of a running or finished call.
#[class(name = "frame", no_new, final)]
impl FrameObject {
    #[getter]
    fn f_code(this: &Object<FrameObject>) -> Value {
        this.code().to_value()
    }

    #[getter]
    fn f_globals(this: &Object<FrameObject>) -> Value {
        this.function().globals().to_value()
    }

    #[getter]
    fn f_builtins(this: &Object<FrameObject>) -> Value {
        this.function().builtins().to_value()
    }

    #[getter]
    fn f_back(t: &mut Thread, this: &Object<FrameObject>) -> Option<Value> {
        FrameObject::back(this, t)
    }

    #[getter]
    fn f_lineno(t: &Thread, this: &Object<FrameObject>) -> Option<i64> {
        let word = FrameObject::word(this, t);
        Some(this.code().spec.position(word).line).filter(|line| *line != 0).map(i64::from)
    }

    #[getter]
    fn f_lasti(t: &Thread, this: &Object<FrameObject>) -> i64 {
        i64::from(FrameObject::word(this, t)) * 8
    }

    #[getter]
    fn f_locals(t: &mut Thread, this: &Object<FrameObject>) -> Result<Value> {
        FrameObject::locals_of(this, t)
    }

    #[getter]
    fn f_trace(t: &Thread, this: &Object<FrameObject>) -> Option<Value> {
        this.trace_function.get(t, this.header())
    }

    #[setter]
    fn set_f_trace(t: &Thread, this: &Object<FrameObject>, value: Option<Ref<'_>>) {
        let value = value.filter(|value| !value.is_none()).map(Ref::to_value);
        drop(this.trace_function.replace(t, this.header(), value));
    }

    #[method]
    fn clear(t: &Thread, this: &Object<FrameObject>) -> Result<()> {
        if FrameObject::live(this, t).is_some() {
            raise!(t, RuntimeError, "cannot clear an executing frame");
        }
        let locals = std::mem::take(&mut *this.locals.lock());
        drop(locals);
        Ok(())
    }

    #[method]
    fn __repr__(t: &Thread, this: &Object<FrameObject>) -> String {
        let spec = &this.code().spec;
        let line = spec.position(FrameObject::word(this, t)).line;
        let address = this.borrow().word().identity();
        format!("<frame at {address:#x}, file '{}', line {line}, code {}>", spec.filename, spec.name)
    }
}

impl FrameObject {
    /// The frame that called this one.
    fn back(this: &Object<FrameObject>, t: &mut Thread) -> Option<Value> {
        match FrameObject::live(this, t).and_then(|frame| frame.previous()) {
            Some(previous) => Some(crate::frame::object::of(t, previous).into_value()),
            None => this.back.get(t, this.header()),
        }
    }

    /// The local variables: the namespace itself where the code has one, else a dict of what is bound now.
    pub(crate) fn locals_of(this: &Object<FrameObject>, t: &mut Thread) -> Result<Value> {
        if let Some(namespace) = this.namespace.get(t, this.header()) {
            return Ok(namespace);
        }
        let locals = Dict::new(t);
        let spec = this.code().spec.clone();
        let hidden = spec.varnames.len() as u32..spec.n_locals;
        for register in (0..spec.n_locals + spec.n_cells).filter(|register| !hidden.contains(register)) {
            let Some(name) = spec.register_name(register) else { continue };
            let Some(mut value) = FrameObject::register(this, t, register as usize) else { continue };
            if let Some(cell) = value.downcast_ref::<ungil_objects::types::cell::Cell>() {
                match cell.get(t) {
                    Some(content) => value = content,
                    None => continue,
                }
            }
            let name = t.interpreter().intern(t, name);
            locals.set_str(t, name, value)?;
        }
        Ok(locals.into_value())
    }
}
