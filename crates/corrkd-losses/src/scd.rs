//! SCD, sample-level contrastive distillation: a student's representation is pulled to the teacher's of the same
//! sample and pushed away from the teacher's of other samples, up to a margin.
//!
//! Over every i and every j != i: D(Hs_i, Ht_i)^2 + max(0, eta - D(Hs_i, Ht_j))^2. What D is measured in, and the
//! reduction, are open in the paper; here the mean over i of the pull plus the mean, or the sum, over j of the push.

use crate::Loss;
use crate::unit::unit;
use candle_core::{Result, Tensor};
use corrkd_nn::{Kernels, Number, pairwise};
use serde::{Deserialize, Serialize};

/// How the pushes of one sample are put together. Open in the paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Push {
    /// Their mean over j.
    #[default]
    Mean,
    /// Their sum over j.
    Sum,
}

/// What the distance D of two representations is, in pull and push. Open in the paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distance {
    /// Euclidean between the two divided by their Euclidean norms: 0 to 2, and the root of 2 where they are at right
    /// angles.
    #[default]
    Unit,
    /// The root of the mean squared difference: Euclidean, divided by the root of their width.
    RootMeanSquare,
    /// Euclidean.
    Euclidean,
}

impl Distance {
    /// The vectors (N, D) whose Euclidean distances are these.
    fn measured(self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Unit => unit(x),
            Self::RootMeanSquare => x / (x.dim(1)? as f64).sqrt(),
            Self::Euclidean => Ok(x.clone()),
        }
    }
}

/// How near is too near, and how it is put together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    /// The distance eta up to which other samples are pushed away.
    pub margin: f64,
    /// What is measured.
    pub distance: Distance,
    /// How one sample's pushes are put together.
    pub push: Push,
}

/// SCD of the student's and teacher's representations (N, D); the distances take the form `kernels`. One sample has no
/// push.
///
/// It is made of `scd.pull` and `scd.push`, whose sum it is; of `scd.within`, the share of pairs of different samples
/// whose distance is below the margin, which alone are pushed; and of `scd.nearest`, the smallest such distance.
///
/// # Errors
/// A tensor operation's.
pub fn scd(student: &Tensor, teacher: &Tensor, how: Contrast, kernels: Kernels) -> Result<Loss> {
    let (student, teacher) = (how.distance.measured(student)?, how.distance.measured(&teacher.detach())?);
    let samples = student.dim(0)?;
    let mean = |sum: &Tensor| sum / samples as f64;
    let pull = (&student - &teacher)?.sqr()?.sum_all()?;
    let mut parts = vec![("scd.pull", mean(&pull)?.into())];
    if samples == 1 {
        return Ok(Loss { value: mean(&pull)?, parts });
    }
    let itself = Tensor::eye(samples, student.dtype(), student.device())?; // (N, N)
    let count = match how.push {
        Push::Mean => samples - 1,
        Push::Sum => 1,
    };
    let distances = pairwise(&student, &teacher, kernels)?; // (N, N)
    let push = distances.affine(-1.0, how.margin)?.relu()?.sqr()?;
    let push = ((push * itself.affine(-1.0, 1.0)?)?.sum_all()? / count as f64)?;
    parts.push(("scd.push", mean(&push)?.into()));
    parts.extend(near(&distances, &itself, how.margin)?);
    Ok(Loss { value: mean(&(pull + push)?)?, parts })
}

/// The share of distances off the diagonal (N, N) that are below the margin, and the smallest.
fn near(distances: &Tensor, itself: &Tensor, margin: f64) -> Result<[(&'static str, Number); 2]> {
    let samples = distances.dim(0)?;
    // No distance is as large as those on the diagonal are made.
    let others = (distances.detach() + itself.affine(1e30, 0.0)?)?;
    let within = others.lt(margin)?.to_dtype(distances.dtype())?.sum_all()?;
    let within = (within / (samples * (samples - 1)) as f64)?;
    Ok([("scd.within", within.into()), ("scd.nearest", others.flatten_all()?.min(0)?.into())])
}
