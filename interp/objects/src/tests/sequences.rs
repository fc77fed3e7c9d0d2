//! Lists, tuples, ranges and slices through the operators.

use super::all_modes;
use crate::class::Operator;
use crate::error::Exc;
use crate::protocol::{call, compare, iterate, operator, subscript, text};
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::range::Range;
use crate::types::slice::Slice;
use crate::types::text::Str;
use crate::types::tuple::Tuple;
use crate::value::{Ref, Value};

pub(super) fn ints(t: &Thread, values: impl IntoIterator<Item = i32>) -> Value {
    List::from_values(t, values.into_iter().map(Value::from_i32)).into_value()
}

fn slice(t: &Thread, parts: [Option<i32>; 3]) -> Value {
    let [start, stop, step] = parts.map(|part| part.map_or(Value::NONE, Value::from_i32));
    Slice::from_parts(t, start, stop, step).into_value()
}

/// The value as Python writes it, for the classes of these tests.
fn shown(t: &mut Thread, value: Ref<'_>) -> String {
    if let Some(list) = value.downcast::<List>() {
        let items: Vec<_> = list.to_vec(t).iter().map(|item| shown(t, item.borrow())).collect();
        return format!("[{}]", items.join(", "));
    }
    if let Some(tuple) = value.downcast::<Tuple>() {
        let items: Vec<_> = tuple.items().map(|item| shown(t, item)).collect();
        return format!("({})", items.join(", "));
    }
    match value.downcast::<Str>() {
        Some(text) => format!("'{}'", &**text),
        None if value.header().is_some() => text::repr(t, value).expect("has a repr").to_string(),
        None => format!("{value:?}"),
    }
}

#[track_caller]
pub(super) fn shows(t: &mut Thread, value: Ref<'_>, expected: &str) {
    assert_eq!(shown(t, value), expected);
}

pub(super) fn method(t: &mut Thread, receiver: &Value, name: &str, args: &[Ref<'_>]) -> crate::Result<Value> {
    let name = t.interpreter().intern(t, name);
    call::call_method(t, receiver.borrow(), name, args)
}

#[test]
fn slices_of_lists_are_read_assigned_and_deleted() {
    all_modes(|mut t| {
        let list = ints(&t, 0..10);
        let every_third = slice(&t, [Some(1), None, Some(3)]);
        let read = subscript::get(&mut t, list.borrow(), every_third.borrow()).expect("selects");
        shows(&mut t, read.borrow(), "[1, 4, 7]");
        let three = ints(&t, [-1, -2, -3]);
        subscript::set(&mut t, list.borrow(), every_third.borrow(), three.borrow()).expect("as many");
        shows(&mut t, list.borrow(), "[0, -1, 2, 3, -2, 5, 6, -3, 8, 9]");
        let backward = slice(&t, [None, None, Some(-2)]);
        subscript::delete(&mut t, list.borrow(), backward.borrow()).expect("deletes");
        shows(&mut t, list.borrow(), "[0, 2, -2, 6, 8]");
        let middle = slice(&t, [Some(1), Some(3), None]);
        let refused = subscript::set(&mut t, list.borrow(), middle.borrow(), Value::NONE.borrow());
        assert!(refused.expect_err("no iterable").is(&t, Exc::TypeError));
        let list_itself = list.clone();
        subscript::set(&mut t, list.borrow(), middle.borrow(), list_itself.borrow()).expect("itself");
        shows(&mut t, list.borrow(), "[0, 0, 2, -2, 6, 8, 6, 8]");
    });
}

#[test]
fn a_list_that_holds_itself_shows_dots() {
    all_modes(|mut t| {
        let list = ints(&t, []);
        method(&mut t, &list, "append", &[list.borrow()]).expect("appends");
        let shown = text::repr(&mut t, list.borrow()).expect("ends");
        assert_eq!(shown.to_string(), "[[...]]");
        method(&mut t, &list, "clear", &[]).expect("clears");
    });
}

#[test]
fn sorting_is_stable_and_refuses_what_has_no_order() {
    all_modes(|mut t| {
        let words = ["pear", "fig", "apple", "date"].map(|word| Str::from_str(&t, word).into_value());
        let list = List::from_values(&t, words).into_value();
        method(&mut t, &list, "sort", &[]).expect("sorts");
        shows(&mut t, list.borrow(), "['apple', 'date', 'fig', 'pear']");
        let mixed = List::from_values(&t, [Value::from_i32(1), Value::NONE]).into_value();
        let raised = method(&mut t, &mixed, "sort", &[]).expect_err("no order");
        assert!(raised.is(&t, Exc::TypeError));
        shows(&mut t, mixed.borrow(), "[1, None]");
        let pairs = (0..100).map(|at| {
            let pair = [Value::from_i32(at % 7), Value::from_i32(at)];
            Tuple::from_values(&t, pair).into_value()
        });
        let pairs = List::from_values(&t, pairs.rev().collect::<Vec<_>>()).into_value();
        method(&mut t, &pairs, "sort", &[]).expect("sorts");
        let items = iterate::collect(&mut t, pairs.borrow()).expect("iterates");
        for two in items.windows(2) {
            let ordered =
                compare::holds(&mut t, compare::Comparison::LessEqual, two[0].borrow(), two[1].borrow());
            assert_eq!(ordered.ok(), Some(true));
        }
    });
}

#[test]
fn ranges_answer_without_walking() {
    all_modes(|mut t| {
        let range = Range::from_i64(&t, 0, 1 << 40, 3).expect("a step").into_value();
        let inside = crate::types::int::Int::from_i64(&t, 3 << 30);
        assert_eq!(subscript::contains(&mut t, range.borrow(), inside.borrow()).ok(), Some(true));
        let tail = slice(&t, [Some(-2), None, Some(-1)]);
        let part = subscript::get(&mut t, range.borrow(), tail.borrow()).expect("selects");
        shows(&mut t, part.borrow(), "range(1099511627772, -3, -3)");
        let empty = Range::from_i64(&t, 5, 5, 2).expect("a step").into_value();
        let other = Range::from_i64(&t, 0, -3, 1).expect("a step").into_value();
        assert_eq!(compare::equal(&mut t, empty.borrow(), other.borrow()).ok(), Some(true));
    });
}

#[test]
fn concatenation_and_repetition() {
    all_modes(|mut t| {
        let pair = Tuple::from_values(&t, [Value::from_i32(1), Value::NONE]).into_value();
        let three = Value::from_i32(3);
        let tripled = operator::binary(&mut t, Operator::Multiply, three.borrow(), pair.borrow());
        shows(&mut t, tripled.expect("repeats").borrow(), "(1, None, 1, None, 1, None)");
        let list = ints(&t, [1]);
        let raised =
            operator::binary(&mut t, Operator::Add, list.borrow(), pair.borrow()).expect_err("other");
        assert_eq!(
            crate::types::exception::summary(&t, raised.exception()),
            "TypeError: can only concatenate list (not \"tuple\") to list"
        );
        let huge = Value::from_small_int(1 << 60).expect("fits");
        let raised = operator::binary(&mut t, Operator::Multiply, list.borrow(), huge.borrow());
        assert!(raised.expect_err("no memory").is(&t, Exc::MemoryError));
    });
}

#[test]
fn an_exhausted_iterator_stays_so() {
    all_modes(|mut t| {
        let list = ints(&t, [1]);
        let iterator = iterate::iter(&mut t, list.borrow()).expect("iterates");
        assert!(iterate::next(&mut t, iterator.borrow()).expect("goes on").is_some());
        assert!(iterate::next(&mut t, iterator.borrow()).expect("ends").is_none());
        method(&mut t, &list, "append", &[Value::NONE.borrow()]).expect("appends");
        assert!(iterate::next(&mut t, iterator.borrow()).expect("ended").is_none());
    });
}
