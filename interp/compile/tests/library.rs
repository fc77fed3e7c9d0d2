//! Compiles the whole standard library, in all modes of optimisation, and verifies the code.

use ungil_compile::{Mode, Options, compile};

#[test]
fn the_standard_library_compiles_and_verifies() {
    let files = ungil_library::files();
    assert!(files.len() > 500, "only {} files", files.len());
    for (number, file) in files.iter().filter(|file| file.path().ends_with(".py")).enumerate() {
        let options = Options { optimize: (number % 3) as u8, ..Options::new(Mode::Module) };
        let compilation =
            compile(&file.read(), &file.shown_path(), options).unwrap_or_else(|error| panic!("{error}"));
        compilation.code.verify().unwrap_or_else(|error| panic!("{}: {error}", file.path()));
    }
}
