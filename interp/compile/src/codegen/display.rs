//! Tuple, list, set and dict displays.

use ungil_bytecode::{Const, Opcode};

use super::{Generator, MANY};
use crate::emit::Register;
use crate::error::Result;
use crate::syntax::Ranged;
use crate::syntax::ast::{self, Expr};

/// How a collection is built piece by piece.
#[derive(Clone, Copy)]
struct Collection {
    build: Opcode,
    add: Opcode,
    extend: Opcode,
}

const LIST: Collection =
    Collection { build: Opcode::BuildList, add: Opcode::ListAppend, extend: Opcode::ListExtend };
const SET: Collection =
    Collection { build: Opcode::BuildSet, add: Opcode::SetAdd, extend: Opcode::SetUpdate };

impl<'a> Generator<'a> {
    pub fn tuple(&mut self, elements: &'a [Expr], node: &impl Ranged, destination: Register) -> Result<()> {
        if is_plain(elements) {
            return self.build(Opcode::BuildTuple, elements, node, destination);
        }
        let list = self.unit.next();
        self.piecewise(LIST, elements, node)?;
        self.at(node);
        self.unit.emit(Opcode::ListToTuple, destination, list, 0u32);
        Ok(())
    }

    pub fn list(&mut self, elements: &'a [Expr], node: &impl Ranged, destination: Register) -> Result<()> {
        self.collection(LIST, elements, node, destination)
    }

    pub fn set(&mut self, elements: &'a [Expr], node: &impl Ranged, destination: Register) -> Result<()> {
        self.collection(SET, elements, node, destination)
    }

    fn collection(
        &mut self,
        collection: Collection,
        elements: &'a [Expr],
        node: &impl Ranged,
        destination: Register,
    ) -> Result<()> {
        let constants = elements.iter().map(|element| self.fold(element)).collect::<Option<Vec<_>>>();
        if let Some(constants) = constants.filter(|constants| constants.len() >= 3) {
            return self.through_temporary(destination, |generator, destination| {
                generator.at(node);
                generator.unit.emit(collection.build, destination, destination, 0u32);
                let values = generator.unit.next();
                generator.unit.load_const(values, Const::Tuple(constants.into()));
                generator.unit.emit(collection.extend, destination, values, 0u32);
                Ok(())
            });
        }
        if is_plain(elements) {
            return self.build(collection.build, elements, node, destination);
        }
        self.through_temporary(destination, |generator, _| generator.piecewise(collection, elements, node))
    }

    fn build(
        &mut self,
        opcode: Opcode,
        elements: &'a [Expr],
        node: &impl Ranged,
        destination: Register,
    ) -> Result<()> {
        let first = self.unit.next();
        for element in elements {
            self.push(element)?;
        }
        self.at(node);
        self.unit.emit(opcode, destination, first, elements.len() as u32);
        Ok(())
    }

    /// Pushes a collection built of what comes before the first starred element, then one element at a time.
    fn piecewise(&mut self, collection: Collection, elements: &'a [Expr], node: &impl Ranged) -> Result<()> {
        let destination = self.unit.next();
        let plain = elements.iter().take(MANY).take_while(|element| !element.is_starred_expr()).count();
        let (plain, rest) = elements.split_at(plain);
        self.build(collection.build, plain, node, destination)?;
        for element in rest {
            let (opcode, value) = match element {
                Expr::Starred(starred) => (collection.extend, &*starred.value),
                _ => (collection.add, element),
            };
            let value = self.operand(value)?;
            self.at(node);
            self.unit.emit(opcode, destination, value, 0u32);
        }
        Ok(())
    }

    /// Pushes a list of positional arguments some of which are starred.
    pub fn argument_list(&mut self, elements: &'a [Expr], node: &impl Ranged) -> Result<()> {
        self.piecewise(LIST, elements, node)
    }

    pub fn dict(&mut self, dict: &'a ast::ExprDict, destination: Register) -> Result<()> {
        let plain = dict.items.iter().take(MANY / 2).take_while(|item| item.key.is_some()).count();
        if plain == dict.items.len() {
            return self.pairs(&dict.items, dict, destination);
        }
        self.through_temporary(destination, |generator, destination| {
            let (plain, rest) = dict.items.split_at(plain);
            generator.pairs(plain, dict, destination)?;
            for item in rest {
                generator.item(item, dict, destination)?;
            }
            Ok(())
        })
    }

    fn pairs(&mut self, items: &'a [ast::DictItem], node: &impl Ranged, destination: Register) -> Result<()> {
        let first = self.unit.next();
        for item in items {
            if let Some(key) = &item.key {
                self.push(key)?;
            }
            self.push(&item.value)?;
        }
        self.at(node);
        self.unit.emit(Opcode::BuildMap, destination, first, items.len() as u32);
        Ok(())
    }

    fn item(&mut self, item: &'a ast::DictItem, node: &impl Ranged, map: Register) -> Result<()> {
        match &item.key {
            Some(key) => {
                let (key, value) = self.operands(key, &item.value)?;
                self.at(node);
                self.unit.emit(Opcode::MapAdd, map, key, value);
            }
            None => {
                let value = self.operand(&item.value)?;
                self.at(node);
                self.unit.emit(Opcode::DictUpdate, map, value, 0u32);
            }
        }
        Ok(())
    }
}

fn is_plain(elements: &[Expr]) -> bool {
    elements.len() <= MANY && !elements.iter().any(Expr::is_starred_expr)
}
