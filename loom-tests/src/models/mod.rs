//! The models: one file a protocol, one group a crate.

mod qsbr;

use crate::Model;

/// Every model, in the order of the floors.
pub const ALL: &[&[Model]] = &[qsbr::MODELS];
