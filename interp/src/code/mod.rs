//! Code objects: a compiled block with its constants as values, its names interned, and its bytecode in copies.
//!
//! Constants are immortal (as CPython's free-threaded build has them), so loading one counts nothing. Code objects are
//! deferred: only the collector frees them.

mod attributes;
pub(crate) mod constants;
mod replace;

use std::hint::cold_path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use ungil_bytecode::{CodeFlags, CodeSpec, Instruction, Opcode};
use ungil_objects::error::Result;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::{Obj, Object, Ref, Thread, Word};
use ungil_tlbc::CodeCopies;

use crate::frame::Flags;
use crate::thread_data::{Evaluator, Shared};
use crate::trace::hot::{Loops, count_jumps};

/// The payload of `code`.
pub struct Code {
    pub spec: Arc<CodeSpec>,
    copies: CodeCopies,
    /// What became of its hot loops.
    pub(crate) loops: Loops,
    constants: Box<[Word]>,
    names: Box<[Word]>,
    /// The interned name, and the qualified one.
    title: [Word; 2],
    /// Interned names of all parameters, for keyword arguments.
    pub(crate) parameters: Box<[Word]>,
    /// The main copy, which the thread of index 0 runs.
    main: *const u64,
    /// Words of a window.
    pub(crate) window: u32,
    pub(crate) first_temporary: u32,
    /// The number of positional arguments with which a call needs no binding, or `u32::MAX`.
    pub(crate) simple_arguments: u32,
    /// For a generator expression without cells of its own: where it begins, and its first free variable.
    pub(crate) expression: Option<Expression>,
    /// Words that a call by the eval loop skips, which has looked at the breaker: those of a `resume` at the start.
    pub(crate) resume_words: u32,
}

ungil_objects::payload!(Code, collected);

// SAFETY: the words are immortal or deferred objects, which the code keeps alive; they are never changed.
unsafe impl Send for Code {}
// SAFETY: as above; the copies synchronise themselves.
unsafe impl Sync for Code {}

impl Trace for Code {
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.constants.iter().for_each(|word| tracer.word(*word));
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        for word in &self.constants {
            if word.owns_count() {
                // SAFETY: the constants own the counts of nested code objects.
                drop(unsafe { ungil_objects::Value::from_word(*word) });
            }
        }
    }
}

impl Code {
    /// Makes the code object of a compiled block, and those nested in it.
    pub fn new(t: &mut Thread, spec: Arc<CodeSpec>) -> Result<Obj<Code>> {
        let constants =
            spec.consts.iter().map(|constant| constants::make(t, constant)).collect::<Result<_>>()?;
        let intern = |name: &str| t.interpreter().intern(t, name).word();
        let names = spec.names.iter().map(|name| intern(name)).collect();
        let title = [intern(&spec.name), intern(&spec.qualname)];
        let n_parameters = (spec.argument_count + spec.keyword_only_count) as usize;
        let parameters = spec.varnames.iter().take(n_parameters).map(|name| intern(name)).collect();
        let is_simple = spec.keyword_only_count == 0
            && !spec.flags.contains(CodeFlags::VARARGS)
            && !spec.flags.contains(CodeFlags::VARKEYWORDS)
            && spec.flags.contains(CodeFlags::OPTIMIZED);
        let copies = CodeCopies::new(pristine(t, &spec));
        let code = t.alloc(Code {
            main: copies.main().as_ptr().cast(),
            copies,
            loops: Loops::default(),
            constants,
            names,
            title,
            parameters,
            window: spec.n_registers,
            first_temporary: spec.first_temporary(),
            resume_words: leading_resume(&spec),
            expression: Expression::of(&spec),
            simple_arguments: if is_simple { spec.argument_count } else { u32::MAX },
            spec,
        });
        code.header().set_deferred(t.owner());
        Ok(code)
    }

    #[inline(always)]
    pub(crate) fn constants(&self) -> *const Word {
        self.constants.as_ptr()
    }

    /// A constant; immortal or deferred.
    #[inline(always)]
    pub(crate) fn constant(&self, index: usize) -> Ref<'_> {
        // SAFETY: the code keeps its constants.
        unsafe { Ref::from_word(self.constants[index]) }
    }

    /// An interned name.
    #[inline(always)]
    pub(crate) fn name(&self, index: usize) -> Ref<'static> {
        // SAFETY: interned strings are immortal.
        unsafe { Ref::from_word(self.names[index]) }
    }

    /// The name and the qualified name of functions with this code.
    pub(crate) fn title(&self) -> [Ref<'static>; 2] {
        // SAFETY: interned strings are immortal.
        self.title.map(|name| unsafe { Ref::from_word(name) })
    }

    /// Where the thread begins to run this code, and [`Flags::ADAPTIVE`] if the words are its own to specialise.
    #[inline(always)]
    pub(crate) fn entry(&self, t: &Thread) -> (*const u64, Flags) {
        let evaluator = Evaluator::of(t);
        if evaluator.runs_main {
            return (self.main, Flags::ADAPTIVE);
        }
        cold_path();
        if evaluator.index.number() != 0
            && let Some(words) = self.copies.get(&evaluator.index)
        {
            return (words.as_ptr().cast(), Flags::ADAPTIVE);
        }
        self.entry_of_cold(t)
    }

    #[cold]
    #[inline(never)]
    fn entry_of_cold(&self, t: &Thread) -> (*const u64, Flags) {
        let evaluator = Evaluator::of(t);
        let policy = &evaluator.shared.bytecode;
        let entered = self.copies.enter(&evaluator.index, policy, t.state(), || pristine(t, &self.spec));
        (entered.words.as_ptr().cast(), if entered.is_own { Flags::ADAPTIVE } else { Flags::NONE })
    }

    /// The number of parameters, `*args` and `**kwargs` included: the locals that a call binds.
    pub(crate) fn parameter_count(&self) -> usize {
        self.parameters.len()
            + usize::from(self.has_flag(CodeFlags::VARARGS))
            + usize::from(self.has_flag(CodeFlags::VARKEYWORDS))
    }

    /// The number of temporaries that live while the instruction at a program counter runs, without those that it consumes.
    pub(crate) fn live_depth(&self, pc: *const u64) -> u32 {
        self.spec.live_depth.get(self.word_of(pc) as usize).copied().unwrap_or(0).into()
    }

    /// The register of the subiterator, if a generator that goes on at this program counter is delegating.
    pub(crate) fn delegate_register(&self, pc: *const u64) -> Option<usize> {
        let word = self.word_of(pc.wrapping_sub(1));
        let yielding = *self.spec.words.get(word as usize)?;
        let [a, _, delegating] = ungil_bytecode::word_operands(yielding);
        (yielding as u16 == Opcode::YieldValue as u16 && delegating != 0).then(|| a as usize - 1)
    }

    /// The number of temporaries that live while the calling thread runs the instruction at a program counter.
    #[inline]
    pub(crate) fn live_depth_here(&self, t: &Thread, pc: *const u64) -> u32 {
        let word = match self.copies.get(&Evaluator::of(t).index).and_then(|words| word_within(words, pc)) {
            Some(word) => word,
            None => self.word_of(pc),
        };
        self.spec.live_depth.get(word as usize).copied().unwrap_or(0).into()
    }

    /// The number of the word that a program counter points at.
    pub(crate) fn word_of(&self, pc: *const u64) -> u32 {
        if let Some(word) = word_within(self.copies.main(), pc) {
            return word;
        }
        let mut word = 0;
        self.copies.for_each_copy(|words| {
            if let Some(found) = word_within(words, pc) {
                word = found;
            }
        });
        word
    }

    pub(crate) fn has_flag(&self, flag: CodeFlags) -> bool {
        self.spec.flags.contains(flag)
    }

    /// Whether locals lie in a namespace.
    pub(crate) fn has_namespace(&self) -> bool {
        !self.has_flag(CodeFlags::OPTIMIZED)
    }
}

/// The number of the word in a copy that a program counter points at.
#[inline(always)]
fn word_within(words: &[AtomicU64], pc: *const u64) -> Option<u32> {
    let distance = (pc as usize).wrapping_sub(words.as_ptr() as usize) / size_of::<u64>();
    (distance < words.len()).then_some(distance as u32)
}

/// How a generator of an expression's code begins, whose frame starts behind the prologue.
#[derive(Copy, Clone)]
pub(crate) struct Expression {
    /// The word behind the `return_generator`.
    pub start: u32,
    /// The register of the first free variable.
    pub first_free: u32,
}

impl Expression {
    /// Of code whose prologue does nothing but copy free variables, and has one argument.
    fn of(spec: &CodeSpec) -> Option<Expression> {
        let (first, behind) = Instruction::decode(&spec.words, 0)?;
        let (first_free, (next, start)) = match first.opcode {
            Opcode::CopyFreeVariables => (first.operands[0], Instruction::decode(&spec.words, behind)?),
            _ => (0, (first, behind)),
        };
        let is_such = next.opcode == Opcode::ReturnGenerator && spec.argument_count == 1;
        is_such.then_some(Expression { start: start as u32, first_free })
    }
}

/// The words of a `resume` that is the first instruction.
fn leading_resume(spec: &CodeSpec) -> u32 {
    match spec.words.first() {
        Some(&word) if word as u16 == Opcode::Resume as u16 => 1 + Opcode::Resume.cache_words() as u32,
        _ => 0,
    }
}

/// The bytecode as the compiler left it; its backward jumps count if the interpreter traces hot loops.
fn pristine(t: &Thread, spec: &CodeSpec) -> Box<[AtomicU64]> {
    debug_assert!(spec.words.first().is_none_or(|word| Opcode::from_number(*word as u16).is_some()));
    let words: Box<[AtomicU64]> = spec.words.iter().map(|word| AtomicU64::new(*word)).collect();
    if let Some(compiler) = Shared::of(t.interpreter()).tracing.get() {
        count_jumps(spec, &words, compiler.threshold());
    }
    words
}

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        Arc::ptr_eq(&self.spec, &other.spec)
    }
}

/// The code of a function value, as an object.
pub(crate) fn as_code(value: Ref<'_>) -> Option<&Object<Code>> {
    value.downcast::<Code>()
}
