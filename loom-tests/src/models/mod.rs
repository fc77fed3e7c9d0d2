//! The models: one file a protocol, one group a crate.

mod qsbr;
mod refcount;
mod storage;
mod tlbc;
mod tstate;

use crate::Model;

/// Every model, in the order of the floors.
pub const ALL: &[&[Model]] = &[
    qsbr::MODELS,
    refcount::counts::MODELS,
    refcount::queues::MODELS,
    refcount::publishing::MODELS,
    refcount::by_id::MODELS,
    refcount::promotion::MODELS,
    refcount::weak::MODELS,
    tstate::word::MODELS,
    tstate::count::MODELS,
    tstate::breaker::MODELS,
    tstate::locks::MODELS,
    tstate::interpreter::MODELS,
    tlbc::MODELS,
    storage::slot::MODELS,
    storage::items::MODELS,
    storage::table::MODELS,
    storage::named::MODELS,
    storage::publish::MODELS,
    storage::version::MODELS,
];
