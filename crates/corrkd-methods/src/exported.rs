//! Holds a method's PyTorch module, as it is written beside exported weights, to our network with the same weights: by a golden
//! file of what the module answers, which `exported.py` says more of.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::proof::{WIDTHS, context, emotions, jobs, learners, left, scores};
use candle_core::{DType, Device, Tensor};
use corrkd_config::{Condition, Kernels, LabelSpace, Modality, PerModality, Presence, Task};
use corrkd_data::{Frames, Sample, Split};
use corrkd_record::Answer;
use corrkd_train::{Context, Method, Model, PyTorch, Tensors, predict};
use safetensors::SafeTensors;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Our answers and representations are the module's, of every case and batch of a golden file.
pub(crate) fn hold(method: &dyn Method, file: &[u8]) {
    let pytorch = method.pytorch().unwrap();
    // Whoever goes on from it reads it first.
    assert!(pytorch.module.lines().count() < 120, "{}: a module of more than a page and a half", method.name());
    let metadata = SafeTensors::read_metadata(file).unwrap().1.metadata().clone().unwrap();
    let about: Value = serde_json::from_str(&metadata["about"]).unwrap();
    let module = blake3::hash(pytorch.module.as_bytes()).to_hex().to_string();
    assert_eq!(about["module"], module, "{}: the module has changed: run golden/export.py again", method.name());
    let tensors: Tensors = left(file);
    for (name, config) in about["configs"].as_object().unwrap() {
        let case = Case { name, config, tensors: &tensors };
        let batches: BTreeSet<&str> = case.of("").map(|(name, _)| name.split_once('/').unwrap().0).collect();
        let batches: Vec<Batch<'_>> =
            batches.into_iter().filter(|&name| name != "weights").map(|name| Batch { case: &case, name }).collect();
        assert_eq!(batches.len(), 2, "{name}");
        let (model, context) = case.model(method, &pytorch, batches[0].split());
        for batch in batches {
            batch.hold(&*model, &context);
        }
    }
}

/// A network of the file.
struct Case<'a> {
    name: &'a str,
    config: &'a Value,
    tensors: &'a Tensors,
}

impl<'a> Case<'a> {
    /// Its tensors whose names begin so, by the rest of these.
    fn of(&self, prefix: &str) -> impl Iterator<Item = (&'a str, &'a Tensor)> + use<'a> {
        let prefix = format!("{}/{prefix}", self.name);
        self.tensors.iter().filter_map(move |(name, tensor)| Some((name.strip_prefix(&prefix)?, tensor)))
    }

    fn space(&self) -> LabelSpace {
        match self.config["answers"].as_str().unwrap() {
            "score" => scores(Task::Regression, self.config["neutral"].as_f64().unwrap() as f32),
            "categories" => scores(Task::Ternary, 0.0),
            _ => emotions(),
        }
    }

    /// Our network with the case's weights and constants; what answers do not need is as it starts.
    fn model(&self, method: &dyn Method, pytorch: &PyTorch, train: Split) -> (Box<dyn Model>, Context) {
        let (space, stage) = (self.space(), self.config["stage"].as_str().unwrap());
        let (kind, numbers) = (pytorch.answers)(&space);
        assert_eq!(
            (kind, numbers as u64),
            (self.config["answers"].as_str().unwrap(), self.config["numbers"].as_u64().unwrap())
        );
        let lines = toml::to_string(&self.config["settings"]).unwrap();
        let time = PerModality::from_fn(|m| self.config["time"][m.name()].as_u64().unwrap() as usize);
        let task = space.task();
        let fresh = context(&Device::Cpu, space, Presence::COMPLETE, time, train, (DType::F32, Kernels::Fused));
        let learner = learners(method, task, &lines, 1, &fresh).remove(stage).unwrap();
        let theirs: BTreeMap<&str, &Tensor> = self.of("weights/").collect();
        let mut taken = BTreeSet::new();
        let mut loaded = |(name, value): (String, Tensor)| {
            let Some(of_module) = (pytorch.name)(&name) else { return (name, value) };
            let loaded = theirs.get(&*of_module).unwrap_or_else(|| panic!("{}: {name}: no {of_module}", self.name));
            assert_eq!(loaded.dims(), value.dims(), "{}: {name} as {of_module}", self.name);
            assert!(taken.insert(of_module), "{}: {name} is called as another", self.name);
            (name, (*loaded).clone())
        };
        let weights: Tensors = learner.params().values().unwrap().into_iter().map(&mut loaded).collect();
        let constants: Tensors = learner.constants().unwrap().into_iter().map(&mut loaded).collect();
        assert!(taken.iter().eq(theirs.keys()), "{}: the module has other parameters than {taken:?}", self.name);
        let context = Context { weights: Some(Arc::new(weights)), train: Split::default(), ..fresh };
        let job = jobs(method, task, &lines).into_iter().find(|job| job.stage == stage).unwrap();
        (method.finished(&job, &context, &constants).unwrap(), context)
    }
}

/// Samples of a case, and what the module answers to them.
struct Batch<'a> {
    case: &'a Case<'a>,
    name: &'a str,
}

impl Batch<'_> {
    fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.case.tensors.get(&format!("{}/{}/{name}", self.case.name, self.name))
    }

    fn numbers(&self, name: &str) -> Option<Vec<f32>> {
        Some(self.tensor(name)?.flatten_all().unwrap().to_vec1().unwrap())
    }

    /// The samples, scaled: frames that are missing are zero. Where modalities have the same frames, one that is not given has
    /// as many as another; where they have not, one.
    fn split(&self) -> Split {
        let aligned = self.case.config["aligned"].as_bool().unwrap();
        let of = |m: Modality| self.numbers(&format!("lengths/{m}"));
        let given = Modality::ALL.into_iter().find_map(of).unwrap();
        let sample = |b: usize| {
            let frames = PerModality::from_fn(|m| match of(m) {
                Some(lengths) => self.frames(m, b, lengths[b] as usize),
                None => {
                    let length = if aligned { given[b] as usize } else { 1 };
                    (Frames::from(vec![0.0; length * WIDTHS.get(m)]), vec![false; length])
                }
            });
            // They are utterances of one video.
            let (id, present) = (format!("v[{b}]"), frames.map(|_, (_, present)| present.clone()));
            Sample { id, label: 1.0, present, features: frames.map(|_, (frames, _)| frames.clone()) }
        };
        Split { samples: (0..given.len()).map(sample).collect() }
    }

    /// The frames of a sample, and which of them hold data.
    fn frames(&self, m: Modality, sample: usize, length: usize) -> (Frames, Vec<bool>) {
        let rows = |of: &str| self.tensor(&format!("{of}/{m}")).unwrap().get(sample).unwrap();
        let (raw, there) = (rows("features").to_vec2::<f32>().unwrap(), rows("present").to_vec1::<f32>().unwrap());
        let present: Vec<bool> = there[..length].iter().map(|&there| there > 0.0).collect();
        let of_training = self.case.config["scaling"].get(m.name());
        let column = |d: usize| match of_training {
            Some(columns) => ["mean", "deviation"].map(|key| columns[key][d].as_f64().unwrap()),
            None => {
                let held = raw.iter().zip(&present).filter(|&(_, &there)| there).map(|(row, _)| f64::from(row[d]));
                let mean = held.clone().sum::<f64>() / held.clone().count() as f64;
                [mean, (held.clone().map(|x| (x - mean).powi(2)).sum::<f64>() / held.count() as f64).sqrt()]
            }
        };
        let scaled = |(d, &value): (usize, &f32)| {
            let [mean, deviation] = column(d);
            ((f64::from(value) - mean) / if deviation > 0.0 { deviation } else { 1.0 }) as f32
        };
        let frame = |(row, &there): (&Vec<f32>, &bool)| match there {
            true => row.iter().enumerate().map(scaled).collect(),
            false => vec![0.0; row.len()],
        };
        (Frames::from(raw.iter().zip(&present).flat_map(frame).collect::<Vec<_>>()), present)
    }

    /// Holds our answers and representations to the module's.
    fn hold(&self, model: &dyn Model, context: &Context) {
        let said = predict(model, &self.split(), Condition::COMPLETE, 1, context).unwrap();
        let answers = said.answers.iter().flat_map(|answer| match answer {
            Answer::Categories { probabilities, .. } => probabilities.clone(),
            other => other.numbers(),
        });
        let ours: Vec<f32> = answers.chain(said.representations.unwrap().into_iter().flatten()).collect();
        let answers = self.numbers("said/probabilities").or_else(|| self.numbers("said/score")).unwrap();
        let theirs = [answers, self.numbers("said/representation").unwrap()].concat();
        assert_eq!(ours.len(), theirs.len(), "{}, {}", self.case.name, self.name);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert!((ours - theirs).abs() < 1e-5, "{}, {}: {ours} beside {theirs}", self.case.name, self.name);
        }
    }
}
