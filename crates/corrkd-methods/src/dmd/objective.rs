//! What DMD minimises: L = L_task + λ1 (L_rec + L_cyc + γ (L_mar + L_ort)) + λ2 (L_homo + L_hetero), each part a term.
//!
//! - task: the labels' loss of the answer and of the seven other numbers that are read out: of each modality's common
//!   and specific features, and of all common features together.
//! - reconstruction and cycle: mean squares of R - P and of S' - S (`decoupling.rs`), sums over modalities.
//! - margin (`margin.rs`) over all modalities' vectors.
//! - orthogonality: max(0, cos) of S and C, all frames side by side, a mean over samples, a sum over modalities.
//! - homogeneous, heterogeneous: the graphs' losses (`graph.rs`), of which the homogeneous one's for representations is
//!   left out unless asked for, as in the code.

use super::cosine::cosine;
use super::graph::{Distillation, Graph, vertices};
use super::margin::margin_loss;
use super::network::{Network, Parts};
use super::reader::Read;
use super::settings::{Losses, Orthogonality};
use crate::head::Head;
use candle_core::{Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_data::Batch;
use corrkd_train::{Context, Term, TrainError};

/// The margin between two labels that differ by one; of categories, between any two.
const MARGIN: f64 = 0.15;

/// The terms on what a network made of a batch.
///
/// # Errors
/// A tensor operation's.
pub(super) fn terms(
    network: &Network,
    parts: &Parts,
    losses: &Losses,
    head: Head,
    batch: &Batch,
    context: &Context,
) -> std::result::Result<Vec<Term>, TrainError> {
    let Parts { decoupled, rebuilt, common, specific, answer } = parts;
    let mut task = head.loss(&answer.numbers, batch, context)?;
    let others = common.read.iter().chain(specific.iter()).map(|(_, read)| &read.numbers);
    for numbers in others.chain([&common.numbers]) {
        task = (task + head.loss(numbers, batch, context)?)?;
    }
    let margin = match head {
        Head::Score(_) => |a: f32, b: f32| MARGIN * f64::from((a - b).abs()),
        Head::Targets(_) => |_: f32, _: f32| MARGIN,
    };
    let constraints = losses.decoupling * losses.constraints;
    let term = |name, weight, value| Term { name, weight, value, parts: Vec::new() };
    Ok(vec![
        term("task", 1.0, task),
        term("reconstruction", losses.decoupling, squares(&rebuilt.projected, &decoupled.projected)?),
        term("cycle", losses.decoupling, squares(&rebuilt.specific, &decoupled.specific)?),
        term("margin", constraints, closeness(&common.aligned, &batch.labels, margin)?),
        term(
            "orthogonality",
            constraints,
            over_modalities(|m| {
                orthogonality(decoupled.specific.get(m), decoupled.common.get(m), losses.orthogonality)
            })?,
        ),
        term(
            "homogeneous",
            losses.distillation,
            distillation(
                &network.homogeneous.graph,
                &common.read,
                |read| &read.hidden,
                losses.homogeneous_representations,
            )?,
        ),
        term(
            "heterogeneous",
            losses.distillation,
            distillation(&network.heterogeneous.graph, specific, |read| &read.sum, true)?,
        ),
    ])
}

/// The sum over modalities of something.
fn over_modalities(of: impl FnMut(Modality) -> Result<Tensor>) -> Result<Tensor> {
    let PerModality { language, audio, vision } = PerModality::try_from_fn(of)?;
    (language + audio)? + vision
}

/// The sum over modalities of the mean square of a - b.
fn squares(a: &PerModality<Tensor>, b: &PerModality<Tensor>) -> Result<Tensor> {
    over_modalities(|m| (a.get(m) - b.get(m))?.sqr()?.mean_all())
}

/// The margin loss of all modalities' vectors (B, d).
fn closeness(aligned: &PerModality<Tensor>, labels: &[f32], margin: impl Fn(f32, f32) -> f64) -> Result<Tensor> {
    let PerModality { language, audio, vision } = aligned;
    let vectors = Tensor::stack(&[language, audio, vision], 1)?.flatten(0, 1)?; // (3B, d)
    let labels: Vec<f32> = labels.iter().flat_map(|&label| Modality::ALL.map(|_| label)).collect();
    margin_loss(&vectors, &labels, margin)
}

/// How far from orthogonal a modality's specific and common features (B, T', d) are.
pub(super) fn orthogonality(specific: &Tensor, common: &Tensor, form: Orthogonality) -> Result<Tensor> {
    let cosines = cosine(&specific.flatten_from(1)?, &common.flatten_from(1)?)?; // (B)
    match form {
        Orthogonality::Positive => cosines.relu()?.mean_all(),
        Orthogonality::Signed => cosines.mean_all(),
    }
}

/// A graph's losses on what was read out of each modality; `representation` is which part of that is a vertex's.
fn distillation(
    graph: &Graph,
    read: &PerModality<Read>,
    representation: impl Fn(&Read) -> &Tensor,
    representations_too: bool,
) -> Result<Tensor> {
    let numbers = vertices(PerModality::from_fn(|m| &read.get(m).numbers))?;
    let states = vertices(PerModality::from_fn(|m| representation(read.get(m))))?;
    let edges = graph.edges(&numbers, &states)?;
    let Distillation { prior, numbers, representations } = graph.losses(&numbers, &states, &edges)?;
    let loss = (prior + numbers)?;
    match representations_too {
        true => loss + representations,
        false => Ok(loss),
    }
}
