//! `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`: cryptographic hash functions, for the module `hashlib`.
//!
//! The functions themselves are those of published crates: `md-5`, `sha1`, `sha2` and `sha3` (licences MIT or Apache 2.0),
//! `blake2b_simd` and `blake2s_simd` (MIT). A hash is one lock around the state of one; long data is hashed detached.

mod blake;
mod state;

use parking_lot::Mutex;
use ungil_macros::{class, module};
use ungil_objects::class::Class;
use ungil_objects::error::Result;
use ungil_objects::object::{Obj, Object};
use ungil_objects::protocol::buffer;
use ungil_objects::trace::{Trace, Tracer};
use ungil_objects::types::bytes::Bytes;
use ungil_objects::types::module::Module;
use ungil_objects::types::text::Str;
use ungil_objects::{Ref, Thread, payload, raise};

use self::blake::{Blake2b, Blake2s};
use self::state::{Extendable, Fixed, State};

/// MD5 (RFC 1321).
#[module(name = "_md5", classes(Md5))]
pub mod md5_module {
    use super::*;
}

/// SHA-1 (FIPS 180-4).
#[module(name = "_sha1", classes(Sha1))]
pub mod sha1_module {
    use super::*;
}

/// The SHA-2 family (FIPS 180-4).
#[module(name = "_sha2", classes(Sha224, Sha256, Sha384, Sha512))]
pub mod sha2_module {
    use super::*;
}

/// The SHA-3 family (FIPS 202).
#[module(name = "_sha3", classes(Sha3224, Sha3256, Sha3384, Sha3512, Shake128, Shake256))]
pub mod sha3_module {
    use super::*;

    #[constant(name = "implementation")]
    const IMPLEMENTATION: &str = "sha3";
}

/// BLAKE2 (RFC 7693).
#[module(name = "_blake2", classes(Blake2b, Blake2s))]
pub mod blake2_module {
    use super::*;

    #[setup]
    fn begin(t: &mut Thread, _module: &Object<Module>) -> Result<()> {
        blake::add_limits_of_b(t)?;
        blake::add_limits_of_s(t)
    }
}

/// Data from which on hashing lets other threads stop the world meanwhile.
const LONG: usize = 2048;

/// Takes data in.
fn update(t: &mut Thread, state: &Mutex<Box<dyn State>>, data: Ref<'_>) -> Result<()> {
    if data.downcast::<Str>().is_some() {
        raise!(t, TypeError, "Strings must be encoded before hashing");
    }
    let Some(bytes) = buffer::bytes_of(t, data) else {
        raise!(t, TypeError, "object supporting the buffer API required");
    };
    if bytes.len() < LONG {
        state.lock().update(&bytes);
    } else {
        t.blocking(|| state.lock().update(&bytes));
    }
    Ok(())
}

/// A state that has taken in what the constructor was given.
fn begin(
    t: &mut Thread,
    state: Box<dyn State>,
    data: Option<Ref<'_>>,
    string: Option<Ref<'_>>,
) -> Result<Mutex<Box<dyn State>>> {
    let state = Mutex::new(state);
    match (data, string) {
        (Some(_), Some(_)) => {
            raise!(
                t,
                TypeError,
                "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version."
            )
        }
        (Some(data), None) | (None, Some(data)) => update(t, &state, data)?,
        (None, None) => {}
    }
    Ok(state)
}

fn hex(digest: &[u8]) -> String {
    String::from_utf8_lossy(&ungil_text::bytes::to_hex(digest, None, 1)).into_owned()
}

/// The payload of a hash, and what hashes of all kinds can do.
macro_rules! hash_class {
    ($(#[$doc:meta])* $type:ident, $module:literal, $name:literal, $block_size:literal, $members:ident) => {
        $(#[$doc])*
        pub struct $type {
            state: Mutex<Box<dyn State>>,
        }

        payload!($type, plain);

        impl Trace for $type {
            fn trace(&self, _: &mut Tracer<'_>) {}
        }

        #[ungil_macros::methods($members)]
        impl $type {
            /// Takes in more bytes, as if they had followed the others at once.
            #[method]
            fn update(t: &mut Thread, this: &Object<$type>, data: Ref<'_>) -> Result<()> {
                update(t, &this.state, data)
            }

            /// A hash that has taken in the same and goes on by itself.
            #[method]
            fn copy(t: &mut Thread, this: &Object<$type>) -> Obj<$type> {
                let state = Mutex::new(this.state.lock().copy());
                t.alloc_with_shape(this.borrow().class(t).root_shape(), $type { state })
            }

            #[getter]
            fn name(_this: Ref<'_>) -> &'static str {
                $name
            }

            #[getter]
            fn block_size(_this: Ref<'_>) -> i64 {
                $block_size
            }

            #[getter]
            fn digest_size(&self) -> usize {
                self.state.lock().size()
            }
        }
    };
}

pub(super) use hash_class;

macro_rules! fixed_hashes {
    ($($type:ident = $algorithm:ty, $module:literal, $name:literal, $block_size:literal;)*) => {
        $(
            hash_class!(
                /// The payload of a hash.
                $type, $module, $name, $block_size, COMMON
            );

            /// A hash object.
            #[class(name = $name, module = $module, final, members = [COMMON])]
            impl $type {
                #[new(signature = "(data=b'', *, usedforsecurity=True, string=None)")]
                fn new_hash(
                    t: &mut Thread,
                    class: &Object<Class>,
                    data: Option<Ref<'_>>,
                    _usedforsecurity: bool,
                    string: Option<Ref<'_>>,
                ) -> Result<Obj<$type>> {
                    let state = begin(t, Box::new(Fixed::<$algorithm>::default()), data, string)?;
                    Ok(t.alloc_with_shape(class.root_shape(), $type { state }))
                }

                /// The hash of all that was taken in, as bytes; more can follow.
                #[method]
                fn digest(t: &mut Thread, this: &Object<$type>) -> Obj<Bytes> {
                    let digest = this.state.lock().digest(0);
                    Bytes::from_slice(t, &digest)
                }

                /// The hash of all that was taken in, as text: two lowercase hexadecimal digits for each byte.
                #[method]
                fn hexdigest(&self) -> String {
                    hex(&self.state.lock().digest(0))
                }
            }
        )*
    };
}

fixed_hashes! {
    Md5 = md5::Md5, "_md5", "md5", 64;
    Sha1 = sha1::Sha1, "_sha1", "sha1", 64;
    Sha224 = sha2::Sha224, "_sha2", "sha224", 64;
    Sha256 = sha2::Sha256, "_sha2", "sha256", 64;
    Sha384 = sha2::Sha384, "_sha2", "sha384", 128;
    Sha512 = sha2::Sha512, "_sha2", "sha512", 128;
    Sha3224 = sha3::Sha3_224, "_sha3", "sha3_224", 144;
    Sha3256 = sha3::Sha3_256, "_sha3", "sha3_256", 136;
    Sha3384 = sha3::Sha3_384, "_sha3", "sha3_384", 104;
    Sha3512 = sha3::Sha3_512, "_sha3", "sha3_512", 72;
}

fn checked_length(t: &Thread, length: i64) -> Result<usize> {
    match usize::try_from(length) {
        Ok(length) if length < 1 << 29 => Ok(length),
        Ok(_) => raise!(t, ValueError, "digest length is too large"),
        Err(_) => raise!(t, ValueError, "Cannot convert negative int"),
    }
}

macro_rules! extendable_hashes {
    ($($type:ident = $algorithm:ty, $name:literal, $block_size:literal;)*) => {
        $(
            hash_class!(
                /// The payload of a hash with digests of any length.
                $type, "_sha3", $name, $block_size, COMMON
            );

            /// A hash object with digests of any length.
            #[class(name = $name, module = "_sha3", final, members = [COMMON])]
            impl $type {
                #[new(signature = "(data=b'', *, usedforsecurity=True, string=None)")]
                fn new_hash(
                    t: &mut Thread,
                    class: &Object<Class>,
                    data: Option<Ref<'_>>,
                    _usedforsecurity: bool,
                    string: Option<Ref<'_>>,
                ) -> Result<Obj<$type>> {
                    let state = begin(t, Box::new(Extendable::<$algorithm>::default()), data, string)?;
                    Ok(t.alloc_with_shape(class.root_shape(), $type { state }))
                }

                /// The first length bytes of the hash of all that was taken in.
                #[method(signature = "(length)")]
                fn digest(t: &mut Thread, this: &Object<$type>, length: i64) -> Result<Obj<Bytes>> {
                    let length = checked_length(t, length)?;
                    let digest = this.state.lock().digest(length);
                    Ok(Bytes::from_slice(t, &digest))
                }

                /// The first length bytes of the hash of all that was taken in, as text: two hexadecimal digits for each.
                #[method(signature = "(length)")]
                fn hexdigest(t: &mut Thread, this: &Object<$type>, length: i64) -> Result<String> {
                    let length = checked_length(t, length)?;
                    Ok(hex(&this.state.lock().digest(length)))
                }
            }
        )*
    };
}

extendable_hashes! {
    Shake128 = sha3::Shake128, "shake_128", 168;
    Shake256 = sha3::Shake256, "shake_256", 136;
}
