//! The frame object of a generator: `gi_frame`, `cr_frame`, `ag_frame`.
//!
//! While the generator runs it is the object of its live frame. While it is suspended the generator keeps the object, which shows copies
//! of the locals as they were when it was last asked for.

use ungil_objects::{Object, Thread, Value};

use super::{Generator, State};
use crate::frame::{live_frames, object};

/// The frame object of a generator that has not ended.
pub(super) fn frame_of(t: &mut Thread, generator: &Object<Generator>) -> Option<Value> {
    let Ok(was) = Generator::claim(generator, t) else {
        let running = generator.state() == State::Running;
        let me = generator.borrow().word().identity();
        let frame = live_frames(t).map(|(frame, _)| frame).find(|frame| frame.generator() == Some(me))?;
        return running.then(|| object::of(t, frame).into_value());
    };
    // SAFETY: claimed.
    let suspended = unsafe { generator.claimed() };
    let object = match suspended.frame_object.take() {
        Some(object) => object,
        None => object::suspended(t, generator.function(), generator.code()).into_value(),
    };
    let word = generator.code().word_of(suspended.pc.wrapping_sub(usize::from(was == State::Suspended)));
    object::show(t, &object, word, suspended.registers.words());
    suspended.frame_object = Some(object.clone());
    Generator::release(generator, t, was);
    Some(object)
}
