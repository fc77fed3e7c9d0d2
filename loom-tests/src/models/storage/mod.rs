//! The protocols of `ungil-storage`: words in shared memory, read without locks. What owns the words' counts, gives and takes memory, and
//! locks is `ungil-objects` in the runtime; here it is the models themselves.

pub mod items;
pub mod named;
pub mod publish;
pub mod slot;
pub mod table;
pub mod version;

use loom::cell::UnsafeCell;
use std::ptr::NonNull;
use ungil_qsbr::{Block, Domain, Retired, Slot, step};
use ungil_refcount::{Header, Owner, Release, decref};
use ungil_storage::word::Word;

/// An object: its header, and whether it is whole.
#[repr(C, align(16))]
pub struct Object {
    header: Header,
    content: UnsafeCell<bool>,
}

// SAFETY: the content is what the models are about; the checker reports a race.
unsafe impl Sync for Object {}

impl Object {
    /// A whole object with one reference, local to `owner`.
    pub fn new(owner: Owner) -> Object {
        Object { header: Header::new(0, owner), content: UnsafeCell::new(true) }
    }

    /// The same, shared.
    pub fn new_shared(owner: Owner) -> Object {
        let object = Object::new(owner);
        // SAFETY: just made.
        unsafe { object.header.share() };
        object
    }

    pub fn header(&self) -> NonNull<Header> {
        NonNull::from(&self.header)
    }

    /// The word that owns the object's first reference.
    pub fn word(&self) -> Word {
        Word::counted(self.header())
    }

    /// What a holder of a reference may do: demands that the object is whole.
    pub fn look_at(&self) {
        // SAFETY: the law under test; the checker reports a race.
        self.content.with(|whole| assert!(unsafe { *whole }, "a counted object is whole"));
    }

    /// Makes the object whole, which it was already; for the checker this is when it happened.
    pub fn fill(&self) {
        // SAFETY: the law under test; the checker reports a race.
        self.content.with_mut(|whole| unsafe { *whole = true });
    }
}

/// The counts' and the reclamation's view of a thread.
pub struct Thread {
    pub me: Owner,
    pub slot: Slot,
    pub retired: Retired,
}

impl Thread {
    pub fn new(id: u16, domain: &Domain) -> Thread {
        // SAFETY: each thread of a model has an id of its own.
        Thread { me: unsafe { Owner::new(id) }, slot: domain.register(), retired: Retired::new(domain) }
    }

    /// Two threads of a domain of their own.
    pub fn two() -> (Thread, Thread) {
        let domain = Domain::new();
        (Thread::new(1, &domain), Thread::new(2, &domain))
    }

    /// Gives up a word's count. Whoever ends the last reference takes the object apart.
    pub fn drop_word(&self, objects: &[Object], word: Word) {
        let Some(header) = word.object().filter(|_| word.owns_count()) else { return };
        // SAFETY: the caller's reference.
        match unsafe { decref(header, self.me) } {
            Release::Alive => {}
            Release::Dead => self.destroy(object_of(objects, word)),
            Release::HandToOwner(_) => unreachable!("no reference here was counted by another thread"),
        }
    }

    /// Takes a dead object apart, and lets its memory be used again when no reader can look at it any more.
    fn destroy(&self, object: &Object) {
        unsafe fn use_again(memory: *mut u8, _: usize) {
            // SAFETY: the world outlives its threads. Another header: who still looks at the old one races with this.
            unsafe { memory.cast::<Header>().write(Header::new(0, Owner::NONE)) };
        }
        // SAFETY: the law under test; the checker reports a race.
        object.content.with_mut(|whole| unsafe { *whole = false });
        step!("model.destroy.retire", self.retire(object.header().cast(), use_again),
              otherwise unsafe { use_again(object.header().as_ptr().cast(), 0) });
    }

    /// Hands a block to the reclamation.
    pub fn retire(&self, memory: NonNull<u8>, free: unsafe fn(*mut u8, usize)) {
        let block = Block { pointer: memory.as_ptr(), bytes: 1, free, context: 0 };
        // SAFETY: out of reach of new readers.
        unsafe { self.retired.retire(&self.slot, block) };
    }
}

/// The object that a word points to.
pub fn object_of(objects: &[Object], word: Word) -> &Object {
    let found = objects.iter().find(|object| Some(object.header()) == word.object());
    found.expect("a word of one of the objects")
}

/// Memory for blocks that lives as long as the model's process: what is freed in a model is written over, not given back.
pub fn memory(bytes: usize) -> NonNull<u8> {
    let words = vec![0u64; bytes.div_ceil(8)];
    NonNull::from(Box::leak(words.into_boxed_slice())).cast()
}
