//! `compile`, `eval`, `exec`.

use ungil_bytecode::CodeFlags;
use ungil_compile::{Mode, Options};
use ungil_macros::module;
use ungil_objects::error::Result;
use ungil_objects::protocol::call;
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Obj, Object, Ref, Thread, Value, raise};

use super::compile::compile_source;
use super::scope::{current_frame, frame_locals};
use crate::code::Code;
use crate::function::Function;

/// Flags of `compile` as `ast` and `codeop` name them.
const ONLY_AST: i64 = 0x400;
const TOP_LEVEL_AWAIT: i64 = 0x2000;
/// Flags that change nothing here: implied dedents, type comments, incomplete input, futures that are the rule by now.
const WITHOUT_EFFECT: i64 = 0x200 | 0x1000 | 0x4000 | 0x1e_0000 | 0x20_0000 | 0x40_0000 | 0x80_0000 | 0x10;
const FUTURE_ANNOTATIONS: i64 = CodeFlags::FUTURE_ANNOTATIONS.0 as i64;

/// The text of a `source` argument.
fn source_text(t: &mut Thread, source: Ref<'_>, function: &str, wanted: &str) -> Result<String> {
    if let Some(text) = source.downcast::<Str>() {
        return Ok(text.to_string());
    }
    if let Some(bytes) = source.downcast::<Bytes>() {
        let bytes = bytes.as_slice().to_vec();
        return crate::import::source::decode(t, bytes, "<string>");
    }
    raise!(t, TypeError, "{function}() arg 1 must be a {wanted}")
}

/// Whether the code that calls has `from __future__ import annotations` in force.
fn inherits_future_annotations(t: &Thread) -> bool {
    current_frame(t).is_some_and(|frame| frame.code().spec.flags.contains(CodeFlags::FUTURE_ANNOTATIONS))
}

/// The dict and the mapping that code is to run in.
fn namespaces(
    t: &mut Thread,
    function: &str,
    globals: Option<Ref<'_>>,
    locals: Option<Ref<'_>>,
) -> Result<(Obj<Dict>, Value)> {
    let globals = globals.filter(|globals| !globals.is_none());
    let locals = locals.filter(|locals| !locals.is_none());
    let (globals, default_locals) = match globals {
        Some(globals) => match globals.downcast::<Dict>() {
            Some(dict) => (dict.to_obj(), Some(globals.to_value())),
            None if function == "eval" => raise!(t, TypeError, "globals must be a dict"),
            None => {
                let given = globals.class(t).name(t);
                raise!(t, TypeError, "{function}() globals must be a dict, not {given}")
            }
        },
        None => match current_frame(t) {
            Some(frame) => (frame.function().globals().to_obj(), None),
            None => raise!(t, SystemError, "globals and locals cannot be NULL"),
        },
    };
    if let Some(locals) = locals {
        let is_mapping = locals.shape(t).special().binary(ungil_objects::class::Binary::GetItem).is_some();
        if !is_mapping {
            let given = locals.class(t).name(t);
            match function {
                "eval" => raise!(t, TypeError, "locals must be a mapping"),
                _ => raise!(t, TypeError, "locals must be a mapping or None, not {given}"),
            }
        }
    }
    let locals = match (locals, default_locals) {
        (Some(locals), _) => locals.to_value(),
        (None, Some(globals)) => globals,
        (None, None) => frame_locals(t)?,
    };
    crate::import::add_builtins(t, &globals)?;
    Ok((globals, locals))
}

fn run(
    t: &mut Thread,
    function: &str,
    code: &Object<Code>,
    globals: Obj<Dict>,
    locals: Value,
    closure: Option<Ref<'_>>,
) -> Result<Value> {
    let wanted = code.spec.freevars.len();
    let Some(closure) = closure.filter(|closure| !closure.is_none()) else {
        if wanted > 0 {
            match function {
                "eval" => raise!(t, TypeError, "code object passed to eval() may not contain free variables"),
                _ => raise!(t, TypeError, "code object requires a closure of exactly length {wanted}"),
            }
        }
        return crate::eval::run_code(t, code, &globals, locals);
    };
    let Some(cells) = closure.downcast::<Tuple>().filter(|cells| cells.len() == wanted && wanted > 0) else {
        match wanted {
            0 => raise!(t, TypeError, "cannot use a closure with this code object"),
            _ => raise!(t, TypeError, "code object requires a closure of exactly length {wanted}"),
        }
    };
    let function = Function::new(t, code.to_obj(), globals, Some(cells.to_obj()));
    call::call(t, function.borrow(), &[])
}

/// Functions of `builtins`.
#[module(name = "builtins")]
pub mod execute {
    use super::*;

    /// Turns source text into a code object for `exec` or `eval`, or into a syntax tree if the flags say so.
    ///
    /// `mode` says what the source is: 'exec' for a module, 'eval' for an expression, 'single' for a statement at the prompt.
    /// `filename` is for messages. Raises SyntaxError if the source is wrong.
    #[function(
        signature = "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)"
    )]
    #[allow(clippy::too_many_arguments, reason = "Python's signature")]
    fn compile(
        t: &mut Thread,
        source: Ref<'_>,
        filename: Ref<'_>,
        mode: String,
        flags: i64,
        dont_inherit: bool,
        optimize: i64,
        _feature_version: i64,
    ) -> Result<Value> {
        let filename = match (filename.downcast::<Str>(), filename.downcast::<Bytes>()) {
            (Some(name), _) => name.to_string(),
            (_, Some(name)) => String::from_utf8_lossy(name.as_slice()).into_owned(),
            _ => super::super::importing::path_text(t, filename)?,
        };
        if flags & !(ONLY_AST | TOP_LEVEL_AWAIT | WITHOUT_EFFECT | FUTURE_ANNOTATIONS) != 0 {
            raise!(t, ValueError, "compile(): unrecognised flags");
        }
        if !(-1..=2).contains(&optimize) {
            raise!(t, ValueError, "compile(): invalid optimize value");
        }
        let kind = match mode.as_str() {
            "exec" => Mode::Module,
            "eval" => Mode::Expression,
            "single" => Mode::Single,
            "func_type" if flags & ONLY_AST != 0 => {
                raise!(t, NotImplementedError, "compile() reads no types of functions")
            }
            "func_type" => raise!(t, ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST"),
            _ if flags & ONLY_AST != 0 => {
                raise!(t, ValueError, "compile() mode must be 'exec', 'eval', 'single' or 'func_type'")
            }
            _ => raise!(t, ValueError, "compile() mode must be 'exec', 'eval' or 'single'"),
        };
        if let Some(code) = source.downcast::<Code>() {
            return Ok(code.to_value());
        }
        if flags & ONLY_AST != 0 && super::super::syntax_tree::is_tree(t, source)? {
            return Ok(source.to_value());
        }
        let source = source_text(t, source, "compile", "string, bytes or AST object")?;
        if flags & ONLY_AST != 0 {
            return super::super::syntax_tree::parse(t, &source, &filename, kind);
        }
        let mut options = Options::new(kind);
        options.future_annotations =
            flags & FUTURE_ANNOTATIONS != 0 || !dont_inherit && inherits_future_annotations(t);
        options.top_level_await = flags & TOP_LEVEL_AWAIT != 0;
        options.optimize = optimize.max(0) as u8;
        Ok(compile_source(t, &source, &filename, options)?.into_value())
    }

    /// Computes an expression, given as text or code, and returns its value.
    ///
    /// Names come from `globals` and `locals`, or else from where the call stands.
    #[function(signature = "(source, /, globals=None, locals=None)")]
    fn eval(
        t: &mut Thread,
        source: Ref<'_>,
        globals: Option<Ref<'_>>,
        locals: Option<Ref<'_>>,
    ) -> Result<Value> {
        let (globals, locals) = namespaces(t, "eval", globals, locals)?;
        if let Some(code) = source.downcast::<Code>() {
            return run(t, "eval", code, globals, locals, None);
        }
        let source = source_text(t, source, "eval", "string, bytes or code object")?;
        let mut options = Options::new(Mode::Expression);
        options.future_annotations = inherits_future_annotations(t);
        let code = compile_source(t, source.trim_start_matches([' ', '\t']), "<string>", options)?;
        run(t, "eval", &code, globals, locals, None)
    }

    /// Runs statements, given as text or code.
    ///
    /// Names live in `globals` and `locals`, or else where the call stands. `closure` has the cells of code with free variables.
    #[function(signature = "(source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(
        t: &mut Thread,
        source: Ref<'_>,
        globals: Option<Ref<'_>>,
        locals: Option<Ref<'_>>,
        closure: Option<Ref<'_>>,
    ) -> Result<()> {
        let (globals, locals) = namespaces(t, "exec", globals, locals)?;
        if let Some(code) = source.downcast::<Code>() {
            return run(t, "exec", code, globals, locals, closure).map(drop);
        }
        if closure.is_some_and(|closure| !closure.is_none()) {
            raise!(t, TypeError, "closure can only be used when source is a code object");
        }
        let source = source_text(t, source, "exec", "string, bytes or code object")?;
        let mut options = Options::new(Mode::Module);
        options.future_annotations = inherits_future_annotations(t);
        let code = compile_source(t, &source, "<string>", options)?;
        run(t, "exec", &code, globals, locals, None).map(drop)
    }
}
