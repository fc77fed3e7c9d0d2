//! The verifier refuses code that breaks each of its rules.

use ungil_bytecode::{CodeSpec, Const, ExceptionEntry, Instruction};

/// Code of these instructions with the given live depths, two locals and four temporaries.
fn code(lines: &[(&str, u16)]) -> CodeSpec {
    let mut code = CodeSpec {
        varnames: vec!["a".into(), "b".into()],
        n_locals: 2,
        n_registers: 6,
        consts: vec![Const::None],
        names: vec!["name".into()],
        ..CodeSpec::default()
    };
    for (line, live) in lines {
        let instruction: Instruction = line.parse().expect("an instruction");
        instruction.encode(&mut code.words);
        code.live_depth.resize(code.words.len(), *live);
    }
    code
}

fn message(code: &CodeSpec) -> String {
    code.verify().expect_err("broken code").message
}

#[test]
fn good_code_passes() {
    code(&[("mov r2, r0", 0), ("add r2, r2, r1", 0), ("return_value r2", 0)]).verify().expect("good");
    code(&[
        ("get_iter r2, r0", 0),
        ("for_iter r0, r2, +2", 1),
        ("jump_backward -4", 1),
        ("return_const #0", 0),
    ])
    .verify()
    .expect("a loop");
}

#[test]
fn the_stack_is_followed() {
    assert!(message(&code(&[("mov r3, r0", 0), ("return_const #0", 0)])).contains("writes temporary 1"));
    assert!(message(&code(&[("drop r2", 0), ("return_const #0", 0)])).contains("consumes temporaries"));
    assert!(message(&code(&[("mov r2, r0", 0), ("return_const #0", 1)])).contains("returns with 1"));
    assert!(
        message(&code(&[("mov r2, r0", 1), ("return_value r2", 0)])).contains("live depth is 0, recorded 1")
    );
    assert!(message(&code(&[("list_append r2, r0", 0), ("return_const #0", 0)])).contains("is not alive"));
    let meeting = [("jump_if_true r0, +1", 0), ("mov r2, r0", 0), ("return_const #0", 0)];
    assert!(message(&code(&meeting)).contains("temporaries"));
}

#[test]
fn indexes_and_targets_are_checked() {
    assert!(message(&code(&[("load_const r2, #1", 0), ("return_value r2", 0)])).contains("1 is not in 0..1"));
    assert!(
        message(&code(&[("load_global r2, @1", 0), ("return_value r2", 0)])).contains("1 is not in 0..1")
    );
    assert!(message(&code(&[("make_cell r0", 0), ("return_const #0", 0)])).contains("0 is not in"));
    assert!(message(&code(&[("jump +1", 0), ("nop", 0)])).contains("control leaves the code"));
    assert!(message(&code(&[("nop", 0)])).contains("control leaves the code"));
    assert!(
        message(&code(&[("jump +1", 0), ("load_attr r0, r0, @0", 0), ("return_const #0", 0)]))
            .contains("inside")
    );
}

#[test]
fn handlers_find_what_they_keep() {
    let mut code = code(&[("mov r2, r0", 0), ("raise r2", 0), ("drop r2", 0), ("return_const #0", 0)]);
    code.exceptions.push(ExceptionEntry { start: 0, end: 2, target: 2, depth: 0 });
    code.verify().expect("good");
    code.exceptions[0].depth = 1;
    assert!(message(&code).contains("the handler keeps 1 of 0"));
}
