//! Dicts, their views and iterators, and sets.

use super::all_modes;
use super::sequences::{ints, method, shows};
use crate::class::Operator;
use crate::error::Exc;
use crate::protocol::compare::{self, Comparison};
use crate::protocol::{iterate, operator, subscript, text};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::set::{FrozenSet, Set};
use crate::value::{Ref, Value};

fn dict(t: &mut Thread, keys: impl IntoIterator<Item = i32>) -> Value {
    let dict = Dict::new(t);
    for key in keys {
        dict.set(t, Value::from_i32(key).borrow(), Value::from_i32(key * 10)).expect("hashable");
    }
    dict.into_value()
}

fn set(t: &mut Thread, elements: impl IntoIterator<Item = i32>) -> Value {
    let set = Set::new(t);
    for element in elements {
        set.add(t, Value::from_i32(element)).expect("hashable");
    }
    set.into_value()
}

fn listed(t: &mut Thread, iterable: Ref<'_>) -> Vec<i64> {
    let items = iterate::collect(t, iterable).expect("iterates");
    items.iter().map(|item| item.borrow().as_small_int().expect("an int")).collect()
}

#[track_caller]
fn fails(t: &Thread, result: crate::Result<impl Sized>, class: Exc, summary: &str) {
    let raised = result.err().expect("raises");
    assert!(raised.is(t, class));
    assert_eq!(crate::types::exception::summary(t, raised.exception()), summary);
}

#[test]
fn iterating_a_dict_that_changes_is_an_error() {
    all_modes(|mut t| {
        let dict = dict(&mut t, 0..3);
        let iterator = iterate::iter(&mut t, dict.borrow()).expect("iterates");
        iterate::next(&mut t, iterator.borrow()).expect("goes on");
        subscript::set(&mut t, dict.borrow(), Value::from_i32(9).borrow(), Value::NONE.borrow())
            .expect("sets");
        let changed = "RuntimeError: dictionary changed size during iteration";
        let next = iterate::next(&mut t, iterator.borrow());
        fails(&t, next, Exc::RuntimeError, changed);
        subscript::delete(&mut t, dict.borrow(), Value::from_i32(9).borrow()).expect("deletes");
        let next = iterate::next(&mut t, iterator.borrow());
        fails(&t, next, Exc::RuntimeError, changed);
    });
}

#[test]
fn dicts_go_backwards_and_lose_their_ends() {
    all_modes(|mut t| {
        let dict = dict(&mut t, 0..2000);
        let reversed = method(&mut t, &dict, "__reversed__", &[]).expect("reverses");
        assert_eq!(listed(&mut t, reversed.borrow()), (0..2000).rev().collect::<Vec<_>>());
        for expected in (1000..2000).rev() {
            let popped = method(&mut t, &dict, "popitem", &[]).expect("not empty");
            assert_eq!(listed(&mut t, popped.borrow()), [expected, expected * 10]);
        }
        let dict_ref = dict.downcast_ref::<Dict>().expect("a dict");
        for expected in 0..500 {
            let (key, _) = dict_ref.table().pop_first(&t, dict_ref.header()).expect("not empty");
            assert_eq!(key.borrow().as_small_int(), Some(expected));
        }
        subscript::set(&mut t, dict.borrow(), Value::from_i32(7).borrow(), Value::NONE.borrow())
            .expect("sets");
        assert_eq!(dict_ref.len(), 501);
        assert_eq!(listed(&mut t, dict.borrow()), (500..1000).chain([7]).collect::<Vec<_>>());
    });
}

#[test]
fn missing_and_unhashable_keys_are_worded_as_pythons() {
    all_modes(|mut t| {
        let dict = dict(&mut t, [1]);
        let list = ints(&t, [1]);
        let found = subscript::get(&mut t, dict.borrow(), list.borrow());
        fails(
            &t,
            found,
            Exc::TypeError,
            "TypeError: cannot use 'list' as a dict key (unhashable type: 'list')",
        );
        let found = subscript::get(&mut t, dict.borrow(), Value::NONE.borrow());
        assert!(found.expect_err("no key").is(&t, Exc::KeyError));
        let set = set(&mut t, [1]);
        let added = method(&mut t, &set, "add", &[list.borrow()]);
        fails(
            &t,
            added,
            Exc::TypeError,
            "TypeError: cannot use 'list' as a set element (unhashable type: 'list')",
        );
    });
}

#[test]
fn sets_have_their_algebra() {
    all_modes(|mut t| {
        let (a, b) = (set(&mut t, 0..6), set(&mut t, [4, 5, 6, 7]));
        for (operator, expected) in [
            (Operator::Or, "{0, 1, 2, 3, 4, 5, 6, 7}"),
            (Operator::And, "{4, 5}"),
            (Operator::Subtract, "{0, 1, 2, 3}"),
            (Operator::Xor, "{0, 1, 2, 3, 6, 7}"),
        ] {
            let result = operator::binary(&mut t, operator, a.borrow(), b.borrow()).expect("sets");
            shows(&mut t, result.borrow(), expected);
            let copy = method(&mut t, &a, "copy", &[]).expect("copies");
            let result = operator::inplace(&mut t, operator, copy.borrow(), b.borrow()).expect("sets");
            assert!(result.borrow().is(copy.borrow()));
            shows(&mut t, result.borrow(), expected);
        }
        let small = set(&mut t, [5, 4]);
        let subset = compare::holds(&mut t, Comparison::Less, small.borrow(), a.borrow());
        assert_eq!(subset.ok(), Some(true));
        let list = ints(&t, [4, 4, 9]);
        let common = method(&mut t, &a, "intersection", &[list.borrow()]).expect("iterates");
        shows(&mut t, common.borrow(), "{4}");
        let refused = operator::binary(&mut t, Operator::Or, a.borrow(), list.borrow());
        fails(&t, refused, Exc::TypeError, "TypeError: unsupported operand type(s) for |: 'set' and 'list'");
    });
}

#[test]
fn a_set_finds_the_frozenset_that_equals_it() {
    all_modes(|mut t| {
        let inner = set(&mut t, [1, 2]);
        let elements = inner.downcast_ref::<Set>().expect("a set").elements().to_vec(&t);
        let frozen = FrozenSet::from_distinct(&t, elements.into_iter().rev().collect()).into_value();
        let outer = Set::new(&t);
        outer.add(&mut t, frozen).expect("hashable");
        assert_eq!(subscript::contains(&mut t, outer.borrow(), inner.borrow()).ok(), Some(true));
        let shown = text::repr(&mut t, outer.borrow()).expect("shows");
        assert_eq!(shown.to_string(), "{frozenset({2, 1})}");
    });
}

#[test]
fn views_are_sets_and_see_changes() {
    all_modes(|mut t| {
        let (a, b) = (dict(&mut t, 0..4), dict(&mut t, 2..6));
        let keys = method(&mut t, &a, "keys", &[]).expect("has keys");
        let others = method(&mut t, &b, "keys", &[]).expect("has keys");
        let common = operator::binary(&mut t, Operator::And, keys.borrow(), others.borrow()).expect("sets");
        shows(&mut t, common.borrow(), "{2, 3}");
        subscript::delete(&mut t, a.borrow(), Value::from_i32(0).borrow()).expect("deletes");
        shows(&mut t, keys.borrow(), "dict_keys([1, 2, 3])");
        let items = method(&mut t, &a, "items", &[]).expect("has items");
        shows(&mut t, items.borrow(), "dict_items([(1, 10), (2, 20), (3, 30)])");
        let merged = operator::binary(&mut t, Operator::Or, a.borrow(), b.borrow()).expect("merges");
        shows(&mut t, merged.borrow(), "{1: 10, 2: 20, 3: 30, 4: 40, 5: 50}");
    });
}
