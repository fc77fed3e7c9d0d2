//! Programs beside their expected code: `programs/NAME.py` and `programs/NAME.txt`.
//!
//! `UNGIL_WRITE_EXPECTED=1 cargo test -p ungil-compile` writes the expected texts anew; read the difference before
//! you commit it.

use std::path::Path;

use ungil_compile::{Mode, Options, compile};

#[test]
fn programs_compile_to_the_expected_code() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let entries = std::fs::read_dir(&directory).expect("the folder of programs");
    let mut sources: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    sources.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    sources.sort();
    assert!(!sources.is_empty());
    let mut different = Vec::new();
    for path in sources {
        let source = std::fs::read_to_string(&path).expect("a program");
        let compilation =
            compile(&source, "program.py", Options::new(Mode::Module)).expect("a valid program");
        compilation.code.verify().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut text = compilation.code.to_text();
        for warning in &compilation.warnings {
            text +=
                &format!("warning line {} column {}: {}\n", warning.line, warning.column, warning.message);
        }
        let expected = path.with_extension("txt");
        if std::env::var_os("UNGIL_WRITE_EXPECTED").is_some() {
            std::fs::write(&expected, &text).expect("the expected text is writable");
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != text {
            different.push(format!("{}:\n{text}", path.display()));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}
