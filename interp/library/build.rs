//! Packs the library: every Python file below the package's `Lib` and below `overlay`, compressed on its own, in one blob,
//! with a table of them sorted by path.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Parts of the library that need a windowing system or an installer and cannot run here.
const LEFT_OUT: &[&str] = &["idlelib", "tkinter", "turtledemo", "turtle.py", "ensurepip"];
/// Interpreter-specific files of the package's own.
const FOREIGN: &[&str] = &["_dummy_os.py", "_dummy_thread.py", "_pycodecs.py", "dummy_threading.py"];
/// Unpacking speed does not depend on the level; beyond this one the size hardly falls.
const LEVEL: i32 = 12;

fn main() -> io::Result<()> {
    let overlay = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("overlay");
    println!("cargo::rerun-if-changed={}", overlay.display());
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = BTreeMap::new();
    let packaged = Path::new(rustpython_pylib::LIB_PATH);
    collect(packaged, packaged, &mut files)?;
    files.retain(|name, _| {
        let first = name.split('/').next().unwrap_or_default();
        !LEFT_OUT.contains(&first) && !FOREIGN.contains(&first)
    });
    collect(&overlay, &overlay, &mut files)?;

    let mut blob = Vec::new();
    let mut table = String::from("static FILES: &[File] = &[\n");
    for (name, path) in &files {
        let source = fs::read(path)?;
        let packed = zstd::bulk::compress(&source, LEVEL)?;
        let (start, end, size) = (blob.len(), blob.len() + packed.len(), source.len());
        let _ = writeln!(table, "    File {{ path: {name:?}, start: {start}, end: {end}, size: {size} }},");
        blob.extend(packed);
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("library.bin"), blob)?;
    fs::write(out.join("library.rs"), table)
}

/// Adds every Python file below `folder` under its path from `root`; later calls replace.
fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "py") {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(name, path);
        }
    }
    Ok(())
}
