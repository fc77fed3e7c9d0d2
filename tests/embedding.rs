//! The façade as an embedder uses it, where something is wrong.

use ungil::{Config, Interpreter};

#[test]
fn a_panic_in_native_code_is_an_error() {
    let make = || Interpreter::new(Config::default()).expect("an interpreter starts");
    let (one, other) = (make(), make());
    let number = one.attach().expect("attaches").integer(7);
    let mut attached = other.attach().expect("attaches");
    // Objects do not go from one interpreter to another.
    for error in [
        attached.to_text(&number).err(),
        attached.to_integer(&number).err(),
        attached.get_attribute(&number, "real").err(),
        attached.call(&number, &[]).err(),
    ] {
        let error = error.expect("the object is not of this interpreter").to_string();
        assert!(error.starts_with("SystemError: native code panicked in "), "{error}");
    }
    drop(attached);
    assert_eq!(one.attach().expect("attaches").to_integer(&number).expect("is an integer"), 7);
}
