//! The collector.
/// An interpreter's collector.
#[derive(Default)]
pub struct CollectorState;
pub(crate) fn collect_if_due(_t: &mut ungil_objects::Thread) {}
