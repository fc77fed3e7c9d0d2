//! The second pass: decides where every name lives.
//!
//! A block is given the names bound in enclosing functions, resolves its own names, then its children; what children need from outside comes back as two sets: names *captured* by a
//! function of its own, which turn locals into cells, and names merely *used* by inlined comprehensions.

use std::collections::BTreeSet;

use super::{Occurrence, Resolution, ScopeId, ScopeKind, Symbol, Symbols};
use crate::error::{CompileError, Result};
use crate::syntax::TextRange;

type Names = BTreeSet<Box<str>>;

/// Cells that a class body offers to its annotation scopes and methods.
const CLASS_CELLS: [&str; 3] = ["__class__", "__classdict__", "__conditional_annotations__"];

#[derive(Default)]
struct Needs {
    captured: Names,
    used: Names,
}

/// Resolves all names.
///
/// # Errors
/// `nonlocal` without a binding.
pub fn resolve(symbols: &mut Symbols) -> Result<()> {
    resolve_scope(symbols, Symbols::MODULE, &Names::new(), None).map(drop)
}

fn resolve_scope(symbols: &mut Symbols, id: ScopeId, bound: &Names, class: Option<ScopeId>) -> Result<Needs> {
    let mut locals = Names::new();
    let mut needs = Needs::default();
    let names: Vec<Box<str>> = symbols[id].symbols.keys().cloned().collect();
    for name in names {
        let resolution = resolve_name(symbols, id, &name, bound, class)?;
        match resolution {
            Resolution::Local => drop(locals.insert(name.clone())),
            Resolution::Free => drop(needs.used.insert(name.clone())),
            _ => {}
        }
        symbols[id].symbols[&name].resolution = resolution;
    }
    let inner_bound = bound_for_children(symbols, id, bound, &locals);
    for child in symbols[id].children.clone() {
        let class = match symbols[child].sees_class {
            true if symbols[id].kind == ScopeKind::Class => Some(id),
            true => class,
            false => None,
        };
        let child_needs = resolve_scope(symbols, child, &inner_bound, class)?;
        needs.captured.extend(child_needs.captured);
        match symbols[child].inlined {
            true => needs.used.extend(child_needs.used),
            false => needs.captured.extend(child_needs.used),
        }
    }
    settle(symbols, id, &locals, bound, &mut needs);
    Ok(needs)
}

fn resolve_name(
    symbols: &Symbols,
    id: ScopeId,
    name: &str,
    bound: &Names,
    class: Option<ScopeId>,
) -> Result<Resolution> {
    let symbol = &symbols[id].symbols[name];
    let occurrence = symbol.occurrence;
    if occurrence.has(Occurrence::GLOBAL) {
        return Ok(Resolution::GlobalExplicit);
    }
    if occurrence.has(Occurrence::NONLOCAL) {
        if !bound.contains(name) {
            return Err(CompileError::syntax(
                format!("no binding for nonlocal '{name}' found"),
                symbol.range,
            ));
        }
        return Ok(Resolution::Free);
    }
    if occurrence.binds() {
        return Ok(Resolution::Local);
    }
    if let Some(outer) = class.and_then(|class| symbols[class].symbols.get(name)) {
        if outer.occurrence.has(Occurrence::GLOBAL) {
            return Ok(Resolution::GlobalExplicit);
        }
        if outer.occurrence.binds() && !outer.occurrence.has(Occurrence::NONLOCAL) && !is_class_cell(name) {
            return Ok(Resolution::GlobalImplicit);
        }
    }
    Ok(if bound.contains(name) { Resolution::Free } else { Resolution::GlobalImplicit })
}

fn is_class_cell(name: &str) -> bool {
    CLASS_CELLS.contains(&name)
}

fn bound_for_children(symbols: &Symbols, id: ScopeId, bound: &Names, locals: &Names) -> Names {
    let scope = &symbols[id];
    let mut inner = bound.clone();
    match scope.kind {
        ScopeKind::Module => {}
        ScopeKind::Class => inner.extend(CLASS_CELLS.map(Box::from)),
        _ => {
            inner.extend(locals.iter().cloned());
            inner.retain(|name| scope.resolution(name) != Resolution::GlobalExplicit);
        }
    }
    inner
}

/// Turns captured locals into cells, and passes on what enclosing blocks must provide.
fn settle(symbols: &mut Symbols, id: ScopeId, locals: &Names, bound: &Names, needs: &mut Needs) {
    let scope = &mut symbols[id];
    if scope.kind == ScopeKind::Class {
        let mut take = |name: &str| needs.captured.remove(name) | needs.used.remove(name);
        scope.needs_class_cell = take("__class__");
        scope.needs_class_dict = take("__classdict__");
        if take("__conditional_annotations__") {
            let symbol = scope.symbols.entry("__conditional_annotations__".into());
            symbol.or_insert_with(|| new_symbol(Occurrence::BOUND)).resolution = Resolution::Cell;
        }
    } else if scope.is_function_like() {
        for name in locals {
            if needs.captured.remove(name) {
                scope.symbols[name].resolution = Resolution::Cell;
            }
            needs.used.remove(name);
        }
    }
    for name in needs.captured.union(&needs.used) {
        if !bound.contains(name) {
            continue;
        }
        let symbol = scope.symbols.entry(name.clone()).or_insert_with(|| new_symbol(Occurrence::default()));
        match symbol.resolution {
            Resolution::Free => {}
            Resolution::Unknown | Resolution::GlobalImplicit => symbol.resolution = Resolution::Free,
            _ => symbol.occurrence.insert(Occurrence::FREE_IN_CLASS),
        }
    }
}

fn new_symbol(occurrence: Occurrence) -> Symbol {
    Symbol { occurrence, resolution: Resolution::Unknown, range: TextRange::default() }
}
