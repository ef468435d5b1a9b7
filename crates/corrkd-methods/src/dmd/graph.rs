//! Graph distillation (section 3.2, GD-Unit; after Luo et al., ECCV 2018): three modalities that learn from each other
//! along the six edges of a graph, each as much as the edge's weight says.
//!
//! Of modality j with numbers n_j (B, R) and representation r_j (B, n): z_j = [W_l n_j; W_r r_j]. An edge towards j
//! from i scores W_e [z_j; z_i]; its weight e is the softmax over the six edges of 1/8 of that, sample by sample. The
//! biases that the code's layers have are left out: they add the same to all six, and nothing of that is left behind
//! the softmax.
//!
//! Three losses: the weights are to be like a prior π on average over the batch, 10 Σ (mean e - π)²; numbers are to be
//! like those learned from, Σ mean[(e + π) |n_j - n_i|], and representations, 10 times as much. Nothing is passed on to
//! i.

use super::cosine::cosine;
use candle_core::{Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::{Linear, NnError, Scope, absolute, softmax};

/// The edges of a graph.
pub(super) const EDGES: usize = 6;

/// Towards whom an edge goes and from whom, as numbers in the order language, vision, audio.
const TOWARDS: [u32; EDGES] = [0, 0, 1, 1, 2, 2];
const FROM: [u32; EDGES] = [1, 2, 0, 2, 0, 1];

/// By how much scores are divided before the softmax.
const TEMPERATURE: f64 = 8.0;
/// Weight of the prior's loss, and of the representations'.
const STRONG: f64 = 10.0;

/// What tells one graph from another.
pub(super) struct Design {
    /// Units that numbers, and representations, are brought to.
    pub(super) size: usize,
    /// 1 for an edge that is expected to weigh most, 0 for another; the prior is the softmax of four times these.
    pub(super) expected: [f64; EDGES],
    /// How representations are to be alike.
    likeness: Likeness,
}

/// How representations differ.
#[derive(Clone, Copy)]
enum Likeness {
    /// By the sum of their absolute differences.
    Absolute,
    /// By max(0, cos), a mean over the batch: they are to be orthogonal, or opposite.
    Cosine,
}

/// Of the common features: vision and audio learn from language.
pub(super) const HOMOGENEOUS: Design =
    Design { size: 64, expected: [0.0, 0.0, 1.0, 0.0, 1.0, 0.0], likeness: Likeness::Absolute };
/// Of the specific ones: audio learns from vision, too.
pub(super) const HETEROGENEOUS: Design =
    Design { size: 32, expected: [0.0, 0.0, 1.0, 0.0, 1.0, 1.0], likeness: Likeness::Cosine };

/// A graph.
pub(super) struct Graph {
    numbers: Linear,
    representation: Linear,
    edge: Linear,
    /// π, by edge.
    prior: [f64; EDGES],
    likeness: Likeness,
}

/// A graph's losses, one number each.
pub(super) struct Distillation {
    /// That its edges are like the prior.
    pub(super) prior: Tensor,
    /// That numbers are like those learned from.
    pub(super) numbers: Tensor,
    /// That representations are.
    pub(super) representations: Tensor,
}

impl Graph {
    /// Of R numbers, and representations of n.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(
        mut scope: Scope<'_>,
        numbers: usize,
        representation: usize,
        design: &Design,
    ) -> std::result::Result<Self, NnError> {
        let size = design.size;
        let weights = design.expected.map(|expected| (4.0 * expected).exp());
        let sum: f64 = weights.iter().sum();
        Ok(Self {
            numbers: Linear::without_bias(scope.sub("numbers"), numbers, size)?,
            representation: Linear::without_bias(scope.sub("representation"), representation, size)?,
            edge: Linear::without_bias(scope.sub("edge"), 4 * size, 1)?,
            prior: weights.map(|weight| weight / sum),
            likeness: design.likeness,
        })
    }

    /// The edges' weights (B, 6), from the modalities' numbers (B, 3, R) and representations (B, 3, n), in the graph's
    /// order.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn edges(&self, numbers: &Tensor, representations: &Tensor) -> Result<Tensor> {
        let parts = [self.numbers.forward(numbers)?, self.representation.forward(representations)?];
        let z = Tensor::cat(&parts, 2)?; // (B, 3, 2g)
        let pairs = Tensor::cat(&[end(&z, &TOWARDS)?, end(&z, &FROM)?], 2)?; // (B, 6, 4g)
        softmax(&(self.edge.forward(&pairs)?.squeeze(2)? / TEMPERATURE)?)
    }

    /// The losses with these edges.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn losses(&self, numbers: &Tensor, representations: &Tensor, edges: &Tensor) -> Result<Distillation> {
        let prior = Tensor::new(&self.prior, edges.device())?.to_dtype(edges.dtype())?;
        let weights = edges.broadcast_add(&prior)?; // (B, 6)
        let apart = |x: &Tensor| absolute(&(end(x, &TOWARDS)? - end(x, &FROM)?.detach())?)?.sum(2); // (B, 6)
        let weighted = |differences: Tensor| (differences * &weights)?.mean(0)?.sum_all();
        let representations = match self.likeness {
            Likeness::Absolute => weighted(apart(representations)?)?,
            Likeness::Cosine => {
                let towards = end(representations, &TOWARDS)?;
                let cosines = cosine(&towards, &end(representations, &FROM)?.detach())?; // (B, 6)
                (cosines.relu()?.mean(0)? * weights.mean(0)?)?.sum_all()?
            }
        };
        Ok(Distillation {
            prior: ((edges.mean(0)? - &prior)?.sqr()?.sum_all()? * STRONG)?,
            numbers: weighted(apart(numbers)?)?,
            representations: (representations * STRONG)?,
        })
    }
}

/// The modalities' tensors (B, n) as the vertices of a graph, (B, 3, n).
///
/// # Errors
/// A tensor operation's.
pub(super) fn vertices(of: PerModality<&Tensor>) -> Result<Tensor> {
    let order = [Modality::Language, Modality::Vision, Modality::Audio];
    Tensor::stack(&order.map(|m| *of.get(m)), 1)
}

/// Of vertices (B, 3, n) the one at an end of each edge, (B, 6, n).
fn end(x: &Tensor, vertices: &[u32; EDGES]) -> Result<Tensor> {
    x.contiguous()?.index_select(&Tensor::new(vertices, x.device())?, 1)
}
