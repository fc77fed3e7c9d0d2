//! Memory for machine code: written while it is writable, executable ever after, never both.

use memmap2::{Mmap, MmapMut};

/// A copy of the code in executable memory of its own; `None` if the system refuses. What is dropped is unmapped.
pub fn executable(code: &[u8]) -> Option<Mmap> {
    let mut memory = MmapMut::map_anon(code.len()).ok()?;
    memory.copy_from_slice(code);
    memory.make_exec().ok()
}
