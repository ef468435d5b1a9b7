//! CubeMLP's first ten steps, with clipping by value, weight decay and a falling step size.
//!
//! Normalisation over three modalities that are nearly the same multiplies roundings, so that PyTorch's own f32 is up to 2e-5
//! of the largest gradient away from its f64; ours may be 3e-4 away here, and 1e-4 in the network's cases.

use crate::golden::Place;
use crate::proof::{context, emotions, jobs, left, scores};
use crate::steps::{Steps, split};
use corrkd_config::{LabelSpace, PerModality, Presence, Task};
use corrkd_methods::cubemlp::CubeMlp;
use corrkd_train::Method;

const FILE: &[u8] = include_bytes!("../../src/cubemlp/golden/cubemlp.safetensors");
const COMMON: &str = "
network = { width = 4, kernel = 3, blocks = [[5, 3, 4], [3, 2, 3]] }
dropout = { encoders = 0.0, time = 0.0, modality = 0.0, channel = 0.0 }
[training]
learning_rate = 4e-3
clip_value = 0.06
schedule = { every = 2, factor = 0.1 }
";

/// `lines` of settings, and `training` of those among them that say how it trains.
fn as_pytorch(place: &Place, case: &'static str, space: &LabelSpace, lines: &str, training: &str) {
    let tensors = left(FILE);
    let split = split(&tensors, case);
    let job = &jobs(&CubeMlp, space.task(), &format!("{lines}{COMMON}{training}"))[0];
    let (all, time) = (Presence::COMPLETE, PerModality::all(7));
    Steps { looser: 3.0, ..Steps::plain(&tensors, case, 4e-3) }.hold(
        place,
        |way| context(&place.device, space.clone(), all, time, split.clone(), way),
        |context| CubeMlp.open(job, 7, context, &[]).unwrap(),
    );
}

fn ten_steps_on_complete_samples(place: &Place) {
    as_pytorch(place, "steps_complete", &scores(Task::Binary, 0.0), "", "");
}

fn ten_steps_towards_emotions_on_samples_that_lose_something(place: &Place) {
    as_pytorch(place, "steps_missing", &emotions(), "train_missing = \"mrm\"", "weight_decay = 0.1");
}

proofs![ten_steps_on_complete_samples, ten_steps_towards_emotions_on_samples_that_lose_something];
