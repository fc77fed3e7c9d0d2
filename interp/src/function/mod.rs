//! Functions written in Python.

mod attributes;
pub(crate) mod bind;
pub(crate) mod namespace;

use std::sync::atomic::{AtomicPtr, Ordering};

use ungil_objects::fields::{Fixed, Slot};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Obj, Object, Ref, Thread, Value, Word};

use crate::code::Code;

/// The payload of `function`.
pub struct Function {
    /// The code in use, an uncounted twin of `code_slot` for calls: code objects are deferred.
    code: AtomicPtr<Object<Code>>,
    code_slot: Slot,
    globals: Fixed,
    builtins: Fixed,
    closure: Option<Fixed>,
    pub(crate) defaults: Slot,
    pub(crate) keyword_defaults: Slot,
    /// Empty, like the next and `doc`, as long as it is the code's.
    pub(crate) name: Slot,
    pub(crate) qualname: Slot,
    pub(crate) module: Slot,
    pub(crate) doc: Slot,
    pub(crate) annotations: Slot,
    pub(crate) annotate: Slot,
    pub(crate) type_parameters: Slot,
}

ungil_objects::payload!(Function, collected, deferrable, hot 16);

impl Trace for Function {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        let Function { code_slot, globals, builtins, closure, defaults, keyword_defaults, .. } = self;
        let Function { name, qualname, module, doc, annotations, annotate, type_parameters, .. } = self;
        for slot in [
            code_slot,
            defaults,
            keyword_defaults,
            name,
            qualname,
            module,
            doc,
            annotations,
            annotate,
            type_parameters,
        ] {
            slot.trace(tracer);
        }
        globals.trace(tracer);
        builtins.trace(tracer);
        closure.trace(tracer);
    }
}

impl Function {
    /// A function over code in a global namespace.
    pub fn new(
        t: &mut Thread,
        code: Obj<Code>,
        globals: Obj<Dict>,
        closure: Option<Obj<Tuple>>,
    ) -> Obj<Function> {
        let (module, builtins) = namespace::of_globals(t, &globals);
        t.alloc_by(t.shape_of::<Function>(), || Function {
            code: AtomicPtr::new(std::ptr::from_ref(&*code).cast_mut()),
            name: Slot::empty(),
            qualname: Slot::empty(),
            code_slot: Slot::new(Some(code.into_value())),
            globals: Fixed::new(globals.into_value()),
            builtins: Fixed::new(builtins),
            closure: closure.map(|closure| Fixed::new(closure.into_value())),
            defaults: Slot::empty(),
            keyword_defaults: Slot::empty(),
            module: Slot::new(module),
            doc: Slot::empty(),
            annotations: Slot::empty(),
            annotate: Slot::empty(),
            type_parameters: Slot::empty(),
        })
    }

    /// Leaves a new function to the collector, if its death is not to be noticed. Nested functions come and go; those of modules
    /// and classes, which may have `__class__` as closure, stay and are called from all threads.
    pub(crate) fn defer(this: &Object<Function>, t: &Thread) {
        let is_nested = this.code().has_flag(ungil_bytecode::CodeFlags::NESTED);
        let holds_finaliser = |slot: &Slot| {
            let Some(defaults) = slot.get(t, this.header()) else { return false };
            let is_made_in_python =
                |value: &Value| value.borrow().class(t).special().has(ungil_objects::class::ClassFlags::HEAP);
            match defaults.downcast_ref::<Dict>() {
                Some(dict) => dict.items(t).iter().any(|(_, value)| is_made_in_python(value)),
                None => defaults
                    .downcast_ref::<Tuple>()
                    .is_some_and(|tuple| tuple.to_vec().iter().any(is_made_in_python)),
            }
        };
        if !is_nested && !holds_finaliser(&this.defaults) && !holds_finaliser(&this.keyword_defaults) {
            this.header().set_deferred(t.owner());
        }
    }

    /// The code that calls run.
    #[inline(always)]
    pub(crate) fn code<'a>(&self) -> &'a Object<Code> {
        // SAFETY: never null; code objects are deferred and their function holds the count.
        unsafe { &*self.code.load(Ordering::Acquire) }
    }

    #[inline(always)]
    pub(crate) fn globals_ref<'a>(&self) -> Ref<'a> {
        // SAFETY: the function, which its frame keeps alive, holds the reference for good.
        unsafe { Ref::from_word(self.globals.get().word()) }
    }

    #[inline(always)]
    pub(crate) fn globals<'a>(&self) -> &'a Object<Dict> {
        // SAFETY: made of a dict, and kept by the function, which its frame keeps alive.
        unsafe { self.globals.get().word().object_unchecked().cast().as_ref() }
    }

    #[inline(always)]
    pub(crate) fn builtins<'a>(&self) -> &'a Object<Dict> {
        // SAFETY: as for `globals`.
        unsafe { self.builtins.get().word().object_unchecked().cast().as_ref() }
    }

    /// Writes the defaults of the last `count` positional parameters from `place` on, if there are as many and they need no
    /// count, as constants do not.
    pub(crate) fn put_defaults(&self, t: &Thread, place: *mut Word, count: usize) -> bool {
        // SAFETY: there is no safepoint here. If the function is local, nobody else replaces the tuple. If it is shared, so are the tuple and
        // what is in it: another thread may replace and bury them meanwhile, but their memory, which burying does not
        // overwrite, is retired and stays. That the slot still has the tuple at the end says that all words were read from a living one:
        // a dead one cannot come back, and its block goes to no other before this thread is quiescent. What needs no count
        // is not freed before the next collection, which finds it in the register.
        unsafe {
            let word = self.defaults.borrowed_word();
            if word.is_unbound() {
                return false;
            }
            let defaults: Ref<'_> = Ref::from_word(word);
            let Some(defaults) = defaults.downcast_exact::<Tuple>(t) else { return false };
            let Some(skipped) = defaults.len().checked_sub(count) else { return false };
            for index in 0..count {
                let Some(value) = defaults.get(skipped + index) else { return false };
                let word = value.word();
                if word.object().is_some_and(|object| !object.as_ref().is_uncounted()) {
                    return false;
                }
                place.add(index).write(word.as_uncounted());
            }
            self.defaults.borrowed_word() == word
        }
    }

    pub(crate) fn closure(&self) -> Option<&Object<Tuple>> {
        self.closure.as_ref().and_then(|closure| closure.as_value().downcast_ref::<Tuple>())
    }
}

impl Function {
    #[inline]
    pub(crate) fn name(this: &Object<Function>, t: &Thread) -> Value {
        Function::own_or(this, t, &this.name, |code| code.title()[0])
    }

    #[inline]
    pub(crate) fn qualname(this: &Object<Function>, t: &Thread) -> Value {
        Function::own_or(this, t, &this.qualname, |code| code.title()[1])
    }

    fn documentation(this: &Object<Function>, t: &Thread) -> Value {
        Function::own_or(this, t, &this.doc, documentation_in)
    }

    /// What a slot holds, or where it is empty, what the code has.
    #[inline]
    fn own_or<'c>(
        this: &Object<Function>,
        t: &Thread,
        slot: &Slot,
        in_code: impl FnOnce(&'c Object<Code>) -> Ref<'c>,
    ) -> Value {
        if let Some(own) = slot.get(t, this.header()) {
            return own;
        }
        let found = in_code(this.code()).to_value();
        // Whoever replaces the code fills the slot first.
        slot.get(t, this.header()).unwrap_or(found)
    }

    pub(crate) fn set_code(this: &Object<Function>, t: &Thread, code: Obj<Code>) {
        let [name, qualname] = this.code().title();
        for (slot, of_code) in
            [(&this.name, name), (&this.qualname, qualname), (&this.doc, documentation_in(this.code()))]
        {
            slot.fill(t, this.header(), of_code.to_value());
        }
        let pointer = std::ptr::from_ref(&*code).cast_mut();
        // The slot keeps what the pointer leads to, so both change together. Code is deferred: the old one stays for those who run it.
        let _held = t.interpreter().lock_classes();
        this.code_slot.set(t, this.header(), code.into_value());
        this.code.store(pointer, Ordering::Release);
    }
}

/// The docstring of code, or `None`.
fn documentation_in(code: &Object<Code>) -> Ref<'_> {
    match code.spec.flags.contains(ungil_bytecode::CodeFlags::HAS_DOCSTRING) {
        true => code.constant(0),
        false => ungil_objects::value::NONE,
    }
}
