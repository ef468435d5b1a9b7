//! Values of the network, of each term of the loss and of all gradients, against PyTorch's: samples of different
//! lengths, some of which lack a modality or frames by nature, whose features go on behind their ends; sequences that
//! are not aligned; and the third pair.

use super::super::TransM;
use super::{Place, WITHOUT_DROPOUT, complete, context, emotions, golden, hold, largest, numbers, scores};
use candle_core::{DType, Tensor};
use corrkd_config::{LabelSpace, PerModality, Task};
use corrkd_data::{Batch, Split};
use corrkd_nn::DropoutKey;
use corrkd_train::{Answers, Method, Pass, TrainingBatch};
use std::collections::{BTreeMap, BTreeSet};

/// What PyTorch left of one kind of a case.
type Kind<'a> = BTreeMap<&'a str, &'a Tensor>;

/// The batch whose inputs these are.
fn batch(inputs: &Kind) -> Batch {
    let lengths = PerModality::from_fn(|m| {
        numbers(inputs[&*format!("lengths.{m}")]).into_iter().map(|x| x as usize).collect::<Vec<_>>()
    });
    let single = |name: &str| numbers(inputs[name]).into_iter().map(|x| x as f32).collect::<Vec<_>>();
    Batch {
        ids: (0..lengths.language.len()).map(|i| format!("v[{i}]")).collect(),
        labels: single("labels"),
        present: PerModality::from_fn(|m| single(&format!("present.{m}")).into_iter().map(|x| x > 0.0).collect()),
        features: PerModality::from_fn(|m| single(&format!("features.{m}"))),
        time: lengths.map(|_, lengths| lengths.iter().copied().max().unwrap()),
        lengths,
    }
}

fn as_pytorch(case: &str, space: &LabelSpace, lines: &str) {
    let golden = golden();
    let of_kind = |kind: &str| -> Kind {
        let prefix = format!("{case}/{kind}/");
        golden.iter().filter_map(|(name, x)| Some((name.strip_prefix(&prefix)?, x))).collect()
    };
    let (inputs, outputs, gradients) = (of_kind("input"), of_kind("output"), of_kind("gradient"));
    let (batch, values) = (batch(&inputs), inputs.iter().map(|(&name, &x)| (name.to_owned(), x.clone())).collect());
    let split = Split::default();
    for (dtype, kernels, tolerance) in Place::of_tests().ways() {
        let context = context(space.clone(), split.clone(), dtype, kernels);
        let job = complete(space.task(), &format!("{WITHOUT_DROPOUT}{lines}"));
        let learner = TransM.open(&job, 1, &context, &[]).unwrap();
        learner.params().load(&values).unwrap();
        let way = format!("{case} in {dtype:?}, {kernels:?}");
        let mut worst = 0f64;
        // In f32 a gradient whose parts nearly cancel is measured by the largest of all.
        let least = match dtype {
            DType::F32 => gradients.values().map(|x| largest(&numbers(x))).fold(0.0, f64::max) / 10.0,
            _ => 0.0,
        };
        let mut hold = |name: &str, ours: &[f64], theirs, least| {
            worst = worst.max(hold(&format!("{way}: {name}"), ours, &numbers(theirs), least, tolerance));
        };

        let training =
            TrainingBatch { batch: &batch, split: &split, indices: &[], epoch: 1, key: DropoutKey::new(1, 0) };
        let pass = Pass::of(&*learner, &training).unwrap();
        for &(name, loss) in &pass.losses {
            hold(name, &[loss], outputs[if name == "total" { "loss" } else { name }], 0.0);
        }
        let terms: BTreeSet<&str> = pass.losses.iter().map(|&(name, _)| name).filter(|&name| name != "total").collect();
        let theirs = outputs.keys().copied().filter(|name| !["answers", "representation", "loss"].contains(name));
        assert_eq!(terms, theirs.collect(), "{case}");
        let ours = pass.gradients.by_parameter(learner.params()).unwrap();
        assert!(
            ours.keys().map(String::as_str).eq(gradients.keys().copied()),
            "{case}: which parameters get a gradient"
        );
        for (name, gradient) in &ours {
            assert_eq!(gradient.dims(), gradients[name.as_str()].dims(), "{name}");
            hold(name, &numbers(gradient), gradients[name.as_str()], least);
        }

        let output = learner.answer(&batch).unwrap();
        let (Answers::Score(answers) | Answers::Targets(answers) | Answers::Categories(answers)) = &output.answers;
        assert_eq!(matches!(output.answers, Answers::Score(_)), space.is_score());
        assert_eq!(answers.dims(), outputs["answers"].dims());
        hold("answers", &numbers(answers), outputs["answers"], 0.0);
        hold("representation", &numbers(&output.representation.unwrap()), outputs["representation"], 0.0);
        println!("{way}: {worst:.1e} at most");
    }
}

#[test]
fn between_language_and_the_others() {
    let size = "network = { width = 6, heads = 3, encoder_layers = 2, decoder_layers = 1, feed_forward = 7 }";
    as_pytorch("regression", &scores(Task::Binary, 0.0), size);
}

#[test]
fn between_all_towards_emotions() {
    let size = "network = { width = 4, heads = 2, encoder_layers = 1, decoder_layers = 2, feed_forward = 5, \
                kernel = 1, audio_vision = true }\nlosses.translation = 10.0";
    as_pytorch("emotion", &emotions(), size);
}

/// Each modality has frames of its own; scores go from 1 to 7.
#[test]
fn of_sequences_of_different_lengths() {
    let size =
        "network = { width = 4, heads = 1, encoder_layers = 1, decoder_layers = 1, feed_forward = 6, kernel = 5 }";
    as_pytorch("unaligned", &scores(Task::Regression, 4.0), size);
}
