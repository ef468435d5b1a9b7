//! Holm's correction for looking at several differences at once (Scandinavian Journal of Statistics 6, 1979).

/// The p of each of m tests, made larger such that the chance of any false alarm among those at or below a level is at
/// most that level: the i-th smallest (from 0) times m - i, no smaller than any before it, at most 1.
#[must_use]
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut corrected = vec![0.0; p.len()];
    let mut least = 0.0f64;
    for (rank, &index) in order.iter().enumerate() {
        least = least.max((p.len() - rank) as f64 * p[index]).min(1.0);
        corrected[index] = least;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // In order: 3 * 0.01, 2 * 0.03, and 0.04, which must not be less than 0.06.
        let corrected = holm(&[0.04, 0.01, 0.03]);
        assert!(corrected.iter().zip([0.06, 0.03, 0.06]).all(|(got, expected)| (got - expected).abs() < 1e-15));
        assert_eq!(holm(&[0.7, 0.6]), [1.0, 1.0]);
        assert!(holm(&[]).is_empty());
    }
}
