//! Medians and quartiles, interpolated linearly between the sorted values.

/// The quantile at `share` (0 to 1) of some values; NaN of none.
pub(super) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let place = share * sorted.len().saturating_sub(1) as f64;
    match (sorted.get(place.floor() as usize), sorted.get(place.ceil() as usize)) {
        (Some(below), Some(above)) => below + (above - below) * place.fract(),
        _ => f64::NAN,
    }
}

/// The median of some values.
pub(super) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `numpy.quantile([4, 1, 3, 2], [0, .25, .5, .75, 1])` is [1, 1.75, 2.5, 3.25, 4]
    #[test]
    fn quantiles_as_numpy() {
        let of = |share| quantile(&[4.0, 1.0, 3.0, 2.0], share);
        assert_eq!([of(0.0), of(0.25), of(0.5), of(0.75), of(1.0)], [1.0, 1.75, 2.5, 3.25, 4.0]);
        assert_eq!(median(&[7.0]), 7.0);
        assert!(median(&[]).is_nan());
    }
}
