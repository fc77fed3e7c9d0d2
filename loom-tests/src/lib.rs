//! Protocol models of the lower crates under the model checker.
