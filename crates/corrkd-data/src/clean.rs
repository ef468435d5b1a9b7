//! Non-finite values (COVAREP holds -inf and NaN) are taken out before anything is averaged: one bad audio frame must
//! not spoil the word it belongs to.

/// The mean of each column over its finite values; 0 for a column that has none.
/// `None` where no row holds a finite value, or there is no row.
pub(crate) fn mean<'a>(rows: impl Iterator<Item = &'a [f32]>, width: usize) -> Option<Vec<f32>> {
    let mut sums = vec![(0.0f64, 0u32); width];
    for row in rows {
        for ((sum, count), &value) in sums.iter_mut().zip(row) {
            if value.is_finite() {
                *sum += f64::from(value);
                *count += 1;
            }
        }
    }
    let any = sums.iter().any(|&(_, count)| count > 0);
    any.then(|| sums.iter().map(|&(sum, count)| (sum / f64::from(count.max(1))) as f32).collect())
}

/// The number of values that are NaN or infinite.
pub(crate) fn non_finite(values: &[f32]) -> usize {
    values.iter().filter(|value| !value.is_finite()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_values_leave_the_mean_of_the_good_ones() {
        let rows: [&[f32]; 3] =
            [&[1.0, f32::NEG_INFINITY, f32::NAN], &[f32::NAN, 2.0, f32::INFINITY], &[3.0, 5.0, f32::NAN]];
        assert_eq!(mean(rows.into_iter(), 3), Some(vec![2.0, 3.5, 0.0]));
        assert_eq!(non_finite(&rows.concat()), 5);
    }

    #[test]
    fn nothing_finite_is_no_data() {
        let rows: [&[f32]; 1] = [&[f32::NAN, f32::INFINITY]];
        assert_eq!(mean(rows.into_iter(), 2), None);
        assert_eq!(mean(std::iter::empty(), 2), None);
        let zeros: [&[f32]; 1] = [&[0.0, 0.0]];
        assert_eq!(mean(zeros.into_iter(), 2), Some(vec![0.0, 0.0]), "a zero is data");
    }
}
