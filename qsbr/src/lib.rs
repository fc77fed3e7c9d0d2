//! Safe memory reclamation by quiescent states: delayed free for lock-free readers.
