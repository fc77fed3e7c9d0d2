//! The object model from below: an interpreter with a few classes and no evaluator.

mod classes;
mod mappings;
mod numbers;
mod sequences;

use crate::boot::Attached;
use crate::hooks::Hooks;
use crate::interpreter::{Interpreter, Options};
use crate::types::exception::Exc;
use crate::types::list::List;
use crate::types::text::Str;
use crate::value::Value;

fn boot(options: Options) -> Attached {
    let (_, attached) = Interpreter::boot(options, Hooks::default(), crate::types::make_all).expect("boots");
    attached
}

fn all_modes(test: impl Fn(Attached)) {
    for never_local in [false, true] {
        test(boot(Options { never_local, ..Options::default() }));
    }
}

#[test]
fn a_list_holds_what_it_was_given() {
    all_modes(|mut t| {
        let list = List::from_values(&t, []);
        for i in 0..100 {
            let text = Str::from_str(&t, &format!("item {i}"));
            list.push(&t, text.into_value());
        }
        assert_eq!(list.len(), 100);
        let item = list.get(&t, 42).expect("is there");
        assert!(item.downcast_ref::<Str>().is_some_and(|text| text.is_text("item 42")));
        let removed = list.items().splice(&t, list.header(), 10, 90, vec![Value::NONE]);
        assert_eq!((removed.len(), list.len()), (80, 21));
        let length = crate::protocol::convert::length(&mut t, list.borrow());
        assert_eq!(length.ok(), Some(21));
    });
}

#[test]
fn a_dict_keeps_order_and_finds_equal_keys() {
    all_modes(|mut t| {
        let dict = crate::types::dict::Dict::new(&t);
        for i in 0..50 {
            let key = Str::from_str(&t, &format!("key {i}"));
            dict.set(&mut t, key.borrow(), Value::from_i32(i)).expect("hashable");
        }
        let key = Str::from_str(&t, "key 7");
        assert_eq!(
            dict.get(&mut t, key.borrow()).expect("hashable").and_then(|v| v.borrow().as_small_int()),
            Some(7)
        );
        dict.remove(&mut t, key.borrow()).expect("hashable").expect("was there");
        assert_eq!(dict.len(), 49);
        let values: Vec<_> =
            dict.items(&t).into_iter().filter_map(|(_, v)| v.borrow().as_small_int()).collect();
        assert_eq!(values, (0..50).filter(|i| *i != 7).collect::<Vec<_>>());
    });
}

#[test]
fn special_methods_are_found_and_errors_are_worded() {
    all_modes(|mut t| {
        let raised = crate::protocol::convert::length(&mut t, Value::NONE.borrow());
        let _ = raised.expect_err("None has no length");
        let error = crate::error!(&t, ValueError, "no {}", 1);
        assert!(
            error.is(&t, Exc::ValueError) && error.is(&t, Exc::Exception) && !error.is(&t, Exc::TypeError)
        );
    });
}

#[test]
fn threads_share_a_list() {
    let mut t = boot(Options::default());
    let interpreter = t.interpreter();
    let list = List::from_values(&t, (0..64).map(Value::from_i32)).into_value().into_handle(&t);
    let reads = t.blocking(|| {
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..4)
                .map(|worker| {
                    let list = &list;
                    scope.spawn(move || {
                        let t = interpreter.attach().expect("attaches");
                        let list = list.get(&t).downcast::<List>().expect("a list");
                        let mut texts = 0;
                        for round in 0..2_000usize {
                            let text = Str::from_str(&t, &format!("{worker} {round}"));
                            let index = (round * 7 + worker) % 64;
                            drop(list.items().replace(&t, list.header(), index, text.into_value()));
                            let read = list.get(&t, (index * 5) % 64).expect("never shrinks");
                            texts +=
                                usize::from(read.downcast_ref::<Str>().is_some_and(|text| text.len() >= 3));
                        }
                        texts
                    })
                })
                .collect();
            workers.into_iter().map(|worker| worker.join().expect("no panic")).sum::<usize>()
        })
    });
    assert!(reads > 1_000, "{reads}");
    drop(list);
    t.run_pending();
}
