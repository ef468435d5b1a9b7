//! Distributions over a stream's bits.

use crate::Stream;

impl Stream {
    /// A uniform number in [0, 1) with 53 random bits.
    #[must_use]
    #[inline]
    pub fn uniform(self, position: u64) -> f64 {
        (self.bits(position) >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A uniform whole number in [0, n); `n` must be positive.
    #[must_use]
    pub fn below(self, position: u64, n: usize) -> usize {
        debug_assert!(n > 0, "a draw below zero");
        // The high half of a 64 x 64 bit product; its bias, n / 2^64, is far below anything measurable.
        ((u128::from(self.bits(position)) * n as u128) >> 64) as usize
    }

    /// A standard normal number (Box and Muller's transform of two uniform ones).
    #[must_use]
    pub fn normal(self, position: u64) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform(2 * position)).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform(2 * position + 1)).cos()
    }

    /// The numbers 0 to n-1 in random order (Fisher and Yates).
    #[must_use]
    pub fn permutation(self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for last in (1..n).rev() {
            order.swap(last, self.below(last as u64, last + 1));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn moments_of_the_draws() {
        let stream = Stream::new(3, "moments");
        let n = 200_000;
        let mean = |f: &dyn Fn(u64) -> f64| (0..n).map(f).sum::<f64>() / n as f64;
        // Standard errors: 0.00065 for the uniform mean, 0.0022 for the normal mean, 0.0032 for its square.
        assert!((mean(&|i| stream.uniform(i)) - 0.5).abs() < 0.004);
        assert!(mean(&|i| stream.normal(i)).abs() < 0.012);
        assert!((mean(&|i| stream.normal(i).powi(2)) - 1.0).abs() < 0.018);
        assert!(mean(&|i| stream.normal(i) * stream.normal(i + 1)).abs() < 0.012);
    }

    proptest! {
        #[test]
        fn permutations_hold_every_number_once(seed: u64, n in 0usize..200) {
            let mut order = Stream::new(seed, "order").permutation(n);
            order.sort_unstable();
            prop_assert_eq!(order, (0..n).collect::<Vec<_>>());
        }

        #[test]
        fn draws_stay_in_range(seed: u64, position: u64, n in 1usize..1000) {
            let stream = Stream::new(seed, "range");
            let u = stream.uniform(position);
            prop_assert!((0.0..1.0).contains(&u));
            prop_assert!(stream.below(position, n) < n);
        }

        #[test]
        fn names_numbers_and_seeds_separate_streams(seed: u64, a in 0u64..1000, b in 0u64..1000) {
            prop_assume!(a != b);
            let root = Stream::new(seed, "root");
            prop_assert_ne!(root.at(a).bits(0), root.at(b).bits(0));
            prop_assert_ne!(root.named("x").bits(a), root.named("y").bits(a));
            prop_assert_ne!(Stream::new(a, "root").bits(0), Stream::new(b, "root").bits(0));
        }
    }
}
