//! Hashing.

use ungil_numbers::hash::{MODULUS, hash_int};

use crate::class::Unary;
use crate::error::{Exc, Raised, Result};
use crate::raise;
use crate::thread::Thread;
use crate::types::int::IntRef;
use crate::types::text::Str;
use crate::value::Ref;

/// `hash(value)`. Never -1.
#[inline]
pub fn hash(t: &mut Thread, value: Ref<'_>) -> Result<i64> {
    if let Some(hash) = plain_hash(t, value) {
        return Ok(hash);
    }
    t.check_stack("")?;
    hash_by_method(t, value)
}

/// The hash of a string or of an integer that fits a word.
#[inline]
pub(crate) fn plain_hash(t: &Thread, value: Ref<'_>) -> Option<i64> {
    if let Some(int) = value.as_small_int() {
        let is_its_own = (0..MODULUS as i64).contains(&int);
        return Some(if is_its_own { int } else { hash_int(IntRef::Small(int)) });
    }
    value.downcast_exact::<Str>(t).map(|text| text.hash(t))
}

/// `hash(key)` for a place in a container, which the message for an unhashable key names: "dict key", "set element".
///
/// # Errors
/// What hashing raises.
#[inline]
pub fn hash_key(t: &mut Thread, key: Ref<'_>, place: &str) -> Result<i64> {
    match hash(t, key) {
        Err(raised) if raised.is(t, Exc::TypeError) => Err(cannot_use(t, key, place, raised)),
        hashed => hashed,
    }
}

#[cold]
fn cannot_use(t: &Thread, key: Ref<'_>, place: &str, raised: Raised) -> Raised {
    let args = raised.exception().args(t);
    let Some(reason) = args.get(0).and_then(|reason| reason.downcast::<Str>()) else { return raised };
    crate::error!(t, TypeError, "cannot use '{}' as a {place} ({})", key.class(t).name(t), &**reason)
}

fn hash_by_method(t: &mut Thread, value: Ref<'_>) -> Result<i64> {
    let Some(method) = value.shape(t).special().unary(Unary::Hash) else {
        raise!(t, TypeError, "unhashable type: '{}'", value.class(t).name(t));
    };
    let answer = method(t, value)?;
    match answer.borrow().as_int() {
        Some(IntRef::Small(hash)) => Ok(if hash == -1 { -2 } else { hash }),
        Some(big) => Ok(hash_int(big)),
        None => raise!(t, TypeError, "__hash__ method should return an integer"),
    }
}

/// A hash of an address, for objects that hash by identity: the bits that alignment fixes are moved away.
pub fn hash_identity(identity: u64) -> i64 {
    let hash = identity.rotate_right(4) as i64;
    if hash == -1 { -2 } else { hash }
}
