//! Payloads that are all fields: what the iterators and callables of the modules are.

/// Declares a payload struct, its layout, and a trace through all of its fields in their order.
macro_rules! payload_struct {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        pub struct $name {
            $($(#[$field_doc])* $field: $type),*
        }

        ungil_objects::payload!($name, collected, deferrable);

        impl ungil_objects::trace::Trace for $name {
            fn trace(&self, tracer: &mut ungil_objects::trace::Tracer<'_>) {
                $(ungil_objects::trace::Trace::trace(&self.$field, tracer);)*
            }
        }
    };
}

pub(crate) use payload_struct;
