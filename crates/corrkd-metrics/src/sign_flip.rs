//! The exact paired permutation test.
//!
//! If two variants did not differ, each pair's difference could as well have had the other sign. The test counts, over
//! all 2^n patterns of signs, how often the sum is at least as far from zero as the one that was seen (SciPy's
//! `permutation_test((d,), mean, permutation_type="samples")`). It assumes no distribution, but with few pairs no
//! difference, however large, can get a small p: see [`least_sign_flip_p`].

/// The most pairs whose patterns are counted.
pub const MOST_PAIRS: usize = 40;

/// The two-sided p of paired differences: the share of the 2^n sign patterns whose sum is at least as far from zero.
///
/// Sums that differ by rounding count as equal. Exact for up to [`MOST_PAIRS`] pairs (a quarter of a second there); none
/// for more, for no pairs, and where a difference is NaN or infinite.
#[must_use]
pub fn sign_flip_p(differences: &[f64]) -> Option<f64> {
    let n = differences.len();
    if n == 0 || n > MOST_PAIRS || !differences.iter().all(|d| d.is_finite()) {
        return None;
    }
    // SciPy's 100 epsilon, but of the differences' size and not of their sum, which may have cancelled to nothing.
    let margin = 100.0 * f64::EPSILON * differences.iter().map(|d| d.abs()).sum::<f64>();
    let seen = differences.iter().sum::<f64>().abs() - margin;
    let (left, right) = differences.split_at(n / 2);
    let (left, mut right) = (signed_sums(left), signed_sums(right));
    right.sort_unstable_by(f64::total_cmp);
    // Every pattern's sum is a sum of the left half plus one of the right.
    let above = |l: &f64| (right.len() - right.partition_point(|r| l + r < seen)) as u64;
    let count: u64 = left.iter().map(above).sum();
    // Each pattern has an opposite, so as many lie as far below zero.
    Some((2.0 * count as f64 / (1u64 << n) as f64).min(1.0))
}

/// The smallest p that the test can give for n pairs, 2^(1-n): 6 pairs are the fewest with p <= 0.05.
#[must_use]
pub fn least_sign_flip_p(n: usize) -> f64 {
    0.5f64.powf(n as f64 - 1.0).min(1.0)
}

/// The sums of all 2^n sign patterns.
fn signed_sums(differences: &[f64]) -> Vec<f64> {
    differences.iter().fold(vec![0.0], |sums, d| sums.iter().flat_map(|sum| [sum + d, sum - d]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // 1 + 2 + 4: only the pattern itself and its opposite are as far from zero.
        assert_eq!(sign_flip_p(&[1.0, 2.0, 4.0]), Some(0.25));
        // -1 + 2 + 4 = 5: beaten by 7, met by itself; 4 of 8 with their opposites.
        assert_eq!(sign_flip_p(&[-1.0, 2.0, 4.0]), Some(0.5));
        // In floating point 0.1 + 0.2 - 0.3 is not 0, but every pattern is as far from zero as 0.
        assert_eq!(sign_flip_p(&[0.1, 0.2, -0.3]), Some(1.0));
        assert_eq!(sign_flip_p(&[0.0; 4]), Some(1.0));
    }

    /// With equal sizes the sum follows from the number of pluses: `sum(comb(40, k) for k in range(6)) * 2 / 2**40`.
    #[test]
    fn the_most_pairs() {
        let mut differences = [0.3; MOST_PAIRS];
        assert_eq!(sign_flip_p(&differences), Some(least_sign_flip_p(MOST_PAIRS)));
        differences[..5].fill(-0.3);
        assert_eq!(sign_flip_p(&differences), Some(1_520_198.0 / (1u64 << 40) as f64));
    }

    #[test]
    fn none() {
        assert_eq!([sign_flip_p(&[]), sign_flip_p(&[1.0, f64::NAN]), sign_flip_p(&[1.0; 41])], [None; 3]);
    }

    #[test]
    fn least() {
        assert_eq!([0, 1, 3, 6].map(least_sign_flip_p), [1.0, 1.0, 0.25, 0.03125]);
    }
}
