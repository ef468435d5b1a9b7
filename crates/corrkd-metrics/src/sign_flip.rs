//! The paired permutation test.
//!
//! If two variants did not differ, each pair's difference could as well have had the other sign. The test asks how many of the
//! 2^n patterns of signs have a sum at least as far from zero as the one that was seen (SciPy's `permutation_test((d,), mean,
//! permutation_type="samples")`). It assumes no distribution, but with few pairs no difference, however large, can get a
//! small p: see [`least_sign_flip_p`].
//!
//! Up to [`MOST_PAIRS`] pairs all patterns are counted, and p is exact. Of more pairs [`DRAWS`] patterns are drawn (Monte
//! Carlo); the one that was seen counts as one of them, `p = (1 + hits) / (1 + draws)`, so that the test errs no more often
//! than p says (Phipson and Smyth, 2010). A p near 0.05 / 7, what Holm asks of the first of seven rows, then has a standard
//! error of 0.0001.

use corrkd_random::Stream;

/// The most pairs whose patterns are counted.
pub const MOST_PAIRS: usize = 40;
/// How many patterns are drawn of more.
pub const DRAWS: u64 = 999_999;

/// Pairs whose signs one byte of random bits gives.
const BYTE: usize = 8;

/// The two-sided p of paired differences: the share of the sign patterns whose sum is at least as far from zero.
///
/// Sums that differ by rounding count as equal. `name` names the draws that more than [`MOST_PAIRS`] pairs need: the same
/// name gives the same p. None for no pairs, and where a difference is NaN or infinite. A quarter of a second for 40 pairs,
/// 20 ms for 100.
#[must_use]
pub fn sign_flip_p(differences: &[f64], name: &str) -> Option<f64> {
    if differences.is_empty() || !differences.iter().all(|d| d.is_finite()) {
        return None;
    }
    // SciPy's 100 epsilon, but of the differences' size and not of their sum, which may have cancelled to nothing.
    let margin = 100.0 * f64::EPSILON * differences.iter().map(|d| d.abs()).sum::<f64>();
    let seen = differences.iter().sum::<f64>().abs() - margin;
    Some(if differences.len() > MOST_PAIRS { drawn(differences, seen, name) } else { counted(differences, seen) })
}

/// The smallest p that the test can give for n pairs, 2^(1-n), or of more than [`MOST_PAIRS`] `1 / (1 + DRAWS)`: 6 pairs
/// are the fewest with p <= 0.05.
#[must_use]
pub fn least_sign_flip_p(n: usize) -> f64 {
    if n > MOST_PAIRS { 1.0 / (1 + DRAWS) as f64 } else { 0.5f64.powf(n as f64 - 1.0).min(1.0) }
}

/// Over all patterns.
fn counted(differences: &[f64], seen: f64) -> f64 {
    let (left, right) = differences.split_at(differences.len() / 2);
    let (left, mut right) = (signed_sums(left), signed_sums(right));
    right.sort_unstable_by(f64::total_cmp);
    // Every pattern's sum is a sum of the left half plus one of the right.
    let above = |l: &f64| (right.len() - right.partition_point(|r| l + r < seen)) as u64;
    let count: u64 = left.iter().map(above).sum();
    // Each pattern has an opposite, so as many lie as far below zero.
    (2.0 * count as f64 / (1u64 << differences.len()) as f64).min(1.0)
}

/// Over [`DRAWS`] patterns.
fn drawn(differences: &[f64], seen: f64, name: &str) -> f64 {
    // The sums of every eight, by the byte that gives their signs.
    let sums: Vec<Vec<f64>> = differences.chunks(BYTE).map(signed_sums).collect();
    let bits = Stream::new(0, "signs").named(name);
    let hit = |draw: &u64| {
        let bits = bits.at(*draw);
        let of_word = |(word, sums): (usize, &[Vec<f64>])| {
            let bytes = bits.bits(word as u64).to_le_bytes();
            sums.iter().zip(bytes).map(|(sums, byte)| sums[usize::from(byte) % sums.len()]).sum::<f64>()
        };
        let sum: f64 = sums.chunks(BYTE).enumerate().map(of_word).sum();
        sum.abs() >= seen
    };
    let hits = (0..DRAWS).filter(hit).count();
    (1 + hits) as f64 / (1 + DRAWS) as f64
}

/// The sums of all 2^n sign patterns.
fn signed_sums(differences: &[f64]) -> Vec<f64> {
    differences.iter().fold(vec![0.0], |sums, d| sums.iter().flat_map(|sum| [sum + d, sum - d]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(differences: &[f64]) -> Option<f64> {
        sign_flip_p(differences, "a test")
    }

    #[test]
    fn by_hand() {
        // 1 + 2 + 4: only the pattern itself and its opposite are as far from zero.
        assert_eq!(p(&[1.0, 2.0, 4.0]), Some(0.25));
        // -1 + 2 + 4 = 5: beaten by 7, met by itself; 4 of 8 with their opposites.
        assert_eq!(p(&[-1.0, 2.0, 4.0]), Some(0.5));
        // In floating point 0.1 + 0.2 - 0.3 is not 0, but every pattern is as far from zero as 0.
        assert_eq!(p(&[0.1, 0.2, -0.3]), Some(1.0));
        assert_eq!(p(&[0.0; 4]), Some(1.0));
    }

    /// With equal sizes the sum follows from the number of pluses: `sum(comb(40, k) for k in range(6)) * 2 / 2**40`.
    #[test]
    fn the_most_pairs() {
        let mut differences = [0.3; MOST_PAIRS];
        assert_eq!(p(&differences), Some(least_sign_flip_p(MOST_PAIRS)));
        differences[..5].fill(-0.3);
        assert_eq!(p(&differences), Some(1_520_198.0 / (1u64 << 40) as f64));
    }

    /// Of equal sizes the exact p is that of the binomial distribution, however many there are:
    /// `scipy.stats.binomtest(k, n).pvalue`.
    #[test]
    fn drawn_patterns_are_as_many_as_they_should_be() {
        for (n, minus, exact) in [
            (41, 20, 1.0),
            (60, 22, 0.051_893_895_928_921_435),
            (100, 40, 0.056_887_933_640_980_78),
            (133, 50, 0.005_325_740_283_781_562),
            (200, 100, 1.0),
        ] {
            let differences: Vec<f64> = (0..n).map(|i| if i < minus { -0.7 } else { 0.7 }).collect();
            let got = p(&differences).unwrap();
            let error = (exact * (1.0 - exact) / DRAWS as f64).sqrt();
            assert!((got - exact).abs() < 5.0 * error + 2e-6, "{got} is not {exact} for {n}");
        }
    }

    /// Below the limit both ways can be gone.
    #[test]
    fn drawn_and_counted_agree() {
        let draws = Stream::new(1, "differences");
        for n in [9, 17, 40] {
            let differences: Vec<f64> = (0..n).map(|i| draws.at(n).normal(i) + 0.3).collect();
            let seen = differences.iter().sum::<f64>().abs() - 1e-12;
            let (exact, got) = (counted(&differences, seen), drawn(&differences, seen, "both ways"));
            let error = (exact * (1.0 - exact) / DRAWS as f64).sqrt();
            assert!((got - exact).abs() < 5.0 * error + 2e-6, "{got} is not {exact} for {n}");
        }
    }

    #[test]
    fn draws_have_a_name_and_p_is_never_zero() {
        let differences: Vec<f64> = (0..50).map(|i| f64::from(i) - 20.0).collect();
        let of = |name: &str| sign_flip_p(&differences, name).unwrap();
        assert_eq!(of("a").to_bits(), of("a").to_bits());
        assert!(of("a") != of("b") && (of("a") - of("b")).abs() < 0.003);
        assert_eq!(p(&[1.0; 64]), Some(least_sign_flip_p(64)));
        assert_eq!(p(&[0.0; 64]), Some(1.0));
    }

    #[test]
    fn none() {
        assert_eq!([p(&[]), p(&[1.0, f64::NAN]), p(&[f64::INFINITY; 41])], [None; 3]);
    }

    #[test]
    fn least() {
        assert_eq!([0, 1, 3, 6, 41].map(least_sign_flip_p), [1.0, 1.0, 0.25, 0.03125, 1e-6]);
    }
}
