//! Counts by id: what lies in threads' arrays, what reaches the header, and who decides about death.

use std::ptr::NonNull;

use ungil_refcount::{
    CountId, CountedObjects, Header, Owner, PerThreadCounts, Release, clear_deferred, decref,
};

fn owner(id: u16) -> Owner {
    // SAFETY: one thread plays all owners, one after the other.
    unsafe { Owner::new(id) }
}

#[test]
fn ids_are_dense_and_used_again() {
    let objects = CountedObjects::new();
    let headers = [const { 0 }; 3].map(|shape| Header::new(shape, owner(1)));
    // SAFETY: the headers outlive the table's use of them.
    let ids =
        headers.each_ref().map(|header| unsafe { objects.assign(NonNull::from(header), owner(1)) }.unwrap());
    assert_eq!(ids.map(CountId::get), [1, 2, 3]);
    assert_eq!((objects.len(), objects.object(ids[1])), (3, Some(NonNull::from(&headers[1]))));
    // SAFETY: no thread counts.
    unsafe { objects.release(ids[1]) };
    assert_eq!((objects.len(), objects.object(ids[1])), (2, None));
    // SAFETY: as above.
    assert_eq!(unsafe { objects.assign(NonNull::from(&headers[1]), owner(1)) }, Some(ids[1]));
    assert_eq!(CountId::from_number(0), None);
    assert_eq!(CountId::from_number(2), Some(ids[1]));
}

#[test]
fn references_counted_by_id_may_be_dropped_anywhere() {
    let (objects, header) = (CountedObjects::new(), Header::new(0, owner(1)));
    let object = NonNull::from(&header);
    // SAFETY: the header outlives everything, and each drop below has its reference.
    unsafe {
        header.share();
        let id = objects.assign(object, owner(1)).unwrap();
        let (mut first, mut second) = (PerThreadCounts::new(), PerThreadCounts::new());
        first.add(id, 3);
        second.decref(id);
        assert_eq!((first.pending(id), second.pending(id)), (3, -1));
        assert_eq!(decref(object, owner(1)), Release::Alive);
        assert_eq!(
            decref(object, owner(2)),
            Release::HandToOwner(1),
            "a deferred object is merged like any other"
        );
        assert_eq!(ungil_refcount::merge(object, -1), Release::Alive);
        second.merge(&objects);
        first.merge(&objects);
        assert_eq!((first.pending(id), second.pending(id), header.reference_count()), (0, 0, 1));
        objects.release(id);
        assert_eq!(clear_deferred(object, owner(2)), Release::Alive);
        assert_eq!(decref(object, owner(2)), Release::Dead);
    }
}

#[test]
fn counts_can_exceed_the_sticky_range_and_make_immortal() {
    let (objects, header) = (CountedObjects::new(), Header::new(0, owner(1)));
    // SAFETY: the header outlives the table.
    let id = unsafe { objects.assign(NonNull::from(&header), owner(1)) }.unwrap();
    // SAFETY: this is the owner.
    unsafe { header.share() };
    let mut counts = PerThreadCounts::new();
    counts.add(id, 1 << 30);
    counts.merge(&objects);
    assert!(header.is_immortal());
}
