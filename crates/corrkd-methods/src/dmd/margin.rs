//! The margin loss (section 3.1): a sample's common features are to be closer to those of its label than to others', by
//! a margin that depends on both labels.
//!
//! Over N vectors with labels y: of an anchor a the mean of max(0, m_ak - cos_ai + cos_ak) over all pairs of another
//! vector i of the same label and a vector k of another one; then the mean over the anchors that have such pairs.
//! cos_ai is a·i / sqrt((a·a + ε)(i·i + ε)).
//!
//! The loss is linear in the cosines as long as no pair passes its margin. How often each cosine counts is found by
//! sorting, outside the tensors, which takes N² log N instead of all N³ pairs, and gives the same value and gradient.

use candle_core::{Device, Result, Tensor};
use corrkd_nn::read;

const EPSILON: f64 = 1e-8;

/// Of vectors (N, d) with N labels.
///
/// # Errors
/// A tensor operation's.
pub(super) fn margin_loss(vectors: &Tensor, labels: &[f32], margin: impl Fn(f32, f32) -> f64) -> Result<Tensor> {
    let count = labels.len();
    let norms = (vectors.sqr()?.sum_keepdim(1)? + EPSILON)?.sqrt()?; // (N, 1)
    let cosines = vectors.matmul(&vectors.t()?)?.div(&norms.matmul(&norms.t()?)?)?; // (N, N)
    let values = read(&[&cosines])?;
    let Linear { slopes, constant } = Linear::around(&values, labels, margin);
    let slopes = Tensor::from_vec(slopes, (count, count), &Device::Cpu)?;
    (cosines * slopes.to_dtype(vectors.dtype())?.to_device(vectors.device())?)?.sum_all()? + constant
}

/// The loss as a linear function of the cosines.
struct Linear {
    /// By how much each of N x N cosines counts.
    slopes: Vec<f64>,
    /// What is added.
    constant: f64,
}

impl Linear {
    /// What it is around these cosines, N x N.
    fn around(cosines: &[f64], labels: &[f32], margin: impl Fn(f32, f32) -> f64) -> Self {
        let count = labels.len();
        let (mut slopes, mut constant, mut anchors) = (vec![0.0; count * count], 0.0, 0);
        for (anchor, (cosines, slopes)) in cosines.chunks(count).zip(slopes.chunks_mut(count)).enumerate() {
            let label = labels[anchor];
            let margin = |k: usize| margin(label, labels[k]);
            let (same, others): (Vec<usize>, Vec<usize>) =
                (0..count).filter(|&i| i != anchor).partition(|&i| labels[i] == label);
            if same.is_empty() || others.is_empty() {
                continue;
            }
            anchors += 1;
            let share = 1.0 / (same.len() * others.len()) as f64;
            // A pair counts where the first is less than the second.
            let near = sorted(same.iter().map(|&i| cosines[i]));
            let far = sorted(others.iter().map(|&k| margin(k) + cosines[k]));
            for k in others {
                let pairs = share * near.partition_point(|&near| near < margin(k) + cosines[k]) as f64;
                slopes[k] += pairs;
                constant += pairs * margin(k);
            }
            for i in same {
                slopes[i] -= share * (far.len() - far.partition_point(|&far| far <= cosines[i])) as f64;
            }
        }
        let share = 1.0 / f64::from(anchors.max(1));
        slopes.iter_mut().for_each(|slope| *slope *= share);
        Self { slopes, constant: constant * share }
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}
