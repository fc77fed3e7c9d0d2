//! What the collector finds in frames.

use std::ptr::NonNull;

use ungil_bytecode::{Instruction, Operand};
use ungil_objects::{Thread, Word};
use ungil_refcount::Header;

use super::{Registers, live_frames};
use crate::code::Code;

/// Reports the objects to which a thread's frames refer without a count: functions, code, and whatever only the collector frees.
/// Counted references need no report, since their counts say that somebody has them.
///
/// # Safety
/// The world is stopped, or `thread` is the calling one.
pub(crate) unsafe fn each_root(thread: &Thread, visit: &mut dyn FnMut(NonNull<Header>)) {
    let mut report = |word: Word| {
        if let Some(object) = word.object()
            && !word.owns_count()
        {
            visit(object);
        }
    };
    for (frame, pc) in live_frames(thread) {
        let code = frame.code();
        report(Word::uncounted(NonNull::from(code.header())));
        report(frame.function_word());
        // SAFETY: a live frame has a callable word.
        report(unsafe { frame.callable_place().read() });
        let live = code.live_depth(pc) as usize;
        let registers = frame.registers();
        (0..code.first_temporary as usize + live).for_each(|index| report(registers.word(index)));
        if code.has_namespace() {
            // SAFETY: such a frame has a namespace word.
            report(unsafe { frame.namespace_place().read() });
        }
        consumed_by_instruction(code, pc, registers, &mut report);
    }
}

/// The temporaries that the running instruction consumes: they are its own by now, but their words lie there until it ends.
fn consumed_by_instruction(code: &Code, pc: *const u64, registers: Registers, report: &mut dyn FnMut(Word)) {
    let start = code.word_of(pc) as usize;
    let Some((instruction, _)) = Instruction::decode(&code.spec.words, start) else { return };
    for (kind, first) in instruction.kinds() {
        let count = match kind {
            Operand::Src | Operand::Update => 1,
            Operand::Take(span) | Operand::TakeDst(span) | Operand::TakePut(span, _) => {
                span.registers(instruction.count()) as usize
            }
            _ => continue,
        };
        let first = first as usize;
        if first >= code.first_temporary as usize && first + count <= code.spec.n_registers as usize {
            (first..first + count).for_each(|index| report(registers.word(index)));
        }
    }
}
