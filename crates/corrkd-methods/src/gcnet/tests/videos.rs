//! Utterances of one video: which they are, and what they are to each other.

use super::super::GcNet;
use super::super::nodes::videos;
use super::{WIDTHS, context, job, numbers, scores};
use candle_core::DType;
use corrkd_config::{Condition, Kernels, Modality, PerModality, Task};
use corrkd_data::{Sample, Split};
use corrkd_nn::DropoutKey;
use corrkd_onnx::Graph;
use corrkd_record::Answer;
use corrkd_train::{Answers, Learner, Method, Pass, Seen, Tensors, TrainError, TrainingBatch, predict};

const SETTINGS: &str = "network = { nodes = \"utterances\", width = 4 }";

/// Samples of these ids, of one to three frames.
fn split(ids: &[&str]) -> Split {
    let sample = |(i, id): (usize, &&str)| {
        let length = 1 + i % 3;
        let feature = |m: Modality, at: usize| ((at + 7 * i) as f32 + m as usize as f32).sin();
        let features =
            PerModality::from_fn(|m| (0..length * WIDTHS.get(m)).map(|at| feature(m, at)).collect::<Vec<_>>().into());
        Sample { id: (*id).to_owned(), label: i as f32 - 2.0, present: PerModality::all(vec![true; length]), features }
    };
    Split { samples: ids.iter().enumerate().map(sample).collect() }
}

fn learner(train: Split, lines: &str) -> Result<(Box<dyn Learner>, corrkd_train::Context), TrainError> {
    let context = context(scores(Task::Regression, 0.0), train, DType::F64, Kernels::Composed);
    Ok((GcNet.open(&job(Task::Regression, lines), 1, &context, &[])?, context))
}

fn score(answer: &Answer) -> f32 {
    match answer {
        Answer::Score(score) => *score,
        other => panic!("{other:?}"),
    }
}

#[test]
fn samples_of_a_video_are_together_in_the_order_of_their_numbers() {
    let ids = ["b[10]", "a[1]", "b[9]", "b", "a[0]", "b[18446744073709551615]"];
    assert_eq!(videos(ids.into_iter()), [vec![4, 1], vec![3, 2, 0, 5]]);
    let (learner, context) = learner(split(&ids), SETTINGS).unwrap();
    assert_eq!(learner.together(&context.train), [vec![4, 1], vec![3, 2, 0, 5]]);
}

/// Where no two are of one video, as in data that come without ids, the row says so.
#[test]
fn data_without_videos_are_refused() {
    let ids = ["train_0000[0]", "train_0001[0]", "train_0002[0]"];
    let error = learner(split(&ids), SETTINGS).err().unwrap();
    assert!(matches!(error, TrainError::Config(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "gcnet: `network.nodes` is \"utterances\", expected \"frames\" for these data: no two training samples are of \
         one video by their ids, `video[i]`"
    );
    let (learner, context) = learner(split(&ids), "").unwrap();
    assert_eq!(learner.together(&context.train), [[0], [1], [2]]);
}

/// A graph answers samples one by one.
#[test]
fn no_graph_answers_a_video() {
    let context = context(scores(Task::Regression, 0.0), split(&["a[0]", "a[1]"]), DType::F64, Kernels::Composed);
    let mut graph = Graph::new("a video");
    let frames = PerModality::all(graph.integers(&[]));
    let seen = Seen { features: frames.clone(), inside: frames.clone(), present: frames };
    let told = GcNet.graph(&job(Task::Regression, SETTINGS), &context, &Tensors::new(), &mut graph, &seen);
    let error = told.err().unwrap();
    assert!(matches!(error, TrainError::NoGraph { method: "gcnet", .. }), "{error:?}");
    assert!(error.to_string().ends_with("a run with network.nodes = \"frames\" has one"), "{error}");
}

/// An utterance's answer depends on the others of its video and on no other's, nor on the order of the samples.
#[test]
fn an_answer_is_the_videos() {
    let ids = ["a[0]", "a[1]", "a[2]", "b[0]", "b[1]", "c[0]"];
    let all = split(&ids);
    let (learner, context) = learner(all.clone(), SETTINGS).unwrap();
    let see = |split: &Split| -> Vec<f32> {
        let answers = predict(&*learner, split, Condition::COMPLETE, 1, &context).unwrap().answers;
        answers.iter().map(score).collect()
    };
    let part = |places: &[usize]| Split { samples: places.iter().map(|&i| all.samples[i].clone()).collect() };
    let close = |a: f32, b: f32| (a - b).abs() < 1e-6;
    let whole = see(&all);
    for places in [&[0, 1, 2][..], &[3, 4], &[5], &[5, 4, 2, 0, 3, 1]] {
        for (&place, answer) in places.iter().zip(see(&part(places))) {
            assert!(close(answer, whole[place]), "{} of {places:?}: {answer}, {}", ids[place], whole[place]);
        }
    }
    // Without the first of its three.
    for (&place, answer) in [1, 2].iter().zip(see(&part(&[1, 2]))) {
        assert!(!close(answer, whole[place]), "{}", ids[place]);
    }
}

/// A node's features are the mean over the frames that are there: none where all of a modality is gone, which is what
/// is rebuilt; what is gone in part is not.
#[test]
fn frames_that_are_gone_count_for_nothing() {
    let mut train = split(&["a[0]", "a[1]", "a[2]"]);
    let (learner, context) = learner(train.clone(), SETTINGS).unwrap();
    let answers = |split: &Split| {
        let batch = context.batch(split, &[0, 1, 2]);
        let Answers::Score(scores) = learner.answer(&batch).unwrap().answers else { panic!("no score") };
        numbers(&scores)
    };
    // The third sample's three frames: the second is gone, and then the others are made to be its mean.
    let width = WIDTHS.audio;
    let sample = &mut train.samples[2];
    let mut audio = sample.features.audio.to_vec();
    audio[width..2 * width].fill(0.0);
    sample.features.audio = audio.clone().into();
    sample.present.audio[1] = false;
    let gone = answers(&train);
    let mean: Vec<f32> = (0..width).map(|d| f32::midpoint(audio[d], audio[2 * width + d])).collect();
    train.samples[2].features.audio = mean.repeat(3).into();
    train.samples[2].present.audio[1] = true;
    let same = answers(&train);
    gone.iter().zip(&same).for_each(|(a, b)| assert!((a - b).abs() < 1e-6, "{gone:?}, {same:?}"));
}

/// Nothing is rebuilt where the law takes nothing, and the run is told so in the end.
#[test]
fn what_nothing_takes_is_not_rebuilt() {
    let train = split(&["a[0]", "a[1]", "a[2]", "b[0]"]);
    let context = context(scores(Task::Regression, 0.0), train.clone(), DType::F64, Kernels::Composed);
    let mut job = job(Task::Regression, SETTINGS);
    for (inter, rebuilt) in [(true, true), (false, false)] {
        let law = job.missing.as_mut().unwrap();
        (law.inter, law.intra) = (inter, PerModality::all([0.0, 0.0]));
        let learner = GcNet.open(&job, 1, &context, &[]).unwrap();
        let indices = &[0, 1, 2, 3];
        let batch = &context.batch(&train, indices);
        let batch = TrainingBatch { batch, split: &train, indices, epoch: 1, key: DropoutKey::new(1, 0) };
        let pass = Pass::of(&*learner, &batch).unwrap();
        let [idle] = &learner.idle()[..] else { panic!("one part") };
        assert_eq!((idle.part, pass.parts[0].0), ("reconstruction.share", "reconstruction.share"));
        assert_eq!((pass.losses[1].1 > 0.0, pass.parts[0].1 > idle.at), (rebuilt, rebuilt));
    }
}
