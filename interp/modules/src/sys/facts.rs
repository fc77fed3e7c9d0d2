//! Facts that do not change: versions, and the ranges and formats of numbers.

use ungil_objects::object::Object;
use ungil_objects::types::float::Float;
use ungil_objects::types::int::Int;
use ungil_objects::types::module::{Module, add_to_module};
use ungil_objects::types::simple_namespace::SimpleNamespace;
use ungil_objects::types::struct_sequence::{StructSequence, instantiate};
use ungil_objects::types::text::Str;
use ungil_objects::types::tuple::Tuple;
use ungil_objects::{Result, Thread, Value};

/// The version of the language that is implemented: major, minor, micro.
const VERSION: (i32, i32, i32) = (3, 14, 0);
/// `PY_VERSION_HEX` of that version, a final release.
const HEXVERSION: i64 = (VERSION.0 as i64) << 24 | (VERSION.1 as i64) << 16 | (VERSION.2 as i64) << 8 | 0xf0;
/// CPython's version of the C interface, for programs that ask for it.
const API_VERSION: i32 = 1013;

ungil_objects::struct_sequence!(
    VERSION_INFO,
    "sys",
    "version_info",
    "sys.version_info\n\nVersion information as a named tuple.",
    {
        "major": "Major release number",
        "minor": "Minor release number",
        "micro": "Patch release number",
        "releaselevel": "'alpha', 'beta', 'candidate', or 'final'",
        "serial": "Serial release number",
    },
    hidden: [],
    constructible: false
);

ungil_objects::struct_sequence!(
    FLOAT_INFO,
    "sys",
    "float_info",
    "sys.float_info\n\nA named tuple holding information about the float type.",
    {
        "max": "maximum representable finite float",
        "max_exp": "maximum int e such that radix**(e-1) is representable",
        "max_10_exp": "maximum int e such that 10**e is representable",
        "min": "minimum positive normalized float",
        "min_exp": "minimum int e such that radix**(e-1) is a normalized float",
        "min_10_exp": "minimum int e such that 10**e is a normalized float",
        "dig": "maximum number of decimal digits that can be faithfully represented in a float",
        "mant_dig": "mantissa digits",
        "epsilon": "difference between 1 and the next representable float",
        "radix": "radix of exponent",
        "rounds": "rounding mode used for arithmetic operations",
    },
    hidden: [],
    constructible: false
);

ungil_objects::struct_sequence!(
    INT_INFO,
    "sys",
    "int_info",
    "sys.int_info\n\nA named tuple that holds information about Python's internal representation of integers.",
    {
        "bits_per_digit": "size of a digit in bits",
        "sizeof_digit": "size in bytes of the type used to represent a digit",
        "default_max_str_digits": "maximum string conversion digits limitation",
        "str_digits_check_threshold": "minimum positive value for int_max_str_digits",
    },
    hidden: [],
    constructible: false
);

ungil_objects::struct_sequence!(
    HASH_INFO,
    "sys",
    "hash_info",
    "hash_info\n\nA named tuple providing parameters used for computing hashes.",
    {
        "width": "width of the type used for hashing, in bits",
        "modulus": "prime number giving the modulus on which the hash function is based",
        "inf": "value to be used for hash of a positive infinity",
        "nan": "value to be used for hash of a nan",
        "imag": "multiplier used for the imaginary part of a complex number",
        "algorithm": "name of the algorithm for hashing of str, bytes and memoryviews",
        "hash_bits": "internal output size of hash algorithm",
        "seed_bits": "seed size of hash algorithm",
        "cutoff": "small string optimization cutoff",
    },
    hidden: [],
    constructible: false
);

ungil_objects::struct_sequence!(
    THREAD_INFO,
    "sys",
    "thread_info",
    "sys.thread_info\n\nA named tuple holding information about the thread implementation.",
    {
        "name": "name of the thread implementation",
        "lock": "name of the lock implementation",
        "version": "name and version of the thread library",
    },
    hidden: [],
    constructible: false
);

fn int(value: i32) -> Value {
    Value::from_i32(value)
}

fn text(t: &Thread, text: &str) -> Value {
    Str::from_str(t, text).into_value()
}

/// Makes the class of a record and its only instance.
pub(super) fn add_record(
    t: &mut Thread,
    module: &Object<Module>,
    record: &'static StructSequence,
    fields: Vec<Value>,
) -> Result<Value> {
    let class = record.make(t)?;
    let instance = instantiate(t, &class, fields).into_value();
    add_to_module(t, module, record.definition.name, instance.clone())?;
    Ok(instance)
}

/// Adds all facts to the module.
pub(super) fn add(t: &mut Thread, module: &Object<Module>) -> Result<()> {
    let fields = vec![int(VERSION.0), int(VERSION.1), int(VERSION.2), text(t, "final"), int(0)];
    let version = add_record(t, module, &VERSION_INFO, fields)?;
    let hexversion = Int::from_i64(t, HEXVERSION);
    let implementation = SimpleNamespace::from_pairs(
        t,
        vec![
            ("name", text(t, "ungil")),
            ("cache_tag", text(t, "ungil-314")),
            ("version", version),
            ("hexversion", hexversion.clone()),
            ("_multiarch", text(t, "x86_64-linux-gnu")),
            ("supports_isolated_interpreters", Value::FALSE),
        ],
    )?;
    add_number_facts(t, module)?;
    let lock = text(t, "futex");
    let fields = vec![text(t, "pthread"), lock, Value::NONE];
    add_record(t, module, &THREAD_INFO, fields)?;
    let (major, minor, micro) = VERSION;
    let version = format!("{major}.{minor}.{micro} (Ungil {})", env!("CARGO_PKG_VERSION"));
    let git = Tuple::from_values(t, ["Ungil", "", ""].map(|part| text(t, part))).into_value();
    let facts = [
        ("implementation", implementation.into_value()),
        ("hexversion", hexversion),
        ("api_version", int(API_VERSION)),
        ("version", text(t, &version)),
        ("copyright", text(t, "Copyright (c) the Ungil developers.")),
        ("platform", text(t, "linux")),
        ("platlibdir", text(t, "lib")),
        ("abiflags", text(t, "t")),
        ("byteorder", text(t, if cfg!(target_endian = "little") { "little" } else { "big" })),
        ("float_repr_style", text(t, "short")),
        ("maxsize", Int::from_i64(t, i64::MAX)),
        ("maxunicode", int(0x10_ffff)),
        ("dont_write_bytecode", Value::TRUE),
        ("_framework", text(t, "")),
        ("_git", git),
    ];
    facts.into_iter().try_for_each(|(name, value)| add_to_module(t, module, name, value))
}

fn add_number_facts(t: &mut Thread, module: &Object<Module>) -> Result<()> {
    let fields = vec![
        Float::from_f64(t, f64::MAX),
        int(f64::MAX_EXP),
        int(f64::MAX_10_EXP),
        Float::from_f64(t, f64::MIN_POSITIVE),
        int(f64::MIN_EXP),
        int(f64::MIN_10_EXP),
        int(f64::DIGITS as i32),
        int(f64::MANTISSA_DIGITS as i32),
        Float::from_f64(t, f64::EPSILON),
        int(f64::RADIX as i32),
        int(1),
    ];
    add_record(t, module, &FLOAT_INFO, fields)?;
    // Integers are of 64-bit words.
    add_record(t, module, &INT_INFO, vec![int(64), int(8), int(4300), int(640)])?;
    let modulus = Int::from_i64(t, (1 << 61) - 1);
    let algorithm = text(t, "siphash13");
    let fields =
        vec![int(64), modulus, int(314_159), int(0), int(1_000_003), algorithm, int(64), int(64), int(0)];
    add_record(t, module, &HASH_INFO, fields)?;
    Ok(())
}
