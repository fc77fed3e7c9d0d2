//! Names: globals, built-ins, namespaces, cells.
//!
//! **Cache of globals** (two words): the version of the globals' keys in bits 32 to 63 of the first word, the position in bits 16 to
//! 31; the second word holds the same for the built-ins. A key that is added to a table clears its version, so an absence is
//! cached as surely as a place.

use ungil_bytecode::Opcode;
use ungil_objects::error::{Raised, Result};
use ungil_objects::fields::Table;
use ungil_objects::protocol::{attribute, subscript, text::name_of};
use ungil_objects::types::dict::Dict;
use ungil_objects::types::text::Str;
use ungil_objects::{Exc, Object, Ref, Thread, Value, Word, error, raise};

use super::machine::Machine;
use super::specialise::{self, Cache};
use crate::function::Function;
use ungil_objects::types::cell::Cell;

/// `load_global`: looks the name up and, when warm, remembers where it was.
#[inline(never)]
pub(super) fn load_global(m: &mut Machine<'_>, name: usize, callable: bool) -> Result<Word> {
    m.save();
    let name = m.code.name(name);
    let function = m.frame().function();
    if specialise::is_due(m) {
        specialise_global(m, function, name, callable);
    }
    find_global(m.t, function, name).map(Value::into_word)
}

/// A global or built-in by name. Globals of a subclass of `dict` are asked as a mapping.
pub(super) fn find_global(t: &mut Thread, function: &Object<Function>, name: Ref<'_>) -> Result<Value> {
    let globals = function.globals();
    if let Some(value) = globals.get_str(t, name) {
        return Ok(value);
    }
    if !globals.is_plain(t)
        && let Some(value) = find_in_mapping(t, globals.borrow(), name)?
    {
        return Ok(value);
    }
    match function.builtins().get_str(t, name) {
        Some(value) => Ok(value),
        None => Err(name_error(t, name)),
    }
}

#[cold]
pub(super) fn name_error(t: &mut Thread, name: Ref<'_>) -> Raised {
    let raised = error!(t, NameError, "name '{}' is not defined", name_of(name));
    let key = t.names().name;
    match attribute::set(t, raised.exception().borrow(), key, name.to_value()) {
        Ok(()) => raised,
        Err(failed) => failed,
    }
}

fn specialise_global(m: &mut Machine<'_>, function: &Object<Function>, name: Ref<'_>, callable: bool) {
    let Some(text) = name.downcast::<Str>() else { return };
    let (globals, builtins) = (function.globals(), function.builtins());
    if !globals.is_plain(m.t) {
        return;
    }
    let Some((version, position)) = globals.table().locate_str(m.t, globals.header(), text) else { return };
    if let Some(position) = position.and_then(|position| u16::try_from(position).ok()) {
        let opcode = if callable { Opcode::LoadGlobalCallableModule } else { Opcode::LoadGlobalModule };
        specialise::install(m, opcode, Cache { version, index: position }, &[]);
        return;
    }
    if position.is_some() {
        return;
    }
    if let Some((of_builtins, Some(position))) = builtins.table().locate_str(m.t, builtins.header(), text)
        && let Ok(position) = u16::try_from(position)
    {
        let opcode = if callable { Opcode::LoadGlobalCallableBuiltin } else { Opcode::LoadGlobalBuiltin };
        let second = Cache { version: of_builtins, index: position }.word();
        specialise::install(m, opcode, Cache { version, index: 0 }, &[second]);
    }
}

/// The word at a cached place of a table, fit for a register.
#[inline(always)]
pub(super) fn cached_word(t: &Thread, dict: &Object<Dict>, cache: Cache) -> Option<Word> {
    let table: &Table = dict.table();
    // SAFETY: used below only as the borrow rule allows, with no safepoint between.
    let word = unsafe { table.borrowed_word_at(cache.version, cache.index as usize) }?;
    if word.is_unbound() {
        return None;
    }
    let Some(object) = word.object() else { return Some(word) };
    // SAFETY: reachable a moment ago, and readable until the next safepoint.
    if unsafe { object.as_ref() }.is_uncounted() {
        return Some(word.as_uncounted());
    }
    table.value_at(t, dict.header(), cache.version, cache.index as usize).map(Value::into_word)
}

/// `load_global_module`; `None` if the cache no longer holds.
#[inline(always)]
pub(super) fn load_cached_global(m: &Machine<'_>) -> Option<Word> {
    cached_word(m.t, m.frame().function().globals(), Cache::read(m.cache(0)))
}

/// `load_global_builtin`; `None` if the cache no longer holds.
#[inline(always)]
pub(super) fn load_cached_builtin(m: &Machine<'_>) -> Option<Word> {
    let function = m.frame().function();
    let first = Cache::read(m.cache(0));
    if function.globals().table().keys_version(m.t) != first.version {
        return None;
    }
    cached_word(m.t, function.builtins(), Cache::read(m.cache(1)))
}

/// `store_global`.
#[inline(never)]
pub(super) fn store_global(m: &mut Machine<'_>, value: usize, name: usize) -> Result<()> {
    m.save();
    let value = m.value(value);
    let name = m.code.name(name);
    m.frame().function().globals().set_str(m.t, name, value)?;
    m.settle();
    Ok(())
}

pub(super) fn delete_global(m: &mut Machine<'_>, name: usize) -> Result<()> {
    m.save();
    let name = m.code.name(name);
    if m.frame().function().globals().remove(m.t, name)?.is_none() {
        return Err(name_error(m.t, name));
    }
    m.settle();
    Ok(())
}

fn namespace(m: &Machine<'_>) -> Result<Value> {
    match m.frame().namespace() {
        Some(namespace) => Ok(namespace),
        None => raise!(m.t, SystemError, "no locals in this code"),
    }
}

/// `load_name`.
#[inline(never)]
pub(super) fn load_name(m: &mut Machine<'_>, name: usize) -> Result<Value> {
    m.save();
    let name = m.code.name(name);
    let namespace = namespace(m)?;
    if let Some(value) = find_in_mapping(m.t, namespace.borrow(), name)? {
        return Ok(value);
    }
    find_global(m.t, m.frame().function(), name)
}

/// The value under a name in a namespace, which may be any mapping.
pub(super) fn find_in_mapping(t: &mut Thread, namespace: Ref<'_>, name: Ref<'_>) -> Result<Option<Value>> {
    if let Some(dict) = namespace.downcast_exact::<Dict>(t) {
        return Ok(dict.get_str(t, name));
    }
    match subscript::get(t, namespace, name) {
        Ok(value) => Ok(Some(value)),
        Err(raised) if raised.is(t, Exc::KeyError) => Ok(None),
        Err(raised) => Err(raised),
    }
}

#[inline(never)]
pub(super) fn store_name(m: &mut Machine<'_>, value: usize, name: usize) -> Result<()> {
    m.save();
    let value = m.value(value);
    let name = m.code.name(name);
    let namespace = namespace(m)?;
    match namespace.borrow().downcast_exact::<Dict>(m.t) {
        Some(dict) => dict.set_str(m.t, name, value)?,
        None => subscript::set(m.t, namespace.borrow(), name, value.borrow())?,
    }
    m.settle();
    Ok(())
}

pub(super) fn delete_name(m: &mut Machine<'_>, name: usize) -> Result<()> {
    m.save();
    let name = m.code.name(name);
    let namespace = namespace(m)?;
    match subscript::delete(m.t, namespace.borrow(), name) {
        Err(raised) if raised.is(m.t, Exc::KeyError) => Err(name_error(m.t, name)),
        other => other,
    }?;
    m.settle();
    Ok(())
}

pub(super) fn load_locals(m: &mut Machine<'_>) -> Result<Value> {
    m.save();
    namespace(m)
}

/// `load_from_mapping_or_global`.
pub(super) fn load_from_mapping_or_global(m: &mut Machine<'_>, mapping: usize, name: usize) -> Result<Value> {
    m.save();
    let mapping = m.operand(mapping);
    let name = m.code.name(name);
    match find_in_mapping(m.t, mapping.get(), name)? {
        Some(value) => Ok(value),
        None => find_global(m.t, m.frame().function(), name),
    }
}

/// `load_from_mapping_or_cell`.
pub(super) fn load_from_mapping_or_cell(m: &mut Machine<'_>, mapping: usize, cell: usize) -> Result<Value> {
    m.save();
    let mapping = m.operand(mapping);
    let name = register_name(m, cell);
    match find_in_mapping(m.t, mapping.get(), name)? {
        Some(value) => Ok(value),
        None => load_cell(m, cell),
    }
}

fn register_name(m: &Machine<'_>, register: usize) -> Ref<'static> {
    let name = m.code.spec.register_name(register as u32).unwrap_or("?");
    m.t.interpreter().intern(m.t, name)
}

/// `check_bound`: the local is unbound.
#[cold]
pub(super) fn unbound_local(m: &mut Machine<'_>, register: usize) -> Raised {
    m.save();
    let name = m.code.spec.register_name(register as u32).unwrap_or("?").to_owned();
    error!(
        m.t,
        UnboundLocalError, "cannot access local variable '{name}' where it is not associated with a value"
    )
}

/// The cell in a cell register.
#[inline(always)]
pub(super) fn cell_in<'a>(m: &Machine<'_>, register: usize) -> Option<&'a Object<Cell>> {
    m.registers.read(register).downcast::<Cell>()
}

#[inline(always)]
pub(super) fn load_cell_word(m: &mut Machine<'_>, register: usize) -> Result<Word> {
    match cell_in(m, register).and_then(|cell| cell.local_word(m.t)) {
        Some(word) => Ok(crate::frame::copy(word, m.t)),
        None => load_cell(m, register).map(Value::into_word),
    }
}

#[inline(never)]
fn load_cell(m: &mut Machine<'_>, register: usize) -> Result<Value> {
    match cell_in(m, register).and_then(|cell| cell.get(m.t)) {
        Some(value) => Ok(value),
        None => Err(empty_cell(m, register)),
    }
}

#[cold]
fn empty_cell(m: &mut Machine<'_>, register: usize) -> Raised {
    m.save();
    let name = m.code.spec.register_name(register as u32).unwrap_or("?").to_owned();
    let own = (m.code.spec.n_locals as usize + m.code.spec.cellvars.len()) > register;
    if own {
        return error!(
            m.t,
            UnboundLocalError,
            "cannot access local variable '{name}' where it is not associated with a value"
        );
    }
    error!(
        m.t,
        NameError,
        "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
    )
}

pub(super) fn store_cell(m: &mut Machine<'_>, register: usize, value: usize) {
    m.save();
    let value = m.value(value);
    if let Some(cell) = cell_in(m, register) {
        drop(cell.replace(m.t, Some(value)));
    }
    m.settle();
}

pub(super) fn delete_cell(m: &mut Machine<'_>, register: usize) -> Result<()> {
    load_cell(m, register)?;
    if let Some(cell) = cell_in(m, register) {
        drop(cell.replace(m.t, None));
    }
    m.settle();
    Ok(())
}

/// `copy_free_variables`: the closure's cells go to registers.
pub(super) fn copy_free_variables(m: &mut Machine<'_>, first: usize, count: usize) {
    let function = m.frame().function();
    let Some(closure) = function.closure() else { return };
    for index in 0..count {
        if let Some(cell) = closure.get(index) {
            m.registers.put_value(first + index, cell.to_value());
        }
    }
}

/// `load_build_class`.
pub(super) fn load_build_class(m: &mut Machine<'_>) -> Result<Value> {
    m.save();
    let name = m.t.names().__build_class__;
    match m.frame().function().builtins().get_str(m.t, name) {
        Some(function) => Ok(function),
        None => raise!(m.t, NameError, "__build_class__ not found"),
    }
}

/// `setup_annotations`.
pub(super) fn setup_annotations(m: &mut Machine<'_>) -> Result<()> {
    m.save();
    let namespace = namespace(m)?;
    let name = m.t.names().__annotations__;
    if find_in_mapping(m.t, namespace.borrow(), name)?.is_none() {
        let empty = Dict::new(m.t).into_value();
        subscript::set(m.t, namespace.borrow(), name, empty.borrow())?;
    }
    Ok(())
}

/// `load_common_constant`.
pub(super) fn common_constant(m: &Machine<'_>, which: usize) -> Value {
    let class = if which == 0 { Exc::AssertionError } else { Exc::NotImplementedError };
    ungil_objects::types::exception::class_of(m.t, class).to_value()
}

/// `delete_attr`.
pub(super) fn delete_attribute(m: &mut Machine<'_>, object: usize, name: usize) -> Result<()> {
    m.save();
    let object = m.operand(object);
    let name = m.code.name(name);
    attribute::delete(m.t, object.get(), name)?;
    drop(object);
    m.settle();
    Ok(())
}
