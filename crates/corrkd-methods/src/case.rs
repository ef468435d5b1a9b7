//! A case that PyTorch left of a whole network: samples of different lengths, whose features go on behind their ends, what the
//! network says of them, its losses, and the gradient of each parameter.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::golden::numbers;
use crate::proof::{WIDTHS, hold, largest};
use candle_core::Tensor;
use corrkd_config::{LabelSpace, Modality, PerModality};
use corrkd_data::{Batch, Sample, Split};
use corrkd_train::{Answers, Context, Learner, Pass};
use std::collections::{BTreeMap, BTreeSet};

/// A case, by the names in it.
pub(crate) struct Case {
    name: String,
    /// Samples and parameters.
    pub(crate) inputs: BTreeMap<String, Tensor>,
    pub(crate) outputs: BTreeMap<String, Tensor>,
    gradients: BTreeMap<String, Tensor>,
}

impl Case {
    /// That of this name in a file.
    pub(crate) fn of(golden: &BTreeMap<String, Tensor>, name: &str) -> Self {
        let of_kind = |kind: &str| {
            let prefix = format!("{name}/{kind}/");
            golden.iter().filter_map(|(name, x)| Some((name.strip_prefix(&prefix)?.to_owned(), x.clone()))).collect()
        };
        let [inputs, outputs, gradients] = ["input", "output", "gradient"].map(of_kind);
        Self { name: name.to_owned(), inputs, outputs, gradients }
    }

    /// An input's numbers.
    fn single(&self, name: &str) -> Vec<f32> {
        numbers(&self.inputs[name]).into_iter().map(|x| x as f32).collect()
    }

    /// Its samples as they are in a batch, which is as long as the longest.
    pub(crate) fn batch(&self) -> Batch {
        let lengths = PerModality::from_fn(|m| {
            let own = format!("lengths.{m}");
            let name = if self.inputs.contains_key(&own) { &own } else { "lengths" };
            self.single(name).into_iter().map(|x| x as usize).collect::<Vec<_>>()
        });
        let time = lengths.map(|_, lengths| lengths.iter().copied().max().unwrap());
        let count = lengths.language.len();
        let present = PerModality::from_fn(|m| match self.inputs.contains_key(&format!("present.{m}")) {
            true => self.single(&format!("present.{m}")).into_iter().map(|x| x > 0.0).collect(),
            false => vec![true; count * time.get(m)],
        });
        Batch {
            ids: (0..count).map(|i| format!("v0[{i}]")).collect(),
            labels: self.single("labels"),
            present,
            features: PerModality::from_fn(|m| self.single(&format!("features.{m}"))),
            time,
            lengths,
        }
    }

    /// What was computed in one way, to be held to it.
    pub(crate) fn held(&self, way: &str, tolerance: f64) -> Held<'_> {
        Held { case: self, way: format!("{} in {way}", self.name), tolerance, worst: 0.0 }
    }

    /// The largest element of all gradients.
    pub(crate) fn largest_gradient(&self) -> f64 {
        self.gradients.values().map(|x| largest(&numbers(x))).fold(0.0, f64::max)
    }

    /// The largest element of a parameter's gradient.
    pub(crate) fn largest_of(&self, parameter: &str) -> f64 {
        largest(&numbers(&self.gradients[parameter]))
    }
}

/// The samples of a batch as a split, without what lies behind their ends.
pub(crate) fn split_of(batch: &Batch) -> Split {
    let sample = |(i, id): (usize, &String)| {
        let frames = |m: Modality| {
            let first = i * batch.time.get(m);
            first..first + batch.lengths.get(m)[i]
        };
        Sample {
            id: id.clone(),
            label: batch.labels[i],
            present: PerModality::from_fn(|m| batch.present.get(m)[frames(m)].to_vec()),
            features: WIDTHS.map(|m, &width| {
                let (frames, values) = (frames(m), batch.features.get(m));
                values[frames.start * width..frames.end * width].iter().copied().collect()
            }),
        }
    };
    Split { samples: batch.ids.iter().enumerate().map(sample).collect() }
}

/// What was computed in one way.
pub(crate) struct Held<'a> {
    case: &'a Case,
    way: String,
    tolerance: f64,
    worst: f64,
}

impl Held<'_> {
    fn tensor(&mut self, name: &str, ours: &[f64], theirs: &Tensor, least: f64) {
        let what = format!("{}: {name}", self.way);
        self.worst = self.worst.max(hold(&what, ours, &numbers(theirs), least, self.tolerance));
    }

    /// Holds numbers to an output.
    pub(crate) fn output(&mut self, name: &str, ours: &[f64]) {
        let case = self.case;
        self.tensor(name, ours, &case.outputs[name], 0.0);
    }

    /// Holds the answers to a batch, and its representation to the output of this name.
    pub(crate) fn answers(&mut self, learner: &dyn Learner, batch: &Batch, space: &LabelSpace, representation: &str) {
        let output = learner.answer(batch).unwrap();
        let (Answers::Score(answers) | Answers::Targets(answers) | Answers::Categories(answers)) = &output.answers;
        assert_eq!(matches!(output.answers, Answers::Score(_)), space.is_score());
        assert_eq!(answers.dims(), self.case.outputs["answers"].dims());
        self.output("answers", &numbers(answers));
        self.output(representation, &numbers(&output.representation.unwrap()));
    }

    /// Holds the losses to outputs, the total to `loss`, and every such output to a loss.
    pub(crate) fn losses(&mut self, pass: &Pass) {
        let theirs = self.case.outputs.keys().map(String::as_str);
        let theirs: BTreeSet<&str> = theirs.filter(|name| !["answers", "representation"].contains(name)).collect();
        let ours = pass.losses.iter().map(|&(name, loss)| (if name == "total" { "loss" } else { name }, loss));
        assert_eq!(ours.clone().map(|(name, _)| name).collect::<BTreeSet<_>>(), theirs, "{}", self.way);
        ours.for_each(|(name, loss)| self.output(name, &[loss]));
    }

    /// Holds the gradients of all parameters that have one, which are the same in PyTorch; a gradient is measured by `least` where
    /// that is larger than its own largest element.
    pub(crate) fn gradients(&mut self, learner: &dyn Learner, pass: &Pass, least: impl Fn(&str) -> f64) {
        let (case, ours) = (self.case, pass.gradients.by_parameter(learner.params()).unwrap());
        let names = |all: &BTreeMap<String, Tensor>| all.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(&ours), names(&case.gradients), "{}: which parameters get a gradient", self.way);
        for (name, gradient) in &ours {
            let theirs = &case.gradients[name];
            assert_eq!(gradient.dims(), theirs.dims(), "{name}");
            self.tensor(name, &numbers(gradient), theirs, least(name));
        }
        println!("{}: {:.1e} at most", self.way, self.worst);
    }
}

/// A sample of two frames, and one of six.
pub(crate) fn short_and_long() -> Split {
    let sample = |(id, length): (&str, usize)| Sample {
        id: id.to_owned(),
        label: 1.0,
        present: PerModality::all(vec![true; length]),
        features: WIDTHS.map(|m, width| (0..length * width).map(|i| (i as f32 + m as usize as f32).sin()).collect()),
    };
    Split { samples: [("short", 2), ("long", 6)].into_iter().map(sample).collect() }
}

/// Holds the answer to the short one by itself to that beside the long one, which is another.
pub(crate) fn same_beside(learner: &dyn Learner, context: &Context) {
    let answer = |indices: &[usize]| {
        let Answers::Score(scores) = learner.answer(&context.batch(&context.train, indices)).unwrap().answers else {
            panic!("no score");
        };
        numbers(&scores)
    };
    let (alone, beside) = (answer(&[0]), answer(&[0, 1]));
    assert!((alone[0] - beside[0]).abs() < 1e-12, "{alone:?} {beside:?}");
    assert_ne!(beside[0], beside[1]);
}
