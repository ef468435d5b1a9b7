//! Matrices transposed in cache.

use super::jobs::each;
use super::transpose::Transpose;
use pulp::Arch;

/// Matrices that one thread takes at a time.
const GROUP: usize = 16;

/// The transposes of matrices (.., N, M) of these sizes, one behind the other.
#[must_use]
pub fn transposed(values: &[f32], (rows, columns): (usize, usize)) -> Vec<f32> {
    let mut to = vec![0.0; values.len()];
    let length = (rows * columns).max(1);
    let jobs = values.chunks(length * GROUP).zip(to.chunks_mut(length * GROUP)).collect();
    each(jobs, |(from, to): (&[f32], &mut [f32])| {
        for (from, to) in from.chunks(length).zip(to.chunks_mut(length)) {
            Arch::new().dispatch(Transpose { from: (from, columns), to: (to, rows), size: (rows, columns) });
        }
    });
    to
}
