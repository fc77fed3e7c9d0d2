//! Weak references: upgrades succeed while the object lives, and stop at its death rather than at its destruction.

use std::ptr::NonNull;

use ungil_refcount::{Bit, Header, Owner, Release, WeakTable, decref};

#[test]
fn an_upgrade_adds_a_reference_until_the_object_is_dead() {
    // SAFETY: one thread, which plays this owner only.
    let me = unsafe { Owner::new(1) };
    for shared in [false, true] {
        let table: WeakTable<Vec<u32>> = WeakTable::new();
        let header = Header::new(0, me);
        let object = NonNull::from(&header);
        // SAFETY: the header outlives the table's use of it, and each drop has its reference.
        unsafe {
            assert!(!table.lock(object).upgrade(me), "no weak reference yet");
            table.lock(object).get_or_insert_with(me, Vec::new).push(7);
            assert!(header.has(Bit::WEAKREFS));
            if shared {
                header.share();
            }
            assert!(table.lock(object).upgrade(me));
            assert_eq!(decref(object, me), Release::Alive);
            assert_eq!(decref(object, me), Release::Dead);
            assert!(!table.lock(object).upgrade(me), "dead, not yet destroyed");
            assert_eq!(table.lock(object).take(), Some(vec![7]));
            assert_eq!(table.lock(object).get(), None);
        }
    }
}
