//! Streams, codecs and calls of the system, from below: an interpreter without an evaluator.

use ungil_objects::boot::Attached;
use ungil_objects::hooks::Hooks;
use ungil_objects::interpreter::{Interpreter, Options};
use ungil_objects::object::Obj;
use ungil_objects::protocol::{attribute, call, text};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::dict::Dict;
use ungil_objects::types::int::Int;
use ungil_objects::types::module::{Module, make_module};
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Ref, Thread, Value};

fn boot(never_local: bool) -> Attached {
    let options = Options { never_local, ..Options::default() };
    let (_, attached) =
        Interpreter::boot(options, Hooks::default(), ungil_objects::types::make_all).expect("boots");
    attached
}

fn module(t: &mut Thread, name: &str) -> Obj<Module> {
    let def = ungil_modules::find(name).expect("is built in");
    match make_module(t, def) {
        Ok(module) => module,
        Err(raised) => panic!("{name}: {}", shown(t, raised.exception().borrow())),
    }
}

fn shown(t: &mut Thread, value: Ref<'_>) -> String {
    text::repr(t, value).map(|text| text.to_string()).unwrap_or_else(|_| "no repr".to_owned())
}

/// `object.name(*args)`, shown by `repr`; exceptions too.
fn ask(t: &mut Thread, object: Ref<'_>, name: &str, args: &[Ref<'_>]) -> String {
    match invoke(t, object, name, args) {
        Ok(value) => shown(t, value.borrow()),
        Err(exception) => exception,
    }
}

fn invoke(t: &mut Thread, object: Ref<'_>, name: &str, args: &[Ref<'_>]) -> Result<Value, String> {
    let key = t.interpreter().intern(t, name);
    let outcome = attribute::get(t, object, key).and_then(|method| call::call(t, method.borrow(), args));
    outcome.map_err(|raised| shown(t, raised.exception().borrow()))
}

fn str(t: &Thread, text: &str) -> Value {
    Str::from_str(t, text).into_value()
}

#[test]
fn streams_in_memory_read_what_was_written() {
    for never_local in [false, true] {
        let mut t = boot(never_local);
        let io = module(&mut t, "_io");
        let stream = invoke(&mut t, io.borrow(), "StringIO", &[]).expect("makes a stream");
        let line = str(&t, "één\nand two\n");
        assert_eq!(ask(&mut t, stream.borrow(), "write", &[line.borrow()]), "12");
        assert_eq!(ask(&mut t, stream.borrow(), "seek", &[Value::from_i32(0).borrow()]), "0");
        assert_eq!(ask(&mut t, stream.borrow(), "readline", &[]), "'één\\n'");
        assert_eq!(ask(&mut t, stream.borrow(), "read", &[]), "'and two\\n'");
        assert_eq!(ask(&mut t, stream.borrow(), "close", &[]), "None");
        assert_eq!(ask(&mut t, stream.borrow(), "read", &[]), "ValueError('I/O operation on closed file')");
        let raw = invoke(&mut t, io.borrow(), "BytesIO", &[]).expect("makes a stream");
        let text = invoke(&mut t, io.borrow(), "TextIOWrapper", &[raw.borrow()]).expect("makes a stream");
        assert_eq!(ask(&mut t, text.borrow(), "write", &[line.borrow()]), "12");
        assert_eq!(ask(&mut t, text.borrow(), "flush", &[]), "None");
        assert_eq!(ask(&mut t, raw.borrow(), "getvalue", &[]), "b'\\xc3\\xa9\\xc3\\xa9n\\nand two\\n'");
        ask(&mut t, text.borrow(), "seek", &[Value::from_i32(0).borrow()]);
        assert_eq!(ask(&mut t, text.borrow(), "readline", &[]), "'één\\n'");
        assert_eq!(ask(&mut t, text.borrow(), "tell", &[]), "6");
    }
}

#[test]
fn files_keep_lines() {
    let mut t = boot(false);
    let (io, posix) = (module(&mut t, "_io"), module(&mut t, "posix"));
    let path = std::env::temp_dir().join(format!("ungil-streams-{}", std::process::id()));
    let path = str(&t, &path.to_string_lossy());
    let mode = str(&t, "w");
    let file = invoke(&mut t, io.borrow(), "open", &[path.borrow(), mode.borrow()]).expect("opens");
    let text = str(&t, "one\ntwo\n");
    assert_eq!(ask(&mut t, file.borrow(), "write", &[text.borrow()]), "8");
    assert_eq!(ask(&mut t, file.borrow(), "close", &[]), "None");
    let file = invoke(&mut t, io.borrow(), "open", &[path.borrow()]).expect("opens");
    assert_eq!(ask(&mut t, file.borrow(), "readlines", &[]), "['one\\n', 'two\\n']");
    assert_eq!(ask(&mut t, file.borrow(), "close", &[]), "None");
    assert_eq!(ask(&mut t, posix.borrow(), "remove", &[path.borrow()]), "None");
    let missing = ask(&mut t, io.borrow(), "open", &[path.borrow()]);
    assert!(missing.starts_with("FileNotFoundError(2, 'No such file or directory')"), "{missing}");
}

#[test]
fn codecs_answer_with_lengths() {
    let mut t = boot(false);
    let codecs = module(&mut t, "_codecs");
    let text = str(&t, "é");
    assert_eq!(ask(&mut t, codecs.borrow(), "utf_8_encode", &[text.borrow()]), "(b'\\xc3\\xa9', 1)");
    let bytes = Bytes::from_slice(&t, b"\xc3\xa9\xc3");
    assert_eq!(ask(&mut t, codecs.borrow(), "utf_8_decode", &[bytes.borrow()]), "('é', 2)");
    let ignore = str(&t, "replace");
    assert_eq!(
        ask(&mut t, codecs.borrow(), "ascii_decode", &[bytes.borrow(), ignore.borrow()]),
        "('\u{fffd}\u{fffd}\u{fffd}', 3)"
    );
    assert_eq!(
        ask(&mut t, codecs.borrow(), "ascii_encode", &[text.borrow()]),
        "UnicodeEncodeError('ascii', 'é', 0, 1, 'ordinal not in range(128)')"
    );
}

#[test]
fn patterns_run_the_code_of_the_compiler() {
    let mut t = boot(false);
    let sre = module(&mut t, "_sre");
    // Of `(?P<w>\w)b+`, by `re._compiler` of CPython 3.13, whose code words are the same.
    let code = [
        14, 7, 4, 2, 4294967295, 8, 14, 0, 17, 0, 13, 4, 8, 14, 0, 17, 1, 24, 6, 1, 4294967295, 16, 98, 1, 1,
    ];
    let code: Vec<Value> = code.into_iter().map(|word: u32| Int::from_u64(&t, word.into())).collect();
    let code = Tuple::from_values(&t, code);
    let (names, name) = (Dict::new(&t), str(&t, "w"));
    names.set(&mut t, name.borrow(), Value::from_i32(1)).expect("hashable");
    let numbers = Tuple::from_values(&t, [Value::NONE, name.clone()]);
    let source = str(&t, r"(?P<w>\w)b+");
    let (flags, groups) = (Value::from_i32(32), Value::from_i32(1));
    let arguments =
        [source.borrow(), flags.borrow(), code.borrow(), groups.borrow(), names.borrow(), numbers.borrow()];
    let pattern = invoke(&mut t, sre.borrow(), "compile", &arguments).expect("compiles");
    for (text, found, split) in [
        ("ab cbb b", "['a', 'c']", "['', 'a', ' ', 'c', ' b']"),
        ("éb ýb", "['é', 'ý']", "['', 'é', ' ', 'ý', '']"),
        ("€ 字b", "['字']", "['€ ', '字', '']"),
    ] {
        let text = str(&t, text);
        assert_eq!(ask(&mut t, pattern.borrow(), "findall", &[text.borrow()]), found);
        assert_eq!(ask(&mut t, pattern.borrow(), "split", &[text.borrow()]), split);
    }
    let (text, dot) = (str(&t, "ab cbb b"), str(&t, "."));
    assert_eq!(ask(&mut t, pattern.borrow(), "sub", &[dot.borrow(), text.borrow()]), "'. . b'");
    let found = invoke(&mut t, pattern.borrow(), "search", &[text.borrow()]).expect("searches");
    assert_eq!(shown(&mut t, found.borrow()), "<re.Match object; span=(0, 2), match='ab'>");
    assert_eq!(ask(&mut t, found.borrow(), "groupdict", &[]), "{'w': 'a'}");
    assert_eq!(ask(&mut t, found.borrow(), "group", &[name.borrow()]), "'a'");
    assert_eq!(ask(&mut t, pattern.borrow(), "fullmatch", &[text.borrow()]), "None");
}

#[test]
fn modules_can_be_made() {
    let mut t = boot(false);
    for name in ["_codecs", "_io", "_sre", "_string", "errno", "posix"] {
        module(&mut t, name);
    }
}
