//! Compiles whole directories of Python files and verifies the code.

use std::path::Path;

use ungil_compile::{Mode, Options, compile};

fn python_files(directory: &Path, found: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            python_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            found.push(path);
        }
    }
}

#[test]
fn the_library_compiles_and_verifies() {
    let Some(directory) = std::env::var_os("UNGIL_COMPILE_LIBRARY") else { return };
    let mut files = Vec::new();
    python_files(Path::new(&directory), &mut files);
    files.sort();
    let mut failures = Vec::new();
    for path in &files {
        let Ok(source) = std::fs::read_to_string(path) else { continue };
        match compile(&source, &path.to_string_lossy(), Options::new(Mode::Module)) {
            Err(error) => failures.push(format!("{error}")),
            Ok(compilation) => {
                if let Err(error) = compilation.code.verify() {
                    failures.push(format!("{}: {error}", path.display()));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {} files:\n{}", failures.len(), files.len(), failures.join("\n"));
}
