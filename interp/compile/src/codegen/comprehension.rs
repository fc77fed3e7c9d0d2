//! Comprehensions, inlined into the block around them (PEP 709) wherever that is possible, and generator expressions.

use std::collections::HashMap;

use std::sync::Arc;

use ungil_bytecode::{CodeFlags, CodeSpec, Const, Opcode};

use super::Generator;
use super::block::Inlined;
use crate::emit::{Bank, Label, Register};
use crate::error::Result;
use crate::symbols::{Resolution, Role, ScopeId, ScopeKey};
use crate::syntax::ast::{self, Expr};
use crate::syntax::{Ranged, TextRange, TextSize};

/// What a comprehension makes of its elements.
#[derive(Clone, Copy)]
enum Element<'a> {
    List(&'a Expr),
    Set(&'a Expr),
    Pair(Option<&'a Expr>, &'a Expr),
    Yield(&'a Expr),
}

struct Comprehension<'a> {
    key: ScopeKey,
    name: &'static str,
    element: Element<'a>,
    generators: &'a [ast::Comprehension],
}

fn parts(expression: &Expr) -> Option<Comprehension<'_>> {
    Some(match expression {
        Expr::ListComp(list) => Comprehension {
            key: ScopeKey::new(list, Role::Body),
            name: "<listcomp>",
            element: Element::List(&list.elt),
            generators: &list.generators,
        },
        Expr::SetComp(set) => Comprehension {
            key: ScopeKey::new(set, Role::Body),
            name: "<setcomp>",
            element: Element::Set(&set.elt),
            generators: &set.generators,
        },
        Expr::DictComp(dict) => Comprehension {
            key: ScopeKey::new(dict, Role::Body),
            name: "<dictcomp>",
            element: Element::Pair(dict.key.as_deref(), &dict.value),
            generators: &dict.generators,
        },
        Expr::Generator(generator) => Comprehension {
            key: ScopeKey::new(generator, Role::Body),
            name: "<genexpr>",
            element: Element::Yield(&generator.elt),
            generators: &generator.generators,
        },
        _ => return None,
    })
}

impl<'a> Generator<'a> {
    pub fn comprehension(&mut self, expression: &'a Expr, destination: Register) -> Result<()> {
        let Some(comprehension) = parts(expression) else { return Ok(()) };
        let scope = self.symbols.by_node[&comprehension.key];
        match self.symbols[scope].inlined {
            true => self.through_temporary(destination, |generator, destination| {
                generator.inlined(expression, &comprehension, scope, destination)
            }),
            false => self.as_function(expression, &comprehension, scope, destination),
        }
    }

    fn inlined(
        &mut self,
        expression: &'a Expr,
        comprehension: &Comprehension<'a>,
        scope: ScopeId,
        result: Register,
    ) -> Result<()> {
        let Some(first) = comprehension.generators.first() else { return Ok(()) };
        self.new_collection(expression, comprehension, result);
        let iterator = self.unit.next();
        self.iterator_of(&first.iter, first.is_async, iterator)?;
        let variables = self.comprehension_variables(scope);
        let names = self.symbols[scope].symbols.keys();
        let locals: Vec<Register> = names.filter_map(|name| variables.get(name).copied()).collect();
        self.block.inlined.push(Inlined { scope, variables });
        self.loops(expression, comprehension, comprehension.generators, result)?;
        self.block.inlined.pop();
        self.at(expression);
        for register in locals.into_iter().filter(|register| register.bank() == Bank::Hidden) {
            self.unit.clear(register);
        }
        Ok(())
    }

    fn new_collection(&mut self, node: &impl Ranged, comprehension: &Comprehension<'a>, result: Register) {
        let opcode = match comprehension.element {
            Element::List(_) => Opcode::BuildList,
            Element::Set(_) => Opcode::BuildSet,
            Element::Pair(..) => Opcode::BuildMap,
            Element::Yield(_) => return,
        };
        self.at(node);
        self.unit.emit(opcode, result, result, 0u32);
    }

    /// Registers for the variables of an inlined comprehension; captured ones get a fresh cell each time it runs.
    fn comprehension_variables(&mut self, scope: ScopeId) -> HashMap<Box<str>, Register> {
        let mut variables = HashMap::new();
        for (name, symbol) in &self.symbols[scope].symbols {
            let register = match symbol.resolution {
                Resolution::Local => self.unit.new_hidden(name),
                Resolution::Cell => {
                    let register = self.block.new_cell(name);
                    self.unit.emit(Opcode::MakeCell, register, 0u32, 0u32);
                    register
                }
                _ => continue,
            };
            variables.insert(name.clone(), register);
        }
        variables
    }

    /// Evaluates an iterable and makes its iterator.
    pub fn iterator_of(&mut self, iterable: &'a Expr, is_async: bool, destination: Register) -> Result<()> {
        let value = self.operand(iterable)?;
        self.at(iterable);
        let opcode = if is_async { Opcode::GetAsyncIter } else { Opcode::GetIter };
        self.unit.emit(opcode, destination, value, 0u32);
        Ok(())
    }

    /// The nested loops; the first's iterator is the uppermost temporary.
    fn loops(
        &mut self,
        node: &'a Expr,
        comprehension: &Comprehension<'a>,
        generators: &'a [ast::Comprehension],
        result: Register,
    ) -> Result<()> {
        let Some((generator, rest)) = generators.split_first() else {
            return self.element(node, comprehension, result);
        };
        let (again, exhausted) = (self.unit.new_label(), self.unit.new_label());
        self.unit.bind(again);
        let handler = self.next_element(&generator.target, &generator.iter, generator.is_async, exhausted)?;
        for condition in &generator.ifs {
            let passed = self.unit.new_label();
            self.branch(condition, true, passed)?;
            self.at(condition);
            self.unit.emit_jump(Opcode::JumpBackward, [0, 0], again);
            self.unit.bind(passed);
        }
        if let Some(inner) = rest.first() {
            let iterator = self.unit.next();
            self.iterator_of(&inner.iter, inner.is_async, iterator)?;
        }
        self.loops(node, comprehension, rest, result)?;
        self.at(node);
        self.unit.emit_jump(Opcode::JumpBackward, [0, 0], again);
        self.end_of_loop(handler, exhausted);
        Ok(())
    }

    fn element(&mut self, node: &'a Expr, comprehension: &Comprehension<'a>, result: Register) -> Result<()> {
        let (opcode, value) = match comprehension.element {
            Element::List(Expr::Starred(starred)) => (Opcode::ListExtend, &*starred.value),
            Element::List(value) => (Opcode::ListAppend, value),
            Element::Set(Expr::Starred(starred)) => (Opcode::SetUpdate, &*starred.value),
            Element::Set(value) => (Opcode::SetAdd, value),
            Element::Pair(None, value) => (Opcode::DictUpdate, value),
            Element::Pair(Some(key), value) => {
                let (key, value) = self.operands(key, value)?;
                self.at(node);
                self.unit.emit(Opcode::MapAdd, result, key, value);
                return Ok(());
            }
            Element::Yield(value) => return self.yield_element(value),
        };
        let value = self.operand(value)?;
        self.at(node);
        self.unit.emit(opcode, result, value, 0u32);
        Ok(())
    }

    fn yield_element(&mut self, element: &'a Expr) -> Result<()> {
        let temporary = self.unit.next();
        let mut value = self.operand(element)?;
        self.at(element);
        if self.block.flags.contains(CodeFlags::ASYNC_GENERATOR) {
            self.unit.emit(Opcode::AsyncGeneratorWrap, temporary, value, 0u32);
            value = temporary;
        }
        self.unit.emit(Opcode::YieldValue, temporary, value, 0u32);
        self.unit.drop_top();
        Ok(())
    }

    /// A generator expression, or a comprehension that cannot be inlined: a function called at once with the
    /// outermost iterator.
    fn as_function(
        &mut self,
        expression: &'a Expr,
        comprehension: &Comprehension<'a>,
        scope: ScopeId,
        destination: Register,
    ) -> Result<()> {
        let Some(first) = comprehension.generators.first() else { return Ok(()) };
        let base = self.unit.next();
        let start = self.start_of(expression);
        let code = self.nested(scope, comprehension.name, &start, |generator| {
            generator.block.counts = [0, 1, 0];
            generator.unit.range = expression.range();
            generator.prologue();
            let result = generator.unit.next();
            generator.new_collection(expression, comprehension, result);
            let iterator = generator.unit.next();
            generator.unit.mov(iterator, Register::new(Bank::Local, 0));
            generator.loops(expression, comprehension, comprehension.generators, result)?;
            match comprehension.element {
                Element::Yield(_) => generator.return_none(),
                _ => generator.unit.emit(Opcode::ReturnValue, result, 0u32, 0u32),
            }
            Ok(())
        })?;
        if let Element::Yield(_) = comprehension.element
            && code.cellvars.is_empty()
        {
            return self.generator_of(expression, code, first, destination);
        }
        let is_coroutine = code.flags.contains(CodeFlags::COROUTINE);
        self.at(expression);
        self.function_object(code, base, 0);
        self.unit.emit(Opcode::PushCallable, base, base, 0u32);
        let argument = self.unit.next();
        self.iterator_of(&first.iter, first.is_async, argument)?;
        self.at(expression);
        if is_coroutine {
            self.unit.emit(Opcode::Call, base, base, 1u32);
            self.await_register(base, super::generator::Awaited::Expression, destination);
        } else {
            self.unit.emit(Opcode::Call, destination, base, 1u32);
        }
        Ok(())
    }

    /// The generator of an expression without cells of its own: nobody sees the function that would make it, so there is none.
    fn generator_of(
        &mut self,
        expression: &'a Expr,
        code: CodeSpec,
        first: &'a ast::Comprehension,
        destination: Register,
    ) -> Result<()> {
        let base = self.unit.next();
        self.iterator_of(&first.iter, first.is_async, base)?;
        self.at(expression);
        self.cells(&code.freevars);
        let count = 1 + code.freevars.len() as u32;
        let code = self.unit.constant(Const::Code(Arc::new(code)));
        self.unit.emit(Opcode::MakeGenerator, base, code, count);
        if destination != base {
            self.unit.mov(destination, base);
        }
        Ok(())
    }

    /// Where a comprehension begins: a generator expression that is a call's only argument shares its parentheses.
    fn start_of(&self, expression: &Expr) -> TextRange {
        let range = expression.range();
        match expression {
            Expr::Generator(generator) if !generator.parenthesized => {
                let opening = self.source[..range.start().to_usize()].rfind('(').unwrap_or(0);
                TextRange::new(TextSize::new(opening as u32), range.end())
            }
            _ => range,
        }
    }

    /// The label of a loop's end and what lies behind it.
    pub fn end_of_loop(&mut self, handler: Option<crate::emit::HandlerId>, exhausted: Label) {
        if let Some(handler) = handler {
            self.unit.bind_handler(handler);
            let iterator = Register::temporary(self.unit.depth().saturating_sub(2));
            self.unit.emit(Opcode::EndAsyncFor, iterator, 0u32, 0u32);
        } else {
            self.unit.bind(exhausted);
        }
    }
}
