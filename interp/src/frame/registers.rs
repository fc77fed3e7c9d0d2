//! The registers of a frame, and who owns what is in them.
//!
//! A register word owns a count, or points without one to an object that only the collector frees (immortal or deferred), which
//! sees all frames. Where a word leaves the registers for the heap it becomes a [`Value`], which counts deferred objects
//! like all others.
//!
//! Operand indexes come from code that the compiler's verifier accepts, and a frame's window has room for all of them; that is what makes
//! the unchecked accesses here sound.

use std::hint::cold_path;
use std::marker::PhantomData;

use ungil_objects::{Ref, Thread, Value, Word, current_owner, release_unless_last};
use ungil_refcount::Owner;

use super::Frame;

/// The registers of the running frame.
#[derive(Copy, Clone)]
pub(crate) struct Registers(*mut Word);

/// Turns a register's word, which is given up, into an owned value.
///
/// # Safety
/// The register is dead afterwards.
#[inline(always)]
pub(crate) unsafe fn own(word: Word) -> Value {
    if word.owns_count() || !word.is_object() {
        // SAFETY: the count moves, or there is none to have.
        unsafe { Value::from_word(word) }
    } else {
        // SAFETY: uncounted words in registers point to objects that the collector keeps.
        unsafe { Ref::from_word(word) }.to_value()
    }
}

/// A word for a register from a borrowed one: counted unless only the collector frees the object.
#[inline(always)]
pub(crate) fn copy(word: Word, t: &Thread) -> Word {
    if !word.owns_count() {
        return word;
    }
    // SAFETY: the register that the word comes from keeps the object alive.
    let header = unsafe { word.object_unchecked().as_ref() };
    if header.is_uncounted() {
        return word.as_uncounted();
    }
    header.incref(t.owner());
    word
}

/// A word for a register from any borrowed value: counted unless only the collector frees the object.
#[inline(always)]
pub(crate) fn copy_value(value: Ref<'_>) -> Word {
    match value.header() {
        Some(header) if !header.is_uncounted() => value.to_value().into_word(),
        _ => value.word().as_uncounted(),
    }
}

/// Drops a word that a register has given up.
///
/// # Safety
/// The word owns a count, which is not used afterwards. The owner is the calling thread.
#[inline(always)]
unsafe fn drop_counted(word: Word, owner: Owner) {
    // SAFETY: promised by the caller.
    unsafe {
        if !release_unless_last(word, owner) {
            cold_path();
            drop_last(word);
        }
    }
}

/// # Safety
/// As for [`drop_counted`].
#[inline(never)]
unsafe fn drop_last(word: Word) {
    // SAFETY: promised by the caller.
    drop(unsafe { Value::from_word(word) });
}

impl Registers {
    #[inline(always)]
    pub fn of(frame: Frame) -> Registers {
        Registers(frame.address())
    }

    #[inline(always)]
    pub fn address(self) -> *mut Word {
        self.0
    }

    #[inline(always)]
    pub fn place(self, index: usize) -> *mut Word {
        // SAFETY: see the module.
        unsafe { self.0.add(index) }
    }

    #[inline(always)]
    pub fn word(self, index: usize) -> Word {
        // SAFETY: see the module.
        unsafe { self.place(index).read() }
    }

    /// Writes a register without dropping what was there.
    #[inline(always)]
    pub fn put(self, index: usize, word: Word) {
        // SAFETY: see the module.
        unsafe { self.place(index).write(word) }
    }

    /// Writes an owned value to a register without dropping what was there.
    #[inline(always)]
    pub fn put_value(self, index: usize, value: Value) {
        self.put(index, value.into_word());
    }

    /// The words of the first registers.
    #[inline(always)]
    pub fn words<'a>(self, count: usize) -> &'a [Word] {
        // SAFETY: see the module; nobody writes them while the instruction runs.
        unsafe { std::slice::from_raw_parts(self.0, count) }
    }

    /// The words of a run of registers.
    #[inline(always)]
    pub fn words_from<'a>(self, start: usize, count: usize) -> &'a [Word] {
        // SAFETY: as for `words`.
        unsafe { std::slice::from_raw_parts(self.place(start), count) }
    }

    /// Writes the first registers without dropping what was there.
    #[inline(always)]
    pub fn put_all(self, words: &[Word]) {
        // SAFETY: see the module; the words lie elsewhere.
        unsafe { self.0.copy_from_nonoverlapping(words.as_ptr(), words.len()) }
    }

    /// Borrows a register; the frame does not overwrite it while the instruction runs.
    #[inline(always)]
    pub fn read<'a>(self, index: usize) -> Ref<'a> {
        // SAFETY: the register keeps the object alive during the instruction.
        unsafe { Ref::from_word(self.word(index)) }
    }

    /// Moves a temporary out.
    #[inline(always)]
    pub fn take(self, index: usize) -> Value {
        // SAFETY: a temporary is consumed once.
        unsafe { own(self.word(index)) }
    }

    /// The temporaries of a run, in order; each is moved out as it is reached. All must be.
    #[inline(always)]
    pub fn taking(self, start: usize, count: usize) -> impl ExactSizeIterator<Item = Value> {
        (start..start + count).map(move |index| self.take(index))
    }

    /// Moves a run of temporaries out, in order.
    pub fn take_run(self, start: usize, count: usize) -> Vec<Value> {
        (start..start + count).map(|index| self.take(index)).collect()
    }

    /// A run of registers as call arguments.
    #[inline(always)]
    pub fn run<'a>(self, start: usize, count: usize) -> &'a [Ref<'a>] {
        // SAFETY: the registers lie in the window, hold values, and stay while the instruction runs; `Ref` is
        // transparent over `Word`.
        unsafe { std::slice::from_raw_parts(self.place(start).cast::<Ref<'a>>(), count) }
    }

    /// Drops a run of temporaries.
    #[inline]
    pub fn drop_run(self, t: &Thread, start: usize, count: usize) {
        for index in start..start + count {
            self.drop_one(t, index);
        }
    }

    /// Drops a temporary.
    #[inline(always)]
    pub fn drop_one(self, t: &Thread, index: usize) {
        let word = self.word(index);
        if word.owns_count() {
            // SAFETY: the temporary is consumed.
            unsafe { drop_counted(word, t.owner()) };
        }
    }

    /// An operand: consumed when dropped if it is a temporary, borrowed if it is a local.
    #[inline(always)]
    pub fn operand<'a>(self, index: usize, first_temporary: usize) -> Operand<'a> {
        Operand { word: self.word(index), is_temporary: index >= first_temporary, _borrow: PhantomData }
    }
}

/// A source operand of an instruction.
pub(crate) struct Operand<'a> {
    word: Word,
    is_temporary: bool,
    _borrow: PhantomData<&'a ()>,
}

impl Operand<'_> {
    #[inline(always)]
    pub fn get(&self) -> Ref<'_> {
        // SAFETY: a local stays in its register during the instruction, a temporary is owned here.
        unsafe { Ref::from_word(self.word) }
    }

    /// The operand as an owned value: moved from a temporary, counted from a local.
    #[inline(always)]
    pub fn into_value(self) -> Value {
        let word = self.word;
        if self.is_temporary {
            std::mem::forget(self);
            // SAFETY: the temporary is consumed.
            unsafe { own(word) }
        } else {
            self.get().to_value()
        }
    }

    /// The operand as a word for another register.
    #[inline(always)]
    pub fn into_register(self, t: &Thread) -> Word {
        let word = self.word;
        if self.is_temporary {
            std::mem::forget(self);
            word
        } else {
            copy(word, t)
        }
    }
}

impl Drop for Operand<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.is_temporary && self.word.owns_count() {
            // SAFETY: the temporary is consumed.
            unsafe { drop_counted(self.word, current_owner()) };
        }
    }
}
