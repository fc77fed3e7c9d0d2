//! Weak references: an upgrade finds the object whole and counts it, or finds it dead or gone.

use super::{World, owner, thread};
use crate::{Model, Search};
use loom::sync::Arc;
use loom::thread::spawn;
use ungil_qsbr::step;
use ungil_refcount::{Bit, Release, WeakTable, decref};

pub const MODELS: &[Model] = &[Model {
    name: "refcount::an_upgrade_meets_the_last_drop",
    search: Search::Exhaustive,
    body: an_upgrade_meets_the_last_drop,
    known_bad: &["refcount.try_incref.dead", "model.weak.taken_before_destruction"],
}];

struct Weakly {
    world: Arc<World<1>>,
    table: WeakTable<()>,
}

impl Weakly {
    /// Drops a reference; the destroyer first takes the entry out.
    fn release(&self, me: ungil_refcount::Owner) {
        let object = self.world.pointer(0);
        // SAFETY: each drop has its reference, and no reference is left to the owner's count.
        if unsafe { decref(object, me) } == Release::Dead {
            assert!(self.world.header(0).has(Bit::WEAKREFS));
            // SAFETY: this destroyer takes entries out first; the variant is caught.
            let taken = unsafe {
                step!("model.weak.taken_before_destruction", self.table.lock(object).take(), otherwise Some(()))
            };
            assert!(taken.is_some());
            self.world.destroy(object);
        }
    }
}

fn an_upgrade_meets_the_last_drop() {
    let weakly = Arc::new(Weakly { world: World::of_shared_objects(), table: WeakTable::new() });
    let object = weakly.world.pointer(0);
    // SAFETY: this thread owns a reference.
    unsafe { weakly.table.lock(object).get_or_insert_with(owner(), || ()) };
    let upgrader = spawn({
        let weakly = weakly.clone();
        move || {
            // SAFETY: destroyers take entries out first.
            let mut entry = unsafe { weakly.table.lock(weakly.world.pointer(0)) };
            if entry.get().is_some() {
                weakly.world.look_at(0);
            }
            let upgraded = entry.upgrade(thread(2));
            drop(entry);
            if upgraded {
                weakly.world.look_at(0);
                weakly.release(thread(2));
            }
        }
    });
    weakly.world.look_at(0);
    weakly.release(owner());
    upgrader.join().expect("the upgrader holds");
    weakly.world.assert_destroyed(0);
}
