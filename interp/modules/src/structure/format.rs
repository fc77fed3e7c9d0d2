//! Formats: letters with counts, laid out in order, padded to the alignment of C types if the format says so.

use std::ops::Range;

/// The order of bytes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Order {
    Little,
    Big,
}

/// Values of one kind in a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Item {
    pub letter: char,
    /// Bytes of one value.
    pub size: usize,
    pub count: usize,
    offset: usize,
}

impl Item {
    /// Where each value lies.
    pub fn places(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (size, offset) = (self.size, self.offset);
        (0..self.count).map(move |at| offset + at * size..offset + (at + 1) * size)
    }
}

/// A format that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Format {
    pub order: Order,
    pub items: Vec<Item>,
    /// Bytes of the whole.
    pub size: usize,
}

const TOO_LONG: &str = "total struct size too long";
const BAD_LETTER: &str = "bad char in struct format";

/// The size of a value of a kind, which is also the alignment that C asks for; complex numbers are aligned as their parts are.
fn size_of(letter: char, native: bool) -> Option<usize> {
    Some(match letter {
        'x' | 'c' | 'b' | 'B' | '?' | 's' | 'p' => 1,
        'h' | 'H' | 'e' => 2,
        'i' | 'I' | 'f' => 4,
        'l' | 'L' => {
            if native {
                8
            } else {
                4
            }
        }
        'q' | 'Q' | 'd' | 'F' => 8,
        'n' | 'N' | 'P' if native => 8,
        'D' => 16,
        _ => return None,
    })
}

fn alignment_of(letter: char, size: usize) -> usize {
    if matches!(letter, 'F' | 'D') { size / 2 } else { size }
}

impl Format {
    pub fn parse(text: &str) -> Result<Format, &'static str> {
        if text.contains('\0') {
            return Err("embedded null character");
        }
        let (native, order, rest) = match text.chars().next() {
            Some('<') => (false, Order::Little, &text[1..]),
            Some('>' | '!') => (false, Order::Big, &text[1..]),
            Some('=') => (false, NATIVE, &text[1..]),
            Some('@') => (true, NATIVE, &text[1..]),
            _ => (true, NATIVE, text),
        };
        let mut format = Format { order, items: Vec::new(), size: 0 };
        let mut letters = rest.chars().filter(|letter| !letter.is_ascii_whitespace()).peekable();
        while let Some(first) = letters.next() {
            let mut letter = first;
            let mut count = None;
            while let Some(digit) = letter.to_digit(10) {
                let next =
                    count.unwrap_or(0usize).checked_mul(10).and_then(|ten| ten.checked_add(digit as usize));
                count = Some(next.filter(|next| isize::try_from(*next).is_ok()).ok_or(TOO_LONG)?);
                letter = letters.next().ok_or("repeat count given without format specifier")?;
            }
            format.push(letter, count.unwrap_or(1), native)?;
        }
        Ok(format)
    }

    fn push(&mut self, letter: char, count: usize, native: bool) -> Result<(), &'static str> {
        let unit = size_of(letter, native).ok_or(BAD_LETTER)?;
        let alignment = if native { alignment_of(letter, unit) } else { 1 };
        let offset = self.size.checked_next_multiple_of(alignment).ok_or(TOO_LONG)?;
        let size = unit.checked_mul(count).and_then(|size| size.checked_add(offset));
        self.size = size.filter(|size| isize::try_from(*size).is_ok()).ok_or(TOO_LONG)?;
        match letter {
            'x' => {}
            's' | 'p' => self.items.push(Item { letter, size: count, count: 1, offset }),
            _ => self.items.push(Item { letter, size: unit, count, offset }),
        }
        Ok(())
    }

    /// The number of values.
    pub fn values(&self) -> usize {
        self.items.iter().map(|item| item.count).sum()
    }
}

const NATIVE: Order = if cfg!(target_endian = "big") { Order::Big } else { Order::Little };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn native_formats_are_aligned_and_others_are_not() {
        let size = |text: &str| Format::parse(text).map(|format| format.size);
        assert_eq!(size("bhiq"), Ok(16));
        assert_eq!(size("=bhiq"), Ok(15));
        assert_eq!(size("i0q"), Ok(8));
        assert_eq!(size("<bD"), Ok(17));
        assert_eq!(size("<n"), Err(BAD_LETTER));
        assert_eq!(size("3"), Err("repeat count given without format specifier"));
        assert_eq!(size("9223372036854775807q"), Err(TOO_LONG));
    }
}
