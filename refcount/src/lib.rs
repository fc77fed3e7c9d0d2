//! Object header and reference counts: biased, deferred, per-thread, immortal.
