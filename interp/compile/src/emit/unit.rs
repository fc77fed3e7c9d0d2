//! The instructions of one block while it is compiled.
//!
//! The unit follows the stack of temporaries through every instruction, so that the code generator only says which
//! temporaries it means; it notes the live depth, the handler and the source range of each instruction, and drops
//! instructions that control cannot reach.

use std::collections::HashMap;

use ungil_bytecode::{Const, Effects, Opcode, Operand};

use super::constants::Constants;
use super::{Bank, HandlerId, Label, Op, Register};
use crate::syntax::TextRange;

#[derive(Clone, Copy, Default)]
pub struct LabelState {
    /// Index of the instruction that follows.
    pub place: Option<usize>,
    depth: Option<u32>,
    reached: bool,
}

#[derive(Clone, Copy)]
pub struct HandlerState {
    pub label: Label,
    /// Temporaries that the handler keeps.
    pub depth: u32,
    /// Whether it protects something that may raise.
    pub reached: bool,
}

/// One block under construction.
#[derive(Default)]
pub struct Unit {
    pub ops: Vec<Op>,
    pub labels: Vec<LabelState>,
    pub handlers: Vec<HandlerState>,
    pub constants: Constants,
    pub names: Vec<Box<str>>,
    name_index: HashMap<Box<str>, u32>,
    /// Names of hidden locals.
    pub hidden: Vec<Box<str>>,
    free_hidden: Vec<Register>,
    depth: u32,
    pub max_depth: u32,
    unreachable: bool,
    pub handler: Option<HandlerId>,
    /// Source range of the instructions to come.
    pub range: TextRange,
}

impl Unit {
    /// Whether control can reach the next instruction.
    pub fn is_reachable(&self) -> bool {
        !self.unreachable
    }

    /// Temporaries alive now.
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// The temporary that would be written next.
    pub fn next(&self) -> Register {
        Register::temporary(self.depth)
    }

    /// The uppermost temporary.
    pub fn top(&self) -> Register {
        Register::temporary(self.depth.saturating_sub(1))
    }

    /// Appends an instruction.
    pub fn emit(&mut self, opcode: Opcode, a: impl Into<u32>, b: impl Into<u32>, c: impl Into<u32>) {
        self.push_op(opcode, [a.into(), b.into(), c.into()], None);
    }

    /// Appends an instruction that jumps to `label`; its offset operand is filled in later.
    pub fn emit_jump(&mut self, opcode: Opcode, operands: [u32; 2], label: Label) {
        let [a, b] = operands;
        self.push_op(opcode, [a, b, 0], Some(label));
    }

    pub fn jump(&mut self, label: Label) {
        self.emit_jump(Opcode::Jump, [0, 0], label);
    }

    pub fn jump_if(&mut self, condition: Register, truth: bool, label: Label) {
        let opcode = if truth { Opcode::JumpIfTrue } else { Opcode::JumpIfFalse };
        self.emit_jump(opcode, [condition.into(), 0], label);
    }

    fn push_op(&mut self, opcode: Opcode, operands: [u32; 3], target: Option<Label>) {
        let mut op =
            Op { opcode, operands, target, live: self.depth, handler: self.handler, range: self.range };
        let (consumed, written) = stack_effect(&op);
        op.live = self.depth.saturating_sub(consumed);
        self.depth = op.live + written;
        self.max_depth = self.max_depth.max(self.depth);
        if let Some(label) = target {
            let depth = match opcode {
                Opcode::ForIter => op.live.saturating_sub(1),
                Opcode::JumpIfTrueOrDrop | Opcode::JumpIfFalseOrDrop => op.live + 1,
                _ => self.depth,
            };
            let state = &mut self.labels[label.0];
            state.depth = Some(depth);
            state.reached |= !self.unreachable;
        }
        if !self.unreachable {
            if let Some(handler) = self.handler.filter(|_| op.may_raise()) {
                self.handlers[handler.0].reached = true;
            }
            self.ops.push(op);
        }
        self.unreachable |= opcode.description().effects.contains(Effects::ENDS);
    }

    // Labels and handlers.

    pub fn new_label(&mut self) -> Label {
        self.labels.push(LabelState::default());
        Label(self.labels.len() - 1)
    }

    /// Binds a label here.
    pub fn bind(&mut self, label: Label) {
        let state = &mut self.labels[label.0];
        state.place = Some(self.ops.len());
        self.depth = *state.depth.get_or_insert(self.depth);
        self.max_depth = self.max_depth.max(self.depth);
        self.unreachable &= !state.reached;
    }

    /// A handler that keeps the temporaries alive now.
    pub fn new_handler(&mut self) -> HandlerId {
        self.new_handler_at(self.depth)
    }

    /// A handler that keeps the temporaries below `depth`.
    pub fn new_handler_at(&mut self, depth: u32) -> HandlerId {
        let label = self.new_label();
        self.handlers.push(HandlerState { label, depth, reached: false });
        HandlerId(self.handlers.len() - 1)
    }

    /// Protects the instructions to come; returns what protected them before.
    pub fn protect(&mut self, handler: Option<HandlerId>) -> Option<HandlerId> {
        std::mem::replace(&mut self.handler, handler)
    }

    /// Binds a handler here: the exception is the uppermost temporary. Control must not fall into it.
    pub fn bind_handler(&mut self, handler: HandlerId) {
        let HandlerState { label, depth, reached } = self.handlers[handler.0];
        debug_assert!(self.unreachable, "control falls into a handler");
        self.labels[label.0] = LabelState { place: Some(self.ops.len()), depth: Some(depth + 1), reached };
        self.depth = depth + 1;
        self.max_depth = self.max_depth.max(self.depth);
        self.unreachable = !reached;
    }

    // Tables.

    pub fn constant(&mut self, constant: Const) -> u32 {
        self.constants.add(constant)
    }

    pub fn name(&mut self, name: &str) -> u32 {
        if let Some(&index) = self.name_index.get(name) {
            return index;
        }
        let index = self.names.len() as u32;
        self.names.push(name.into());
        self.name_index.insert(name.into(), index);
        index
    }

    /// A new hidden local.
    pub fn new_hidden(&mut self, name: &str) -> Register {
        self.hidden.push(name.into());
        Register::new(Bank::Hidden, self.hidden.len() as u32 - 1)
    }

    /// A hidden local for a value of the compiler's own; give it back with [`Unit::release`].
    pub fn borrow_hidden(&mut self) -> Register {
        self.free_hidden.pop().unwrap_or_else(|| self.new_hidden(".value"))
    }

    pub fn release(&mut self, register: Register) {
        self.free_hidden.push(register);
    }

    // Common instructions.

    pub fn load_const(&mut self, destination: Register, constant: Const) {
        let index = self.constant(constant);
        self.emit(Opcode::LoadConst, destination, index, 0u32);
    }

    /// Moves a temporary or copies a local, unless it is there already.
    pub fn mov(&mut self, destination: Register, source: Register) {
        if destination != source {
            self.emit(Opcode::Move, destination, source, 0u32);
        }
    }

    pub fn clear(&mut self, local: Register) {
        self.emit(Opcode::ClearLocal, local, 0u32, 0u32);
    }

    /// Sets the depth, behind code that control does not leave at its end.
    pub fn restore_depth(&mut self, depth: u32) {
        debug_assert!(self.unreachable, "control arrives with another depth");
        self.depth = depth;
    }

    /// Drops the uppermost temporary.
    pub fn drop_top(&mut self) {
        let top = self.top();
        self.emit(Opcode::Drop, top, 0u32, 0u32);
    }
}

/// Temporaries that an instruction consumes and writes.
fn stack_effect(op: &Op) -> (u32, u32) {
    let kinds = op.opcode.description().operands;
    let count = kinds
        .iter()
        .zip(op.operands)
        .find(|(kind, _)| **kind == Operand::Count)
        .map_or(0, |(_, value)| value);
    let (mut consumed, mut written) = (0, 0);
    for (kind, register) in op.registers() {
        match kind {
            Operand::Src if register.is_temporary() => consumed += 1,
            Operand::Dst if register.is_temporary() => written += 1,
            Operand::Update => (consumed, written) = (consumed + 1, written + 1),
            Operand::Take(span) => consumed += span.registers(count),
            Operand::TakeDst(span) => (consumed, written) = (consumed + span.registers(count), written + 1),
            Operand::TakePut(take, put) => {
                (consumed, written) = (consumed + take.registers(count), written + put.registers(count));
            }
            Operand::Put(span) => written += span.registers(count),
            _ => {}
        }
    }
    (consumed, written)
}
