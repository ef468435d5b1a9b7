//! What the proofs of ten steps share: the file's samples, and how ours are held to what PyTorch left of a case.

use crate::golden::numbers;
use crate::proof::hold;
use candle_core::Tensor;
use corrkd_config::PerModality;
use corrkd_data::{Sample, Split};
use std::collections::BTreeMap;

/// The file's samples, with the labels of a case.
pub(crate) fn split(golden: &BTreeMap<String, Tensor>, case: &str) -> Split {
    let lengths = numbers(&golden["steps/lengths"]);
    let labels = numbers(&golden[&format!("{case}/labels")]);
    let sample = |(i, (&length, &label)): (usize, (&f64, &f64))| {
        let length = length as usize;
        let features = PerModality::from_fn(|m| {
            let of_sample = golden[&format!("steps/features/{m}")].get(i).unwrap().narrow(0, 0, length).unwrap();
            numbers(&of_sample).into_iter().map(|x| x as f32).collect()
        });
        let present = PerModality::from_fn(|_| vec![true; length]);
        Sample { id: format!("v0[{i}]"), label: label as f32, present, features }
    };
    Split { samples: lengths.iter().zip(&labels).enumerate().map(sample).collect() }
}

/// What PyTorch left of a case, and how far ours may be from it.
pub(crate) struct Golden<'a> {
    pub(crate) tensors: &'a BTreeMap<String, Tensor>,
    pub(crate) case: &'static str,
    pub(crate) way: String,
    pub(crate) tolerance: f64,
    pub(crate) worst: f64,
}

impl Golden<'_> {
    /// PyTorch's numbers of one kind in a step or a batch, from 0.
    pub(crate) fn theirs(&self, kind: &str, step: usize) -> Vec<f64> {
        numbers(&self.tensors[&format!("{}/{kind}", self.case)].get(step).unwrap())
    }

    /// Holds numbers.
    pub(crate) fn hold(&mut self, kind: &str, step: usize, ours: &[f64]) {
        let what = format!("{}, {kind} {step}", self.way);
        self.worst = self.worst.max(hold(&what, ours, &self.theirs(kind, step), 0.0, self.tolerance));
    }

    /// Holds all parameters' values or gradients, which PyTorch's are one behind the other, in the order of names.
    pub(crate) fn parameters(&mut self, kind: &str, step: usize, ours: &BTreeMap<String, Tensor>, least: f64) {
        let theirs = self.theirs(kind, step);
        let mut rest = theirs.as_slice();
        for (name, ours) in ours {
            let what = format!("{}, {kind} {step} of {name}", self.way);
            let (of_name, behind) = rest.split_at(ours.elem_count());
            self.worst = self.worst.max(hold(&what, &numbers(ours), of_name, least, self.tolerance));
            rest = behind;
        }
        assert!(rest.is_empty(), "PyTorch has more {kind}");
    }
}
