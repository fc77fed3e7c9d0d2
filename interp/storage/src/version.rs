//! Versions: what a cache may rely on while a version stands.
//!
//! A version is a number that is never given out twice; 0 stands for none. Whoever caches something about a shape or about the keys of a table
//! remembers the version that it has, and compares before it uses what it cached.
//!
//! **Protocol.** Whoever changes what caches rely on clears the version *before* the change is written, and both under the lock under which
//! versions are given out ([`change`]). Whoever caches asks for the version *before* it looks ([`observe`]). So what was seen
//! before a change is remembered under a version that nothing has any more. Whoever finds a version without the lock ([`standing`](Version::standing))
//! acquires what the one who gave it out had seen: the change before which the last version was cleared. The clearing store is relaxed: a thread that
//! still finds the old version orders its use before the change, unless it has found a part of the change, or was told of it; the stores of the change
//! release, so then it finds the version cleared.

use ungil_qsbr::sync::atomic::{AtomicU32, Ordering};
use ungil_qsbr::{site, step};

/// The version of a shape, or of a table's keys.
#[derive(Default)]
pub struct Version(AtomicU32);

impl Version {
    /// No version yet.
    #[inline(always)]
    pub fn none() -> Version {
        Version(AtomicU32::new(0))
    }

    /// The version, or 0.
    #[inline(always)]
    pub fn get(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// The version if there is one, without the lock: for whoever looks afterwards, to cache what it sees.
    #[inline(always)]
    pub fn standing(&self) -> Option<u32> {
        // Acquire: partner is the release in `ensure`.
        match self.0.load(site!("storage.version.standing", Acquire)) {
            0 => None,
            version => Some(version),
        }
    }

    /// The version, given out now if there was none. Under the lock of changes.
    pub fn ensure(&self, fresh: impl FnOnce() -> Option<u32>) -> Option<u32> {
        match self.get() {
            0 => {
                let fresh = fresh()?;
                // Release: partner is the acquire in `standing`.
                self.0.store(fresh, site!("storage.version.ensure", Release));
                Some(fresh)
            }
            version => Some(version),
        }
    }

    /// Takes the version away. Under the lock of changes, before the change.
    #[inline(always)]
    pub fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// Changes what caches rely on. Under the lock of changes.
#[inline(always)]
pub fn change<R>(clear: impl FnOnce(), write: impl FnOnce() -> R) -> R {
    step!(
        "storage.version.change",
        {
            clear();
            write()
        },
        otherwise {
            let result = write();
            clear();
            result
        }
    )
}

/// Asks for a version, then looks: what was seen may be cached under the version, if there is one.
#[inline(always)]
pub fn observe<R>(version: impl FnOnce() -> Option<u32>, look: impl FnOnce() -> R) -> (Option<u32>, R) {
    step!(
        "storage.version.observe",
        {
            let version = version();
            (version, look())
        },
        otherwise {
            let seen = look();
            (version(), seen)
        }
    )
}
