//! Quantiles of numbers of which there is one for each entry or segment.

use serde::Serialize;

/// Least, greatest and between, linear between neighbours as NumPy's `quantile` has it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantiles {
    /// How many numbers there are.
    pub count: usize,
    /// The least.
    pub min: f64,
    /// 5 % lie below.
    pub p5: f64,
    /// Half lie below.
    pub median: f64,
    /// 95 % lie below.
    pub p95: f64,
    /// The greatest.
    pub max: f64,
    /// The mean.
    pub mean: f64,
}

impl Quantiles {
    /// The quantiles of the finite ones of these numbers; nothing where there is none.
    #[must_use]
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut numbers: Vec<f64> = numbers.into_iter().filter(|number| number.is_finite()).collect();
        numbers.sort_by(f64::total_cmp);
        let (&min, &max) = (numbers.first()?, numbers.last()?);
        let at = |share: f64| {
            let place = share * (numbers.len() - 1) as f64;
            let below = numbers[place as usize];
            let above = numbers[(place as usize + 1).min(numbers.len() - 1)];
            below + place.fract() * (above - below)
        };
        let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
        Some(Self { count: numbers.len(), min, p5: at(0.05), median: at(0.5), p95: at(0.95), max, mean })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6], [0, .05, .5, .95, 1])`, NumPy 2.4.
    #[test]
    fn as_numpy() {
        let quantiles = Quantiles::of([3.0, 1.0, 4.0, f64::NAN, 1.0, 5.0, 9.0, 2.0, 6.0]).unwrap();
        let Quantiles { count, min, p5, median, p95, max, mean } = quantiles;
        assert_eq!((count, min, p5, median, max, mean), (8, 1.0, 1.0, 3.5, 9.0, 3.875));
        assert!((p95 - 7.95).abs() < 1e-12, "{p95}");
        assert_eq!(Quantiles::of([f64::INFINITY]), None);
        assert_eq!(Quantiles::of([2.0]).map(|q| (q.min, q.p5, q.max)), Some((2.0, 2.0, 2.0)));
    }
}
