//! That it learns what can be learned, trained on samples that lose something. On frames that show a score under noise
//! it answers complete samples within two points of weighted F1 of logistic regression on the means of their frames,
//! which is the best there is for such data. On videos in which an utterance's score is shown by the one before, it
//! answers as well where utterances are nodes, and where frames are not at all.

use super::super::GcNet;
use super::{context, job, scores};
use crate::learnable::{self, SEED, f1, regressed, sample, score, shown, split};
use candle_core::DType;
use corrkd_config::{Condition, Kernels, Presence, Task};
use corrkd_data::Split;
use corrkd_random::Stream;
use corrkd_record::Answer;
use corrkd_train::{Method, predict};

/// Small, with the published dropout and losses. Fewer samples take larger steps.
const SETTINGS: &str = "network.width = 8\ntraining.learning_rate = 1e-2\n";

/// Videos of six utterances of four frames each, which show the score of the one behind.
fn in_videos(numbers: std::ops::Range<u64>) -> Split {
    let of = |video: u64| {
        let stream = move |i: u64| Stream::new(SEED, "video").at(video).at(i);
        (0..6).map(move |i| {
            sample(format!("v{video}[{i}]"), score(stream(i)), &shown(stream(i), score(stream(i + 1)), 4))
        })
    };
    Split { samples: numbers.flat_map(of).collect() }
}

/// Weighted F1 of the scores' signs on complete samples, of a network that was trained for so many epochs.
fn trained(train: &Split, test: &Split, lines: &str, epochs: usize) -> f64 {
    let context = context(scores(Task::Regression, 0.0), train.clone(), DType::F32, Kernels::Fused);
    let learner = GcNet.open(&job(Task::Regression, &format!("{SETTINGS}{lines}")), SEED, &context, &[]).unwrap();
    let learner = learnable::trained(learner, &context, epochs, None);
    let answers = predict(&*learner, test, Condition::COMPLETE, SEED, &context).unwrap().answers;
    let positive = answers.iter().map(|answer| matches!(answer, Answer::Score(score) if *score > 0.0));
    f1(test, &positive.collect::<Vec<_>>())
}

#[test]
fn it_learns_as_well_as_logistic_regression_on_the_means() {
    let (train, test) = (split(0..600), split(600..2600));
    let (ours, linear) = (trained(&train, &test, "", 20), regressed(&train, &test, Presence::COMPLETE));
    println!("weighted F1 {ours:.4}, logistic regression {linear:.4}");
    assert!((0.8..0.98).contains(&linear), "data that are no test: {linear}");
    assert!(ours > linear - 0.02, "{ours}, logistic regression {linear}");
}

/// The first utterance of a video is shown by none, so that half of a sixth is lost to chance.
#[test]
fn utterances_hear_their_neighbours() {
    let (train, test) = (in_videos(0..120), in_videos(120..400));
    let utterances = trained(&train, &test, "network.nodes = \"utterances\"\ntraining.batch = 8", 30);
    let frames = trained(&train, &test, "", 10);
    println!("weighted F1 {utterances:.4} of utterances, {frames:.4} of frames");
    assert!(utterances > 0.8, "{utterances}");
    assert!((0.45..0.55).contains(&frames), "{frames}");
}
