//! The instruction table, the instruction format and code descriptions.
