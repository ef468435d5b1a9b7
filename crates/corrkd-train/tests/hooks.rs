//! What a method may say of its own: which samples stay together, a step of its own, a state across epochs; and that a
//! parameter which learns nothing is an error, and a part which does nothing a warning. A toy method uses all of it: it predicts a score from the difference between
//! a sample's language and that of its video, and learns from labels that it shifts a little after each batch.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use candle_core::{Device, Tensor};
use corrkd_config::{
    Condition, ConfigError, Cuts, DatasetRef, Job, Kernels, LabelSpace, Labels, MethodPlan, PerModality, Presence,
    Protocol, Scale, Stage, Task,
};
use corrkd_data::{Batch, Dataset, Preparation, Sample, Split, Summary, Time};
use corrkd_nn::{Clip, Init, Linear, Number, Optimizer, OptimizerSettings, Params, Tail, mean_absolute_error};
use corrkd_random::Stream;
use corrkd_record::{Event, RunResult, RunSpec, Runs};
use corrkd_train::{
    Answers, Context, Idle, Learner, Losses, Method, Model, Needed, Output, Stop, Term, TrainError, Training,
    TrainingBatch, Work, descend, predict,
};
use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use toml::Table;

/// A batch of more samples tells how many it has.
const MANY: usize = 4;
const WIDTHS: PerModality<usize> = PerModality { language: 3, audio: 1, vision: 1 };

/// A toy method, and what it has seen.
#[derive(Default)]
struct Toy {
    /// The ids of each batch that it learned from.
    batches: Mutex<Vec<Vec<String>>>,
    accumulate: usize,
    idle: bool,
}

struct Toddler<'a> {
    params: Params,
    linear: Linear,
    training: Training,
    context: Context,
    /// What labels are shifted by, (1).
    shift: Tensor,
    toy: &'a Toy,
}

impl MethodPlan for Toy {
    fn name(&self) -> &'static str {
        "toy"
    }

    fn defaults(&self) -> Table {
        toml::from_str("training.epochs = 4").unwrap()
    }

    fn stages(&self, _: &str, _: Table, _: &Protocol) -> Result<Vec<Stage>, ConfigError> {
        let (settings, needs) = (self.defaults(), Vec::new());
        Ok(vec![Stage { name: "toy", training: "training", settings, sees_missing: false, needs, is_part: false }])
    }
}

impl Method for &'static Toy {
    fn code(&self) -> &'static str {
        "toy"
    }

    fn open(&self, job: &Job, seed: u64, context: &Context, _: &[Needed]) -> Result<Box<dyn Learner>, TrainError> {
        let mut params = Params::new(seed, context.dtype, &context.device).with(context.kernels);
        let mut root = params.root();
        let linear = Linear::new(root.sub("linear"), WIDTHS.language, 1)?;
        if self.idle {
            root.sub("idle").get("weight", &[2], Init::Zeros)?;
        }
        let optimizer = OptimizerSettings {
            accumulate: self.accumulate.max(1),
            tail: Tail::Step,
            ..OptimizerSettings::plain(1e-2, Clip::None)
        };
        let training = Training::plain(job.epochs(), 2, optimizer);
        let shift = Tensor::zeros(1, context.dtype, &context.device)?;
        Ok(Box::new(Toddler { params, linear, training, context: context.clone(), shift, toy: self }))
    }
}

impl MethodPlan for &'static Toy {
    fn name(&self) -> &'static str {
        Toy::name(self)
    }

    fn defaults(&self) -> Table {
        Toy::defaults(self)
    }

    fn stages(&self, whose: &str, table: Table, protocol: &Protocol) -> Result<Vec<Stage>, ConfigError> {
        Toy::stages(self, whose, table, protocol)
    }
}

fn video(id: &str) -> &str {
    id.split('[').next().unwrap()
}

impl Toddler<'_> {
    /// Scores (B): of each sample's mean frame less that of its video's samples in the batch.
    fn scores(&self, batch: &Batch) -> Result<Tensor, TrainError> {
        let means = self.context.inputs(batch)?.features.language.mean(1)?; // (B, D)
        let of_video = |id: &String| {
            let mates: Vec<f32> =
                batch.ids.iter().map(|other| f32::from(u8::from(video(other) == video(id)))).collect();
            let count: f32 = mates.iter().sum();
            mates.into_iter().map(move |mate| mate / count).collect::<Vec<f32>>()
        };
        let average: Vec<f32> = batch.ids.iter().flat_map(of_video).collect();
        let average = Tensor::from_vec(average, (batch.ids.len(), batch.ids.len()), &Device::Cpu)?; // (B, B)
        let rest = (&means - average.matmul(&means)?)?;
        Ok(self.linear.forward(&rest)?.squeeze(1)?)
    }
}

impl Model for Toddler<'_> {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        Ok(Output { answers: Answers::Score(self.scores(batch)?), representation: None })
    }

    fn together(&self, split: &Split) -> Vec<Vec<usize>> {
        let mut videos: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, sample) in split.samples.iter().enumerate() {
            videos.entry(video(&sample.id)).or_default().push(index);
        }
        videos.into_values().collect()
    }
}

impl Learner for Toddler<'_> {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let labels = self.context.labels(batch.batch)?.broadcast_add(&self.shift)?;
        let value = mean_absolute_error(&self.scores(batch.batch)?, &labels)?;
        let samples = batch.indices.len();
        let mut parts = vec![("task.still", 0.0), ("task.late", if batch.epoch < 3 { 0.0 } else { 1.0 })];
        parts.extend((samples > MANY).then_some(("task.samples", samples as f64)));
        let parts = parts.into_iter().map(|(name, number)| (name, Number::Known(number))).collect();
        Ok(vec![Term { name: "task", weight: 1.0, value, parts }])
    }

    fn idle(&self) -> Vec<Idle> {
        let idle = |part| Idle { part, at: 0.0, warning: format!("{part} did nothing. Ask for less.") };
        ["task.still", "task.late", "task.samples", "task.absent"].map(idle).into()
    }

    fn step(&mut self, batch: &TrainingBatch<'_>, optimizer: &mut Optimizer) -> Result<Losses, TrainError> {
        self.toy.batches.lock().unwrap().push(batch.batch.ids.clone());
        let losses = descend(self, batch, optimizer)?;
        self.shift = ((&self.shift * 0.9)? + 0.05)?;
        Ok(losses)
    }

    fn state(&self) -> Result<BTreeMap<String, Tensor>, TrainError> {
        Ok([("shift".to_owned(), self.shift.clone())].into())
    }

    fn restore(&mut self, state: &BTreeMap<String, Tensor>) -> Result<(), TrainError> {
        self.shift = state["shift"].clone();
        Ok(())
    }
}

/// Videos of one to four samples.
fn split(name: &str, videos: usize) -> Split {
    let draws = Stream::new(1, name);
    let sample = |video: usize, place: usize| {
        let id = format!("{name}{video}[{place}]");
        let numbers = draws.named(&id);
        let features =
            WIDTHS.map(|m, width| (0..(2 * width) as u64).map(|i| numbers.at(m as u64).normal(i) as f32).collect());
        let present = PerModality::from_fn(|_| vec![true; 2]);
        Sample { label: numbers.normal(99) as f32, id, present, features }
    };
    Split {
        samples: (0..videos).flat_map(|v| (0..1 + v % 4).map(move |p| (v, p))).map(|(v, p)| sample(v, p)).collect(),
    }
}

fn labels() -> Labels {
    Labels::Score(Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() })
}

fn data() -> Dataset {
    Dataset {
        name: "made".to_owned(),
        modalities: Presence::COMPLETE,
        labels: labels(),
        widths: WIDTHS,
        time: Time::Aligned(2),
        words: false,
        preparation: Preparation::of("synthetic").unwrap(),
        fingerprint: String::new(),
        train: split("train", 7),
        valid: split("valid", 4),
        test: split("test", 6),
        summary: Summary::default(),
    }
}

fn spec(toy: &Toy) -> RunSpec {
    let stage = toy.stages("", Table::new(), &Protocol::default()).unwrap().remove(0);
    let row = corrkd_config::Row {
        name: "toy".to_owned(),
        method: "toy".to_owned(),
        protocol: Protocol::default(),
        stages: vec![stage.clone()],
    };
    RunSpec {
        job: Job::of(&row, &stage),
        seed: 1,
        dataset: DatasetRef { name: "made".to_owned(), size: None, fold: None },
        fingerprint: String::new(),
        labels: labels(),
        code: "toy".to_owned(),
        device: corrkd_config::Device::Cpu,
        kernels: Kernels::Fused,
        needs: Vec::new(),
    }
}

/// A method that lives as long as the test.
fn toy(accumulate: usize, idle: bool) -> &'static Toy {
    Box::leak(Box::new(Toy { accumulate, idle, ..Toy::default() }))
}

fn run(toy: &'static Toy, runs: &Runs, listen: &mut dyn FnMut(&Event)) -> Result<RunResult, TrainError> {
    let (spec, data) = (spec(toy), data());
    let dir = runs.run(&spec.id());
    dir.prepare(&spec).unwrap();
    Work { method: &toy, dir: &dir, spec: &spec, data: &data, runs, device: Device::Cpu, stop: &Stop::new() }
        .finish(listen)
}

/// Batches hold whole videos, two each, every sample once an epoch; so does what is asked at the end.
#[test]
fn samples_that_belong_together_stay_together() {
    let folder = tempfile::tempdir().unwrap();
    let toy = toy(1, false);
    run(toy, &Runs::open(folder.path()).unwrap(), &mut |_| {}).unwrap();
    let batches = toy.batches.lock().unwrap();
    let train = data().train;
    assert_eq!(batches.len(), 4 * 4);
    for epoch in batches.chunks(4) {
        let mut seen: Vec<&String> = epoch.iter().flatten().collect();
        seen.sort_unstable();
        let mut all: Vec<&String> = train.samples.iter().map(|sample| &sample.id).collect();
        all.sort_unstable();
        assert_eq!(seen, all);
        for batch in epoch {
            let videos: Vec<&str> = batch.chunk_by(|a, b| video(a) == video(b)).map(|of| video(&of[0])).collect();
            assert!(videos.len() <= 2, "{batch:?}");
            for name in videos {
                let whole = train.samples.iter().filter(|sample| video(&sample.id) == name).count();
                assert_eq!(batch.iter().filter(|id| video(id) == name).count(), whole, "{batch:?}");
            }
        }
    }
    // Answers come in the split's order, whatever the groups' order.
    let (data, space) = (data(), LabelSpace::new(Task::Regression, &labels()).unwrap());
    let context = Context::new(&data, space, &Device::Cpu, Kernels::Fused);
    let learner = Method::open(&toy, &spec(toy).job, 1, &context, &[]).unwrap();
    let see = |split: &Split| predict(learner.as_ref(), split, Condition::COMPLETE, 1, &context).unwrap().answers;
    let all = see(&data.test);
    let backwards = see(&Split { samples: data.test.samples.iter().rev().cloned().collect() });
    for (a, b) in all.iter().zip(backwards.iter().rev()) {
        assert!((a.score().unwrap() - b.score().unwrap()).abs() < 1e-6);
    }
}

/// What terms are made of is told with each epoch: its mean over the batches that have it.
#[test]
fn parts_are_told_by_the_batches_that_have_them() {
    let folder = tempfile::tempdir().unwrap();
    let toy = toy(1, false);
    let mut told = Vec::new();
    run(toy, &Runs::open(folder.path()).unwrap(), &mut |event| {
        if let Event::Epoch { parts, .. } = event {
            told.push(parts.clone());
        }
    })
    .unwrap();
    let batches = toy.batches.lock().unwrap();
    let (mut few, mut many) = (0, 0);
    for (epoch, (batches, parts)) in batches.chunks(4).zip(told).enumerate() {
        let sizes: Vec<usize> = batches.iter().map(Vec::len).filter(|&size| size > MANY).collect();
        let mut expected: BTreeMap<String, f64> =
            [("task.still".to_owned(), 0.0), ("task.late".to_owned(), if epoch < 2 { 0.0 } else { 1.0 })].into();
        if !sizes.is_empty() {
            expected.insert("task.samples".to_owned(), sizes.iter().sum::<usize>() as f64 / sizes.len() as f64);
        }
        (few, many) = (few + batches.len() - sizes.len(), many + sizes.len());
        assert_eq!(parts, expected);
    }
    assert!(few > 0 && many > 0, "all batches are alike");
}

/// A run that goes on from any epoch's checkpoint, or after its last, takes up the method's state: it ends in the same bits,
/// also where the optimizer steps once for several batches; and it warns of the same: of what did nothing in all epochs.
#[test]
fn a_methods_state_is_kept() {
    for accumulate in [1, 3] {
        let toy = toy(accumulate, false);
        let folder = tempfile::tempdir().unwrap();
        let runs = Runs::open(&folder.path().join("whole")).unwrap();
        let id = spec(toy).id();
        let mut copies = Vec::new();
        let whole = run(toy, &runs, &mut |event| {
            let name = match event {
                Event::Epoch { epoch, .. } => Some(epoch.to_string()),
                Event::Evaluating { .. } => Some("evaluating".to_owned()),
                _ => None,
            };
            if let Some(name) = name {
                let copy = Runs::open(&folder.path().join(&name)).unwrap().run(&id);
                fs::create_dir_all(copy.path()).unwrap();
                for file in ["last.safetensors", "best.safetensors", "events.jsonl"] {
                    let from = runs.run(&id).path().join(file);
                    if from.exists() {
                        fs::copy(from, copy.path().join(file)).unwrap();
                    }
                }
                copies.push(name);
            }
        })
        .unwrap();
        let warnings = ["task.still", "task.absent"].map(|part| format!("{part} did nothing. Ask for less."));
        assert_eq!(whole.warnings, warnings);
        assert_eq!(copies.len(), 5);
        for copy in copies {
            let runs = Runs::open(&folder.path().join(&copy)).unwrap();
            let again = run(toy, &runs, &mut |_| {}).unwrap();
            let told: Vec<String> = runs.run(&id).events().unwrap().into_iter().filter_map(warned).collect();
            assert_eq!((&again.warnings, told), (&whole.warnings, warnings.to_vec()), "{copy}");
            assert_eq!(
                (&again.training.as_ref().unwrap().weights, &again.predictions),
                (&whole.training.as_ref().unwrap().weights, &whole.predictions),
                "{copy}"
            );
        }
    }
}

fn warned(event: Event) -> Option<String> {
    match event {
        Event::Warning { message } => Some(message),
        _ => None,
    }
}

/// A parameter that no loss reaches is named, in the first step.
#[test]
fn a_parameter_without_a_gradient_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let toy = toy(1, true);
    let error = run(toy, &Runs::open(folder.path()).unwrap(), &mut |_| {}).unwrap_err().to_string();
    assert!(error.contains("`idle.weight`") && !error.contains("linear"), "{error}");
    assert_eq!(toy.batches.lock().unwrap().len(), 1);
}
