//! The iterators of dicts: keys, values and items, in order and backwards.

use crate::error::Result;
use crate::object::{Obj, Object};
use crate::thread::Thread;
use crate::trace::{Trace, Tracer};
use crate::types::table_cursor::{Direction, TableCursor, table_iterator};
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

fn pair(t: &Thread, key: Value, value: Value) -> Value {
    Tuple::from_values(t, [key, value]).into_value()
}

impl DictItemIterator {
    /// The next key and value.
    pub(crate) fn next_pair(&self, t: &Thread) -> Result<Option<(Value, Value)>> {
        self.cursor.advance(t, Direction::Forward)
    }
}

table_iterator!(DictKeyIterator = "dict_keyiterator", Forward, |_, key, _| key);
table_iterator!(DictValueIterator = "dict_valueiterator", Forward, |_, _, value| value);
table_iterator!(DictItemIterator = "dict_itemiterator", Forward, pair);
table_iterator!(DictReverseKeyIterator = "dict_reversekeyiterator", Backward, |_, key, _| key);
table_iterator!(DictReverseValueIterator = "dict_reversevalueiterator", Backward, |_, _, value| value);
table_iterator!(DictReverseItemIterator = "dict_reverseitemiterator", Backward, pair);
