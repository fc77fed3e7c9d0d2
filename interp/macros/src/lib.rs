//! The attribute macro that defines built-in functions, classes and modules.
