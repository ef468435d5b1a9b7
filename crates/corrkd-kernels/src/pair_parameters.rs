//! The parameters of fused [`PairScores`], or their gradients: in the pack, and as the kernels take them, where hidden
//! units run along lanes.

use super::jobs::add;
use super::lanes::padded;
use super::places::Affine;
use super::transpose::Transpose;
use pulp::Arch;
use std::ops::Range;

/// P and the hidden units.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) inputs: usize,
    pub(super) hidden: usize,
}

impl Size {
    /// From row to row of hidden units, whole vectors.
    pub(super) const fn stride(self) -> usize {
        padded(self.hidden)
    }
}

/// A network that scores pairs of vectors of P numbers, and where each of its parameters lies among packed ones.
#[derive(Clone, Debug)]
pub struct PairScores {
    /// The first layer (hidden units, 2P), on both vectors, x's numbers first.
    pub first: Affine,
    /// The second (hidden units, hidden units).
    pub second: Affine,
    /// What the score is made of (1, hidden units).
    pub score: Affine,
}

impl PairScores {
    /// P.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.first.weight.len() / self.first.bias.len() / 2
    }

    pub(super) fn size(&self) -> Size {
        Size { inputs: self.inputs(), hidden: self.first.bias.len() }
    }

    /// All but the first weight, in the order of [`Parameters::others`], and their columns.
    fn others(&self) -> [(&Range<usize>, usize); 5] {
        let hidden = self.first.bias.len();
        [
            (&self.first.bias, hidden),
            (&self.second.weight, hidden),
            (&self.second.bias, hidden),
            (&self.score.weight, hidden),
            (&self.score.bias, 1),
        ]
    }

    /// Numbers of all parameters.
    fn length(&self) -> usize {
        self.first.len() + self.second.len() + self.score.len()
    }
}

/// Rows of hidden units, each padded with zeros to the stride.
pub(super) struct Parameters {
    /// The transpose of W1, 2P rows: those of x, then those of y.
    pub(super) first: Vec<f32>,
    pub(super) first_bias: Vec<f32>,
    /// W2, a row for each output.
    pub(super) second: Vec<f32>,
    pub(super) second_bias: Vec<f32>,
    pub(super) score: Vec<f32>,
    /// In the first lane.
    pub(super) score_bias: Vec<f32>,
}

impl Parameters {
    pub(super) fn zeros(size: Size) -> Self {
        let rows = |count: usize| vec![0.0; count * size.stride()];
        Self {
            first: rows(2 * size.inputs),
            first_bias: rows(1),
            second: rows(size.hidden),
            second_bias: rows(1),
            score: rows(1),
            score_bias: rows(1),
        }
    }

    /// All but the first weight.
    fn others(&mut self) -> [&mut Vec<f32>; 5] {
        [&mut self.first_bias, &mut self.second, &mut self.second_bias, &mut self.score, &mut self.score_bias]
    }

    /// From the pack.
    pub(super) fn of(places: &PairScores, packed: &[f32]) -> Self {
        let size @ Size { inputs, hidden } = places.size();
        let stride = size.stride();
        let mut rows = Self::zeros(size);
        let (from, to) = ((&packed[places.first.weight.clone()], 2 * inputs), (&mut *rows.first, stride));
        Arch::new().dispatch(Transpose { from, to, size: (hidden, 2 * inputs) });
        for (to, (place, columns)) in rows.others().into_iter().zip(places.others()) {
            let from = packed[place.clone()].chunks_exact(columns);
            to.chunks_exact_mut(stride).zip(from).for_each(|(to, from)| to[..columns].copy_from_slice(from));
        }
        rows
    }

    /// As they lie in the pack.
    pub(super) fn packed(mut self, places: &PairScores) -> Vec<f32> {
        let size @ Size { inputs, hidden } = places.size();
        let stride = size.stride();
        let mut packed = vec![0.0; places.length()];
        let (from, to) = ((&*self.first, stride), (&mut packed[places.first.weight.clone()], 2 * inputs));
        Arch::new().dispatch(Transpose { from, to, size: (2 * inputs, hidden) });
        for (from, (place, columns)) in self.others().into_iter().zip(places.others()) {
            let to = packed[place.clone()].chunks_exact_mut(columns);
            to.zip(from.chunks_exact(stride)).for_each(|(to, from)| to.copy_from_slice(&from[..columns]));
        }
        packed
    }

    /// The transpose of W2, a row for each input.
    pub(super) fn second_transposed(&self, size: Size) -> Vec<f32> {
        let mut transposed = vec![0.0; self.second.len()];
        let (from, to) = ((&*self.second, size.stride()), (&mut *transposed, size.stride()));
        Arch::new().dispatch(Transpose { from, to, size: (size.hidden, size.hidden) });
        transposed
    }

    pub(super) fn add(&mut self, mut other: Self) {
        add(&mut self.first, &other.first);
        self.others().into_iter().zip(other.others()).for_each(|(sum, other)| add(sum, other));
    }
}
