//! Whether a result would fit into memory, asked before making it: what Python answers with `MemoryError` must not
//! abort the process.

/// Sizes that are never asked about.
const SMALL: usize = 1 << 20;

/// Whether the allocator would give that many bytes now. Cheap, since the memory is not touched.
pub fn fits_in_memory(bytes: usize) -> bool {
    bytes <= SMALL || Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert!(fits_in_memory(0) && fits_in_memory(1 << 21));
        assert!(!fits_in_memory(usize::MAX) && !fits_in_memory(isize::MAX as usize));
    }
}
