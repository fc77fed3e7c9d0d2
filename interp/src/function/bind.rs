//! Binding the arguments of a call to a function's locals: defaults, keywords, `*args`, `**kwargs`, and the errors.

use ungil_bytecode::CodeFlags;
use ungil_objects::call::Args;
use ungil_objects::error::{Raised, Result};
use ungil_objects::protocol::text::name_of;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Obj, Object, Ref, Thread, Value, error, raise};

use super::Function;
use crate::code::Code;

/// The locals that a call begins with: one entry per parameter, in the order of the registers.
pub(crate) fn bind(
    t: &mut Thread,
    function: &Object<Function>,
    code: &Object<Code>,
    args: Args<'_>,
) -> Result<Vec<Value>> {
    let spec = &*code.spec;
    let n_positional = spec.argument_count as usize;
    let n_named = n_positional + spec.keyword_only_count as usize;
    let mut locals: Vec<Option<Value>> = Vec::with_capacity(n_named + 2);
    locals.resize_with(n_named, || None);
    let positional = args.positional();
    for (local, value) in locals.iter_mut().take(n_positional).zip(positional) {
        *local = Some(value.to_value());
    }
    let extra = positional.len().saturating_sub(n_positional);
    let rest = if spec.flags.contains(CodeFlags::VARARGS) {
        Some(Tuple::from_values(
            t,
            positional[positional.len() - extra..].iter().map(|value| value.to_value()),
        ))
    } else {
        None
    };
    let keywords = spec.flags.contains(CodeFlags::VARKEYWORDS).then(|| Dict::new(t));
    bind_keywords(t, function, code, args, &mut locals, keywords.as_ref())?;
    if extra > 0 && rest.is_none() {
        return Err(too_many(t, function, code, &locals, positional.len()));
    }
    fill_defaults(t, function, code, &mut locals, positional.len())?;
    let mut bound: Vec<Value> = locals.into_iter().flatten().collect();
    bound.extend(rest.map(Obj::into_value));
    bound.extend(keywords.map(Obj::into_value));
    Ok(bound)
}

fn bind_keywords(
    t: &mut Thread,
    function: &Object<Function>,
    code: &Object<Code>,
    args: Args<'_>,
    locals: &mut [Option<Value>],
    keywords: Option<&Obj<Dict>>,
) -> Result<()> {
    let positional_only = code.spec.positional_only_count as usize;
    for (name, value) in args.keywords() {
        let Some(text) = name.downcast::<Str>() else {
            raise!(t, TypeError, "{}() keywords must be strings", Function::display_name(function, t));
        };
        let parameter = code.parameters.iter().enumerate().skip(positional_only).find(|(_, parameter)| {
            // SAFETY: parameter names are interned.
            let parameter = unsafe { Ref::from_word(**parameter) };
            parameter.is(name) || parameter.downcast::<Str>().is_some_and(|parameter| parameter.equals(text))
        });
        match (parameter, keywords) {
            (Some((at, _)), _) => {
                if locals[at].replace(value.to_value()).is_some() {
                    let (function, name) = (Function::display_name(function, t), name_of(name));
                    raise!(t, TypeError, "{function}() got multiple values for argument '{name}'");
                }
            }
            (None, Some(keywords)) => keywords.set(t, name, value.to_value())?,
            (None, None) => return Err(unexpected_keyword(t, function, code, args, name)),
        }
    }
    Ok(())
}

fn fill_defaults(
    t: &mut Thread,
    function: &Object<Function>,
    code: &Object<Code>,
    locals: &mut [Option<Value>],
    given: usize,
) -> Result<()> {
    let n_positional = code.spec.argument_count as usize;
    if given < n_positional {
        let defaults = function.defaults.get(t, function.header());
        let defaults = defaults.as_ref().and_then(|defaults| defaults.downcast_ref::<Tuple>());
        let n_defaults = defaults.map_or(0, |defaults| defaults.len());
        let first_default = n_positional.saturating_sub(n_defaults);
        let missing: Vec<usize> = (0..first_default).filter(|at| locals[*at].is_none()).collect();
        if !missing.is_empty() {
            return Err(missing_arguments(t, function, code, &missing, "positional"));
        }
        let from = first_default.max(given.min(n_positional));
        for (at, local) in locals.iter_mut().enumerate().take(n_positional).skip(from) {
            if local.is_none() {
                let default = defaults.and_then(|defaults| defaults.get(at - first_default));
                *local = default.map(Ref::to_value);
            }
        }
    }
    let mut missing = Vec::new();
    if locals[n_positional..].iter().any(Option::is_none) {
        let defaults = function.keyword_defaults.get(t, function.header());
        let defaults = defaults.as_ref().and_then(|defaults| defaults.downcast_ref::<Dict>());
        for (at, local) in
            locals.iter_mut().enumerate().skip(n_positional).filter(|(_, local)| local.is_none())
        {
            // SAFETY: parameter names are interned.
            let name = unsafe { Ref::from_word(code.parameters[at]) };
            match defaults.and_then(|defaults| defaults.get_str(t, name)) {
                Some(default) => *local = Some(default),
                None => missing.push(at),
            }
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing_arguments(t, function, code, &missing, "keyword-only"))
    }
}

fn missing_arguments(
    t: &Thread,
    function: &Object<Function>,
    code: &Object<Code>,
    missing: &[usize],
    kind: &str,
) -> Raised {
    let names: Vec<String> = missing.iter().map(|at| format!("'{}'", code.spec.varnames[*at])).collect();
    let list = match &names[..] {
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        [] => String::new(),
    };
    let plural = if missing.len() == 1 { "" } else { "s" };
    let (function, count) = (Function::display_name(function, t), missing.len());
    error!(t, TypeError, "{function}() missing {count} required {kind} argument{plural}: {list}")
}

fn too_many(
    t: &Thread,
    function: &Object<Function>,
    code: &Object<Code>,
    locals: &[Option<Value>],
    given: usize,
) -> Raised {
    let n_positional = code.spec.argument_count as usize;
    let defaults = function.defaults.get(t, function.header());
    let n_defaults = defaults.as_ref().and_then(|d| d.downcast_ref::<Tuple>()).map_or(0, |d| d.len());
    let keyword_only = locals[n_positional..].iter().filter(|local| local.is_some()).count();
    let plural = if n_positional == 1 { "" } else { "s" };
    let takes = match n_defaults {
        0 => format!("{n_positional} positional argument{plural}"),
        _ => format!("from {} to {n_positional} positional arguments", n_positional - n_defaults),
    };
    let were = if given == 1 && keyword_only == 0 { "was" } else { "were" };
    let given = match keyword_only {
        0 => format!("{given}"),
        _ => {
            let plural = if given == 1 { "" } else { "s" };
            let keyword_plural = if keyword_only == 1 { "" } else { "s" };
            format!(
                "{given} positional argument{plural} (and {keyword_only} keyword-only argument{keyword_plural})"
            )
        }
    };
    error!(t, TypeError, "{}() takes {takes} but {given} {were} given", Function::display_name(function, t))
}

fn unexpected_keyword(
    t: &Thread,
    function: &Object<Function>,
    code: &Object<Code>,
    args: Args<'_>,
    name: Ref<'_>,
) -> Raised {
    let spec = &*code.spec;
    let positional_only: Vec<String> = args
        .keywords()
        .map(|(name, _)| name_of(name))
        .filter(|name| {
            spec.varnames.iter().take(spec.positional_only_count as usize).any(|other| **other == **name)
        })
        .collect();
    let function = Function::display_name(function, t);
    if positional_only.is_empty() {
        error!(t, TypeError, "{function}() got an unexpected keyword argument '{}'", name_of(name))
    } else {
        error!(
            t,
            TypeError,
            "{function}() got some positional-only arguments passed as keyword arguments: '{}'",
            positional_only.join(", ")
        )
    }
}

impl Function {
    /// The qualified name, as messages show it.
    pub(crate) fn display_name(this: &Object<Function>, t: &Thread) -> String {
        name_of(Function::qualname(this, t).borrow())
    }
}
