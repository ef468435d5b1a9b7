//! MCTN's first ten steps, with the penalty on the regressor's last layer.

use crate::golden::Place;
use crate::proof::{context, emotions, learners, left, longest, scores};
use crate::steps::{Steps, split};
use corrkd_config::{LabelSpace, Presence, Task};
use corrkd_methods::mctn::Mctn;

const FILE: &[u8] = include_bytes!("../../src/mctn/golden/mctn.safetensors");
const SETTINGS: &str = "network.width = 4\ntraining.learning_rate = 4e-3";

fn as_pytorch(place: &Place, case: &'static str, stage: &str, space: &LabelSpace) {
    let tensors = left(FILE);
    let split = split(&tensors, case);
    let (all, time) = (Presence::COMPLETE, longest(&split));
    Steps::plain(&tensors, case, 4e-3).hold(
        place,
        |way| context(&place.device, space.clone(), all, time, split.clone(), way),
        |context| learners(&Mctn, space.task(), SETTINGS, 7, context).remove(stage).unwrap(),
    );
}

fn ten_steps_from_language_to_vision_to_audio(place: &Place) {
    as_pytorch(place, "steps_hierarchy", "mctn", &scores(Task::Binary, 0.0));
}

fn ten_steps_from_two_modalities_towards_emotions(place: &Place) {
    as_pytorch(place, "steps_pair", "mctn-la", &emotions());
}

proofs![ten_steps_from_language_to_vision_to_audio, ten_steps_from_two_modalities_towards_emotions];
