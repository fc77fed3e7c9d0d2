//! The value word: 64 bits that hold an integer, a float, a singleton or a pointer, told apart by low-bit tags.
//!
//! | low bits | meaning |
//! |---|---|
//! | `…1` | integer of 63 bits, two's complement, shifted left by one |
//! | `…10` | float whose exponent lies within ±255 of one, rotated left by three (CRuby's *flonum*, feature #6763); `+0.0` has a code of its own |
//! | `0000` | pointer to an object, and the word owns one of its counts |
//! | `0100` | pointer to an object of which the word owns no count |
//! | `1100` | singleton |
//!
//! Objects therefore lie at multiples of [`Word::ALIGNMENT`].
//!
//! Numbers are canonical: a number that fits a word is never boxed, so identity of immediates is equality of words.
//! A word by itself owns nothing: `Value` of `ungil-objects` is the word that owns, `Ref` the word that borrows.

use std::num::NonZeroU64;
use std::ptr::NonNull;

use ungil_refcount::Header;

/// A tagged 64-bit value without ownership. Never zero, so that `Option<Word>` is a word too.
#[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Word(NonZeroU64);

const INT_TAG: u64 = 0b1;
const FLOAT_TAG: u64 = 0b10;
const UNCOUNTED_TAG: u64 = 0b100;
const NUMBER_MASK: u64 = 0b11;
const COUNT_MASK: u64 = 0b111;
/// All tag bits but the one that tells who owns the count.
const OBJECT_MASK: u64 = 0b1011;

/// The code of `+0.0`: the one bit pattern of the rotated range that no encodable float maps to.
const FLOAT_ZERO: u64 = 0x8000_0000_0000_0002;

#[inline(always)]
const fn word(bits: u64) -> Word {
    match NonZeroU64::new(bits) {
        Some(bits) => Word(bits),
        None => panic!("a word is never zero"),
    }
}

impl Word {
    /// No value: an unbound local, an empty slot, a deleted entry. Never seen by Python code.
    pub const UNBOUND: Word = word(0x0C);
    pub const NONE: Word = word(0x1C);
    pub const FALSE: Word = word(0x2C);
    pub const TRUE: Word = word(0x3C);
    pub const NOT_IMPLEMENTED: Word = word(0x4C);
    pub const ELLIPSIS: Word = word(0x5C);
    /// What the addresses of objects are multiples of.
    pub const ALIGNMENT: usize = 16;
    /// The integers a word can hold.
    pub const MAX_INT: i64 = i64::MAX >> 1;
    pub const MIN_INT: i64 = i64::MIN >> 1;

    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0.get()
    }

    /// # Safety
    /// `bits` must come from [`Word::bits`].
    #[inline(always)]
    pub const unsafe fn from_bits(bits: u64) -> Word {
        // SAFETY: no word has the bits zero, and the caller passes a word's bits.
        Word(unsafe { NonZeroU64::new_unchecked(bits) })
    }

    #[inline(always)]
    pub const fn from_bool(value: bool) -> Word {
        if value { Word::TRUE } else { Word::FALSE }
    }

    /// The integer as a word, if it fits 63 bits.
    #[inline(always)]
    pub const fn from_int(value: i64) -> Option<Word> {
        let doubled = value << 1;
        if doubled >> 1 == value { Some(word(doubled as u64 | INT_TAG)) } else { None }
    }

    /// An integer that fits a word by its type.
    #[inline(always)]
    pub const fn from_i32(value: i32) -> Word {
        word(((value as i64) << 1) as u64 | INT_TAG)
    }

    #[inline(always)]
    pub const fn is_int(self) -> bool {
        self.bits() & INT_TAG != 0
    }

    /// The integer, if this word is one.
    #[inline(always)]
    pub const fn as_int(self) -> Option<i64> {
        if self.is_int() { Some(self.bits() as i64 >> 1) } else { None }
    }

    /// The integer of a word that [`is_int`](Word::is_int); nonsense, but no undefined behaviour, for others.
    #[inline(always)]
    pub const fn int_unchecked(self) -> i64 {
        self.bits() as i64 >> 1
    }

    /// The float as a word, if its exponent is in range; `-0.0`, infinities, NaN and the far ends are boxed.
    #[inline(always)]
    pub const fn from_float(value: f64) -> Option<Word> {
        let bits = value.to_bits();
        // Bits 62..60 are 011 or 100 exactly for the exponents in the middle of the range.
        let top = (bits >> 60) & 0b111;
        if (top == 0b011 || top == 0b100) && bits != 0x3000_0000_0000_0000 {
            Some(word(bits.rotate_left(3) & !NUMBER_MASK | FLOAT_TAG))
        } else if bits == 0 {
            Some(word(FLOAT_ZERO))
        } else {
            None
        }
    }

    #[inline(always)]
    pub const fn is_float(self) -> bool {
        self.bits() & NUMBER_MASK == FLOAT_TAG
    }

    /// The float, if this word is an immediate one (boxed floats are objects).
    #[inline(always)]
    pub const fn as_float(self) -> Option<f64> {
        if self.is_float() { Some(self.float_unchecked()) } else { None }
    }

    /// The float of a word that [`is_float`](Word::is_float); nonsense, but no undefined behaviour, for others.
    #[inline(always)]
    pub const fn float_unchecked(self) -> f64 {
        let bits = self.bits();
        if bits == FLOAT_ZERO {
            return 0.0;
        }
        // The bit that was number 60 is now 63 and tells which of 011 and 100 the tag replaced.
        let restored = bits & !NUMBER_MASK | (2 - (bits >> 63));
        f64::from_bits(restored.rotate_right(3))
    }

    #[inline(always)]
    pub const fn is_immediate_number(self) -> bool {
        self.bits() & NUMBER_MASK != 0
    }

    /// Whether this word owns a count, so that dropping it must decrement.
    #[inline(always)]
    pub const fn owns_count(self) -> bool {
        self.bits() & COUNT_MASK == 0
    }

    /// Whether this word points to an object, counted or not.
    #[inline(always)]
    pub const fn is_object(self) -> bool {
        self.bits() & OBJECT_MASK == 0
    }

    /// The object that this word points to.
    #[inline(always)]
    pub const fn object(self) -> Option<NonNull<Header>> {
        if self.is_object() { Some(self.object_unchecked()) } else { None }
    }

    /// The address in a word that [`is_object`](Word::is_object).
    #[inline(always)]
    pub const fn object_unchecked(self) -> NonNull<Header> {
        let address = self.bits() & !UNCOUNTED_TAG;
        // SAFETY: no word consists of that tag alone: objects lie at addresses above zero, and all others have another tag bit.
        unsafe { NonNull::new_unchecked(address as *mut Header) }
    }

    /// A word that owns a count of the object.
    #[inline(always)]
    pub fn counted(object: NonNull<Header>) -> Word {
        debug_assert!(object.addr().get().is_multiple_of(Word::ALIGNMENT));
        // SAFETY: an address is not null.
        Word(unsafe { NonZeroU64::new_unchecked(object.as_ptr() as u64) })
    }

    /// A word that owns no count of the object.
    #[inline(always)]
    pub fn uncounted(object: NonNull<Header>) -> Word {
        debug_assert!(object.addr().get().is_multiple_of(Word::ALIGNMENT));
        // SAFETY: an address is not null.
        Word(unsafe { NonZeroU64::new_unchecked(object.as_ptr() as u64 | UNCOUNTED_TAG) })
    }

    /// The same referent, owning no count.
    #[inline(always)]
    pub const fn as_uncounted(self) -> Word {
        if self.owns_count() { word(self.bits() | UNCOUNTED_TAG) } else { self }
    }

    /// Identity as `is` sees it: equal but for who owns the count.
    #[inline(always)]
    pub const fn is_same(self, other: Word) -> bool {
        self.identity() == other.identity()
    }

    /// What `id()` answers: the address, or the word of an immediate.
    #[inline(always)]
    pub const fn identity(self) -> u64 {
        let bits = self.bits();
        if bits & NUMBER_MASK == 0 { bits & !UNCOUNTED_TAG } else { bits }
    }

    #[inline(always)]
    pub const fn is_unbound(self) -> bool {
        self.bits() == Word::UNBOUND.bits()
    }

    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.bits() == Word::NONE.bits()
    }
}

impl std::fmt::Debug for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Word::UNBOUND => f.write_str("unbound"),
            Word::NONE => f.write_str("None"),
            Word::FALSE => f.write_str("False"),
            Word::TRUE => f.write_str("True"),
            Word::NOT_IMPLEMENTED => f.write_str("NotImplemented"),
            Word::ELLIPSIS => f.write_str("Ellipsis"),
            other => match (other.as_int(), other.as_float()) {
                (Some(int), _) => write!(f, "{int}"),
                (_, Some(float)) => write!(f, "{float:?}"),
                _ => write!(f, "object at {:#x}", other.identity()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_round_trip_and_the_64th_bit_is_refused() {
        for value in [0, 1, -1, 42, Word::MAX_INT, Word::MIN_INT] {
            assert_eq!(Word::from_int(value).and_then(Word::as_int), Some(value));
        }
        assert_eq!(Word::from_int(Word::MAX_INT + 1), None);
        assert_eq!(Word::from_int(Word::MIN_INT - 1), None);
    }

    #[test]
    fn floats_round_trip_bit_for_bit_or_are_refused() {
        for value in [0.0, 1.0, -1.0, 0.1, 1e77, -1e-76, 3.5e-70, f64::EPSILON, 123456.789] {
            let word = Word::from_float(value).expect("in range");
            assert_eq!(word.as_float().map(f64::to_bits), Some(value.to_bits()));
            assert!(!word.is_int() && !word.is_object() && !word.owns_count());
        }
        for value in [-0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e300, 1e-300, f64::MIN_POSITIVE] {
            assert_eq!(Word::from_float(value), None);
        }
        assert_eq!(Word::from_float(f64::from_bits(0x3000_0000_0000_0000)), None);
    }

    #[test]
    fn singletons_are_neither_numbers_nor_objects_and_own_nothing() {
        for word in
            [Word::UNBOUND, Word::NONE, Word::FALSE, Word::TRUE, Word::NOT_IMPLEMENTED, Word::ELLIPSIS]
        {
            assert!(!word.is_immediate_number() && !word.is_object() && !word.owns_count());
        }
    }
}
