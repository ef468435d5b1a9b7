//! Mean and standard deviation of each column of frames, (frames, D) -> (D), in f64.

use serde::{Deserialize, Serialize};

/// Of one column.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Moments {
    pub(crate) mean: f64,
    /// Of the statistics, as scikit-learn's `StandardScaler`; exactly 0 where the column is constant.
    pub(crate) deviation: f64,
}

/// The moments of each of `width` columns. `each` gives all `count` frames to what it is given; it is called twice.
pub(crate) fn moments<E>(
    width: usize,
    count: usize,
    mut each: impl FnMut(&mut dyn FnMut(&[f32])) -> Result<(), E>,
) -> Result<Vec<Moments>, E> {
    let count = count.max(1) as f64;
    let mut means = vec![0.0; width];
    let mut bounds = vec![[f32::INFINITY, f32::NEG_INFINITY]; width];
    each(&mut |frame| {
        for ((mean, [low, high]), &value) in means.iter_mut().zip(&mut bounds).zip(frame) {
            *mean += f64::from(value) / count;
            *low = low.min(value);
            *high = high.max(value);
        }
    })?;
    let mut variances = vec![0.0; width];
    each(&mut |frame| {
        for ((variance, mean), &value) in variances.iter_mut().zip(&means).zip(frame) {
            *variance += (f64::from(value) - mean).powi(2) / count;
        }
    })?;
    let columns = means.iter().zip(&variances).zip(&bounds);
    let of_column = |((&mean, &variance), &[low, high]): ((&f64, &f64), &[f32; 2])| match low < high {
        true => Moments { mean, deviation: f64::sqrt(variance) },
        // Rounding would leave a constant column with a tiny deviation instead of none.
        false => Moments { mean: f64::from(if low.is_finite() { low } else { 0.0 }), deviation: 0.0 },
    };
    Ok(columns.map(of_column).collect())
}
