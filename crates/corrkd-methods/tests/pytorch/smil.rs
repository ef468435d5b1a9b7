//! The first ten optimizer steps of the pretraining and then of SMIL from nothing but the seed, against PyTorch's:
//! initial values, order of samples, what they lose, priors, what is drawn, the inner step, losses, gradients and
//! weights, with weight decay and both schedules. Dropout is off.
//!
//! Two things are measured by something larger than the tensor's largest element, as PyTorch's own f32 must be: a
//! weight that Adam moved to and fro and almost back by the length of a step, in f32 by the steps so far; and in f32 a
//! gradient whose parts nearly cancel by the largest element of all gradients of that step.

use crate::golden::{Place, numbers};
use crate::proof::{context, emotions, hold, jobs, largest, left, longest, scores};
use crate::steps::split;
use candle_core::{DType, Tensor};
use corrkd_config::{LabelSpace, Presence, Task};
use corrkd_data::epoch_order;
use corrkd_methods::smil::{Settings, Smil, SmilLearner};
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_train::{Context, Learner, Method, Needed, Pass, TrainingBatch};
use std::collections::BTreeMap;

const FILE: &[u8] = include_bytes!("../../src/smil/golden/smil.safetensors");
const SMALL: &str = include_str!("../../src/smil/golden/network.toml");
const SEED: u64 = 7;
const STEPS: usize = 10;
const RATE: f64 = 4e-3;
const TRAINING: &str = "
pretraining = { batch = 4, learning_rate = 4e-3, weight_decay = 0.01, decay = { every = 2, factor = 0.5 } }
training = { batch = 4, learning_rate = 4e-3, weight_decay = 0.01, decay = { every = 2, factor = 0.5 } }
inner = { learning_rate = 0.05, decay = { every = 2, factor = 0.5 } }
";

/// What PyTorch left of a stage, and how far ours may be from it.
struct Golden<'a> {
    tensors: &'a BTreeMap<String, Tensor>,
    prefix: String,
    way: String,
    exact: bool,
    tolerance: f64,
    worst: f64,
}

impl Golden<'_> {
    fn theirs(&self, kind: &str) -> &Tensor {
        &self.tensors[&format!("{}/{kind}", self.prefix)]
    }

    /// Holds a number of a step.
    fn number(&mut self, kind: &str, step: usize, ours: f64) {
        let theirs = numbers(&self.theirs(kind).get(step).unwrap());
        let what = format!("{}, {kind} {step}", self.way);
        self.worst = self.worst.max(hold(&what, &[ours], &theirs, 0.0, self.tolerance));
    }

    /// Holds what there is of each parameter to PyTorch's, which is one behind the other, in the order of names.
    ///
    /// The biases of attention's keys, the middle third, have no influence: they add the same number to all scores of a
    /// query, and softmax takes it out again. Their gradient is zero but for rounding, which Adam blows up to steps of
    /// any size below the learning rate. So weights of these are only held to that bound, `idle`.
    fn parameters(&mut self, kind: &str, theirs: &[f64], ours: &BTreeMap<String, Tensor>, least: f64, idle: f64) {
        let mut rest = theirs;
        for (name, ours) in ours {
            let what = format!("{}, {kind} of {name}", self.way);
            let mut ours = numbers(ours);
            let (of_name, behind) = rest.split_at(ours.len());
            if idle > 0.0 && name.ends_with(".attention.project.bias") {
                let keys = ours.len() / 3..ours.len() / 3 * 2;
                assert!(ours[keys.clone()].iter().all(|x| x.abs() <= idle), "{what}");
                ours[keys.clone()].copy_from_slice(&of_name[keys]);
            }
            self.worst = self.worst.max(hold(&what, &ours, of_name, least, self.tolerance));
            rest = behind;
        }
        assert!(rest.is_empty(), "PyTorch has more {kind}");
    }

    /// Ten steps as the training loop takes them, and how far the worst number is off; `pass` gives the losses and the gradient
    /// that a step is taken on.
    fn ten_steps<L: Learner + ?Sized>(
        mut self,
        learner: &mut L,
        context: &Context,
        pass: impl Fn(&L, &TrainingBatch<'_>) -> Pass,
    ) -> f64 {
        let mut optimizer = Optimizer::new(learner.params(), &learner.training().optimizer).unwrap();
        let split = &context.train;
        let mut steps = 0;
        for epoch in 1.. {
            for indices in epoch_order(split.samples.len(), SEED, epoch).chunks(4) {
                let (batch, key) = (&context.batch(split, indices), DropoutKey::new(SEED, steps));
                let batch = TrainingBatch { batch, split, indices, epoch, key };
                let Pass { losses, gradients, .. } = pass(learner, &batch);
                if let Some(row) = [0, STEPS - 1].iter().position(|&step| step == steps) {
                    let theirs = numbers(&self.theirs("gradients").get(row).unwrap());
                    let least = if self.exact { 0.0 } else { largest(&theirs) };
                    let ours = gradients.by_parameter(learner.params()).unwrap();
                    self.parameters("gradients", &theirs, &ours, least, 0.0);
                }
                let taken = learner.step(&batch, &mut optimizer).unwrap();
                assert_eq!(taken.terms, losses, "a step is not on what its pass gives");
                self.number("losses", steps, losses.last().unwrap().1);
                self.number("norms", steps, taken.norm.unwrap());
                steps += 1;
                if steps == STEPS {
                    let least = if self.exact { RATE } else { RATE * STEPS as f64 };
                    let theirs = numbers(self.theirs("weights"));
                    let ours = learner.params().values().unwrap();
                    self.parameters("weights", &theirs, &ours, least, RATE * STEPS as f64);
                    return self.worst;
                }
            }
            optimizer.schedule(epoch, 0.0);
        }
        unreachable!("epochs go on")
    }
}

fn as_pytorch(place: &Place, case: &'static str, space: &LabelSpace) {
    let tensors = left(FILE);
    let split = split(&tensors, case);
    let jobs = jobs(&Smil, space.task(), &format!("{SMALL}{TRAINING}"));
    let settings = Settings::read("the test", &jobs[1].settings).unwrap();
    for (dtype, kernels, tolerance) in place.ways() {
        let of = |stage: &str| Golden {
            tensors: &tensors,
            prefix: format!("{case}/{stage}"),
            way: format!("{case}, {stage} in {dtype:?}, {kernels:?}"),
            exact: dtype == DType::F64,
            tolerance,
            worst: 0.0,
        };
        let way = (dtype, kernels);
        let context = context(&place.device, space.clone(), Presence::COMPLETE, longest(&split), split.clone(), way);
        let mut first = Smil.open(&jobs[0], SEED, &context, &[]).unwrap();
        let of_first =
            of("smil-pretrained").ten_steps(&mut *first, &context, |first, batch| Pass::of(first, batch).unwrap());
        let need = Needed { job: jobs[0].clone(), weights: first.params().values().unwrap() };
        let mut smil = SmilLearner::new(&settings, jobs[1].missing.unwrap(), SEED, &need, &context).unwrap();
        let of_smil = of("smil").ten_steps(&mut smil, &context, |smil, batch| smil.pass(batch).unwrap());
        place.note(dtype, kernels, of_first.max(of_smil));
    }
}

fn ten_steps_towards_scores(place: &Place) {
    as_pytorch(place, "steps_scores", &scores(Task::Binary, 0.0));
}

fn ten_steps_towards_emotions(place: &Place) {
    as_pytorch(place, "steps_emotions", &emotions());
}

proofs![ten_steps_towards_scores, ten_steps_towards_emotions];
