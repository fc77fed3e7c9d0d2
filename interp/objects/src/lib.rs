//! Values, the object model and the built-in types.
