//! The Mersenne twister MT19937, with the seeding and the sequences of Python's `random.Random`.
//!
//! Algorithm: Matsumoto and Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudorandom
//! number generator", ACM TOMACS 8(1), 1998, and their `init_by_array` of 2002.

use dashu_int::UBig;

use crate::int::{Int, IntRef};

const SIZE: usize = 624;
const SHIFT: usize = 397;

/// A generator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MersenneTwister {
    state: [u32; SIZE],
    /// The place of the next word; `SIZE` if the state is used up.
    index: usize,
}

impl MersenneTwister {
    fn from_word(seed: u32) -> Self {
        let mut state = [seed; SIZE];
        for at in 1..SIZE {
            let previous = state[at - 1];
            state[at] = (previous ^ previous >> 30).wrapping_mul(1812433253).wrapping_add(at as u32);
        }
        Self { state, index: SIZE }
    }

    /// Seeded by words; no words count as one zero.
    pub fn from_key(key: &[u32]) -> Self {
        let key = if key.is_empty() { &[0] } else { key };
        let mut generator = Self::from_word(19650218);
        let state = &mut generator.state;
        let mut at = 1;
        let mut mix = |at: &mut usize, factor: u32, term: u32| {
            let previous = state[*at - 1];
            state[*at] = (state[*at] ^ (previous ^ previous >> 30).wrapping_mul(factor)).wrapping_add(term);
            *at += 1;
            if *at == SIZE {
                state[0] = state[SIZE - 1];
                *at = 1;
            }
        };
        for nth in 0..SIZE.max(key.len()) {
            let place = nth % key.len();
            mix(&mut at, 1664525, key[place].wrapping_add(place as u32));
        }
        for _ in 1..SIZE {
            let term = (at as u32).wrapping_neg();
            mix(&mut at, 1566083941, term);
        }
        state[0] = 0x8000_0000;
        generator
    }

    /// Seeded by the magnitude of an integer, as `random.seed(int)` does.
    pub fn from_int(seed: IntRef<'_>) -> Self {
        let bytes = seed.magnitude().to_le_bytes();
        let word = |chunk: &[u8]| chunk.iter().rev().fold(0, |word, &byte| word << 8 | u32::from(byte));
        let key: Vec<u32> = bytes.chunks(4).map(word).collect();
        Self::from_key(&key)
    }

    /// The state as `getstate` shows it: 624 words and the index.
    pub fn state(&self) -> (&[u32; SIZE], usize) {
        (&self.state, self.index)
    }

    /// A generator with a state, `None` if the index is beyond its end.
    pub fn with_state(state: [u32; SIZE], index: usize) -> Option<Self> {
        (index <= SIZE).then_some(Self { state, index })
    }

    fn refill(&mut self) {
        for at in 0..SIZE {
            let joined = self.state[at] & 0x8000_0000 | self.state[(at + 1) % SIZE] & 0x7fff_ffff;
            let twisted = joined >> 1 ^ if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[at] = self.state[(at + SHIFT) % SIZE] ^ twisted;
        }
        self.index = 0;
    }

    /// The next 32 bits.
    pub fn next_word(&mut self) -> u32 {
        if self.index >= SIZE {
            self.refill();
        }
        let mut word = self.state[self.index];
        self.index += 1;
        word ^= word >> 11;
        word ^= word << 7 & 0x9d2c_5680;
        word ^= word << 15 & 0xefc6_0000;
        word ^ word >> 18
    }

    /// `random()`: a multiple of 2⁻⁵³ from 0 up to 1.
    pub fn next_float(&mut self) -> f64 {
        let (high, low) = (self.next_word() >> 5, self.next_word() >> 6);
        (f64::from(high) * 67108864.0 + f64::from(low)) / 9007199254740992.0
    }

    /// `getrandbits(count)`
    pub fn next_bits(&mut self, count: usize) -> Int {
        if count <= 32 {
            let word = if count == 0 { 0 } else { self.next_word() >> (32 - count) };
            return Int::Small(word.into());
        }
        let mut bytes = Vec::with_capacity(count.div_ceil(32) * 4);
        let mut left = count;
        while left > 0 {
            let taken = left.min(32);
            bytes.extend((self.next_word() >> (32 - taken)).to_le_bytes());
            left -= taken;
        }
        UBig::from_le_bytes(&bytes).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_of_python() {
        let mut generator = MersenneTwister::from_int(IntRef::Small(42));
        assert_eq!(generator.next_float(), 0.6394267984578837);
        assert_eq!(generator.next_float(), 0.025010755222666936);
        assert_eq!(generator.next_bits(32), Int::Small(1181241943));
        assert_eq!(generator.next_bits(70).as_ref().digits(10), "151691464061534419856");
        assert_eq!(generator.next_bits(3), Int::Small(5));
        let mut negative = MersenneTwister::from_int(IntRef::Small(-42));
        assert_eq!(negative.next_float(), 0.6394267984578837);
        let mut zero = MersenneTwister::from_int(IntRef::Small(0));
        assert_eq!(zero.next_float(), 0.8444218515250481);
        let (state, index) = generator.state();
        let mut copy = MersenneTwister::with_state(*state, index).unwrap();
        assert_eq!(copy.next_word(), generator.next_word());
    }

    #[test]
    fn reference_sequence_of_init_by_array() {
        let mut generator = MersenneTwister::from_key(&[0x123, 0x234, 0x345, 0x456]);
        let words: [u32; 5] = std::array::from_fn(|_| generator.next_word());
        assert_eq!(words, [1067595299, 955945823, 477289528, 4107218783, 4228976476]);
    }
}
