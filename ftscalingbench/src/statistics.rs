//! Medians and spreads of a few rounds.

/// The middle of a sample and how far it scatters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    pub median: f64,
    /// The distance between the quartiles over the median: 0.02 says that the middle half of the rounds lies within 2 %.
    pub spread: f64,
}

impl Estimate {
    /// None of an empty sample.
    pub fn of(sample: &[f64]) -> Option<Estimate> {
        let mut sorted = sample.to_vec();
        sorted.sort_by(f64::total_cmp);
        let median = quantile(&sorted, 0.5)?;
        let between = quantile(&sorted, 0.75)? - quantile(&sorted, 0.25)?;
        let spread = if between == 0.0 { 0.0 } else { between / median };
        Some(Estimate { median, spread })
    }
}

/// The geometric mean; None of an empty sample.
pub fn geometric_mean(sample: &[f64]) -> Option<f64> {
    let logarithms: f64 = sample.iter().map(|value| value.ln()).sum();
    (!sample.is_empty()).then(|| (logarithms / sample.len() as f64).exp())
}

/// Linear between the two nearest of a sorted sample (Hyndman and Fan's type 7).
fn quantile(sorted: &[f64], at: f64) -> Option<f64> {
    let position = at * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted[position.floor() as usize], sorted[position.ceil() as usize]);
    Some(below + (above - below) * position.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_an_outlier() {
        assert_eq!(Estimate::of(&[2.0, 1.9, 50.0]).unwrap().median, 2.0);
        assert_eq!(Estimate::of(&[1.0, 3.0]).unwrap().median, 2.0);
        assert_eq!(Estimate::of(&[]), None);
    }

    #[test]
    fn the_spread_is_of_the_middle_half() {
        assert_eq!(Estimate::of(&[4.0]).unwrap().spread, 0.0);
        assert_eq!(Estimate::of(&[0.0, 0.0]).unwrap().spread, 0.0);
        assert_eq!(Estimate::of(&[1.0, 2.0, 2.0, 2.0, 9.0]).unwrap().spread, 0.0);
        assert_eq!(Estimate::of(&[1.0, 2.0, 4.0, 5.0, 6.0]).unwrap().spread, 0.75);
    }

    #[test]
    fn the_geometric_mean_of_a_ratio_and_its_inverse_is_one() {
        assert!((geometric_mean(&[0.25, 4.0]).unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(geometric_mean(&[]), None);
    }
}
