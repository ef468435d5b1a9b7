//! TransM's first ten steps, while all that samples lose is to be told.

use crate::golden::{Place, numbers};
use crate::proof::{context, emotions, jobs, left, longest, scores};
use crate::steps::{Steps, split};
use candle_core::Tensor;
use corrkd_config::{LabelSpace, Presence, Task};
use corrkd_methods::transm::TransM;
use corrkd_train::Method;
use std::collections::BTreeMap;

const FILE: &[u8] = include_bytes!("../../src/transm/golden/transm.safetensors");
const WITHOUT_DROPOUT: &str = include_str!("../../src/transm/golden/without_dropout.toml");
const COMMON: &str = "
training.learning_rate = 4e-3
losses.translation = 0.5
[network]
width = 4
heads = 2
encoder_layers = 1
decoder_layers = 1
feed_forward = 5
";

/// The weights with PyTorch's biases of attention's keys, the middle third. They have no influence: they add the same
/// to all scores of a query, and softmax takes it out again. Their gradient is zero but for rounding, which Adam blows
/// up to steps of any size below the learning rate, and so they are only held to that.
fn without_keys(weights: BTreeMap<String, Tensor>, theirs: &[f64], moved: f64) -> BTreeMap<String, Tensor> {
    let mut start = 0;
    let of_keys = |(name, weight): (String, Tensor)| {
        let of_name = &theirs[start..start + weight.elem_count()];
        start += of_name.len();
        if !name.ends_with("attention.project.bias") {
            return (name, weight);
        }
        let (mut ours, third) = (numbers(&weight), of_name.len() / 3);
        let keys = third..2 * third;
        assert!(ours[keys.clone()].iter().all(|x| x.abs() <= moved), "{name}");
        ours[keys.clone()].copy_from_slice(&of_name[keys]);
        (name, Tensor::new(ours, weight.device()).unwrap())
    };
    weights.into_iter().map(of_keys).collect()
}

fn as_pytorch(place: &Place, case: &'static str, space: &LabelSpace, lines: &str) {
    let tensors = left(FILE);
    let split = split(&tensors, case);
    let job = &jobs(&TransM, space.task(), &format!("{WITHOUT_DROPOUT}{COMMON}{lines}"))[0];
    let (all, time) = (Presence::COMPLETE, longest(&split));
    Steps { weights: without_keys, ..Steps::plain(&tensors, case, 4e-3) }.hold(
        place,
        |way| context(&place.device, space.clone(), all, time, split.clone(), way),
        |context| TransM.open(job, 7, context, &[]).unwrap(),
    );
}

fn ten_steps_between_language_and_the_others(place: &Place) {
    as_pytorch(place, "steps_regression", &scores(Task::Binary, 0.0), "");
}

fn ten_steps_between_all_towards_emotions(place: &Place) {
    as_pytorch(place, "steps_emotion", &emotions(), "audio_vision = true");
}

proofs![ten_steps_between_language_and_the_others, ten_steps_between_all_towards_emotions];
