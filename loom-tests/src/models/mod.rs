//! The models: one file a protocol, one group a crate.

mod lock_free_read;
mod qsbr;
mod refcount;

use crate::Model;

/// Every model, in the order of the floors.
pub const ALL: &[&[Model]] = &[
    qsbr::MODELS,
    refcount::counts::MODELS,
    refcount::queues::MODELS,
    refcount::publishing::MODELS,
    refcount::by_id::MODELS,
    refcount::weak::MODELS,
    lock_free_read::MODELS,
];
