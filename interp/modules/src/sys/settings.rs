//! What programs can set: limits, hooks of asynchronous generators; and the flags of the command line.

use std::sync::atomic::Ordering;

use ungil_macros::function;
use ungil_objects::object::Object;
use ungil_objects::types::float::Float;
use ungil_objects::types::module::Module;
use ungil_objects::types::struct_sequence::{self, instantiate};
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Result, Thread, Value, raise};

use super::facts::add_record;

ungil_objects::struct_sequence!(
    FLAGS,
    "sys",
    "flags",
    "sys.flags\n\nFlags provided through command line arguments or environment vars.",
    {
        "debug": "-d",
        "inspect": "-i",
        "interactive": "-i",
        "optimize": "-O or -OO",
        "dont_write_bytecode": "-B",
        "no_user_site": "-s",
        "no_site": "-S",
        "ignore_environment": "-E",
        "verbose": "-v",
        "bytes_warning": "-b",
        "quiet": "-q",
        "hash_randomization": "-R",
        "isolated": "-I",
        "dev_mode": "-X dev",
        "utf8_mode": "-X utf8",
        "warn_default_encoding": "-X warn_default_encoding",
        "safe_path": "-P",
        "int_max_str_digits": "-X int_max_str_digits",
    },
    hidden: ["gil", "thread_inherit_context", "context_aware_warnings"],
    constructible: false
);

ungil_objects::struct_sequence!(
    ASYNCGEN_HOOKS,
    "sys",
    "asyncgen_hooks",
    "asyncgen_hooks\n\nNamed tuple containing information about asynchronous generator hooks.",
    {
        "firstiter": "Hook to intercept first iteration",
        "finalizer": "Hook to intercept finalization",
    },
    hidden: [],
    constructible: false
);

/// The interpreter's references to settings that are Python values.
const SWITCH_INTERVAL: &str = "sys.switchinterval";
const ASYNCGEN_HOOKS_CLASS: &str = "sys.asyncgen_hooks";
/// Called with an asynchronous generator when it is first iterated.
pub const FIRSTITER_ROOT: &str = "sys.asyncgen_hooks.firstiter";
/// Called with an asynchronous generator that dies unfinished.
pub const FINALIZER_ROOT: &str = "sys.asyncgen_hooks.finalizer";

/// Fewer digits than this cannot be set as the bound of conversions.
const LEAST_MAX_STR_DIGITS: i64 = 640;

pub(super) fn add(t: &mut Thread, module: &Object<Module>) -> Result<()> {
    let digits = t.interpreter().int_max_str_digits.load(Ordering::Relaxed) as i32;
    let (zero, one) = (Value::from_i32(0), Value::from_i32(1));
    let randomized = if t.interpreter().options().hash_seed.is_none() { &one } else { &zero };
    let mut fields = vec![zero.clone(); FLAGS.definition.properties.len()];
    for (name, value) in [
        ("dont_write_bytecode", one.clone()),
        ("hash_randomization", randomized.clone()),
        ("dev_mode", Value::FALSE),
        ("utf8_mode", one.clone()),
        ("safe_path", Value::FALSE),
        ("int_max_str_digits", Value::from_i32(digits)),
    ] {
        if let Some(at) = FLAGS.definition.properties.iter().position(|field| field.name == name) {
            fields[at] = value;
        }
    }
    let flags = add_record(t, module, &FLAGS, fields)?;
    if let Some(flags) = flags.downcast_ref::<Tuple>() {
        struct_sequence::set_hidden(t, flags, "gil", zero)?;
        struct_sequence::set_hidden(t, flags, "thread_inherit_context", one.clone())?;
        struct_sequence::set_hidden(t, flags, "context_aware_warnings", one)?;
    }
    let class = ASYNCGEN_HOOKS.make(t)?;
    t.interpreter().set_root(t, ASYNCGEN_HOOKS_CLASS, class.into_value());
    let interval = Float::from_f64(t, 0.005);
    t.interpreter().set_root(t, SWITCH_INTERVAL, interval);
    Ok(())
}

/// How many digits a decimal text may have to be made into an `int`, or from one; 0 if any number.
#[function]
pub fn get_int_max_str_digits(t: &Thread) -> usize {
    t.interpreter().int_max_str_digits.load(Ordering::Relaxed)
}

/// Sets how many digits a decimal text may have to be made into an `int`, or from one.
///
/// 0 lifts the limit. Raises `ValueError` for other numbers below 640.
#[function(signature = "(maxdigits)")]
pub fn set_int_max_str_digits(t: &Thread, maxdigits: i32) -> Result<()> {
    if maxdigits != 0 && i64::from(maxdigits) < LEAST_MAX_STR_DIGITS {
        raise!(t, ValueError, "maxdigits must be >= {LEAST_MAX_STR_DIGITS} or 0 for unlimited");
    }
    t.interpreter().int_max_str_digits.store(maxdigits as usize, Ordering::Relaxed);
    Ok(())
}

/// The number of seconds that `setswitchinterval` was last given.
#[function]
pub fn getswitchinterval(t: &Thread) -> Value {
    t.interpreter().root(t, SWITCH_INTERVAL).unwrap_or(Value::NONE)
}

/// Remembers a number of seconds, for `getswitchinterval`.
///
/// Threads run at the same time and are never switched. Raises `ValueError` unless the number is positive.
#[function]
pub fn setswitchinterval(t: &Thread, interval: f64) -> Result<()> {
    if interval.is_nan() || interval <= 0.0 {
        raise!(t, ValueError, "switch interval must be strictly positive");
    }
    t.interpreter().set_root(t, SWITCH_INTERVAL, Float::from_f64(t, interval));
    Ok(())
}

/// The encoding that `str.encode` and `bytes.decode` take if none is named: always UTF-8.
#[function]
pub fn getdefaultencoding() -> &'static str {
    "utf-8"
}

/// The encoding of names in the file system: always UTF-8.
#[function]
pub fn getfilesystemencoding() -> &'static str {
    "utf-8"
}

/// How names in the file system that are not valid UTF-8 become text: always `surrogateescape`.
#[function]
pub fn getfilesystemencodeerrors() -> &'static str {
    "surrogateescape"
}

/// Whether the interpreter is on its way out.
#[function]
pub fn is_finalizing(t: &Thread) -> bool {
    t.interpreter().is_finalizing.load(Ordering::Relaxed)
}

/// Whether there is a global lock: never.
#[function]
pub fn _is_gil_enabled() -> bool {
    false
}

/// Sets what is called with an asynchronous generator: `firstiter` when its iteration begins,
/// `finalizer` when it dies unfinished.
///
/// `None` removes a hook; one that is not given stays. Raises `TypeError` for what cannot be called.
#[function(signature = "(firstiter=..., finalizer=...)")]
pub fn set_asyncgen_hooks(t: &Thread, firstiter: Option<Ref<'_>>, finalizer: Option<Ref<'_>>) -> Result<()> {
    let hooks = [(FIRSTITER_ROOT, "firstiter", firstiter), (FINALIZER_ROOT, "finalizer", finalizer)];
    for (_, name, hook) in hooks {
        if let Some(hook) = hook
            && !hook.is_none()
            && hook.shape(t).special().call.is_none()
        {
            let class = hook.class(t).name(t);
            raise!(t, TypeError, "callable {name} expected, got {class}");
        }
    }
    for (root, _, hook) in hooks {
        if let Some(hook) = hook {
            t.interpreter().set_root(t, root, hook.to_value());
        }
    }
    Ok(())
}

/// The functions that `set_asyncgen_hooks` has set, as a pair with the names `firstiter` and `finalizer`.
#[function]
pub fn get_asyncgen_hooks(t: &Thread) -> Value {
    let hooks = [FIRSTITER_ROOT, FINALIZER_ROOT];
    let hooks = hooks.map(|root| t.interpreter().root(t, root).unwrap_or(Value::NONE)).to_vec();
    let class = t.interpreter().root(t, ASYNCGEN_HOOKS_CLASS);
    match class.as_ref().and_then(|class| class.downcast_ref()) {
        Some(class) => instantiate(t, class, hooks).into_value(),
        None => Tuple::from_values(t, hooks).into_value(),
    }
}
