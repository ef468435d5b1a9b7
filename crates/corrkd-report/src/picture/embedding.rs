//! Points of many dimensions laid out in two so that neighbours stay neighbours: exact t-SNE (van der Maaten and Hinton,
//! JMLR 2008), by the crate `bhtsne`.
//!
//! It is told where to start, which leaves it no draw of its own (its approximate forms have one, in their search for
//! neighbours), and runs on one thread, as its sums over a matrix would otherwise depend on how the threads share them.

use bhtsne::tSNE;
use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};

/// How many neighbours a point has, roughly; of few points at most a third.
const PERPLEXITY: usize = 30;
/// The fewest points worth laying out.
pub(super) const FEWEST: usize = 16;

/// Lays N points out, N x 2, from where each is to start; N at least [`FEWEST`].
pub(super) fn embed(points: &[Vec<f64>], start: &[[f64; 2]]) -> Result<Vec<[f64; 2]>, ThreadPoolBuildError> {
    let perplexity = PERPLEXITY.min((points.len() - 1) / 3);
    let layout = || {
        let mut tsne: tSNE<f64, Vec<f64>, 2> = tSNE::new(points);
        tsne.perplexity(perplexity as f64).initial_embedding(start.concat()).exact(|a, b| distance(a, b));
        tsne.embedding()
    };
    let flat = ThreadPoolBuilder::new().num_threads(1).build()?.install(layout);
    Ok(flat.as_chunks().0.to_vec())
}

/// The Euclidean distance.
pub(super) fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_random::Stream;

    /// Three groups of 20 points, 6 apart in 10 dimensions, each with a spread of 1; and random starts.
    fn groups() -> (Vec<Vec<f64>>, Vec<[f64; 2]>) {
        let draws = Stream::new(0, "points");
        let value = |i: usize, d: usize| draws.at(i as u64).normal(d as u64) + if d == i / 20 { 6.0 } else { 0.0 };
        let points = (0..60).map(|i| (0..10).map(|d| value(i, d)).collect()).collect();
        (points, (0..60).map(|i| [0, 1].map(|axis| 1e-4 * draws.named("start").normal(2 * i + axis))).collect())
    }

    #[test]
    fn nearest_neighbours_stay_in_their_group() {
        let (points, start) = groups();
        let places = embed(&points, &start).unwrap();
        for i in 0..60 {
            let apart = |j: &usize| distance(&places[i], &places[*j]);
            let nearest = (0..60).filter(|&j| j != i).min_by(|a, b| apart(a).total_cmp(&apart(b))).unwrap();
            assert_eq!(nearest / 20, i / 20, "{i} is beside {nearest}");
        }
    }

    #[test]
    fn the_same_with_any_number_of_threads() {
        let (points, start) = groups();
        let with = |threads| {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let places = pool.install(|| embed(&points, &start)).unwrap();
            places.concat().into_iter().map(f64::to_bits).collect::<Vec<_>>()
        };
        let one = with(1);
        for _ in 0..3 {
            assert_eq!(one, with(4));
        }
        let mut other = start.clone();
        other[0][0] = 0.01;
        assert_ne!(one, embed(&points, &other).unwrap().concat().into_iter().map(f64::to_bits).collect::<Vec<_>>());
    }

    #[test]
    fn the_same_point_often_is_no_trouble() {
        let (_, start) = groups();
        let places = embed(&vec![vec![0.5; 4]; FEWEST], &start[..FEWEST]).unwrap();
        assert!(places.concat().iter().all(|place| place.is_finite()), "{places:?}");
    }
}
