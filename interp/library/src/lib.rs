#![doc = include_str!("../README.md")]

/// Below this path the packed files appear to Python code, as `__file__` and in tracebacks.
pub const ROOT: &str = "/ungil/lib/python3.14";

/// A file of the library.
#[derive(Debug)]
pub struct File {
    path: &'static str,
    start: usize,
    end: usize,
    size: usize,
}

include!(concat!(env!("OUT_DIR"), "/library.rs"));
static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.bin"));

impl File {
    /// The path below the library's root, like `os.py` or `json/decoder.py`.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// The path as Python code sees it.
    pub fn shown_path(&self) -> String {
        format!("{ROOT}/{}", self.path)
    }

    /// The text. Bytes that are not UTF-8, which the library has in none of its files, become U+FFFD.
    ///
    /// # Panics
    /// If the binary's own data is damaged.
    pub fn read(&self) -> String {
        let packed = &BLOB[self.start..self.end];
        let bytes = zstd::bulk::decompress(packed, self.size).expect("the packed library is intact");
        String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}

/// The file with this path below the library's root.
pub fn find(path: &str) -> Option<&'static File> {
    FILES.binary_search_by(|file| file.path.cmp(path)).ok().map(|at| &FILES[at])
}

/// The file that Python code sees under this path.
pub fn find_shown(path: &str) -> Option<&'static File> {
    find(path.strip_prefix(ROOT)?.strip_prefix('/')?)
}

/// All files, sorted by path.
pub fn files() -> &'static [File] {
    FILES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_path_and_unpack_to_their_source() {
        let json = find("json/__init__.py").expect("packed");
        assert!(json.read().contains("def loads("));
        assert_eq!(find_shown(&json.shown_path()).map(File::path), Some("json/__init__.py"));
        assert!(find("json/absent.py").is_none() && find("idlelib/idle.py").is_none());
    }

    #[test]
    fn every_file_unpacks() {
        for file in files() {
            assert!(
                !file.read().contains('\u{fffd}') || file.path().contains("encodings"),
                "{}",
                file.path()
            );
        }
    }
}
