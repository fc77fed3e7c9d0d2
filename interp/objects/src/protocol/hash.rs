//! Hashing.

use crate::class::Unary;
use crate::error::Result;
use crate::raise;
use crate::thread::Thread;
use crate::types::text::Str;
use crate::value::Ref;

/// `hash(value)`. Never -1.
#[inline]
pub fn hash(t: &mut Thread, value: Ref<'_>) -> Result<i64> {
    if let Some(text) = value.downcast_exact::<Str>(t) {
        return Ok(text.hash(t));
    }
    if let Some(int) = value.as_small_int() {
        return Ok(hash_small_int(int));
    }
    hash_by_method(t, value)
}

fn hash_by_method(t: &mut Thread, value: Ref<'_>) -> Result<i64> {
    let Some(method) = value.shape(t).special().unary(Unary::Hash) else {
        raise!(t, TypeError, "unhashable type: '{}'", value.class(t).name(t));
    };
    let answer = method(t, value)?;
    match answer.borrow().as_int() {
        Some(crate::types::int::IntRef::Small(hash)) => Ok(if hash == -1 { -2 } else { hash }),
        Some(big) => Ok(crate::types::int::hash_big(&big.to_big())),
        None => raise!(t, TypeError, "__hash__ method should return an integer"),
    }
}

/// The modulus of numeric hashes, a Mersenne prime (Python's `sys.hash_info.modulus`).
const MODULUS: i64 = (1 << 61) - 1;

#[inline]
pub fn hash_small_int(value: i64) -> i64 {
    if value > -MODULUS && value < MODULUS {
        return if value == -1 { -2 } else { value };
    }
    let hash = value % MODULUS;
    if hash == -1 { -2 } else { hash }
}

/// A hash of an address, for objects that hash by identity: the bits that alignment fixes are moved away.
pub fn hash_identity(identity: u64) -> i64 {
    let hash = identity.rotate_right(4) as i64;
    if hash == -1 { -2 } else { hash }
}
