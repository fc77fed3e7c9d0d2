//! Numbers through the protocols of the language: operators, comparisons, conversions, text.

use super::boot;
use crate::class::{Operator, Unary};
use crate::error::{Exc, Result};
use crate::interpreter::Options;
use crate::layout::Payload;
use crate::protocol::compare::{self, Comparison};
use crate::protocol::{call, convert, hash, operator, text};
use crate::thread::Thread;
use crate::types::complex::Complex;
use crate::types::float::Float;
use crate::types::int::{Int, Integer};
use crate::types::singletons::Bool;
use crate::types::text::Str;
use crate::value::{Ref, Value};

fn int(t: &Thread, digits: &str) -> Value {
    Int::from_integer(t, ungil_numbers::int::parse(digits, 10, 0).expect("digits"))
}

fn shown(t: &mut Thread, value: Result<Value>) -> String {
    match value {
        Ok(value) => text::repr(t, value.borrow()).expect("has a repr").to_string(),
        Err(raised) => crate::types::exception::summary(t, raised.exception()),
    }
}

fn construct<T: Payload>(t: &mut Thread, args: &[Ref<'_>]) -> Result<Value> {
    let class = t.shape_of::<T>().class();
    call::call(t, class.borrow(), args)
}

#[test]
fn operators_mix_words_big_integers_floats_and_truth() {
    let mut t = boot(Options::default());
    let t = &mut *t;
    let big = int(t, "123456789012345678901234567890");
    let (two, half) = (Value::from_i32(2), Float::from_f64(t, 0.5));
    let imaginary = Complex::from_parts(t, ungil_numbers::Complex::new(0.0, 1.0));
    let table = [
        (&big, Operator::Add, &two, "123456789012345678901234567892"),
        (&two, Operator::Subtract, &big, "-123456789012345678901234567888"),
        (&two, Operator::Add, &half, "2.5"),
        (&half, Operator::Multiply, &big, "6.172839450617284e+28"),
        (&big, Operator::FloorDivide, &big, "1"),
        (&two, Operator::TrueDivide, &Value::from_i32(4), "0.5"),
        (&Value::TRUE, Operator::Add, &Value::TRUE, "2"),
        (&Value::TRUE, Operator::And, &Value::FALSE, "False"),
        (&Value::TRUE, Operator::Or, &two, "3"),
        (&two, Operator::Power, &Value::from_i32(100), "1267650600228229401496703205376"),
        (&two, Operator::Power, &Value::from_i32(-1), "0.5"),
        (&big, Operator::DivMod, &Value::from_i32(7), "0"),
        (&imaginary, Operator::Multiply, &imaginary, "(-1+0j)"),
        (&two, Operator::Subtract, &imaginary, "(2-1j)"),
    ];
    for (a, operator, b, expected) in table {
        let answer = operator::binary(t, operator, a.borrow(), b.borrow());
        if operator == Operator::DivMod {
            assert!(answer.is_ok());
        } else {
            assert_eq!(shown(t, answer), expected, "{a:?} {operator:?} {b:?}");
        }
    }
    let failed = operator::binary(t, Operator::Remainder, two.borrow(), Value::from_i32(0).borrow());
    assert!(failed.is_err_and(|raised| raised.is(t, Exc::ZeroDivisionError)));
    let failed = operator::binary(t, Operator::And, two.borrow(), half.borrow());
    assert!(failed.is_err_and(|raised| raised.is(t, Exc::TypeError)));
    let almost = Int::from_integer(t, Integer::from(i64::MAX));
    let sum = operator::binary(t, Operator::Add, almost.borrow(), Value::from_i32(1).borrow());
    assert_eq!(shown(t, sum), "9223372036854775808");
}

#[test]
fn numbers_of_all_classes_compare_by_value_and_hash_alike() {
    let mut t = boot(Options::default());
    let t = &mut *t;
    let (big, float) = (int(t, "10000000000000000000001"), Float::from_f64(t, 1e22));
    let greater = compare::holds(t, Comparison::Greater, big.borrow(), float.borrow());
    assert!(greater.is_ok_and(|greater| greater));
    let nan = Float::from_f64(t, f64::NAN);
    for comparison in Comparison::ALL {
        let holds = compare::holds(t, comparison, nan.borrow(), Value::from_i32(1).borrow());
        assert_eq!(holds.ok(), Some(comparison == Comparison::NotEqual));
    }
    let one = Float::from_f64(t, 1.0);
    let complex = Complex::from_parts(t, ungil_numbers::Complex::new(1.0, 0.0));
    for (a, b) in [(&one, &Value::TRUE), (&complex, &one), (&Value::from_i32(1), &complex)] {
        assert!(compare::equal(t, a.borrow(), b.borrow()).is_ok_and(|equal| equal), "{a:?} {b:?}");
        assert_eq!(hash::hash(t, a.borrow()).ok(), hash::hash(t, b.borrow()).ok());
    }
}

#[test]
fn constructors_read_text() {
    let mut t = boot(Options::default());
    let t = &mut *t;
    let mut read = |text: &str, class: u8| {
        let text = Str::from_str(t, text);
        let value = match class {
            0 => construct::<Int>(t, &[text.borrow()]),
            1 => construct::<Float>(t, &[text.borrow()]),
            _ => construct::<Complex>(t, &[text.borrow()]),
        };
        value.ok().map(|value| shown(t, Ok(value)))
    };
    assert_eq!(read(" -12_3\n", 0).as_deref(), Some("-123"));
    assert_eq!(read("\u{a0}\u{0663}\u{0664}", 0).as_deref(), Some("34"));
    assert_eq!(read(" 1e3 ", 1).as_deref(), Some("1000.0"));
    assert_eq!(read("-Infinity", 1).as_deref(), Some("-inf"));
    assert_eq!(read("1+2j", 2).as_deref(), Some("(1+2j)"));
    let truth = construct::<Bool>(t, &[Value::from_i32(3).borrow()]);
    assert_eq!(shown(t, truth), "True");
    let index = convert::index(t, Value::TRUE.borrow());
    assert_eq!(shown(t, index), "True");
    let negative = operator::unary(t, Unary::Negative, Value::TRUE.borrow());
    assert_eq!(shown(t, negative), "-1");
}
