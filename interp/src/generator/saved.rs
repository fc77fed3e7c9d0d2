//! The registers of a suspended frame: within the generator if they are few.
//!
//! Few words are copied in blocks of fixed size, which takes no call and no loop: what lies behind them comes along and means nothing. The
//! register stack has a margin behind its last frame, so that such words can be read and written there.

use std::mem::MaybeUninit;

use ungil_objects::Word;

use crate::frame::Registers;

const BLOCK: usize = 4;
const FEW: usize = 3 * BLOCK;

/// Words that belong to a generator; the frame's while it runs.
pub(super) struct Saved {
    few: [MaybeUninit<Word>; FEW],
    many: Vec<Word>,
    count: usize,
}

impl Saved {
    #[inline(always)]
    pub fn none() -> Saved {
        Saved { few: [const { MaybeUninit::uninit() }; FEW], many: Vec::new(), count: 0 }
    }

    /// Takes `total` registers over of which the first and the last ones, from `last` on, are given, and the others unbound. There are none here.
    #[inline(always)]
    pub fn take_ends(&mut self, given: &[Word], last: u32, total: u32) {
        let (last, total) = (last as usize, total as usize);
        let words = if total <= FEW {
            self.few = [const { MaybeUninit::new(Word::UNBOUND) }; FEW];
            // SAFETY: all of them are initialised.
            unsafe { std::slice::from_raw_parts_mut(self.few.as_mut_ptr().cast::<Word>(), total) }
        } else {
            self.many.resize(total, Word::UNBOUND);
            &mut self.many[..]
        };
        self.count = total;
        words[0] = given[0];
        for at in 1..given.len() {
            words[last + at - 1] = given[at];
        }
    }

    /// Takes the first registers of a frame over, which are given up. There are none here.
    #[inline(always)]
    pub fn take_over(&mut self, registers: Registers, count: usize) {
        debug_assert!(self.count == 0, "the registers of a running frame are its own");
        self.count = count;
        if count <= FEW {
            // SAFETY: there is room for so many, here and behind the frame; the words belong to the generator now.
            unsafe { copy_few(registers.address().cast(), self.few.as_mut_ptr(), count) };
        } else {
            self.many.clear();
            self.many.extend_from_slice(registers.words(count));
        }
    }

    /// Gives all words to a frame.
    #[inline(always)]
    pub fn hand_over(&mut self, registers: Registers) {
        let count = std::mem::take(&mut self.count);
        if count <= FEW {
            // SAFETY: as in `take_over`; the words belong to the frame now.
            unsafe { copy_few(self.few.as_ptr(), registers.address().cast(), count) };
        } else {
            registers.put_all(&self.many);
        }
    }

    #[inline]
    pub fn words(&self) -> &[Word] {
        if self.count <= FEW {
            // SAFETY: so many are initialised.
            unsafe { std::slice::from_raw_parts(self.few.as_ptr().cast(), self.count) }
        } else {
            &self.many
        }
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Gives all words up, to be dropped.
    #[inline]
    pub fn drain(&mut self) -> impl Iterator<Item = Word> + use<> {
        let count = std::mem::take(&mut self.count);
        let few = self.few;
        let many = if count <= FEW { Vec::new() } else { std::mem::take(&mut self.many) };
        // SAFETY: so many are initialised.
        let few = (0..if count <= FEW { count } else { 0 }).map(move |at| unsafe { few[at].assume_init() });
        few.chain(many)
    }
}

/// Copies `count` words and what is behind them up to the end of a block.
///
/// # Safety
/// Both ends have room for [`FEW`] words, and lie apart.
#[inline(always)]
unsafe fn copy_few(from: *const MaybeUninit<Word>, to: *mut MaybeUninit<Word>, count: usize) {
    let block = |at: usize| {
        // SAFETY: promised by the caller.
        unsafe { from.add(at).copy_to_nonoverlapping(to.add(at), BLOCK) }
    };
    block(0);
    if count > BLOCK {
        block(BLOCK);
        if count > 2 * BLOCK {
            block(2 * BLOCK);
        }
    }
}
