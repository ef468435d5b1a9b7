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
