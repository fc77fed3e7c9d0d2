//! `format(value, spec)` as Python 3.14 answers, errors included.

use ungil_text::TextBuf;
use ungil_text::format::{Defaults, FormatError, FormatSpec, IntegerBase, IntegerDigits};

fn shown(result: Result<TextBuf, FormatError>) -> String {
    result.map_or_else(|error| format!("!{error}"), |text| text.as_text().to_string_lossy())
}

fn format_str(text: &str, spec: &str) -> String {
    let (text, spec) = (TextBuf::from(text), TextBuf::from(spec));
    shown(
        FormatSpec::parse(spec.as_text(), Defaults::string("str"))
            .and_then(|spec| spec.format_text(text.as_text())),
    )
}

fn format_float(x: f64, spec: &str) -> String {
    let spec = TextBuf::from(spec);
    shown(FormatSpec::parse(spec.as_text(), Defaults::real("float")).and_then(|spec| spec.format_float(x)))
}

fn format_complex(real: f64, imaginary: f64, spec: &str) -> String {
    let spec = TextBuf::from(spec);
    let parsed = FormatSpec::parse(spec.as_text(), Defaults::real("complex"));
    shown(parsed.and_then(|spec| spec.format_complex(real, imaginary)))
}

fn format_int(value: i64, spec: &str) -> String {
    let spec = TextBuf::from(spec);
    let magnitude = value.unsigned_abs();
    shown(FormatSpec::parse(spec.as_text(), Defaults::integer("int")).and_then(|spec| {
        Ok(match spec.integer_digits()? {
            IntegerDigits::Float => spec.format_float(value as f64)?,
            IntegerDigits::Character => spec.format_code(value)?,
            IntegerDigits::InBase(base) => {
                let digits = match base {
                    IntegerBase::Binary => format!("{magnitude:b}"),
                    IntegerBase::Octal => format!("{magnitude:o}"),
                    IntegerBase::Decimal => format!("{magnitude}"),
                    IntegerBase::Hexadecimal => format!("{magnitude:x}"),
                };
                spec.format_integer(value < 0, &digits)
            }
        })
    }))
}

#[test]
fn strings() {
    let table = [
        ("", "abc"),
        ("6", "abc   "),
        ("06", "abc000"),
        ("é^6.2", "ééabéé"),
        (">5s", "  abc"),
        ("=5", "!'=' alignment not allowed in string format specifier"),
        ("+", "!Sign not allowed in string format specifier"),
        (" ", "!Space not allowed in string format specifier"),
        ("z", "!Negative zero coercion (z) not allowed in string format specifier"),
        ("#", "!Alternate form (#) not allowed in string format specifier"),
        (",", "!Cannot specify ',' with 's'."),
        ("d", "!Unknown format code 'd' for object of type 'str'"),
        ("5 ", "!Unknown format code '\\x20' for object of type 'str'"),
        ("€", "!Unknown format code '\\x20ac' for object of type 'str'"),
        ("10.5.5", "!Invalid format specifier '10.5.5' for object of type 'str'"),
        ("99999999999999999999", "!Too many decimal digits in format string"),
        (".", "!Format specifier missing precision"),
    ];
    for (spec, expected) in table {
        assert_eq!(format_str("abc", spec), expected, "{spec}");
    }
}

#[test]
fn integers() {
    let table = [
        (1234567, ",", "1,234,567"),
        (-1234567, "_d", "-1_234_567"),
        (0xdeadbeef, "#_X", "0XDEAD_BEEF"),
        (5, "08,d", "0,000,005"),
        (5, "=010_x", "0_0000_0005"),
        (5, "<08,d", "50000000"),
        (5, "^+6", "  +5  "),
        (-5, "*=6", "-****5"),
        (5, "#010b", "0b00000101"),
        (0x20ac, "c", "€"),
        (5, ".2f", "5.00"),
        (5, "%", "500.000000%"),
        (5, "._x", "5"),
        (-1, "c", "!%c arg not in range(0x110000)"),
        (5, "+c", "!Sign not allowed with integer format specifier 'c'"),
        (5, ".2d", "!Precision not allowed in integer format specifier"),
        (5, ",x", "!Cannot specify ',' with 'x'."),
        (5, "_,", "!Cannot specify both ',' and '_'."),
        (5, ",,", "!Cannot specify ',' with ','."),
        (5, "s", "!Unknown format code 's' for object of type 'int'"),
    ];
    for (value, spec, expected) in table {
        assert_eq!(format_int(value, spec), expected, "{spec}");
    }
}

#[test]
fn floats() {
    let table = [
        (1.5, "", "1.5"),
        (3.0, ".3", "3.0"),
        (123.0, ".3", "1.23e+02"),
        (1e16, "#", "1.e+16"),
        (1234567.891, ",.2f", "1,234,567.89"),
        (1234567.891, "020,.8_f", "1,234,567.891_000_00"),
        (1.5, "._f", "1.500_000"),
        (-0.001, "z.1f", "0.0"),
        (0.256, ".1%", "25.6%"),
        (-1.5, "=+8", "-    1.5"),
        (f64::INFINITY, "010,", "0000000inf"),
        (f64::NAN, "+F", "+NAN"),
        (1.5, "d", "!Unknown format code 'd' for object of type 'float'"),
        (1.5, ".2,_f", "!Cannot specify both ',' and '_'."),
        (1.5, ".3_n", "!Cannot specify '_' with 'n'."),
        (1.5, ".99999999999f", "!precision too big"),
    ];
    for (x, spec, expected) in table {
        assert_eq!(format_float(x, spec), expected, "{spec}");
    }
}

#[test]
fn complex_numbers() {
    let table = [
        (0.0, 1.0, "", "1j"),
        (1.0, -2.5, "", "(1-2.5j)"),
        (-0.0, 1.0, "", "(-0+1j)"),
        (1.0, 2.0, "+.1f", "+1.0+2.0j"),
        (1.0, f64::NAN, "^12", "  (1+nanj)  "),
        (0.0, 1e6, ",g", "0+1e+06j"),
        (0.0, 1.0, "05", "!Zero padding is not allowed in complex format specifier"),
        (0.0, 1.0, "=5", "!'=' alignment flag is not allowed in complex format specifier"),
        (0.0, 1.0, "%", "!Unknown format code '%' for object of type 'complex'"),
    ];
    for (real, imaginary, spec, expected) in table {
        assert_eq!(format_complex(real, imaginary, spec), expected, "{spec}");
    }
}
