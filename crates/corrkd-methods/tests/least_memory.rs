//! What methods say that a training takes of memory at least, held against what one takes. Alone in its file: what other
//! tests allocate would count as well.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use candle_core::Device;
use corrkd_config::{DatasetRef, Experiment, Job, Kernels, LabelSpace, MethodPlan, Shape};
use corrkd_methods::{METHODS, plans};
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_train::{Context, Needed, TrainingBatch};
use std::collections::BTreeMap;

/// Networks of some million parameters, so that other things hardly count.
const EXPERIMENT: &str = r#"
title = "large"
dataset = "synthetic"
size = "small"
seeds = [1]
reference = "CorrKD"
[[variant]]
name = "CorrKD"
network = { width = 320, heads = 2, layers = 2, feed_forward = 1280 }
losses.rcd.hidden = 512
[[variant]]
name = "Self-MM"
method = "selfmm"
network.hidden = { language = 512, audio = 384, vision = 384 }
network.fused = 1024
[[variant]]
name = "CubeMLP"
method = "cubemlp"
network = { width = 512, blocks = [[50, 3, 1536], [10, 3, 1024]] }
[[variant]]
name = "DMD"
method = "dmd"
network = { width = 96, heads = 4, layers = 2 }
[[variant]]
name = "MCTN"
method = "mctn"
network.width = 160
[[variant]]
name = "TransM"
method = "transm"
network = { width = 128, heads = 4, encoder_layers = 2, decoder_layers = 1, feed_forward = 512 }
[[variant]]
name = "SMIL"
method = "smil"
network = { width = 320, heads = 2, feed_forward = 1280, hidden = 512 }
reconstruction.hidden = 512
[[variant]]
name = "GCNet"
method = "gcnet"
network.width = 96
"#;

/// Resident memory in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

#[test]
fn no_training_takes_less() {
    let cache = tempfile::tempdir().unwrap();
    let data = DatasetRef { name: "synthetic".to_owned(), size: Some("small".to_owned()), fold: None };
    let recipe = corrkd_data::recipe(&data.name).unwrap();
    let shape = Shape { widths: recipe.widths(), frames: recipe.time.by_modality() };
    let data = corrkd_data::load(&data, None, cache.path(), corrkd_data::Trust::Read, &corrkd_data::unseen).unwrap();
    let mut kept = Vec::new();
    for row in Experiment::parse(EXPERIMENT, &BTreeMap::new(), &plans()).unwrap().rows {
        let method = *METHODS.iter().find(|method| method.name() == row.method).unwrap();
        let space = LabelSpace::new(row.protocol.task, &data.labels).unwrap();
        let context = Context::new(&data, space, &Device::Cpu, Kernels::Fused);
        let (stage, others) = row.stages.split_last().unwrap();
        let before = resident();
        let needs = others.iter().map(|other| {
            let job = Job::of(&row, other);
            let weights = method.open(&job, 1, &context, &[]).unwrap().params().values().unwrap();
            Needed { job, weights }
        });
        let needs: Vec<Needed> = needs.collect();
        let mut learner = method.open(&Job::of(&row, stage), 1, &context, &needs).unwrap();
        let mut optimizer = Optimizer::new(learner.params(), &learner.training().optimizer).unwrap();
        let (split, indices) = (&context.train, &[0, 1]);
        let (batch, key) = (&context.batch(split, indices), DropoutKey::new(1, 1));
        learner.step(&TrainingBatch { batch, split, indices, epoch: 1, key }, &mut optimizer).unwrap();
        let took = resident().saturating_sub(before);
        let said = MethodPlan::memory(method, stage.name, &stage.settings, &shape);
        let trained = learner.params().count() as u64 * 16;
        // A later one gets memory that an earlier one has let go of.
        assert!(!kept.is_empty() || said <= took && took < 4 * said, "{}: said {said}, took {took}", row.name);
        // All but biases and the like is counted, and nothing that is not there.
        let frozen = needs.iter().flat_map(|need| need.weights.values()).map(|weight| weight.elem_count() as u64 * 4);
        let most = (trained + frozen.sum::<u64>()) / 10 * 11;
        assert!(trained / 10 * 9 < said && said < most, "{}: said {said} of {trained} to {most}", row.name);
        kept.push((learner, optimizer, needs));
    }
}
