//! Training on sequences as they are published unaligned, at the methods' own settings, and answering a split of them, holds
//! no more than 4 GiB. Alone in its file: what other tests allocate would count as well.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use candle_core::Device;
use corrkd_config::{
    Condition, Cuts, Experiment, Job, Kernels, LabelSpace, Labels, Modality, PerModality, Presence, Scale, Task,
};
use corrkd_data::{Dataset, Preparation, Sample, Split, Summary, Time};
use corrkd_methods::{METHODS, plans};
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_random::Stream;
use corrkd_train::{Context, Needed, TrainingBatch, predict};
use std::collections::BTreeMap;

const SEED: u64 = 1;
/// CMU-MOSI's: tokens of BERT, and frames of audio and of vision.
const TIME: PerModality<usize> = PerModality { language: 50, audio: 375, vision: 500 };
const WIDTHS: PerModality<usize> = PerModality { language: 768, audio: 5, vision: 20 };

/// The most resident memory so far, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Samples as long as any can be.
fn split(samples: usize) -> Split {
    let sample = |i: usize| {
        let stream = Stream::new(SEED, "sample").at(i as u64);
        let features = PerModality::from_fn(|m: Modality| {
            let stream = stream.at(m as u64);
            (0..(TIME.get(m) * WIDTHS.get(m)) as u64).map(|at| stream.normal(at) as f32).collect()
        });
        let present = TIME.map(|_, &time| vec![true; time]);
        Sample { id: format!("video[{i}]"), label: stream.normal(9) as f32, present, features }
    };
    Split { samples: (0..samples).map(sample).collect() }
}

fn data() -> Dataset {
    Dataset {
        name: "unaligned".to_owned(),
        modalities: Presence::COMPLETE,
        labels: Labels::Score(Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() }),
        widths: WIDTHS,
        time: Time::Unaligned(TIME),
        words: false,
        preparation: Preparation::of("synthetic").unwrap(),
        fingerprint: String::new(),
        train: split(128),
        valid: Split::default(),
        test: split(256),
        summary: Summary::default(),
    }
}

#[test]
fn four_gibibytes_are_enough() {
    let data = data();
    let names = METHODS.iter().map(|method| format!("[[variant]]\nname = \"{0}\"\nmethod = \"{0}\"\n", method.name()));
    let head = "title = \"\"\ndataset = \"\"\nseeds = [1]\nreference = \"corrkd\"\ntask = \"regression\"\n";
    let text = format!("{head}{}", names.collect::<String>());
    let experiment = Experiment::parse(&text, &BTreeMap::new(), &plans()).unwrap();
    let space = LabelSpace::new(Task::Regression, &data.labels).unwrap();
    let context = Context::new(&data, space, &Device::Cpu, Kernels::Fused);
    for row in &experiment.rows {
        let method = METHODS.iter().find(|method| method.name() == row.method).unwrap();
        let mut needs: Vec<Needed> = Vec::new();
        for stage in &row.stages {
            let job = Job::of(row, stage);
            let of_stage: Vec<Needed> = stage.needs.iter().map(|&need| needs[need].clone()).collect();
            let mut learner = method.open(&job, SEED, &context, &of_stage).unwrap();
            let mut optimizer = Optimizer::new(learner.params(), &learner.training().optimizer).unwrap();
            let split = &context.train;
            let indices: Vec<usize> = (0..learner.training().batch).collect();
            let batch = &context.batch(split, &indices);
            let batch = TrainingBatch { batch, split, indices: &indices, epoch: 1, key: DropoutKey::new(SEED, 0) };
            let losses = learner.step(&batch, &mut optimizer).unwrap();
            assert_eq!(losses.fault(), None, "{}", stage.name);
            predict(learner.as_ref(), &data.test, Condition::COMPLETE, SEED, &context).unwrap();
            needs.push(Needed { job, weights: learner.params().values().unwrap() });
            println!("{}, {} samples in a step: {} MiB at most so far", stage.name, indices.len(), peak() >> 10);
        }
    }
    assert!(peak() < 4 << 20, "{} MiB", peak() >> 10);
}
