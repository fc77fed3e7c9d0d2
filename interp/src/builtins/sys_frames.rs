//! Functions of `sys` that look at frames and threads.

use std::sync::atomic::Ordering;

use ungil_macros::module;
use ungil_objects::error::Result;
use ungil_objects::types::dict::Dict;
use ungil_objects::{Ref, Thread, Value, raise};

use super::scope::current_frame;
use crate::thread_data::Shared;

/// Functions of `sys`.
#[module(name = "sys")]
pub mod sys_frames {
    use super::*;

    /// The frame that calls, or the one depth calls further out; a ValueError tells that there are not so many.
    #[function(name = "_getframe")]
    fn get_frame(t: &mut Thread, depth: Option<i64>) -> Result<Value> {
        let mut frame = current_frame(t);
        for _ in 0..depth.unwrap_or(0).max(0) {
            frame = frame.and_then(|frame| frame.previous());
        }
        match frame {
            Some(frame) => Ok(crate::frame::object::of(t, frame).into_value()),
            None => raise!(t, ValueError, "call stack is not deep enough"),
        }
    }

    /// Return the name of the module that calls, `depth` frames up.
    #[function(name = "_getframemodulename", signature = "(depth=0)")]
    fn get_frame_module_name(t: &mut Thread, depth: i64) -> Option<Value> {
        let mut frame = current_frame(t)?;
        for _ in 0..depth.max(0) {
            frame = frame.previous()?;
        }
        frame.function().module.get(t, frame.function().header())
    }

    /// Return the frames of all threads, by thread. Only the calling thread's can be looked at.
    #[function(name = "_current_frames")]
    fn current_frames(t: &mut Thread) -> Result<Value> {
        let frames = Dict::new(t);
        if let Some(frame) = current_frame(t) {
            let frame = crate::frame::object::of(t, frame).into_value();
            let ident = super::super::thread::ident(t);
            frames.set(t, ident.borrow(), frame)?;
        }
        Ok(frames.into_value())
    }

    /// Set the maximum depth of Python calls.
    #[function]
    fn setrecursionlimit(t: &mut Thread, limit: i32) -> Result<()> {
        let Some(limit) = u32::try_from(limit).ok().filter(|limit| *limit > 0) else {
            raise!(t, ValueError, "recursion limit must be greater or equal than 1");
        };
        let depth = t.registers.depth();
        if depth >= limit {
            raise!(
                t,
                RecursionError,
                "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
            );
        }
        crate::eval::calls::set_recursion_limit(t, limit);
        Ok(())
    }

    /// Return the maximum depth of Python calls.
    #[function]
    fn getrecursionlimit(t: &Thread) -> i64 {
        i64::from(Shared::of(t.interpreter()).recursion_limit.load(Ordering::Relaxed))
    }

    /// Set a trace function: only None, for none, is supported.
    #[function]
    fn settrace(t: &mut Thread, function: Ref<'_>) -> Result<()> {
        without_function(t, function, "tracing")
    }

    /// Set a profile function: only None, for none, is supported.
    #[function]
    fn setprofile(t: &mut Thread, function: Ref<'_>) -> Result<()> {
        without_function(t, function, "profiling")
    }

    /// Return the trace function: none.
    #[function]
    fn gettrace() {}

    /// Return the profile function: none.
    #[function]
    fn getprofile() {}

    fn without_function(t: &mut Thread, function: Ref<'_>, what: &str) -> Result<()> {
        if function.is_none() {
            return Ok(());
        }
        raise!(t, NotImplementedError, "{what} of Python code is not supported")
    }
}
