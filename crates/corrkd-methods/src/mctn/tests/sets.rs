//! Which model answers which sample: that of the modalities that the sample has.

use super::super::route::Route;
use super::{WIDTHS, context, learners, numbers, scores};
use candle_core::DType;
use corrkd_config::{Kernels, Modality, PerModality, Presence, Task};
use corrkd_data::{Sample, Split};
use corrkd_random::Stream;
use corrkd_train::{Answers, Context, Learner};

/// What a set's model reads and what it translates that into, in letters.
fn letters(set: &str, has: &str) -> String {
    let Route { source, targets } = Route::of(set.parse().unwrap(), has.parse().unwrap());
    let letters = |of: Vec<Modality>| of.into_iter().map(Modality::letter).collect::<String>();
    format!("{} {}", letters(source), letters(targets))
}

#[test]
fn a_set_reads_what_it_has_and_translates_it_into_what_is_missing() {
    for (set, route) in
        [("l", "l va"), ("a", "a lv"), ("v", "v la"), ("la", "la v"), ("lv", "lv a"), ("av", "av l"), ("lav", "l va")]
    {
        assert_eq!(letters(set, "lav"), route, "{set}");
    }
}

/// What the data set lacks is neither read nor translated into; where nothing or all of it is left, it is the complete
/// set.
#[test]
fn routes_of_data_that_lack_modalities() {
    for (set, has, route) in [
        ("lav", "la", "l a"),
        ("la", "la", "l a"),
        ("lv", "la", "l a"),
        ("l", "la", "l a"),
        ("av", "la", "a l"),
        ("a", "la", "a l"),
        ("v", "la", "l a"),
        ("lav", "av", "v a"),
        ("v", "av", "v a"),
        ("a", "av", "a v"),
        ("lav", "a", "a "),
        ("l", "a", "a "),
        ("a", "a", "a "),
    ] {
        assert_eq!(letters(set, has), route, "{set} of {has}");
    }
}

/// Samples with all frames, of the modalities in `sets`, one each; none where the set is empty.
fn split(sets: &[&str]) -> Split {
    let sample = |(i, set): (usize, &&str)| {
        let length = 1 + 2 * i % 5;
        let stream = Stream::new(1, "sample").at(i as u64);
        let has = |m: Modality| set.contains(m.letter());
        let value = |m: Modality, at: u64| if has(m) { stream.at(m as u64).normal(at) as f32 } else { 0.0 };
        Sample {
            id: format!("v[{i}]"),
            label: 1.0,
            present: PerModality::from_fn(|m| vec![has(m); length]),
            features: WIDTHS.map(|m, &width| (0..(length * width) as u64).map(|at| value(m, at)).collect()),
        }
    };
    Split { samples: sets.iter().enumerate().map(sample).collect() }
}

fn answer(learner: &dyn Learner, context: &Context, indices: &[usize]) -> [Vec<Vec<f64>>; 2] {
    let output = learner.answer(&context.batch(&context.train, indices)).unwrap();
    let Answers::Score(scores) = output.answers else { panic!("no score") };
    let representation = output.representation.unwrap();
    let rows = |x: Vec<f64>| x.chunks(x.len() / indices.len()).map(<[f64]>::to_vec).collect();
    [rows(numbers(&scores)), rows(numbers(&representation))]
}

fn close(a: &[Vec<f64>], b: &[Vec<f64>]) -> bool {
    a.len() == b.len() && a.iter().flatten().zip(b.iter().flatten()).all(|(a, b)| (a - b).abs() < 1e-12)
}

/// A batch of all sets, two samples of each in another order: each answer is that of its set's own run to the sample
/// alone, and so is what it is read out of.
#[test]
fn each_sample_is_answered_by_the_model_of_its_set() {
    let sets = ["av", "l", "", "lav", "v", "la", "a", "lv", "lv", "a", "la", "v", "lav", "", "l", "av"];
    let context =
        context(scores(Task::Regression, 0.0), Presence::COMPLETE, split(&sets), DType::F64, Kernels::Composed);
    let learners = learners(Task::Regression, "network.width = 3", 5, &context);
    let all: Vec<usize> = (0..sets.len()).collect();
    let [mixed, representations] = answer(learners["mctn"].as_ref(), &context, &all);
    for (i, set) in sets.iter().enumerate() {
        let of_set = format!("mctn-{set}");
        let own = learners.get(&of_set).unwrap_or(&learners["mctn"]).as_ref();
        let [alone, representation] = answer(own, &context, &[i]);
        assert!(close(&alone, &mixed[i..=i]) && close(&representation, &representations[i..=i]), "{i}, `{set}`");
        // And by no other.
        for (name, other) in learners.iter().filter(|(name, _)| **name != of_set && !of_set.is_empty()) {
            let same = close(&answer(other.as_ref(), &context, &[i])[0], &mixed[i..=i]);
            assert_eq!(same, name == "mctn", "{i}, `{set}` by {name}");
        }
    }
}

/// Frames that are missing one by one are zeros to the model of what is left; where all of a modality's are, it is
/// missing.
#[test]
fn a_modality_is_there_if_any_of_its_frames_holds_data() {
    let mut split = split(&["lav", "lav", "lav"]);
    let vision = WIDTHS.vision;
    for (sample, kept) in split.samples.iter_mut().zip([1, 0, 9]) {
        sample.present.vision = (0..3).map(|frame| frame < kept).collect();
        sample.present.language = vec![true; 3];
        sample.present.audio = vec![true; 3];
        sample.features.language = (0..3 * WIDTHS.language).map(|i| (i as f32).sin()).collect();
        sample.features.audio = (0..3 * WIDTHS.audio).map(|i| (i as f32).cos()).collect();
        sample.features.vision = (0..3 * vision).map(|i| if i < kept * vision { 0.5 } else { 0.0 }).collect();
    }
    let context = context(scores(Task::Regression, 0.0), Presence::COMPLETE, split, DType::F64, Kernels::Composed);
    let learners = learners(Task::Regression, "network.width = 3", 5, &context);
    let [mixed, _] = answer(learners["mctn"].as_ref(), &context, &[0, 1, 2]);
    let by = |stage: &str| answer(learners[stage].as_ref(), &context, &[0, 1, 2])[0].clone();
    let of_la = by("mctn-la");
    assert!(close(&mixed[1..2], &of_la[1..2]) && !close(&mixed[..1], &of_la[..1]));
    // One of three frames is enough for the complete set's model, which reads language alone.
    assert!(close(&mixed[..1], &mixed[2..]));
    let of_lv = by("mctn-lv");
    assert!(!close(&of_lv[..1], &of_lv[2..]), "what is read has the frames that are there");
}

/// The same plan on data that lack modalities: every stage trains, and what a sample has decides among what is left.
#[test]
fn data_that_lack_a_modality_are_answered() {
    for has in ["la", "av", "lv", "l", "a", "v"] {
        let presence: Presence = has.parse().unwrap();
        let sets = [has, &has[..1], &has[has.len() - 1..], ""];
        let context = context(scores(Task::Regression, 0.0), presence, split(&sets), DType::F64, Kernels::Composed);
        let learners = learners(Task::Regression, "network.width = 3", 5, &context);
        let [mixed, _] = answer(learners["mctn"].as_ref(), &context, &[0, 1, 2, 3]);
        for (i, set) in sets.iter().enumerate() {
            let reads =
                |set: &str| set.parse().map_or_else(|_| Route::of(presence, presence), |set| Route::of(set, presence));
            let complete = reads(set) == reads(has);
            let stage = if complete { "mctn".to_owned() } else { format!("mctn-{set}") };
            let [alone, _] = answer(learners[&stage].as_ref(), &context, &[i]);
            assert!(close(&alone, &mixed[i..=i]), "{has}: `{set}` by {stage}");
        }
    }
}
