//! GCNet's first ten steps, of samples and of videos, with weight decay.

use crate::golden::Place;
use crate::proof::{context, emotions, jobs, left, longest, scores};
use crate::steps::{Steps, split};
use corrkd_config::{LabelSpace, Presence, Task};
use corrkd_data::Split;
use corrkd_methods::gcnet::GcNet;
use corrkd_train::Method;

const FILE: &[u8] = include_bytes!("../../src/gcnet/golden/gcnet.safetensors");
const COMMON: &str = "
dropout.recurrent = 0.0
network.width = 2
training.learning_rate = 4e-3
";

fn as_pytorch(place: &Place, case: &'static str, space: &LabelSpace, split: &Split, batch: usize, lines: &str) {
    let tensors = left(FILE);
    let job = &jobs(&GcNet, space.task(), &format!("{COMMON}{lines}"))[0];
    let (all, time) = (Presence::COMPLETE, longest(split));
    let of_terms = |losses: &[(&'static str, f64)]| {
        losses[..2].iter().map(|(name, loss)| (format!("losses/{name}"), *loss)).collect()
    };
    Steps { batch, losses: of_terms, ..Steps::plain(&tensors, case, 4e-3) }.hold(
        place,
        |way| context(&place.device, space.clone(), all, time, split.clone(), way),
        |context| GcNet.open(job, 7, context, &[]).unwrap(),
    );
}

fn ten_steps_on_frames(place: &Place) {
    let split = split(&left(FILE), "steps_frames");
    as_pytorch(place, "steps_frames", &scores(Task::Binary, 0.0), &split, 4, "training.weight_decay = 0.05");
}

fn ten_steps_on_videos_towards_emotions(place: &Place) {
    let mut split = split(&left(FILE), "steps_utterances");
    // Their numbers are in another order than the samples.
    for (i, sample) in split.samples.iter_mut().enumerate() {
        sample.id = format!("v{}[{}]", i % 4, 5 * i % 11);
    }
    let lines = "network.nodes = \"utterances\"\ntraining.weight_decay = 0.0";
    as_pytorch(place, "steps_utterances", &emotions(), &split, 2, lines);
}

proofs![ten_steps_on_frames, ten_steps_on_videos_towards_emotions];
