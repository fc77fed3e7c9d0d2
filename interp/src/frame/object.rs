//! Frame objects: frames as Python values, made when somebody asks for one.
//!
//! While its frame lives, a frame object refers to it by address; the frame is marked and the thread remembers the pair. When the frame ends it
//! leaves its locals to the object.

use std::cell::Cell;

use parking_lot::Mutex;
use ungil_objects::fields::{Fixed, Slot};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::{Obj, Object, Ref, Thread, Value};

use super::{Flags, Frame};
use crate::code::Code;
use crate::function::Function;
use crate::thread_data::Evaluator;

/// The payload of `frame`.
pub struct FrameObject {
    pub(crate) function: Fixed,
    pub(crate) code: Fixed,
    pub(crate) back: Slot,
    /// The live frame's address; null once it has ended.
    live: LiveFrame,
    /// The locals after the frame's end, one per register of locals and cells; empty before.
    pub(crate) locals: Mutex<Vec<Option<Fixed>>>,
    pub(crate) namespace: Slot,
    /// Where the frame is, once it has ended.
    pub(crate) last_word: std::sync::atomic::AtomicU32,
    pub(crate) trace_function: Slot,
}

/// A frame's address, meaningful on its own thread only.
struct LiveFrame(std::sync::atomic::AtomicPtr<ungil_objects::Word>);

ungil_objects::payload!(FrameObject, collected);

impl Trace for FrameObject {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.function.trace(tracer);
        self.code.trace(tracer);
        self.back.trace(tracer);
        self.namespace.trace(tracer);
        self.trace_function.trace(tracer);
        self.locals.lock().trace(tracer);
    }
}

/// A thread's live frames that have objects, innermost last. The frame does not keep its object; the list does.
#[derive(Default)]
pub(crate) struct LiveObjects(Cell<Vec<(Frame, Value)>>);

impl LiveObjects {
    fn with<R>(&self, work: impl FnOnce(&mut Vec<(Frame, Value)>) -> R) -> R {
        let mut list = self.0.take();
        let result = work(&mut list);
        self.0.set(list);
        result
    }
}

/// The frame object of a live frame of this thread.
pub(crate) fn of(t: &mut Thread, frame: Frame) -> Obj<FrameObject> {
    let live = &Evaluator::of(t).frame_objects;
    let known =
        live.with(|list| list.iter().find(|(other, _)| *other == frame).map(|(_, object)| object.clone()));
    if let Some(Ok(known)) = known.map(Value::downcast::<FrameObject>) {
        return known;
    }
    let object = t.alloc(FrameObject {
        function: Fixed::new(frame.function().to_value()),
        code: Fixed::new(frame.code().to_value()),
        back: Slot::empty(),
        live: LiveFrame(frame.address().into()),
        locals: Mutex::default(),
        namespace: Slot::new(frame.namespace()),
        last_word: Default::default(),
        trace_function: Slot::empty(),
    });
    frame.add_flags(Flags::HAS_OBJECT);
    live.with(|list| list.push((frame, object.to_value())));
    object
}

/// Forgets the pair of a frame and its object, and returns the object.
fn forget(t: &Thread, frame: Frame) -> Option<Obj<FrameObject>> {
    let live = &Evaluator::of(t).frame_objects;
    let object = live.with(|list| {
        let at = list.iter().rposition(|(other, _)| *other == frame)?;
        Some(list.remove(at).1)
    });
    object?.downcast::<FrameObject>().ok()
}

/// The frame ends: copies of its locals go to the object, if somebody else still refers to that.
pub(crate) fn detach(t: &mut Thread, frame: Frame) {
    let Some(object) = forget(t, frame) else { return };
    let word = frame.code().word_of(t.registers.pc());
    object.last_word.store(word, std::sync::atomic::Ordering::Relaxed);
    object.live.0.store(std::ptr::null_mut(), std::sync::atomic::Ordering::Release);
    if object.header().is_unique(t.owner()) {
        return;
    }
    let code = frame.code();
    let registers = frame.registers();
    let locals = (0..code.first_temporary as usize)
        .map(|index| {
            let word = registers.word(index);
            (!word.is_unbound())
                .then(|| ungil_objects::fields::admit(t, object.header(), registers.read(index).to_value()))
        })
        .collect();
    *object.locals.lock() = locals;
    if let Some(previous) = frame.previous() {
        let back = of(t, previous);
        object.back.set(t, object.header(), back.into_value());
    }
}

/// A generator's frame is suspended: its object, which stays the generator's, sees the registers through it.
pub(crate) fn detach_suspended(t: &Thread, frame: Frame) -> Option<Value> {
    if !frame.flags().has(Flags::HAS_OBJECT) {
        return None;
    }
    forget(t, frame).map(Obj::into_value)
}

/// An object for the frame of a suspended generator.
pub(crate) fn suspended(t: &Thread, function: &Object<Function>, code: &Object<Code>) -> Obj<FrameObject> {
    t.alloc(FrameObject {
        function: Fixed::new(function.to_value()),
        code: Fixed::new(code.to_value()),
        back: Slot::empty(),
        live: LiveFrame(std::ptr::null_mut::<ungil_objects::Word>().into()),
        locals: Mutex::default(),
        namespace: Slot::empty(),
        last_word: Default::default(),
        trace_function: Slot::empty(),
    })
}

/// Shows copies of a suspended frame's locals in its object.
pub(crate) fn show(t: &Thread, object: &Value, word: u32, registers: &[ungil_objects::Word]) {
    let Some(object) = object.downcast_ref::<FrameObject>() else { return };
    object.last_word.store(word, std::sync::atomic::Ordering::Relaxed);
    let count = object.code().first_temporary as usize;
    let locals = registers.iter().take(count).map(|register| {
        // SAFETY: the suspended frame keeps what its registers refer to.
        let value = || unsafe { Ref::from_word(*register) }.to_value();
        (!register.is_unbound()).then(|| ungil_objects::fields::admit(t, object.header(), value()))
    });
    let locals = locals.collect();
    let before = std::mem::replace(&mut *object.locals.lock(), locals);
    drop(before);
}

/// A generator's frame lives again.
pub(crate) fn attach(t: &Thread, frame: Frame, object: Value) {
    if let Some(frame_object) = object.downcast_ref::<FrameObject>() {
        frame_object.live.0.store(frame.address(), std::sync::atomic::Ordering::Release);
        let shown = std::mem::take(&mut *frame_object.locals.lock());
        drop(shown);
    }
    frame.add_flags(Flags::HAS_OBJECT);
    Evaluator::of(t).frame_objects.with(|list| list.push((frame, object)));
}

impl FrameObject {
    pub(crate) fn code(&self) -> &Object<Code> {
        self.code.as_value().downcast_ref::<Code>().expect("a frame object has code")
    }

    pub(crate) fn function(&self) -> &Object<Function> {
        self.function.as_value().downcast_ref::<Function>().expect("a frame object has a function")
    }
}

impl FrameObject {
    /// The live frame, if it lives on this thread.
    pub(crate) fn live(this: &Object<FrameObject>, t: &Thread) -> Option<Frame> {
        let me = this.borrow();
        Evaluator::of(t)
            .frame_objects
            .with(|list| list.iter().find(|(_, object)| object.borrow().is(me)).map(|(frame, _)| *frame))
    }

    /// The value of a local or cell register.
    pub(crate) fn register(this: &Object<FrameObject>, t: &Thread, index: usize) -> Option<Value> {
        if let Some(frame) = FrameObject::live(this, t) {
            let word = frame.registers().word(index);
            return (!word.is_unbound()).then(|| frame.registers().read(index).to_value());
        }
        let locals = this.locals.lock();
        locals.get(index)?.as_ref().map(|value| Ref::to_value(value.get()))
    }

    /// The word of the instruction that the frame executes, or executed last.
    pub(crate) fn word(this: &Object<FrameObject>, t: &Thread) -> u32 {
        match FrameObject::live(this, t) {
            Some(frame) => super::position_of(t, frame),
            None => this.last_word.load(std::sync::atomic::Ordering::Relaxed),
        }
    }
}
