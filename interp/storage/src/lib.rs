//! Value words in memory that threads share: how they are read without a lock, and what writers owe such readers.
//!
//! Everything here works on [`Word`](word::Word)s and raw blocks: who owns a count, where memory comes from, and which lock excludes
//! other writers is the business of `ungil-objects`, whose payload fields are made of these parts. What stands here is what
//! the orderings are for, so that `loom-tests` can run it: under `--cfg ungil_loom` the atomics are the model checker's, and
//! every ordering and step that the protocols rest on is a *site* (see `ungil_qsbr::sync`).
//!
//! | part | protocol |
//! |---|---|
//! | [`slot`] | one word, overwritten by a writer under the lock, read and counted without it |
//! | [`items`] | a growable array of slots |
//! | [`table`] | a hash table that finds without the lock and adds under it |
//! | [`named`] | slots whose meaning a shape gives, which may change meanwhile |
//! | [`publish`] | how objects come to be shared at all |
//! | [`version`] | what a cache may rely on while a version stands |
//!
//! Common to all: **memory that was reachable stays readable until the reader's next safepoint.** Writers hand replaced blocks,
//! and the blocks of dead shared objects, to `ungil-qsbr`.

mod block;
pub mod items;
pub mod named;
pub mod publish;
pub mod slot;
pub mod table;
pub mod version;
pub mod word;
