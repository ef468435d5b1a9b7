//! Proofs that need the inside of this crate: what learns, what PyTorch gets, what must not matter, what breaks, what is
//! kept.

mod adversarial;
mod emotion;
mod invariants;
mod learning;
mod mechanisms;
mod repetition;
mod representations;
mod steps;

use crate::learner::View;
use crate::student::Student;
use crate::teacher::{self, Teacher};
use candle_core::{DType, Device};
use corrkd_config::{DatasetRef, Settings};
use corrkd_data::{Dataset, LabelKind, Outside};
use corrkd_nn::{Kernels, Params};
use std::collections::BTreeMap;
use std::sync::Arc;

const SEED: u64 = 1;
/// The choices that are open in the paper, made the other way.
const OTHERWISE: &str = "network.pre_norm = false\nnetwork.attend_missing = false\nlosses.scd.push = \"sum\"\nlosses.cpd.count_absent = true";

/// The settings of a small network for a task, with the lines of `rest` on top.
fn settings(task: &str, rest: &str) -> Settings {
    let text = format!(
        "task = \"{task}\"\nnetwork.width = 8\nnetwork.heads = 2\nnetwork.layers = 2\nnetwork.feed_forward = 8\n{rest}"
    );
    resolve(&text)
}

/// Settings from the lines of an experiment file.
fn resolve(text: &str) -> Settings {
    let head = "title = \"\"\ndataset = \"\"\nseeds = [1]\nreference = \"r\"\n";
    let file = format!("{head}{text}\n[[variant]]\nname = \"r\"");
    corrkd_config::Experiment::parse(&file, &BTreeMap::new()).unwrap().rows.remove(0).settings
}

fn view(data: &Dataset, settings: &Settings, dtype: DType) -> View {
    View {
        task: settings.task,
        widths: data.widths,
        population: Arc::new(data.population()),
        attend_missing: settings.network.attend_missing,
        dtype,
        device: Device::Cpu,
        kernels: Kernels::Fused,
    }
}

/// A student of a teacher as it stands, and the store of that frozen teacher.
fn student_of(teacher: &Teacher, settings: &Settings, seed: u64, view: &View) -> (Student, Params) {
    let weights = crate::learner::Learner::params(teacher).values().unwrap();
    let mut store = Params::frozen(&weights, view.dtype, &Device::Cpu).unwrap().with(view.kernels);
    let frozen = teacher::build(&mut store, &settings.for_teacher(), view).unwrap();
    (Student::new(settings, seed, frozen, view.clone()).unwrap(), store)
}

/// What labels of sentiment are.
fn sentiment() -> LabelKind {
    LabelKind::Score { column: "sentiment".to_owned(), range: [-3.0, 3.0], outside: Outside::Error }
}

/// The smallest generated data set.
fn generated() -> Dataset {
    loaded("synthetic")
}

/// The smallest data set of a recipe of generated data.
fn loaded(recipe: &str) -> Dataset {
    let cache = tempfile::tempdir().unwrap();
    let data = DatasetRef { name: recipe.to_owned(), size: Some("small".to_owned()) };
    corrkd_data::load(&data, None, cache.path(), &corrkd_data::unseen).unwrap()
}
