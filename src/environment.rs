//! What the environment asks of the runtime. All variables are read here.
//!
//! | variable | meaning |
//! |---|---|
//! | `PYTHON_TLBC` | `0`: one copy of bytecode for all threads, not specialised |
//! | `PYTHON_JIT` | `1`: compile hot loops |
//! | `UNGIL_JIT_PRINT` | not empty: show each trace on standard error |
//! | `PYTHONHASHSEED` | a number: the seed of string hashes; `random` or nothing: a new one |
//! | `PYTHONPATH` | folders to search for modules, before the library |
//! | `PYTHONUNBUFFERED` | not empty: write output at once |
//! | `UNGIL_LOCAL` | `never`: objects are born shared; `stress`: they are published at random |
//! | `UNGIL_CHECK` | `1`: each collection checks the invariants of the heap |

use std::env::var;

use crate::Config;

/// The configuration that the environment asks for.
///
/// # Errors
/// A message about a variable with a value that has no meaning.
pub fn configuration() -> Result<Config, String> {
    let mut config = Config::default();
    let get = |name: &str| var(name).ok().filter(|value| !value.is_empty());
    if let Some(value) = get("PYTHON_TLBC") {
        config.thread_local_bytecode = switch("PYTHON_TLBC", &value)?;
    }
    if let Some(value) = get("PYTHON_JIT") {
        config.jit = switch("PYTHON_JIT", &value)?;
    }
    if let Some(value) = get("PYTHONHASHSEED").filter(|value| value != "random") {
        let seed = value.parse::<u32>().map_err(|_| {
            String::from("PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]")
        })?;
        config.hash_seed = Some(u64::from(seed));
    }
    match get("UNGIL_LOCAL").as_deref() {
        None => {}
        Some("never") => config.never_local = true,
        Some("stress") => config.publish_at_random = true,
        Some(other) => return Err(format!("UNGIL_LOCAL={other}: expected `never` or `stress`")),
    }
    if let Some(value) = get("UNGIL_CHECK") {
        config.check_invariants = switch("UNGIL_CHECK", &value)?;
    }
    Ok(config)
}

/// The folders of `PYTHONPATH`.
pub fn module_path() -> Vec<String> {
    let path = var("PYTHONPATH").unwrap_or_default();
    path.split(':').filter(|folder| !folder.is_empty()).map(str::to_owned).collect()
}

/// Whether traces are to be shown.
pub fn prints_traces() -> bool {
    var("UNGIL_JIT_PRINT").is_ok_and(|value| !value.is_empty())
}

/// Whether output is to be written at once.
pub fn is_unbuffered() -> bool {
    var("PYTHONUNBUFFERED").is_ok_and(|value| !value.is_empty())
}

/// A variable or option that is on or off.
///
/// # Errors
/// A message if the value is neither `0` nor `1`.
pub fn switch(name: &str, value: &str) -> Result<bool, String> {
    match value {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(format!("{name}={value}: expected 0 or 1")),
    }
}
