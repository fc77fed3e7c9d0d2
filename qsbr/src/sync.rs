//! The seam between shipping code and the model checker, shared by the lower crates.
//!
//! Normally these are the standard library's types. Under `--cfg ungil_loom` they are loom's, so that `loom-tests`
//! runs the very code that ships. Handshakes of the store-then-load kind are written as relaxed accesses around a
//! `SeqCst` fence, which loom models (it treats `SeqCst` accesses as acquire and release only).
//!
//! # Sites
//!
//! Every ordering stronger than `Relaxed`, every fence and every step that a protocol depends on is a *site* with a
//! unique id, `crate.operation.what`:
//!
//! - [`site!`](crate::site)`("qsbr.advance", Release)` is the ordering;
//! - [`fence!`](crate::fence)`("qsbr.scan.fence", SeqCst)` is the fence;
//! - [`step!`](crate::step)`("qsbr.order.wrap", expression, otherwise weaker)` is the expression.
//!
//! In a normal build they are exactly that. Under the cfg, the sites named by the environment variable `UNGIL_WEAKEN`
//! (separated by commas) turn into `Relaxed`, into nothing, and into the weaker expression: so a known-bad variant
//! needs no rebuild, and a tool can weaken every site in turn.

#[cfg(not(ungil_loom))]
pub use std::{
    hint,
    sync::{Arc, Mutex, MutexGuard, atomic},
    thread,
};

#[cfg(ungil_loom)]
pub use loom::{
    cell, hint,
    sync::{Arc, Mutex, MutexGuard, atomic},
    thread,
};

/// Whether `UNGIL_WEAKEN` names this site.
#[cfg(ungil_loom)]
pub fn is_weakened(site: &str) -> bool {
    static NAMED: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    let named = NAMED.get_or_init(|| {
        let value = std::env::var("UNGIL_WEAKEN").unwrap_or_default();
        value.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
    });
    named.iter().any(|name| name == site)
}

/// The memory ordering of a named site: `site!("crate.operation.what", Acquire)`. See [`sync`](crate::sync).
#[cfg(not(ungil_loom))]
#[macro_export]
macro_rules! site {
    ($id:literal, $ordering:ident) => {
        ::core::sync::atomic::Ordering::$ordering
    };
}

/// The memory ordering of a named site: `site!("crate.operation.what", Acquire)`. See [`sync`](crate::sync).
#[cfg(ungil_loom)]
#[macro_export]
macro_rules! site {
    ($id:literal, $ordering:ident) => {
        if $crate::sync::is_weakened($id) {
            ::core::sync::atomic::Ordering::Relaxed
        } else {
            ::core::sync::atomic::Ordering::$ordering
        }
    };
}

/// A fence at a named site: `fence!("crate.operation.fence", SeqCst)`. See [`sync`](crate::sync).
#[cfg(not(ungil_loom))]
#[macro_export]
macro_rules! fence {
    ($id:literal, $ordering:ident) => {
        ::core::sync::atomic::fence(::core::sync::atomic::Ordering::$ordering)
    };
}

/// A fence at a named site: `fence!("crate.operation.fence", SeqCst)`. See [`sync`](crate::sync).
#[cfg(ungil_loom)]
#[macro_export]
macro_rules! fence {
    ($id:literal, $ordering:ident) => {
        if !$crate::sync::is_weakened($id) {
            $crate::sync::atomic::fence(::core::sync::atomic::Ordering::$ordering)
        }
    };
}

/// A step that a protocol depends on: `step!("crate.operation.what", expression, otherwise weaker)`. Only the models
/// ever see the weaker expression. See [`sync`](crate::sync).
#[cfg(not(ungil_loom))]
#[macro_export]
macro_rules! step {
    ($id:literal, $expression:expr, otherwise $weaker:expr) => {
        $expression
    };
}

/// A step that a protocol depends on: `step!("crate.operation.what", expression, otherwise weaker)`. Only the models
/// ever see the weaker expression. See [`sync`](crate::sync).
#[cfg(ungil_loom)]
#[macro_export]
macro_rules! step {
    ($id:literal, $expression:expr, otherwise $weaker:expr) => {
        if $crate::sync::is_weakened($id) { $weaker } else { $expression }
    };
}
