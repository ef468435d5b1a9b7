//! One column of numbers, row by row in constant memory (Welford's mean and squares, joined as by Chan et al.).

use serde::Serialize;

/// What one column holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// Its place, from 0; axes above the second count as more columns.
    pub column: usize,
    /// Finite values.
    pub finite: usize,
    /// Values that are no numbers.
    pub nan: usize,
    /// Infinite values above zero.
    pub positive_infinite: usize,
    /// Infinite values below zero.
    pub negative_infinite: usize,
    /// Finite values that an f32 cannot hold, in which everything is computed: beyond 3.4e38. They count as infinite, and
    /// are in none of the other numbers.
    pub too_large: usize,
    /// Zeros.
    pub zeros: usize,
    /// The least finite value.
    pub min: Option<f64>,
    /// The greatest finite value.
    pub max: Option<f64>,
    /// The mean of the finite values.
    pub mean: Option<f64>,
    /// The standard deviation of the finite values, over their number.
    pub deviation: Option<f64>,
    /// Whether there are several rows, all of the same value.
    pub constant: bool,
}

/// Whether a number is finite as an f32, in which everything is computed.
pub(crate) fn finite(value: f64) -> bool {
    (value as f32).is_finite()
}

/// A column being counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tally {
    pub(crate) finite: usize,
    pub(crate) nan: usize,
    pub(crate) positive_infinite: usize,
    pub(crate) negative_infinite: usize,
    pub(crate) too_large: usize,
    pub(crate) zeros: usize,
    min: f64,
    max: f64,
    mean: f64,
    /// Sum of squared distances from the mean.
    squares: f64,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            finite: 0,
            nan: 0,
            positive_infinite: 0,
            negative_infinite: 0,
            too_large: 0,
            zeros: 0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            mean: 0.0,
            squares: 0.0,
        }
    }
}

impl Tally {
    /// Adds a value; whether it is finite, also as an f32.
    pub(crate) fn add(&mut self, value: f64) -> bool {
        if !finite(value) {
            self.nan += usize::from(value.is_nan());
            self.positive_infinite += usize::from(value == f64::INFINITY);
            self.negative_infinite += usize::from(value == f64::NEG_INFINITY);
            self.too_large += usize::from(value.is_finite());
            return false;
        }
        self.finite += 1;
        self.zeros += usize::from(value == 0.0);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        let away = value - self.mean;
        self.mean += away / self.finite as f64;
        self.squares += away * (value - self.mean);
        true
    }

    /// Adds all values of another.
    pub(crate) fn join(&mut self, other: &Self) {
        let (own, more) = (self.finite as f64, other.finite as f64);
        if other.finite > 0 {
            let away = other.mean - self.mean;
            self.mean += away * more / (own + more);
            self.squares += other.squares + away * away * own * more / (own + more);
        }
        self.finite += other.finite;
        self.nan += other.nan;
        self.positive_infinite += other.positive_infinite;
        self.negative_infinite += other.negative_infinite;
        self.too_large += other.too_large;
        self.zeros += other.zeros;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// Values so far.
    pub(crate) const fn rows(&self) -> usize {
        self.finite + self.not_finite()
    }

    pub(crate) const fn not_finite(&self) -> usize {
        self.nan + self.positive_infinite + self.negative_infinite + self.too_large
    }

    pub(crate) fn column(&self, column: usize) -> Column {
        let rows = self.rows();
        let some = |value: f64| (self.finite > 0).then_some(value);
        let same = [self.positive_infinite, self.negative_infinite].contains(&rows)
            || (self.finite == rows && self.min == self.max);
        Column {
            column,
            finite: self.finite,
            nan: self.nan,
            positive_infinite: self.positive_infinite,
            negative_infinite: self.negative_infinite,
            too_large: self.too_large,
            zeros: self.zeros,
            min: some(self.min),
            max: some(self.max),
            mean: some(self.mean),
            deviation: some((self.squares / self.finite as f64).sqrt()),
            constant: rows > 1 && same,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Parts joined are what two passes over all values find.
        #[test]
        fn joined_parts_are_the_whole(parts in prop::collection::vec(prop::collection::vec(-1e3..1e3f64, 0..20), 0..6)) {
            let mut joined = Tally::default();
            for part in &parts {
                let mut tally = Tally::default();
                for &value in part {
                    prop_assert!(tally.add(value));
                }
                joined.join(&tally);
            }
            let all: Vec<f64> = parts.concat();
            let column = joined.column(0);
            prop_assert_eq!(column.finite, all.len());
            if !all.is_empty() {
                let n = all.len() as f64;
                let mean = all.iter().sum::<f64>() / n;
                let deviation = (all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
                prop_assert!((column.mean.unwrap() - mean).abs() < 1e-9);
                prop_assert!((column.deviation.unwrap() - deviation).abs() < 1e-9);
                prop_assert_eq!(column.min.unwrap(), all.iter().copied().fold(f64::INFINITY, f64::min));
                prop_assert_eq!(column.max.unwrap(), all.iter().copied().fold(f64::NEG_INFINITY, f64::max));
            }
        }
    }

    #[test]
    fn what_is_no_number_is_counted_apart() {
        let mut tally = Tally::default();
        for value in [0.0, -0.0, 2.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY] {
            tally.add(value);
        }
        let column = tally.column(5);
        assert_eq!((column.column, column.finite, column.zeros, column.nan), (5, 3, 2, 1));
        assert_eq!((column.positive_infinite, column.negative_infinite, column.constant), (1, 2, false));
        // Python: `numpy.float32([1e38, 3.4028235e38, 3.4028236e38, -1e300])` is [1e+38, 3.4028235e+38, inf, -inf].
        let mut large = Tally::default();
        assert_eq!([1e38, 3.402_823_5e38, 3.402_823_6e38, -1e300].map(|v| large.add(v)), [true, true, false, false]);
        assert_eq!((large.column(0).too_large, large.column(0).positive_infinite, large.not_finite()), (2, 0, 2));
        assert_eq!((column.min, column.max, column.mean), (Some(0.0), Some(2.0), Some(2.0 / 3.0)));
        let mut ones = Tally::default();
        ones.add(1.0);
        assert!(!ones.column(0).constant, "one row says nothing");
        ones.add(1.0);
        assert!(ones.column(0).constant);
        ones.add(f64::NAN);
        assert!(!ones.column(0).constant);
    }
}
