//! Missing not at random: how probable it is that a frame is missing, given a quantity that it depends on.
//!
//! The quantity comes in as its place u in [0, 1], between the least that there is and the greatest. What lies low goes
//! missing more often than what lies high.

/// The probability, which falls linearly with `place` and rises with the ratio p. Over places that lie evenly around the
/// middle its mean is p.
pub(super) fn propensity(ratio: f64, place: f64) -> f64 {
    match ratio <= 0.5 {
        // From 2p at the lowest place to 0 at the highest; beyond a half, probabilities would not suffice at the lowest:
        true => 2.0 * ratio * (1.0 - place),
        // from 1 to 2p - 1.
        false => 1.0 - 2.0 * (1.0 - ratio) * place,
    }
}

/// The place of each frame among the `length` frames (T, D) of a sample by energy, the sum of its squares: (rank + 1/2) / T,
/// ranks counting from 0, and frames of the same energy sharing their mean rank. The mean of all places is 1/2.
pub(super) fn energy_places(frames: &[f32], length: usize) -> Vec<f64> {
    let width = frames.len() / length.max(1);
    let energy = |t: usize| frames[t * width..(t + 1) * width].iter().map(|&x| f64::from(x).powi(2)).sum::<f64>();
    let energies: Vec<f64> = (0..length).map(energy).collect();
    let mut sorted = energies.clone();
    sorted.sort_by(f64::total_cmp);
    let below = |energy: f64| sorted.partition_point(|other| other.total_cmp(&energy).is_lt());
    let up_to = |energy: f64| sorted.partition_point(|other| other.total_cmp(&energy).is_le());
    energies.iter().map(|&energy| (below(energy) + up_to(energy)) as f64 / (2 * length) as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `(scipy.stats.rankdata([2, 9, 4, 2, 0, 4, 4]) - 0.5) / 7` =
    /// [0.28571429, 0.92857143, 0.64285714, 0.28571429, 0.07142857, 0.64285714, 0.64285714]
    #[test]
    fn places_are_mean_ranks() {
        let frames = [1.0, 1.0, 3.0, 0.0, 0.0, -2.0, -1.0, 1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 2.0];
        let sevenths = [2.0, 6.5, 4.5, 2.0, 0.5, 4.5, 4.5].map(|place| place / 7.0);
        assert_eq!(energy_places(&frames, 7), sevenths);
        assert_eq!(energy_places(&[0.3, 0.1], 1), [0.5]);
    }

    proptest! {
        #[test]
        fn probabilities_that_fall_with_the_place_and_rise_with_the_ratio(
            a in 0.0..=1.0f64, b in 0.0..=1.0f64, c in 0.0..=1.0f64, d in 0.0..=1.0f64,
        ) {
            let (low, high, left, right) = (a.min(b), a.max(b), c.min(d), c.max(d));
            prop_assert!((0.0..=1.0).contains(&propensity(a, c)));
            prop_assert!(propensity(a, left) >= propensity(a, right));
            prop_assert!(propensity(low, c) <= propensity(high, c));
            let middle = (propensity(a, left) + propensity(a, right)) / 2.0;
            prop_assert!((propensity(a, (left + right) / 2.0) - middle).abs() < 1e-12, "not a line");
        }

        /// Energies of few values, so that many are equal.
        #[test]
        fn over_a_samples_frames_the_mean_is_the_ratio(
            frames in prop::collection::vec((-3i8..=3).prop_map(f32::from), 1..40), p in 0.0..=1.0f64,
        ) {
            let length = frames.len();
            let places = energy_places(&frames, length);
            let mean = places.into_iter().map(|place| propensity(p, place)).sum::<f64>() / length as f64;
            prop_assert!((mean - p).abs() < 1e-12, "{mean}");
        }
    }
}
