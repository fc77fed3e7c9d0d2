//! What counting promises on one thread, with foreign threads played by their ids.

use std::ptr::NonNull;

use ungil_refcount::{
    Bit, Header, MergeQueues, Owner, Pushed, Release, clear_deferred, decref, merge, resurrect,
};

const SHAPE: u64 = 0x5eed;

fn owner(id: u16) -> Owner {
    // SAFETY: one thread plays all owners, one after the other.
    unsafe { Owner::new(id) }
}

/// An object of one reference that belongs to thread 1 and is freed at the end of the test.
struct Object(NonNull<Header>);

impl Object {
    fn local() -> Object {
        Object(NonNull::from(Box::leak(Box::new(Header::new(SHAPE, owner(1))))))
    }

    fn shared() -> Object {
        let object = Object::local();
        // SAFETY: the test plays the owner.
        assert!(unsafe { object.share() });
        object
    }

    fn drop_by(&self, id: u16) -> Release {
        // SAFETY: each test drops what it has counted; the header's memory outlives it.
        unsafe { decref(self.0, owner(id)) }
    }

    fn merge(&self, extra: i64) -> Release {
        // SAFETY: the test plays whoever excludes the owner.
        unsafe { merge(self.0, extra) }
    }
}

impl std::ops::Deref for Object {
    type Target = Header;
    fn deref(&self) -> &Header {
        // SAFETY: the header lives until the test's object is dropped.
        unsafe { self.0.as_ref() }
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        // SAFETY: the header came from a box.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

#[test]
fn a_new_object_is_local_unique_and_not_live() {
    let object = Object::local();
    assert!(object.is_local(owner(1)) && object.is_biased_to(owner(1)) && !object.is_local(owner(2)));
    assert!(object.is_unique(owner(1)) && !object.is_shared() && object.is_consistent());
    assert!(!object.has(Bit::LIVE));
    object.set_live();
    assert!(object.has(Bit::LIVE));
    object.clear_live();
    assert!(!object.has(Bit::LIVE));
    assert_eq!((object.owner_id(), object.reference_count()), (Some(1), 1));
}

#[test]
fn a_local_object_dies_with_its_last_reference() {
    let object = Object::local();
    object.incref(owner(1));
    assert!(!object.is_unique(owner(1)));
    assert_eq!(object.drop_by(1), Release::Alive);
    assert_eq!(object.drop_by(1), Release::Dead);
    assert!(!object.try_incref(owner(1)), "dead and not yet destroyed");
}

#[test]
fn sharing_happens_once_and_keeps_the_bias() {
    let object = Object::shared();
    // SAFETY: the test plays the owner.
    assert!(!unsafe { object.share() });
    assert!(object.is_biased_to(owner(1)) && !object.is_local(owner(1)) && object.is_shared());
    assert!(!object.is_unique(owner(1)), "a lock-free reader may be about to count it");
}

#[test]
fn a_shared_object_is_dead_only_when_both_counts_are_gone() {
    let object = Object::shared();
    assert!(object.try_incref(owner(2)));
    assert_eq!(object.drop_by(1), Release::Alive);
    assert_eq!(object.owner_id(), None);
    assert_eq!(object.drop_by(2), Release::Dead);
    assert!(!object.try_incref(owner(2)) && !object.try_incref(owner(1)));
}

#[test]
fn the_owner_sees_death_when_foreign_references_went_first() {
    let object = Object::shared();
    object.incref(owner(2));
    assert_eq!(object.drop_by(2), Release::Alive);
    assert_eq!(object.drop_by(1), Release::Dead);
}

#[test]
fn a_reference_counted_by_the_owner_and_dropped_elsewhere_goes_to_the_owner() {
    let object = Object::shared();
    object.incref(owner(1));
    assert_eq!(object.drop_by(2), Release::HandToOwner(1));
    assert_eq!(object.reference_count(), 2, "the queue holds it");
    object.incref(owner(2));
    assert_eq!(object.drop_by(2), Release::Alive, "queued once only");
    assert_eq!(object.merge(-1), Release::Alive);
    assert_eq!(object.drop_by(1), Release::Dead);
}

#[test]
fn further_foreign_drops_take_the_shared_count_below_zero_until_the_merge() {
    let object = Object::shared();
    for _ in 0..3 {
        object.incref(owner(1));
    }
    assert_eq!(object.drop_by(2), Release::HandToOwner(1));
    assert_eq!(object.drop_by(2), Release::Alive);
    assert_eq!(object.drop_by(3), Release::Alive);
    assert_eq!(object.reference_count(), 2);
    assert_eq!(object.merge(-1), Release::Alive);
    assert_eq!(object.drop_by(3), Release::Dead);
}

#[test]
fn merging_the_last_reference_says_dead_and_merging_twice_is_adding() {
    let object = Object::shared();
    assert_eq!(object.merge(2), Release::Alive);
    assert_eq!(object.reference_count(), 3);
    assert_eq!(object.merge(-3), Release::Dead);
}

#[test]
fn a_thread_without_an_id_counts_as_a_foreigner() {
    let header = Header::new(SHAPE, Owner::NONE);
    assert!(header.is_shared() && !header.is_local(Owner::NONE) && !header.is_biased_to(Owner::NONE));
    header.incref(Owner::NONE);
    // SAFETY: two references, two drops.
    unsafe {
        assert_eq!(decref(NonNull::from(&header), Owner::NONE), Release::Alive);
        assert_eq!(decref(NonNull::from(&header), Owner::NONE), Release::Dead);
    }
}

#[test]
fn another_threads_local_object_cannot_be_tried() {
    let object = Object::local();
    assert!(!object.try_incref(owner(2)));
}

#[test]
fn immortals_are_not_counted() {
    let born = Header::new_immortal(SHAPE);
    let made = Object::local();
    made.make_immortal(owner(1));
    let shared = Object::shared();
    shared.make_immortal(owner(2));
    for header in [&born, &*made, &*shared] {
        assert!(
            header.is_immortal() && header.is_uncounted() && header.is_shared() && header.is_consistent()
        );
        for id in 1..4 {
            for _ in 0..5 {
                // SAFETY: an immortal's count ends nowhere.
                assert_eq!(unsafe { decref(NonNull::from(header), owner(id)) }, Release::Alive);
            }
            assert!(header.try_incref(owner(id)));
        }
        assert_eq!(header.reference_count(), i64::MAX);
    }
    assert_eq!((born.owner_id(), made.owner_id()), (None, None));
}

#[test]
fn a_shared_count_that_overflows_sticks() {
    let object = Object::shared();
    assert_eq!(object.merge((1 << 28) - 2), Release::Alive);
    assert!(!object.is_immortal());
    object.incref(owner(2));
    assert!(object.is_immortal());
    assert_eq!(object.merge(-(1 << 28)), Release::Alive);
    assert_eq!(object.drop_by(2), Release::Alive);
    assert_eq!(object.reference_count(), i64::MAX);
}

#[test]
fn a_deferred_object_waits_for_the_collector() {
    for object in [Object::local(), Object::shared()] {
        object.set_deferred(owner(1));
        object.set_deferred(owner(1));
        assert_eq!(object.reference_count(), 1);
        assert_eq!(object.drop_by(1), Release::Alive);
        assert!(object.try_incref(owner(1)), "no count, yet alive");
        assert_eq!(object.drop_by(1), Release::Alive);
        // SAFETY: nobody else holds the object.
        assert_eq!(unsafe { clear_deferred(object.0, owner(1)) }, Release::Dead);
    }
}

#[test]
fn deferral_by_a_foreign_thread_reaches_the_same_sum() {
    let object = Object::shared();
    object.set_deferred(owner(2));
    assert_eq!(object.reference_count(), 1);
    object.incref(owner(1));
    // SAFETY: nobody else holds the object.
    assert_eq!(unsafe { clear_deferred(object.0, owner(2)) }, Release::Alive);
    assert_eq!(object.drop_by(2), Release::Alive);
    assert_eq!(object.drop_by(2), Release::Dead);
}

#[test]
fn a_dead_object_comes_back_to_one_reference() {
    for object in [Object::local(), Object::shared()] {
        assert_eq!(object.drop_by(1), Release::Dead);
        // SAFETY: the object was reported dead to this test.
        unsafe { resurrect(object.0, owner(1)) };
        assert!(object.set_finalized(owner(1)) && !object.set_finalized(owner(1)));
        object.incref(owner(1));
        assert_eq!(object.drop_by(1), Release::Alive, "the finaliser kept it");
        assert_eq!(object.drop_by(1), Release::Dead);
    }
}

#[test]
fn queues_take_what_was_pushed_and_refuse_when_closed() {
    let queues = MergeQueues::new();
    let objects = [Object::shared(), Object::shared(), Object::shared()];
    queues.open(1);
    let push = |object: &Object| {
        assert_eq!(object.drop_by(2), Release::HandToOwner(1));
        // SAFETY: just told to.
        unsafe { queues.push(1, object.0) }
    };
    assert!(matches!(push(&objects[0]), Pushed::First));
    assert!(matches!(push(&objects[1]), Pushed::More));
    // SAFETY: the test plays the owner.
    let taken: Vec<_> = unsafe { queues.take(1) }.collect();
    assert_eq!(taken, [objects[1].0, objects[0].0]);
    // SAFETY: the queue held a reference to each.
    assert!(taken.iter().all(|&object| unsafe { merge(object, -1) } == Release::Dead));
    // SAFETY: the test plays the owner.
    assert!(unsafe { queues.close(1) }.is_empty());
    assert!(matches!(push(&objects[2]), Pushed::Closed(_)));
    assert_eq!(objects[2].merge(-1), Release::Dead);
}
