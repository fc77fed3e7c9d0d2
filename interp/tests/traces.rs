//! How long traces live.

mod local_mode;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use local_mode::options;
use ungil_interp::code::Code;
use ungil_interp::trace::{self, NOT_ENTERED, Recording, Trace, TraceCompiler};
use ungil_interp::{boot, run_code};
use ungil_objects::Word;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::range::RangeState;

static MADE: AtomicUsize = AtomicUsize::new(0);
static FREED: AtomicUsize = AtomicUsize::new(0);

/// The machine code of a trace that nobody ever enters.
struct Memory;

impl Drop for Memory {
    fn drop(&mut self) {
        FREED.fetch_add(1, Ordering::Relaxed);
    }
}

unsafe extern "C" fn never(_: *mut Word, _: *const AtomicU64, _: *const RangeState) -> u64 {
    NOT_ENTERED
}

struct Compiler;

impl TraceCompiler for Compiler {
    fn compile(&self, _: &Recording<'_>) -> Option<Trace> {
        MADE.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the function changes nothing.
        Some(unsafe { Trace::new(never, Box::default(), Box::default(), Box::new(Memory)) })
    }

    fn threshold(&self) -> u16 {
        2
    }
}

#[test]
fn traces_go_with_the_code_of_their_loops() {
    let source = "
import gc
for number in range(20):
    names = {}
    exec('def f():\\n    for _ in range(50): pass', names)
    names['f']()
del names
gc.collect()
";
    let (interpreter, mut attached) = boot::start(options()).expect("boots");
    trace::install(interpreter, Box::new(Compiler));
    let t = attached.token();
    let mode = ungil_compile::Options::new(ungil_compile::Mode::Module);
    let spec = ungil_compile::compile(source, "<test>", mode).expect("compiles").code;
    let code = Code::new(t, Arc::new(spec)).expect("code");
    let globals = Dict::new(t);
    run_code(t, &code, &globals, globals.to_value()).expect("runs");
    let (made, freed) = (MADE.load(Ordering::Relaxed), FREED.load(Ordering::Relaxed));
    assert!(made >= 20, "{made} traces");
    assert!(freed >= 20, "{freed} of {made} traces freed");
}
