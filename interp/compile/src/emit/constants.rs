//! The constant table of a code object: equal constants of equal type share an entry.

use std::collections::HashMap;

use ungil_bytecode::Const;

#[derive(Default)]
pub struct Constants {
    entries: Vec<Const>,
    /// Entries by an encoding that tells types, signs of zero and the like apart.
    index: HashMap<Vec<u8>, u32>,
}

impl Constants {
    pub fn add(&mut self, constant: Const) -> u32 {
        let mut key = Vec::new();
        encode(&constant, &mut key);
        let next = self.entries.len() as u32;
        *self.index.entry(key).or_insert_with(|| {
            self.entries.push(constant);
            next
        })
    }

    pub fn into_vec(self) -> Vec<Const> {
        self.entries
    }
}

/// Whether two constants are the same object type with the same value.
pub fn same(left: &Const, right: &Const) -> bool {
    let (mut left_key, mut right_key) = (Vec::new(), Vec::new());
    encode(left, &mut left_key);
    encode(right, &mut right_key);
    left_key == right_key
}

fn encode(constant: &Const, key: &mut Vec<u8>) {
    let sized = |key: &mut Vec<u8>, tag: u8, bytes: &[u8]| {
        key.push(tag);
        key.extend_from_slice(&bytes.len().to_le_bytes());
        key.extend_from_slice(bytes);
    };
    let items = |key: &mut Vec<u8>, tag: u8, items: &[Const]| {
        key.push(tag);
        key.extend_from_slice(&items.len().to_le_bytes());
        items.iter().for_each(|item| encode(item, key));
    };
    match constant {
        Const::None => key.push(0),
        Const::True => key.push(1),
        Const::False => key.push(2),
        Const::Ellipsis => key.push(3),
        Const::Int(value) => sized(key, 4, &value.to_le_bytes()),
        Const::BigInt(digits) => sized(key, 5, digits.as_bytes()),
        Const::Float(value) => sized(key, 6, &value.to_bits().to_le_bytes()),
        Const::Complex { real, imag } => {
            sized(key, 7, &real.to_bits().to_le_bytes());
            sized(key, 7, &imag.to_bits().to_le_bytes());
        }
        Const::Str(text) => sized(key, 8, text.as_bytes()),
        Const::Bytes(bytes) => sized(key, 9, bytes),
        Const::Tuple(values) => items(key, 10, values),
        Const::FrozenSet(values) => items(key, 11, values),
        Const::Slice(parts) => items(key, 12, &parts[..]),
        // Code is never shared: two functions are two objects.
        Const::Code(code) => sized(key, 13, &std::sync::Arc::as_ptr(code).addr().to_le_bytes()),
    }
}
