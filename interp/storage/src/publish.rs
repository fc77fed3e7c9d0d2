//! Publication: an object, and all that it reaches, becomes shared before the first reference to it is stored where others look.
//!
//! The store that follows is a release, and readers of shared slots acquire; so whoever finds the object finds it, and what it refers
//! to, marked and complete. Publishing sets the SHARED mark and steps the count's ladder by plain stores: the owner is the only one
//! who can reach the object. It works from a list, precedes any lock, and never runs code.
//!
//! Precedent: B. Daloze et al., "Efficient and thread-safe objects for dynamically-typed languages", OOPSLA 2016.

use std::ptr::NonNull;

use ungil_qsbr::step;
use ungil_refcount::{Header, Owner};

/// Marks a local object and everything local that it reaches as shared. `edges` reports what an object refers to.
///
/// # Safety
/// `root` is local to the caller, who is `me`, and stays alive meanwhile, as does all that it reaches.
pub unsafe fn publish(
    root: NonNull<Header>,
    me: Owner,
    mut edges: impl FnMut(NonNull<Header>, &mut dyn FnMut(NonNull<Header>)),
) {
    let mut list = vec![root];
    // SAFETY: this thread owns the objects; nobody else can reach them.
    unsafe {
        root.as_ref().share();
        while let Some(next) = list.pop() {
            let mut mark = |child: NonNull<Header>| {
                // Marked when it is put on the list, so that it is put there once.
                if child.as_ref().is_local(me) {
                    child.as_ref().share();
                    list.push(child);
                }
            };
            step!("storage.publish.edges", edges(next, &mut mark), otherwise());
        }
    }
}
