//! The two references to a thread state.

use loom::sync::Arc;
use loom::thread;
use ungil_tstate::model::TwoReferences;

use super::Guarded;
use crate::{Model, Search};

pub const MODELS: &[Model] = &[Model {
    name: "tstate::the_last_of_two_references_frees_the_state",
    search: Search::Exhaustive,
    body: the_last_of_two_references_frees_the_state,
    known_bad: &["tstate.count.two", "tstate.count.release", "tstate.count.last"],
}];

/// A state: what its OS thread and its list may touch as long as they hold their references.
struct State {
    references: TwoReferences,
    by_thread: Guarded,
    by_list: Guarded,
    freed: Guarded,
}

impl State {
    fn drop_reference(&self) {
        if self.references.release() {
            assert_eq!(self.by_thread.touch() + self.by_list.touch(), 4, "freed under a holder");
            assert_eq!(self.freed.touch(), 1, "freed twice");
        }
    }
}

fn the_last_of_two_references_frees_the_state() {
    let state = Arc::new(State {
        references: TwoReferences::new(),
        by_thread: Guarded::default(),
        by_list: Guarded::default(),
        freed: Guarded::default(),
    });
    let list = thread::spawn({
        let state = state.clone();
        move || {
            state.by_list.touch();
            state.drop_reference();
        }
    });
    state.by_thread.touch();
    state.drop_reference();
    list.join().expect("it drops its own");
    assert_eq!(state.freed.read(), 1, "nobody freed it");
}
