//! `round(float)` and `round(float, ndigits)`: half to even of the exact value.

use super::digits::Digits;
use crate::error::{NumberError, Result};
use crate::int::Int;

/// More digits after the point change no float.
const MOST_PLACES: i64 = 323;
/// Fewer leave nothing of any float.
const FEWEST_PLACES: i64 = -308;

/// `round(x)`
///
/// # Errors
/// If `x` is infinite or not a number.
pub fn round_to_int(x: f64) -> Result<Int> {
    Int::from_f64(x.round_ties_even())
}

/// `round(x, places)`
///
/// # Errors
/// If the result is too large.
pub fn round_to_places(x: f64, places: i64) -> Result<f64> {
    if !x.is_finite() || places > MOST_PLACES {
        return Ok(x);
    }
    if places < FEWEST_PLACES {
        return Ok(0.0_f64.copysign(x));
    }
    let magnitude =
        if places >= 0 { to_places(x.abs(), places as usize) } else { to_power(x.abs(), -places as i32) };
    if magnitude.is_infinite() {
        return Err(NumberError::overflow("rounded value too large to represent"));
    }
    Ok(magnitude.copysign(x))
}

fn read(digits: &Digits) -> f64 {
    let text = String::from_utf8_lossy(&digits.digits);
    // A literal made of digits always parses.
    format!("0.{text}e{}", digits.point).parse().unwrap_or(f64::NAN)
}

fn to_places(x: f64, places: usize) -> f64 {
    read(&Digits::to_places(x, places))
}

/// To a multiple of `10**power`.
fn to_power(x: f64, power: i32) -> f64 {
    // All digits of a float with digits that high: it is an integer, or its fraction cannot matter but as a tie.
    let exact = Digits::significant(x, usize::MAX);
    match usize::try_from(exact.point - power) {
        Ok(0) => {
            let above_half = exact.digits.as_slice() > b"5".as_slice();
            if above_half { read(&Digits { digits: b"1".to_vec(), point: power + 1 }) } else { 0.0 }
        }
        Ok(count) => read(&Digits::significant(x, count)),
        Err(_) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds() {
        let table = [
            (2.675, 2, 2.67),
            (0.5, 0, 0.0),
            (1.5, 0, 2.0),
            (2.5, 0, 2.0),
            (-0.4, 0, -0.0),
            (15.0, -1, 20.0),
            (25.0, -1, 20.0),
            (25.5, -1, 30.0),
            (5.0, -1, 0.0),
            (5.5, -1, 10.0),
            (6.0, -1, 10.0),
            (4.0, -2, 0.0),
            (1e22, -1, 1e22),
            (123.456, 400, 123.456),
            (123.456, -400, 0.0),
            (1e-320, 322, 1e-320),
        ];
        for (x, places, expected) in table {
            let rounded = round_to_places(x, places).unwrap();
            assert_eq!(rounded.to_bits(), f64::to_bits(expected), "{x} {places}");
        }
        assert!(round_to_places(1.5e308, -308).is_err());
        assert_eq!(round_to_int(2.5), Ok(Int::Small(2)));
        assert_eq!(round_to_int(-0.4), Ok(Int::Small(0)));
        assert!(round_to_int(f64::NAN).is_err());
    }
}
