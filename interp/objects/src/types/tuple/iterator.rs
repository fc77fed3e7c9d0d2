//! `tuple_iterator`.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Tuple;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::sequence::Items;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::index_iterator::index_iterator;
use crate::value::Value;

index_iterator!(Tuple, forward TupleIterator = "tuple_iterator", hot 12);
