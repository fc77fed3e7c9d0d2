//! The façade to embed.

pub mod environment;

use ungil_objects::interpreter::Options;

/// How an interpreter is made.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Threads get their own, specialised bytecode.
    pub thread_local_bytecode: bool,
    /// Hot loops are compiled.
    pub jit: bool,
    /// The seed of string hashes; a random one if none.
    pub hash_seed: Option<u64>,
    /// Objects are born shared: every access takes the paths for shared objects. For tests.
    pub never_local: bool,
    /// Objects are published at random. For tests.
    pub publish_at_random: bool,
    /// Each collection checks the invariants of the heap. For tests.
    pub check_invariants: bool,
}

impl Default for Config {
    fn default() -> Config {
        let Options {
            never_local,
            publish_at_random,
            hash_seed,
            thread_local_bytecode,
            jit,
            check_invariants,
        } = Options::default();
        Config { thread_local_bytecode, jit, hash_seed, never_local, publish_at_random, check_invariants }
    }
}

impl Config {
    /// The same, as the object model takes it.
    #[doc(hidden)]
    pub fn options(self) -> Options {
        let Config {
            thread_local_bytecode,
            jit,
            hash_seed,
            never_local,
            publish_at_random,
            check_invariants,
        } = self;
        Options { never_local, publish_at_random, hash_seed, thread_local_bytecode, jit, check_invariants }
    }
}
