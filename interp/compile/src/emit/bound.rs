//! Definite assignment: removes `check_bound` where the local is bound on every path.
//!
//! A forward data-flow analysis over basic blocks; the state is the set of locals that are surely bound, the meet
//! is intersection, and an exception handler may be entered with the state before any instruction it protects.

use std::collections::VecDeque;

use ungil_bytecode::{Opcode, Operand};

use super::unit::Unit;
use super::{Bank, Op, Register};

type Set = Vec<u64>;

/// Removes the checks that cannot fail. `arguments` locals are bound at entry.
pub fn remove_proven_checks(unit: &mut Unit, arguments: u32, locals: u32) {
    if !unit.ops.iter().any(|op| op.opcode == Opcode::CheckBound) {
        return;
    }
    let flow = Flow { unit, arguments, locals };
    let states = flow.solve();
    let mut proven = vec![false; unit.ops.len()];
    let flow = Flow { unit, arguments, locals };
    for (start, end, entry) in states {
        let mut state = entry;
        for (op, proven) in unit.ops[start..end].iter().zip(&mut proven[start..end]) {
            if op.opcode == Opcode::CheckBound {
                *proven = flow.local(Register(op.operands[0])).is_some_and(|local| contains(&state, local));
            }
            flow.step(op, &mut state);
        }
    }
    remove(unit, &proven);
}

/// Removes the marked instructions and moves labels.
pub fn remove(unit: &mut Unit, marked: &[bool]) {
    let mut moved = Vec::with_capacity(marked.len() + 1);
    let mut kept = 0;
    for &mark in marked {
        moved.push(kept);
        kept += usize::from(!mark);
    }
    moved.push(kept);
    let mut index = 0;
    unit.ops.retain(|_| {
        index += 1;
        !marked[index - 1]
    });
    for label in &mut unit.labels {
        label.place = label.place.map(|place| moved[place]);
    }
}

struct Flow<'a> {
    unit: &'a Unit,
    arguments: u32,
    locals: u32,
}

impl Flow<'_> {
    /// A number for a local or hidden register.
    fn local(&self, register: Register) -> Option<u32> {
        match register.bank() {
            Bank::Local => Some(register.index()),
            Bank::Hidden => Some(self.locals + register.index()),
            _ => None,
        }
    }

    fn step(&self, op: &Op, state: &mut Set) {
        for (kind, register) in op.registers() {
            let Some(local) = self.local(register) else { continue };
            match (op.opcode, kind) {
                (Opcode::ClearLocal | Opcode::MakeCellFrom, Operand::Local) => remove_from(state, local),
                (_, Operand::Local | Operand::Dst) => insert(state, local),
                _ => {}
            }
        }
    }

    /// Basic blocks with the state on entry to each.
    fn solve(&self) -> Vec<(usize, usize, Set)> {
        let ops = &self.unit.ops;
        let mut starts: Vec<usize> = self.unit.labels.iter().filter_map(|label| label.place).collect();
        starts.push(0);
        starts.extend(
            ops.iter()
                .enumerate()
                .filter(|(_, op)| op.target.is_some() || ends(op))
                .map(|(index, _)| index + 1),
        );
        starts.retain(|&start| start < ops.len());
        starts.sort_unstable();
        starts.dedup();
        let block_of = |index: usize| starts.partition_point(|&start| start <= index) - 1;
        let size = (self.locals as usize + self.unit.hidden.len()).div_ceil(64);
        let mut entry: Vec<Option<Set>> = vec![None; starts.len()];
        let mut first = vec![0; size];
        (0..self.arguments).for_each(|argument| insert(&mut first, argument));
        entry[0] = Some(first);
        let mut work = VecDeque::from([0]);
        while let Some(block) = work.pop_front() {
            let end = starts.get(block + 1).copied().unwrap_or(ops.len());
            let Some(mut state) = entry[block].clone() else { continue };
            let mut flow_to = |index: usize, state: &Set| {
                if index < ops.len() {
                    let target = block_of(index);
                    if meet(&mut entry[target], state) {
                        work.push_back(target);
                    }
                }
            };
            for (index, op) in ops.iter().enumerate().take(end).skip(starts[block]) {
                if let Some(handler) = op.handler.filter(|_| op.may_raise()) {
                    let place = self.unit.labels[self.unit.handlers[handler.0].label.0].place;
                    flow_to(place.unwrap_or(ops.len()), &state);
                }
                let before = (op.opcode == Opcode::ForIter).then(|| state.clone());
                self.step(op, &mut state);
                if let Some(label) = op.target {
                    let place = self.unit.labels[label.0].place.unwrap_or(ops.len());
                    flow_to(place, before.as_ref().unwrap_or(&state));
                }
                if index + 1 == end && !ends(op) {
                    flow_to(end, &state);
                }
            }
        }
        let ends = starts.iter().skip(1).copied().chain([ops.len()]);
        let blocks = starts.iter().copied().zip(ends).zip(entry);
        blocks.filter_map(|((start, end), entry)| Some((start, end, entry?))).collect()
    }
}

fn ends(op: &Op) -> bool {
    !op.opcode.falls_through()
}

fn contains(set: &Set, element: u32) -> bool {
    set[element as usize / 64] >> (element % 64) & 1 == 1
}

fn insert(set: &mut Set, element: u32) {
    set[element as usize / 64] |= 1 << (element % 64);
}

fn remove_from(set: &mut Set, element: u32) {
    set[element as usize / 64] &= !(1 << (element % 64));
}

/// Intersects `entry` with `state`; says whether it changed.
fn meet(entry: &mut Option<Set>, state: &Set) -> bool {
    let Some(known) = entry else {
        *entry = Some(state.clone());
        return true;
    };
    let mut changed = false;
    for (word, other) in known.iter_mut().zip(state) {
        changed |= *word & !other != 0;
        *word &= other;
    }
    changed
}
