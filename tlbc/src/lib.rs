//! Thread-local bytecode: index pool and per-thread copies of code.
