//! The `match` statement (PEP 634).
//!
//! The subject and its parts lie in hidden locals while patterns test them, so no temporary is alive when a test
//! fails and jumps to the next case. Captured parts are bound to their names when the whole pattern has matched.

use ungil_bytecode::{Const, Opcode};

use super::Generator;
use crate::emit::{Label, Register};
use crate::error::Result;
use crate::syntax::ast::{self, Expr, Pattern, Singleton};

/// What a pattern that matched so far will bind.
type Captures<'a> = Vec<(&'a ast::Identifier, Register)>;

/// A match statement being compiled.
struct Match<'a> {
    captures: Captures<'a>,
    /// Hidden locals in use by the current case.
    used: Vec<Register>,
}

impl<'a> Generator<'a> {
    pub fn match_statement(&mut self, statement: &'a ast::StmtMatch) -> Result<()> {
        let subject = self.unit.borrow_hidden();
        self.value_to(&statement.subject, subject)?;
        let end = self.unit.new_label();
        let mut all = vec![subject];
        for case in &statement.cases {
            if !self.unit.is_reachable() {
                break;
            }
            let next = self.unit.new_label();
            let mut state = Match { captures: Vec::new(), used: Vec::new() };
            self.pattern(&case.pattern, subject, next, &mut state)?;
            for (name, register) in std::mem::take(&mut state.captures) {
                self.at(name);
                self.store_name(name, register);
            }
            if let Some(guard) = &case.guard {
                self.jump_unless(guard, next)?;
            }
            all.extend(
                state.used.iter().filter(|register| !all.contains(register)).copied().collect::<Vec<_>>(),
            );
            self.nowhere();
            all.iter().for_each(|&register| self.unit.clear(register));
            self.statements(&case.body)?;
            self.nowhere();
            self.unit.jump(end);
            self.unit.bind(next);
            state.used.into_iter().for_each(|register| self.unit.release(register));
        }
        self.nowhere();
        all.iter().for_each(|&register| self.unit.clear(register));
        self.unit.release(subject);
        self.unit.bind(end);
        Ok(())
    }

    /// Tests `subject`, a local, against a pattern; jumps to `fail` if it does not match.
    fn pattern(
        &mut self,
        pattern: &'a Pattern,
        subject: Register,
        fail: Label,
        state: &mut Match<'a>,
    ) -> Result<()> {
        self.at(pattern);
        match pattern {
            Pattern::MatchValue(value) => self.value_pattern(&value.value, subject, fail),
            Pattern::MatchSingleton(singleton) => {
                self.singleton_pattern(singleton.value, subject, fail);
                Ok(())
            }
            Pattern::MatchSequence(sequence) => self.sequence_pattern(sequence, subject, fail, state),
            Pattern::MatchMapping(mapping) => self.mapping_pattern(mapping, subject, fail, state),
            Pattern::MatchClass(class) => self.class_pattern(class, subject, fail, state),
            Pattern::MatchOr(alternatives) => self.or_pattern(alternatives, subject, fail, state),
            Pattern::MatchAs(capture) => {
                if let Some(inner) = &capture.pattern {
                    super::expression::with_stack(|| self.pattern(inner, subject, fail, state))?;
                }
                state.captures.extend(capture.name.as_ref().map(|name| (name, subject)));
                Ok(())
            }
            Pattern::MatchStar(star) => {
                state.captures.extend(star.name.as_ref().map(|name| (name, subject)));
                Ok(())
            }
        }
    }

    fn new_part(&mut self, state: &mut Match<'a>) -> Register {
        let part = self.unit.borrow_hidden();
        state.used.push(part);
        part
    }

    fn value_pattern(&mut self, value: &'a Expr, subject: Register, fail: Label) -> Result<()> {
        let result = self.unit.next();
        match self.fold(value) {
            Some(constant) => {
                let constant = self.unit.constant(constant);
                self.at(value);
                self.unit.emit(Opcode::EqualConst, result, subject, constant);
            }
            None => {
                let value_register = self.operand(value)?;
                self.at(value);
                self.unit.emit(Opcode::Equal, result, subject, value_register);
            }
        }
        self.unit.jump_if(result, false, fail);
        Ok(())
    }

    fn singleton_pattern(&mut self, singleton: Singleton, subject: Register, fail: Label) {
        let constant = match singleton {
            Singleton::None => return self.unit.emit_jump(Opcode::JumpIfNotNone, [subject.into(), 0], fail),
            Singleton::True => Const::True,
            Singleton::False => Const::False,
        };
        let value = self.push_const(constant);
        self.unit.emit(Opcode::Is, value, subject, value);
        self.unit.jump_if(value, false, fail);
    }

    /// Jumps to `fail` unless `test`, an instruction on the subject, gives true.
    fn require(&mut self, test: Opcode, subject: Register, fail: Label) {
        let result = self.unit.next();
        self.unit.emit(test, result, subject, 0u32);
        self.unit.jump_if(result, false, fail);
    }

    fn require_length(&mut self, comparison: Opcode, length: usize, subject: Register, fail: Label) {
        let result = self.unit.next();
        self.unit.emit(Opcode::GetLen, result, subject, 0u32);
        let length = self.unit.constant(Const::Int(length as i64));
        self.unit.emit(comparison, result, result, length);
        self.unit.jump_if(result, false, fail);
    }

    fn sequence_pattern(
        &mut self,
        sequence: &'a ast::PatternMatchSequence,
        subject: Register,
        fail: Label,
        state: &mut Match<'a>,
    ) -> Result<()> {
        let patterns = &sequence.patterns;
        let star = patterns.iter().position(|pattern| pattern.is_match_star());
        self.require(Opcode::MatchSequence, subject, fail);
        match star {
            None => self.require_length(Opcode::EqualConst, patterns.len(), subject, fail),
            Some(_) if patterns.len() > 1 => {
                self.require_length(Opcode::GreaterEqualConst, patterns.len() - 1, subject, fail);
            }
            Some(_) => {}
        }
        if patterns.iter().all(is_wildcard) {
            return Ok(());
        }
        match star.filter(|&star| is_wildcard(&patterns[star])) {
            Some(star) => self.elements_by_index(patterns, star, subject, fail, state),
            None => {
                let first = self.unit.next();
                match star {
                    None => self.unit.emit(Opcode::UnpackSequence, first, subject, patterns.len() as u32),
                    Some(before) => {
                        let after = patterns.len() - before - 1;
                        self.unit.emit(Opcode::UnpackExtended, first, subject, (before | after << 8) as u32);
                    }
                }
                self.parts(patterns.iter(), fail, state)
            }
        }
    }

    /// With a wildcard for the rest, only the elements that matter are fetched.
    fn elements_by_index(
        &mut self,
        patterns: &'a [Pattern],
        star: usize,
        subject: Register,
        fail: Label,
        state: &mut Match<'a>,
    ) -> Result<()> {
        for (index, pattern) in patterns.iter().enumerate().filter(|(_, pattern)| !is_wildcard(pattern)) {
            let part = self.new_part(state);
            self.at(pattern);
            if index < star {
                let index = self.unit.constant(Const::Int(index as i64));
                self.unit.emit(Opcode::LoadSubscriptConst, part, subject, index);
            } else {
                let position = self.unit.next();
                self.unit.emit(Opcode::GetLen, position, subject, 0u32);
                let behind = self.unit.constant(Const::Int((patterns.len() - index) as i64));
                self.unit.emit(Opcode::SubtractConst, position, position, behind);
                self.unit.emit(Opcode::LoadSubscript, part, subject, position);
            }
            self.pattern(pattern, part, fail, state)?;
        }
        Ok(())
    }

    /// Tests the parts that an unpacking has pushed, the first of them uppermost.
    fn parts(
        &mut self,
        patterns: impl Iterator<Item = &'a Pattern>,
        fail: Label,
        state: &mut Match<'a>,
    ) -> Result<()> {
        let mut tests = Vec::new();
        for pattern in patterns {
            if is_wildcard(pattern) {
                self.unit.drop_top();
                continue;
            }
            let part = self.new_part(state);
            let top = self.unit.top();
            self.unit.mov(part, top);
            tests.push((pattern, part));
        }
        for (pattern, part) in tests {
            super::expression::with_stack(|| self.pattern(pattern, part, fail, state))?;
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        mapping: &'a ast::PatternMatchMapping,
        subject: Register,
        fail: Label,
        state: &mut Match<'a>,
    ) -> Result<()> {
        self.require(Opcode::MatchMapping, subject, fail);
        let count = mapping.keys.len() as u32;
        let keys = self.new_part(state);
        if count > 0 {
            self.require_length(Opcode::GreaterEqualConst, mapping.keys.len(), subject, fail);
            let first = self.unit.next();
            for key in &mapping.keys {
                self.push(key)?;
            }
            self.at(mapping);
            self.unit.emit(Opcode::BuildTuple, keys, first, count);
            let values = self.new_part(state);
            self.unit.emit(Opcode::MatchKeys, values, subject, keys);
            self.unit.emit_jump(Opcode::JumpIfNone, [values.into(), 0], fail);
            let first = self.unit.next();
            self.unit.emit(Opcode::UnpackSequence, first, values, count);
            self.parts(mapping.patterns.iter(), fail, state)?;
        }
        if let Some(name) = &mapping.rest {
            self.at(mapping);
            let rest = self.new_part(state);
            let none = self.unit.next();
            self.unit.emit(Opcode::BuildMap, rest, none, 0u32);
            self.unit.emit(Opcode::DictUpdate, rest, subject, 0u32);
            if count > 0 {
                let first = self.unit.next();
                self.unit.emit(Opcode::UnpackSequence, first, keys, count);
                for _ in 0..count {
                    let key = self.unit.top();
                    self.unit.emit(Opcode::DeleteSubscript, rest, key, 0u32);
                }
            }
            state.captures.push((name, rest));
        }
        Ok(())
    }

    fn class_pattern(
        &mut self,
        class: &'a ast::PatternMatchClass,
        subject: Register,
        fail: Label,
        state: &mut Match<'a>,
    ) -> Result<()> {
        let (positional, keywords) = (&class.arguments.patterns, &class.arguments.keywords);
        let base = self.unit.next();
        self.unit.mov(base, subject);
        self.push(&class.cls)?;
        self.at(class);
        let names = keywords.iter().map(|keyword| {
            let name = self.mangled(&keyword.attr);
            Const::Str((&*name).into())
        });
        let names = Const::Tuple(names.collect());
        self.push_const(names);
        self.unit.emit(Opcode::MatchClass, base, positional.len() as u32, 0u32);
        let values = self.new_part(state);
        self.unit.mov(values, base);
        self.unit.emit_jump(Opcode::JumpIfNone, [values.into(), 0], fail);
        let count = positional.len() + keywords.len();
        if count > 0 {
            let first = self.unit.next();
            self.unit.emit(Opcode::UnpackSequence, first, values, count as u32);
            self.parts(
                positional.iter().chain(keywords.iter().map(|keyword| &keyword.pattern)),
                fail,
                state,
            )?;
        }
        Ok(())
    }

    /// Alternatives bind the same names, each from parts of its own, so what they capture is moved to one place.
    fn or_pattern(
        &mut self,
        alternatives: &'a ast::PatternMatchOr,
        subject: Register,
        fail: Label,
        state: &mut Match<'a>,
    ) -> Result<()> {
        let matched = self.unit.new_label();
        let outer = std::mem::take(&mut state.captures);
        let mut common: Captures<'a> = Vec::new();
        let last = alternatives.patterns.len() - 1;
        for (index, alternative) in alternatives.patterns.iter().enumerate() {
            let next = if index == last { fail } else { self.unit.new_label() };
            super::expression::with_stack(|| self.pattern(alternative, subject, next, state))?;
            let captures = std::mem::take(&mut state.captures);
            if index == 0 {
                common = captures.iter().map(|&(name, _)| (name, self.new_part(state))).collect();
            }
            for (name, register) in captures {
                let place = common.iter().find(|(known, _)| known.as_str() == name.as_str());
                if let Some(&(_, place)) = place {
                    self.unit.mov(place, register);
                }
            }
            if index != last {
                self.unit.jump(matched);
                self.unit.bind(next);
            }
        }
        self.unit.bind(matched);
        state.captures = outer;
        state.captures.extend(common);
        Ok(())
    }
}

fn is_wildcard(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::MatchAs(capture) => capture.pattern.is_none() && capture.name.is_none(),
        Pattern::MatchStar(star) => star.name.is_none(),
        _ => false,
    }
}
