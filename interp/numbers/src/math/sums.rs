//! Sums and norms that lose no precision on the way.
//!
//! `fsum` keeps exact partial sums (Shewchuk, "Adaptive precision floating-point arithmetic and fast robust
//! geometric predicates", 1997). `sumprod` and the norms accumulate in two or three floats of falling magnitude by
//! error-free transformations (Ogita, Rump and Oishi, "Accurate sum and dot product", 2005).

use crate::error::{NumberError, Result};

/// A sum and its rounding error, exact together (Knuth's TwoSum).
fn two_sum(x: f64, y: f64) -> (f64, f64) {
    let sum = x + y;
    let part = sum - x;
    (sum, (x - (sum - part)) + (y - part))
}

/// A product and its rounding error, exact together.
fn two_product(x: f64, y: f64) -> (f64, f64) {
    let product = x * y;
    (product, x.mul_add(y, -product))
}

/// The exact sum of floats in progress.
#[derive(Clone, Debug, Default)]
pub struct ExactSum {
    /// Partial sums of rising magnitude whose bits do not overlap.
    partials: Vec<f64>,
    /// The sum of the infinities and NaNs.
    special: f64,
    /// The sum of the infinities.
    infinities: f64,
}

impl ExactSum {
    /// Adds a float.
    ///
    /// # Errors
    /// If the sum of finite floats grows too large.
    pub fn add(&mut self, x: f64) -> Result<()> {
        let mut carried = x;
        let mut kept = 0;
        for at in 0..self.partials.len() {
            let partial = self.partials[at];
            let (large, small) =
                if carried.abs() < partial.abs() { (partial, carried) } else { (carried, partial) };
            let sum = large + small;
            let error = small - (sum - large);
            if error != 0.0 {
                self.partials[kept] = error;
                kept += 1;
            }
            carried = sum;
        }
        self.partials.truncate(kept);
        if carried == 0.0 {
            return Ok(());
        }
        if carried.is_finite() {
            self.partials.push(carried);
            return Ok(());
        }
        if x.is_finite() {
            return Err(NumberError::overflow("intermediate overflow in fsum"));
        }
        if x.is_infinite() {
            self.infinities += x;
        }
        self.special += x;
        self.partials.clear();
        Ok(())
    }

    /// The sum, rounded once, half to even.
    ///
    /// # Errors
    /// If infinities of both signs were added.
    pub fn total(mut self) -> Result<f64> {
        if self.special != 0.0 {
            if self.infinities.is_nan() {
                return Err(NumberError::value("-inf + inf in fsum"));
            }
            return Ok(self.special);
        }
        let mut high = self.partials.pop().unwrap_or(0.0);
        let mut low = 0.0;
        while let Some(partial) = self.partials.pop() {
            let sum = high + partial;
            low = partial - (sum - high);
            high = sum;
            if low != 0.0 {
                break;
            }
        }
        // A tie that was rounded to even, though what lies below breaks it.
        let below = self.partials.last().copied().unwrap_or(0.0);
        if low < 0.0 && below < 0.0 || low > 0.0 && below > 0.0 {
            let twice = low * 2.0;
            let moved = high + twice;
            if twice == moved - high {
                high = moved;
            }
        }
        Ok(high)
    }
}

/// `math.fsum`
///
/// # Errors
/// If a partial sum is too large, or there are infinities of both signs.
pub fn fsum(values: impl IntoIterator<Item = f64>) -> Result<f64> {
    let mut sum = ExactSum::default();
    values.into_iter().try_for_each(|x| sum.add(x))?;
    sum.total()
}

/// A sum of products of floats in progress, as three floats of falling magnitude.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProductSum {
    high: f64,
    low: f64,
    tiny: f64,
}

impl ProductSum {
    /// Adds `x * y`.
    pub fn add(&mut self, x: f64, y: f64) {
        let (product, product_error) = two_product(x, y);
        let (high, high_error) = two_sum(self.high, product);
        let (low, low_error) = two_sum(self.low, product_error);
        let (low, rest) = two_sum(low, high_error);
        *self = Self { high, low, tiny: self.tiny + low_error + rest };
    }

    /// The sum; not finite if it left the range of floats on the way.
    pub fn total(self) -> f64 {
        let (last, error) = two_sum(self.low, self.high);
        self.tiny + error + last
    }
}

/// `math.sumprod` of floats. If a sum on the way is not finite, that of plain arithmetic.
pub fn sumprod(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let mut sum = ProductSum::default();
    pairs.clone().for_each(|(x, y)| sum.add(x, y));
    let total = sum.total();
    if total.is_finite() { total } else { pairs.fold(0.0, |plain, (x, y)| plain + x * y) }
}

/// `math.hypot`: the Euclidean norm.
pub fn hypot(coordinates: &[f64]) -> f64 {
    let largest = coordinates.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    if largest.is_infinite() {
        return largest;
    }
    if coordinates.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || coordinates.len() == 1 {
        return largest;
    }
    // Scaled by a power of two so that no square overflows or underflows unseen.
    let (_, exponent) = libm::frexp(largest);
    let (mut high, mut low) = (0.0, 0.0);
    for x in coordinates {
        let x = libm::ldexp(*x, -exponent);
        let (square, square_error) = two_product(x, x);
        let (sum, sum_error) = two_sum(high, square);
        high = sum;
        low += sum_error + square_error;
    }
    let norm = (high + low).sqrt();
    // One Newton step from the residue of the square root.
    let (square, square_error) = two_product(norm, norm);
    let (residue, residue_error) = two_sum(high, -square);
    let residue = residue + (residue_error - square_error + low);
    libm::ldexp(norm + residue / (2.0 * norm), exponent)
}

/// `math.dist`: the Euclidean distance of points.
///
/// # Errors
/// If they have different dimensions.
pub fn dist(left: &[f64], right: &[f64]) -> Result<f64> {
    if left.len() != right.len() {
        return Err(NumberError::value("both points must have the same number of dimensions"));
    }
    let differences: Vec<f64> = left.iter().zip(right).map(|(x, y)| x - y).collect();
    Ok(hypot(&differences))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_sums() {
        assert_eq!(fsum([0.1; 10]), Ok(1.0));
        assert_eq!(fsum([1e100, 1.0, -1e100]), Ok(1.0));
        assert_eq!(fsum([1e16, 1.0, 1e-16]), Ok(10000000000000002.0));
        assert_eq!(fsum([]), Ok(0.0));
        assert_eq!(fsum([f64::INFINITY, 1.0]), Ok(f64::INFINITY));
        assert!(fsum([f64::NAN, f64::INFINITY]).is_ok_and(f64::is_nan));
        assert_eq!(fsum([f64::INFINITY, f64::NEG_INFINITY]).unwrap_err().message, "-inf + inf in fsum");
        assert!(fsum([1e308, 1e308]).is_err());
    }

    #[test]
    fn exact_products() {
        let sum = |left: &[f64], right: &[f64]| sumprod(left.iter().copied().zip(right.iter().copied()));
        assert_eq!(sum(&[10.0, 1e20, 1.0, -1e20], &[1.0; 4]), 11.0);
        assert_eq!(sum(&[0.1; 10], &[1.0; 10]), 1.0);
        assert_eq!(sum(&[f64::INFINITY, 1.0], &[1.0, 1.0]), f64::INFINITY);
        assert_eq!(sum(&[], &[]), 0.0);
    }

    #[test]
    fn norms() {
        assert_eq!(hypot(&[3.0, -4.0]), 5.0);
        assert_eq!(hypot(&[1e300, 1e300]), 1.4142135623730952e300);
        assert_eq!(hypot(&[5e-324, 0.0]), 5e-324);
        assert_eq!(hypot(&[]), 0.0);
        assert_eq!(hypot(&[f64::NAN, f64::NEG_INFINITY]), f64::INFINITY);
        assert!(hypot(&[f64::NAN, 1.0]).is_nan());
        assert_eq!(dist(&[1.0, 2.0], &[4.0, 6.0]), Ok(5.0));
        assert!(dist(&[1.0], &[1.0, 2.0]).is_err());
    }
}
