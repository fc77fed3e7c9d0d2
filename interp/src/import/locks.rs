//! Who is loading which module.
//!
//! **Protocol.** One table, under one lock that is held for moments, maps each module that is being loaded to its loading thread, and
//! each waiting thread to the module it waits for. A thread that wants a module which another loads waits, detached, for that
//! load's event. Before it waits it follows the chain "module → its thread → the module that thread waits for → …"; if
//! the chain comes back to itself, waiting would be a deadlock (two modules that import each other, from two threads), and
//! the thread goes on with the module as far as it is made, as a circular import on one thread does. The chain is
//! followed and the wait entered under the one lock, so of two threads one sees the other.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use ungil_objects::Thread;
use ungil_tstate::Event;

/// The loads in progress of one interpreter.
#[derive(Default)]
pub(super) struct Loading {
    /// Number of entries in the table. Relaxed: a thread that sees a module in `sys.modules` whose load began on another thread
    /// acquired the reference to it, and the count was raised before.
    count: AtomicUsize,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    loads: HashMap<String, Load>,
    /// Waiting threads, by number, and the module each waits for.
    waiting: HashMap<u64, String>,
}

struct Load {
    thread: u64,
    done: Arc<Event>,
}

/// The right to load a module. Given up when dropped.
pub(super) struct Claim {
    loading: &'static Loading,
    name: String,
}

/// What became of a wish to load a module.
pub(super) enum Wish {
    /// This thread is to load it.
    Granted(Claim),
    /// Another thread has loaded it, or tried to, since.
    Waited,
    /// This thread is loading it already, or waits in a circle: it has to do with what there is.
    Circular,
}

impl Loading {
    /// Claims the load of a module, or waits for the thread that has it.
    pub fn claim(&'static self, t: &mut Thread, name: &str) -> Wish {
        let me = t.state().number();
        let mut table = self.table.lock();
        if let Some(load) = table.loads.get(name) {
            if table.leads_to(load, me) {
                return Wish::Circular;
            }
            drop(table);
            self.wait_for(t, name);
            return Wish::Waited;
        }
        table.loads.insert(name.to_owned(), Load { thread: me, done: Arc::default() });
        self.count.fetch_add(1, Ordering::Relaxed);
        Wish::Granted(Claim { loading: self, name: name.to_owned() })
    }

    /// Waits until a module that another thread is loading is loaded. `false`: there was nothing to wait for, or it would be
    /// waiting for itself.
    pub fn wait_for(&self, t: &mut Thread, name: &str) -> bool {
        if self.count.load(Ordering::Relaxed) == 0 {
            return false;
        }
        let me = t.state().number();
        let done = {
            let mut table = self.table.lock();
            let Some(load) = table.loads.get(name) else { return false };
            if table.leads_to(load, me) {
                return false;
            }
            let done = load.done.clone();
            table.waiting.insert(me, name.to_owned());
            done
        };
        t.blocking(|| {
            let _ = done.wait(None, None);
        });
        self.table.lock().waiting.remove(&me);
        true
    }
}

impl Table {
    /// Whether the end of a load waits for a thread.
    fn leads_to(&self, load: &Load, thread: u64) -> bool {
        let mut load = load;
        loop {
            if load.thread == thread {
                return true;
            }
            match self.waiting.get(&load.thread).and_then(|name| self.loads.get(name)) {
                Some(next) => load = next,
                None => return false,
            }
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let load = self.loading.table.lock().loads.remove(&self.name);
        self.loading.count.fetch_sub(1, Ordering::Relaxed);
        if let Some(load) = load {
            load.done.set();
        }
    }
}
