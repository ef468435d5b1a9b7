//! The Jensen-Shannon lower bound on mutual information of Deep InfoMax (Hjelm et al. 2019):
//! MI(x, y) >= E_joint[-sp(-F(x, y))] - E_marginals[sp(F(x, y'))], with sp the softplus and F the statistics network.

use candle_core::{Result, Tensor};
use corrkd_nn::softplus;

/// The bound for scores F(x_i, y_j) as (N, N): the diagonal is the joint, all other pairs of the batch stand for the
/// marginals. One sample has no marginals, and that part is left out.
///
/// # Errors
/// A tensor operation's.
pub fn jensen_shannon(scores: &Tensor) -> Result<Tensor> {
    let samples = scores.dim(0)?;
    let diagonal = Tensor::eye(samples, scores.dtype(), scores.device())?;
    let joint = ((softplus(&scores.neg()?)? * &diagonal)?.sum_all()? / samples as f64)?;
    if samples == 1 {
        return joint.neg();
    }
    let others = diagonal.affine(-1.0, 1.0)?;
    let pairs = (samples * (samples - 1)) as f64;
    let marginals = ((softplus(scores)? * others)?.sum_all()? / pairs)?;
    (joint + marginals)?.neg()
}
