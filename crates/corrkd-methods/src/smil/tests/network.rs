//! Values and gradients of the main network, and of the model around it with both losses, against PyTorch's; and the
//! priors: samples of different lengths, whose features go on behind their ends, with modalities and frames missing by
//! nature, and by what a training with this seed loses.

use super::super::Settings;
use super::super::pretrained::frozen;
use super::super::priors::priors;
use super::{Place, SMALL, context, emotions, golden, jobs, numbers, pretrained, scores, smil};
use crate::case::{Case, split_of};
use corrkd_config::{LabelSpace, Presence, Task};
use corrkd_data::{Batch, Split};
use corrkd_nn::DropoutKey;
use corrkd_train::{Learner, Pass, TrainingBatch};

const SEED: u64 = 1;

/// Holds what a network says of a batch, its losses on it and their gradients.
fn hold_all(
    case: &Case,
    way: &str,
    tolerance: f64,
    learner: &dyn Learner,
    (batch, split): (&Batch, &Split),
    space: &LabelSpace,
) {
    let mut held = case.held(way, tolerance);
    // In f32 a gradient whose parts nearly cancel is measured by the largest of all.
    let least = if tolerance < 1e-8 { 0.0 } else { case.largest_gradient() };
    held.answers(learner, batch, space, "representation");
    let indices: Vec<usize> = (0..split.samples.len()).collect();
    let training = TrainingBatch { batch, split, indices: &indices, epoch: 1, key: DropoutKey::new(SEED, 0) };
    let pass = Pass::of(learner, &training).unwrap();
    for &(name, loss) in &pass.losses {
        held.output(if name == "total" { "loss" } else { name }, &[loss]);
    }
    held.gradients(learner, &pass, |_| least);
}

fn as_pytorch(case: &str, space: &LabelSpace, has: Presence) {
    let golden = golden();
    let (case, before) = (Case::of(&golden, case), Case::of(&golden, &format!("{case}_pretrained")));
    let batch = case.batch();
    let split = split_of(&batch);
    let jobs = jobs(space.task(), SMALL);
    for (dtype, kernels, tolerance) in Place::of_tests().ways() {
        let way = format!("{dtype:?}, {kernels:?}");
        let context = context(space.clone(), has, split.clone(), dtype, kernels);
        let first = pretrained(&jobs[0], SEED, &context);
        first.params().load(&before.inputs).unwrap();
        hold_all(&before, &way, tolerance, &*first, (&batch, &split), space);

        let settings = Settings::read("the test", &jobs[1].settings).unwrap();
        let network = frozen(&settings, &before.inputs, &context).unwrap();
        let priors = priors(&network, 4, &settings.reconstruction, SEED, &context).unwrap();
        let mut held = case.held(&way, tolerance);
        for (m, priors) in priors.iter() {
            held.output(&format!("priors.{m}"), &numbers(priors));
        }

        let learner = smil(&jobs, SEED, &context, before.inputs.clone());
        let begun = learner.params().values().unwrap();
        for (name, value) in &before.inputs {
            let own = &begun[&name.replace("smil-pretrained", "smil.network")];
            assert_eq!(numbers(own), numbers(value), "{name}");
        }
        learner.params().load(&case.inputs).unwrap();
        hold_all(&case, &way, tolerance, &learner, (&batch, &split), space);
    }
}

#[test]
fn scores_of_samples_that_lack_something() {
    as_pytorch("regression", &scores(Task::Binary, 0.0), Presence::COMPLETE);
}

/// No sample has vision.
#[test]
fn emotions_of_data_without_vision() {
    as_pytorch("emotion", &emotions(), Presence::ALL[3]);
}

/// Each modality has frames of its own; scores go from 1 to 7.
#[test]
fn sequences_of_different_lengths() {
    as_pytorch("unaligned", &scores(Task::Regression, 4.0), Presence::COMPLETE);
}
