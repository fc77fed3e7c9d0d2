//! `set_iterator`.

use crate::error::Result;
use crate::object::{Obj, Object};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::table_cursor::{Direction, TableCursor, table_iterator};
use crate::value::{Ref, Value};

table_iterator!(SetIterator = "set_iterator", Forward, |_, element, _| element);
