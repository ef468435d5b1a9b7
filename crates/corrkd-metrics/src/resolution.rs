//! How many pairs would tell a difference from none.

/// scipy.stats.norm.ppf([0.975, 0.8]): twice 2.5 % to err where there is no difference, 80 % to see one that is there.
const QUANTILES: [f64; 2] = [1.959_963_984_540_054, 0.841_621_233_572_914_3];

/// The number of pairs at which a test at the 5 % level sees a true difference d of this size in four of five
/// experiments, if the pairs' differences have this standard deviation:
/// `n = ((z_0.975 + z_0.8) sd / d)^2`, rounded up, by the normal approximation, so too few where it is below about 10.
/// None for a difference of zero, which no number resolves.
#[must_use]
pub fn pairs_to_resolve(difference: f64, sd: f64) -> Option<u64> {
    let n = (QUANTILES.iter().sum::<f64>() * sd / difference).powi(2);
    (difference != 0.0 && n.is_finite()).then(|| n.ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `statsmodels.stats.power.normal_power(0.5, 31, 0.05)` is 0.795, with 32 it is 0.807.
    #[test]
    fn as_statsmodels() {
        assert_eq!(pairs_to_resolve(-0.5, 1.0), Some(32));
        assert_eq!([pairs_to_resolve(0.0, 1.0), pairs_to_resolve(0.0, 0.0)], [None; 2]);
        assert_eq!(pairs_to_resolve(0.01, 0.0), Some(0));
    }
}
