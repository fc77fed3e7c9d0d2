//! What the evaluator keeps for a thread and for an interpreter.

use std::sync::atomic::{AtomicPtr, AtomicU32};
use std::sync::{Arc, OnceLock};

use ungil_objects::shape::Shape;
use ungil_objects::{Interpreter, Thread};
use ungil_tlbc::{Index, ThreadLocalBytecode};

/// One interpreter's evaluator.
pub struct Shared {
    pub bytecode: ThreadLocalBytecode,
    /// `sys.setrecursionlimit`.
    pub recursion_limit: AtomicU32,
    pub imports: crate::import::ImportState,
    pub collector: crate::collect::CollectorState,
    pub threads: crate::builtins::thread::Threads,
    /// Makes machine code of hot loops, if there is one.
    pub tracing: OnceLock<Box<dyn crate::trace::TraceCompiler>>,
    /// The root shapes of the classes that share the layout of generators.
    pub coroutine_shape: AtomicPtr<Shape>,
    pub async_generator_shape: AtomicPtr<Shape>,
}

/// Bytes that copies of bytecode may take in all.
const BYTECODE_LIMIT: usize = 256 << 20;
/// Python's default recursion limit.
const RECURSION_LIMIT: u32 = 1000;

impl Shared {
    pub fn of(interpreter: &'static Interpreter) -> &'static Shared {
        interpreter.extension(|| Shared {
            bytecode: if interpreter.options().thread_local_bytecode {
                ThreadLocalBytecode::new(BYTECODE_LIMIT)
            } else {
                ThreadLocalBytecode::off()
            },
            recursion_limit: AtomicU32::new(RECURSION_LIMIT),
            imports: Default::default(),
            collector: Default::default(),
            threads: Default::default(),
            tracing: OnceLock::new(),
            coroutine_shape: AtomicPtr::default(),
            async_generator_shape: AtomicPtr::default(),
        })
    }
}

/// One thread's evaluator.
pub struct Evaluator {
    pub index: Index,
    pub shared: &'static Shared,
    /// Whether this thread runs the main copies, and specialises them.
    pub(crate) runs_main: bool,
    /// What other threads ask of this one.
    pub requests: Arc<crate::signals::Requests>,
    pub(crate) places: crate::eval::places::Places,
    pub(crate) namespace_places: crate::function::namespace::Places,
    pub(crate) frame_objects: crate::frame::object::LiveObjects,
    /// For tests: decides what is published at which safepoint.
    pub(crate) random: crate::stress::Random,
}

impl Evaluator {
    /// Gives an attached thread its evaluator.
    pub fn install(t: &mut Thread) {
        let shared = Shared::of(t.interpreter());
        t.registers.set_depth_limit(shared.recursion_limit.load(std::sync::atomic::Ordering::Relaxed));
        let index = shared.bytecode.reserve();
        t.set_extension(Box::new(Evaluator {
            runs_main: index.number() == 0 && shared.bytecode.is_on(),
            index,
            shared,
            requests: Arc::default(),
            places: Default::default(),
            namespace_places: Default::default(),
            frame_objects: Default::default(),
            random: Default::default(),
        }));
        crate::stress::keep_interrupted(t);
    }

    #[inline(always)]
    pub fn of<'a>(t: &Thread) -> &'a Evaluator {
        // SAFETY: `install` is the only one that extends threads, through the hook that runs before anything else.
        unsafe { t.extension::<Evaluator>() }
    }
}
