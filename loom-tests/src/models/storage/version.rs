//! Versions of shapes against the change of a class: what is cached under a version holds while the version stands.

use crate::{Model, Search};
use loom::sync::atomic::{AtomicU32, Ordering};
use loom::sync::{Arc, Mutex};
use loom::thread;
use ungil_storage::version::{Version, change, observe};

pub const MODELS: &[Model] = &[
    Model {
        name: "storage::what_is_cached_under_a_version_holds_while_it_stands",
        search: Search::Exhaustive,
        body: what_is_cached_under_a_version_holds_while_it_stands,
        known_bad: &["storage.version.observe"],
    },
    Model {
        name: "storage::whoever_has_seen_a_change_finds_the_version_cleared",
        search: Search::Exhaustive,
        body: whoever_has_seen_a_change_finds_the_version_cleared,
        known_bad: &["storage.version.change", "model.class.write"],
    },
    Model {
        name: "storage::a_version_given_out_in_a_change_does_not_stand_for_what_was",
        search: Search::Exhaustive,
        body: a_version_given_out_in_a_change_does_not_stand_for_what_was,
        known_bad: &["model.class.lock"],
    },
    Model {
        name: "storage::whoever_finds_a_version_sees_what_it_was_given_out_after",
        search: Search::Exhaustive,
        body: whoever_finds_a_version_sees_what_it_was_given_out_after,
        known_bad: &["storage.version.standing", "storage.version.ensure"],
    },
];

/// A class: the version of its shape, an attribute, and the lock on classes.
struct Class {
    version: Version,
    attribute: AtomicU32,
    lock: Mutex<u32>,
}

const OLD: u32 = 1;
const NEW: u32 = 2;

impl Class {
    fn new() -> Arc<Class> {
        Arc::new(Class { version: Version::none(), attribute: AtomicU32::new(OLD), lock: Mutex::new(0) })
    }

    /// As `Shape::ensure_version`: under the lock on classes, if there is none yet.
    fn ensure_version(&self) -> Option<u32> {
        if let Some(version) = self.version.standing() {
            return Some(version);
        }
        let mut last = ungil_qsbr::step!("model.class.lock", Some(self.lock.lock().expect("no holder panics")), otherwise None);
        self.version.ensure(|| {
            let Some(last) = last.as_deref_mut() else { return Some(1) };
            *last += 1;
            Some(*last)
        })
    }

    /// As `Class::set_own_attribute`.
    fn set(&self) {
        let _held = self.lock.lock().expect("no holder panics");
        let write = || self.attribute.store(NEW, ungil_qsbr::site!("model.class.write", Release));
        change(|| self.version.clear(), write);
    }

    fn get(&self) -> u32 {
        self.attribute.load(Ordering::Acquire)
    }

    /// As `Object<Class>::lookup`, where nothing is cached.
    fn lookup(&self) -> (Option<u32>, u32) {
        observe(|| self.ensure_version(), || self.get())
    }
}

fn what_is_cached_under_a_version_holds_while_it_stands() {
    let class = Class::new();
    let reader = thread::spawn({
        let class = class.clone();
        move || class.lookup()
    });
    class.set();
    let (version, seen) = reader.join().expect("the reader holds");
    if version == Some(class.version.get()) {
        assert_eq!(seen, NEW, "an outdated value is cached under a version that stands");
    }
}

/// The version stood, and the old value is cached under it, before the change begins.
fn whoever_has_seen_a_change_finds_the_version_cleared() {
    let class = Class::new();
    let (version, seen) = class.lookup();
    assert_eq!(seen, OLD);
    let reader = thread::spawn({
        let class = class.clone();
        move || {
            if class.get() == NEW {
                assert_ne!(Some(class.version.get()), version, "the cache would go back in time");
            }
        }
    });
    class.set();
    reader.join().expect("the reader holds");
}

/// While a class is being changed it gets no version: one that was given out between the clearing and the change would stay.
fn a_version_given_out_in_a_change_does_not_stand_for_what_was() {
    let class = Class::new();
    let reader = thread::spawn({
        let class = class.clone();
        move || class.lookup()
    });
    class.set();
    let (version, seen) = reader.join().expect("the reader holds");
    assert!(seen == NEW || version != Some(class.version.get()), "an outdated value is cached for good");
}

/// A change, then a lookup that gives a version out: a third thread that finds it, and takes no lock, must not find the old value.
fn whoever_finds_a_version_sees_what_it_was_given_out_after() {
    let class = Class::new();
    let reader = thread::spawn({
        let class = class.clone();
        move || class.version.standing().map(|version| (version, class.attribute.load(Ordering::Relaxed)))
    });
    class.set();
    let (given, _) = class.lookup();
    if let Some((found, seen)) = reader.join().expect("the reader holds") {
        assert_eq!(Some(found), given);
        assert_eq!(seen, NEW, "an outdated value is cached under a version that stands");
    }
}
