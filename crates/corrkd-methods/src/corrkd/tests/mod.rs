//! Proofs of CorrKD's trainings: what learns, what PyTorch gets, what must not matter, what breaks, what is kept.

mod adversarial;
mod emotion;
mod export;
mod idle;
mod invariants;
mod learning;
mod mechanisms;
mod plan;
mod repetition;
mod representations;

use super::{Settings, Student, Teacher};
use candle_core::{DType, Device};
use corrkd_config::{Cuts, DatasetRef, Experiment, Kernels, LabelSpace, Labels, Missing, Row, Scale, Task};
use corrkd_data::Dataset;
use corrkd_nn::DropoutKey;
use corrkd_train::{Context, Learner, Pass, TrainingBatch};
use std::collections::BTreeMap;

const SEED: u64 = 1;
/// The choices that are open in the paper, made the other way.
const OTHERWISE: &str = "network.pre_norm = false\nnetwork.attend_missing = false\nlosses.scd.distance = \"euclidean\"\nlosses.scd.push = \"sum\"\nlosses.cpd.count_absent = true";

/// A row of an experiment, with its settings as CorrKD reads them.
#[derive(Clone, Debug)]
struct Resolved {
    row: Row,
    settings: Settings,
}

impl Resolved {
    fn task(&self) -> Task {
        self.row.protocol.task
    }

    fn law(&self) -> Missing {
        self.row.protocol.missing
    }
}

/// The settings of a small network for a task, with the lines of `rest` on top.
fn settings(task: &str, rest: &str) -> Resolved {
    let text = format!(
        "task = \"{task}\"\nnetwork.width = 8\nnetwork.heads = 2\nnetwork.layers = 2\nnetwork.feed_forward = 8\n{rest}"
    );
    resolve(&text)
}

/// Settings from the lines of an experiment file.
fn resolve(text: &str) -> Resolved {
    let row = experiment(text).rows.remove(0);
    let mut table = toml::Table::new();
    row.stages.iter().for_each(|stage| table.extend(stage.settings.clone()));
    Resolved { row, settings: corrkd_config::typed("the row", table).unwrap() }
}

/// An experiment of one row.
fn experiment(text: &str) -> Experiment {
    let head = "title = \"\"\ndataset = \"\"\nseeds = [1]\nreference = \"r\"\n";
    let file = format!("{head}{text}\n[[variant]]\nname = \"r\"");
    Experiment::parse(&file, &BTreeMap::new(), &crate::plans()).unwrap()
}

fn context(data: &Dataset, settings: &Resolved, dtype: DType) -> Context {
    let space = LabelSpace::new(settings.task(), &data.labels).unwrap();
    Context { dtype, ..Context::new(data, space, &Device::Cpu, Kernels::Fused) }
}

fn teacher_of(settings: &Resolved, seed: u64, context: &Context) -> Teacher {
    Teacher::new(settings.settings.clone(), seed, context.clone()).unwrap()
}

/// A student of a teacher as it stands, and that teacher, frozen.
fn student_of(teacher: &Teacher, settings: &Resolved, seed: u64, context: &Context) -> (Student, Teacher) {
    let weights = teacher.params().values().unwrap();
    let frozen = Teacher::frozen(&settings.settings, &weights, context).unwrap();
    let student = Student::new(settings.settings.clone(), settings.law(), seed, Some(&frozen), context.clone());
    (student.unwrap(), frozen)
}

/// A pass over some training samples in the first epoch.
fn pass(learner: &dyn Learner, context: &Context, indices: &[usize], key: DropoutKey) -> Pass {
    pass_in(1, learner, context, indices, key)
}

/// A pass over some training samples in an epoch.
fn pass_in(epoch: usize, learner: &dyn Learner, context: &Context, indices: &[usize], key: DropoutKey) -> Pass {
    let split = &context.train;
    Pass::of(learner, &TrainingBatch { batch: &context.batch(split, indices), split, indices, epoch, key }).unwrap()
}

/// What labels of sentiment are.
fn sentiment() -> Labels {
    Labels::Score(Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() })
}

/// The smallest generated data set.
fn generated() -> Dataset {
    loaded("synthetic")
}

/// The smallest data set of a recipe of generated data.
fn loaded(recipe: &str) -> Dataset {
    let cache = tempfile::tempdir().unwrap();
    let data = DatasetRef { name: recipe.to_owned(), size: Some("small".to_owned()), fold: None };
    corrkd_data::load(&data, None, cache.path(), corrkd_data::Trust::Read, &corrkd_data::unseen).unwrap()
}
