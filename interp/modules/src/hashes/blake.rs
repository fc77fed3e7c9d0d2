//! BLAKE2, with keys, salts, and the parameters of trees of hashes.

use parking_lot::Mutex;
use ungil_macros::class;
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::{buffer, convert};
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::int::{Int, IntRef};
use ungil_objects::{Ref, Thread, Value, payload, raise};

use super::state::State;
use super::{begin, hash_class, hex, update};

/// A number argument within bounds, or its default.
fn bounded(
    t: &mut Thread,
    value: Option<Ref<'_>>,
    default: u64,
    bounds: std::ops::RangeInclusive<u64>,
    message: &str,
) -> Result<u64> {
    let Some(value) = value else { return Ok(default) };
    let index = convert::index(t, value)?;
    let number = match index.borrow().as_int() {
        Some(IntRef::Small(number)) if number < 0 && *bounds.end() > 0xff => {
            raise!(t, ValueError, "Cannot convert negative int")
        }
        Some(IntRef::Small(number)) => u64::try_from(number).ok(),
        Some(IntRef::Big(number)) => u64::try_from(number).ok(),
        None => None,
    };
    match number {
        Some(number) if bounds.contains(&number) => Ok(number),
        Some(_) => raise!(t, ValueError, "{message}"),
        None if *bounds.end() > 0xff => {
            raise!(t, OverflowError, "Python int too large for C unsigned long long")
        }
        None => raise!(t, ValueError, "{message}"),
    }
}

fn short_bytes(t: &mut Thread, value: Option<Ref<'_>>, most: usize, what: &str) -> Result<Vec<u8>> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let bytes = buffer::argument(t, value)?;
    if bytes.len() > most {
        raise!(t, ValueError, "maximum {what} length is {most} bytes");
    }
    Ok(bytes.into_owned())
}

macro_rules! blake {
    ($type:ident, $library:ident, $name:literal, $shown:literal, block $block:literal, digest $digest:literal,
     salt $salt:literal, offset $offset:expr, $members:ident, $numbers:ident) => {
        impl State for $library::State {
            fn update(&mut self, data: &[u8]) {
                $library::State::update(self, data);
            }

            fn digest(&self, _: usize) -> Vec<u8> {
                self.finalize().as_bytes().to_vec()
            }

            fn size(&self) -> usize {
                self.finalize().as_bytes().len()
            }

            fn copy(&self) -> Box<dyn State> {
                Box::new(self.clone())
            }
        }

        hash_class!(
            /// The payload of a hash.
            $type, "_blake2", $name, $block, $members
        );

        /// A BLAKE2 hash of `digest_size` bytes. `data` is where it begins, `update` adds more; the other arguments are
        /// the algorithm's own parameters.
        #[class(name = $name, module = "_blake2", final, members = [$members])]
        impl $type {
            #[allow(clippy::too_many_arguments, reason = "the parameters are those of the Python function")]
            #[new(
                signature = "(data=b'', /, *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)"
            )]
            fn new_hash(
                t: &mut Thread,
                class: &Object<Class>,
                data: Option<Ref<'_>>,
                digest_size: Option<Ref<'_>>,
                key: Option<Ref<'_>>,
                salt: Option<Ref<'_>>,
                person: Option<Ref<'_>>,
                fanout: Option<Ref<'_>>,
                depth: Option<Ref<'_>>,
                leaf_size: Option<Ref<'_>>,
                node_offset: Option<Ref<'_>>,
                node_depth: Option<Ref<'_>>,
                inner_size: Option<Ref<'_>>,
                last_node: bool,
                _usedforsecurity: bool,
                string: Option<Ref<'_>>,
            ) -> Result<Obj<$type>> {
                let length = match digest_size {
                    Some(size) => convert::to_i64(t, size)?,
                    None => $digest,
                };
                if !(1..=$digest).contains(&length) {
                    raise!(
                        t,
                        ValueError,
                        "digest_size for {} must be between 1 and {} bytes, here it is {length}",
                        $shown,
                        $digest
                    );
                }
                let key = short_bytes(t, key, $digest, "key")?;
                let salt = short_bytes(t, salt, $salt, "salt")?;
                let person = short_bytes(t, person, $salt, "person")?;
                let fanout = bounded(t, fanout, 1, 0..=255, "fanout must be between 0 and 255")?;
                let depth = bounded(t, depth, 1, 1..=255, "depth must be between 1 and 255")?;
                let leaf = bounded(t, leaf_size, 0, 0..=u64::from(u32::MAX), "leaf_size is too large")?;
                let offset = bounded(t, node_offset, 0, 0..=$offset, "node_offset is too large")?;
                let node_depth = bounded(t, node_depth, 0, 0..=255, "node_depth must be between 0 and 255")?;
                let message = concat!("inner_size must be between 0 and is ", $digest);
                let inner = bounded(t, inner_size, 0, 0..=$digest, message)?;
                let state = $library::Params::new()
                    .hash_length(length as usize)
                    .key(&key)
                    .salt(&salt)
                    .personal(&person)
                    .fanout(fanout as u8)
                    .max_depth(depth as u8)
                    .max_leaf_length(leaf as u32)
                    .node_offset(offset)
                    .node_depth(node_depth as u8)
                    .inner_hash_length(inner as usize)
                    .last_node(last_node)
                    .to_state();
                let state = begin(t, Box::new(state), data, string)?;
                Ok(t.alloc_with_shape(class.root_shape(), $type { state }))
            }

            /// The hash of all data up to now, as bytes. More data can follow.
            #[method]
            fn digest(t: &mut Thread, this: &Object<$type>) -> Obj<Bytes> {
                let digest = this.state.lock().digest(0);
                Bytes::from_slice(t, &digest)
            }

            /// The hash of all data up to now, as text with two hexadecimal digits a byte.
            #[method]
            fn hexdigest(&self) -> String {
                hex(&self.state.lock().digest(0))
            }
        }

        /// The limits of arguments, attributes of the class.
        pub(super) fn $numbers(t: &mut Thread) -> Result<()> {
            let class = t.shape_of::<$type>().class();
            let limits = [("SALT_SIZE", $salt), ("PERSON_SIZE", $salt), ("MAX_KEY_SIZE", $digest), ("MAX_DIGEST_SIZE", $digest)];
            for (name, value) in limits {
                let name = t.interpreter().intern(t, name);
                let value: Value = Int::from_i64(t, value);
                class.set_own_attribute(t, name, Some(value))?;
            }
            Ok(())
        }
    };
}

blake!(
    Blake2b, blake2b_simd, "blake2b", "Blake2b", block 128, digest 64, salt 16, offset u64::MAX, COMMON, add_limits_of_b
);
blake!(
    Blake2s, blake2s_simd, "blake2s", "Blake2s", block 64, digest 32, salt 8, offset (1 << 48) - 1, COMMON, add_limits_of_s
);
