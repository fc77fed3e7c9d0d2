//! The tracing JIT: recorder, optimiser and Cranelift back end.
