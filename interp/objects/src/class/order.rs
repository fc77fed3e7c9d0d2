//! The method resolution order: C3 linearisation.
//!
//! Source: K. Barrett et al., "A monotonic superclass linearization for Dylan", OOPSLA 1996.

use std::ptr::NonNull;

use super::Class;
use crate::error::Result;
use crate::object::Object;
use crate::raise;
use crate::thread::Thread;

type ClassPointer = NonNull<Object<Class>>;

/// The classes behind a class with these bases, in order; the class itself is not among them.
pub(super) fn linearise(t: &Thread, bases: &[&Object<Class>]) -> Result<Vec<ClassPointer>> {
    for (at, base) in bases.iter().enumerate() {
        if bases[..at].iter().any(|other| std::ptr::eq(*other, *base)) {
            raise!(t, TypeError, "duplicate base class {}", base.name(t));
        }
    }
    let mut lists: Vec<Vec<ClassPointer>> =
        bases.iter().map(|base| base.special().mro().map(NonNull::from).collect()).collect();
    lists.push(bases.iter().map(|base| NonNull::from(*base)).collect());
    let mut order = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return Ok(order);
        }
        let in_a_tail = |class: &ClassPointer| lists.iter().any(|list| list[1..].contains(class));
        let Some(next) = lists.iter().map(|list| list[0]).find(|head| !in_a_tail(head)) else {
            let mut heads: Vec<ClassPointer> = Vec::new();
            for list in &lists {
                if !heads.contains(&list[0]) {
                    heads.push(list[0]);
                }
            }
            // SAFETY: the classes are in the method resolution orders of the bases, which keep them.
            let names: Vec<_> = heads.iter().map(|head| unsafe { head.as_ref() }.name(t)).collect();
            raise!(
                t,
                TypeError,
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                names.join(", ")
            );
        };
        order.push(next);
        for list in &mut lists {
            if list[0] == next {
                list.remove(0);
            }
        }
    }
}
