//! The PyTorch module that is written beside exported weights gives the answers that we give.

use super::super::pytorch::PYTORCH;
use super::{from_one_to_seven, generated, sentiment};
use crate::corrkd::{Settings, Teacher};
use candle_core::{DType, Device, Tensor};
use corrkd_config::{Kernels, LabelSpace, Modality, PerModality, Task};
use corrkd_data::{Dataset, Frames, Sample, Split};
use corrkd_record::Answer;
use corrkd_train::{Context, Learner, Tensors, predict};
use safetensors::SafeTensors;
use std::sync::Arc;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/corrkd/golden/export.safetensors");
const WIDTHS: PerModality<usize> = PerModality { language: 5, audio: 3, vision: 4 };

/// A case of the file.
struct Case<'a> {
    name: &'a str,
    tensors: &'a Tensors,
    config: &'a serde_json::Value,
}

impl Case<'_> {
    fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.tensors.get(&format!("{}/{name}", self.name))
    }

    fn numbers(&self, name: &str) -> Option<Vec<f32>> {
        Some(self.tensor(name)?.to_dtype(DType::F32).unwrap().flatten_all().unwrap().to_vec1().unwrap())
    }

    /// The samples, scaled: frames that are missing are zero.
    fn split(&self) -> Split {
        let sample = |b: usize| {
            let frames = |m: Modality| {
                let lengths = self.numbers(&format!("lengths/{m}"));
                let length = lengths.or_else(|| self.numbers("lengths/language")).unwrap()[b] as usize;
                let Some(all) = self.tensor(&format!("features/{m}")) else {
                    return (Frames::from(vec![0.0; length * WIDTHS.get(m)]), vec![false; length]);
                };
                let raw = all.get(b).unwrap().to_vec2::<f32>().unwrap();
                let there = self.tensor(&format!("present/{m}")).unwrap().get(b).unwrap().to_vec1::<f32>().unwrap();
                let column = |d: usize, key: &str| self.config["scaling"][m.name()][key][d].as_f64().unwrap();
                let scaled = |d: usize, value: f32| {
                    let deviation = column(d, "deviation");
                    ((f64::from(value) - column(d, "mean")) / if deviation > 0.0 { deviation } else { 1.0 }) as f32
                };
                let present: Vec<bool> = there[..length].iter().map(|&there| there > 0.0).collect();
                let row = |t: usize| {
                    let row = raw[t].iter().enumerate().map(|(d, &value)| scaled(d, value));
                    row.map(|value| if present[t] { value } else { 0.0 }).collect::<Vec<_>>()
                };
                (Frames::from((0..length).flat_map(row).collect::<Vec<_>>()), present)
            };
            let present = PerModality::from_fn(|m| frames(m).1);
            Sample { id: b.to_string(), label: 1.0, present, features: PerModality::from_fn(|m| frames(m).0) }
        };
        Split { samples: (0..4).map(sample).collect() }
    }

    fn teacher(&self, data: &Dataset) -> (Teacher, Context) {
        let table = format!("network = {}", toml::Value::try_from(&self.config["settings"]["network"]).unwrap());
        let settings: Settings = corrkd_config::typed("the case", table.parse().unwrap()).unwrap();
        let space = match self.config["answers"].as_str() {
            Some("score") => LabelSpace::new(Task::Regression, &from_one_to_seven()),
            _ => LabelSpace::new(Task::Ternary, &sentiment()),
        };
        let fresh = Context { widths: WIDTHS, ..Context::new(data, space.unwrap(), &Device::Cpu, Kernels::Fused) };
        let named = |(ours, _): (String, Tensor)| {
            let theirs = (PYTORCH.name)(&ours).unwrap();
            let value =
                self.tensor(&format!("weights/{theirs}")).unwrap_or_else(|| panic!("{ours}: no {theirs}")).clone();
            (ours, value)
        };
        let ours = Teacher::new(settings.clone(), 0, fresh.clone()).unwrap().params().values().unwrap();
        let weights: Tensors = ours.into_iter().map(named).collect();
        let prefix = format!("{}/weights/", self.name);
        assert_eq!(weights.len(), self.tensors.keys().filter(|name| name.starts_with(&prefix)).count());
        let context = Context { weights: Some(Arc::new(weights)), ..fresh };
        (Teacher::new(settings, 0, context.clone()).unwrap(), context)
    }
}

#[test]
fn the_exported_module_answers_as_we_do() {
    let bytes = std::fs::read(FILE).unwrap();
    let metadata = SafeTensors::read_metadata(&bytes).unwrap().1.metadata().clone().unwrap();
    let module = blake3::hash(PYTORCH.module.as_bytes()).to_hex().to_string();
    assert_eq!(metadata["module"], module, "pytorch.py has changed: run golden/export.py again");
    let tensors: Tensors = candle_core::safetensors::load(FILE, &Device::Cpu).unwrap().into_iter().collect();
    let configs: serde_json::Value = serde_json::from_str(&metadata["configs"]).unwrap();
    let configs = configs.as_object().unwrap();
    assert_eq!(configs.len(), 4);
    let data = generated();
    for (name, config) in configs {
        let case = Case { name, tensors: &tensors, config };
        let (teacher, context) = case.teacher(&data);
        let said = predict(&teacher, &case.split(), corrkd_config::Condition::COMPLETE, 1, &context).unwrap();
        let ours: Vec<f32> = said
            .answers
            .iter()
            .flat_map(|answer| match answer {
                Answer::Categories { probabilities, .. } => probabilities.clone(),
                other => other.numbers(),
            })
            .chain(said.representations.unwrap().into_iter().flatten())
            .collect();
        let answers = case.numbers("said/probabilities").or_else(|| case.numbers("said/score")).unwrap();
        let theirs = [answers, case.numbers("said/representation").unwrap()].concat();
        assert_eq!(ours.len(), theirs.len(), "{name}");
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert!((ours - theirs).abs() < 1e-5, "{name}: {ours} beside {theirs}");
        }
    }
}

/// Less than a page and a half: whoever goes on from it reads it first.
#[test]
fn the_module_is_short() {
    assert!(PYTORCH.module.lines().count() < 120);
}
