//! `list_iterator` and `list_reverseiterator`.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::List;
use crate::fields::Fixed;
use crate::object::{Obj, Object};
use crate::protocol::sequence::Items;
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::index_iterator::index_iterator;
use crate::value::Value;

index_iterator!(List, forward ListIterator = "list_iterator", hot 11);
index_iterator!(List, backward ListReverseIterator = "list_reverseiterator");
