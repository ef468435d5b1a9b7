//! A finished run at work: one sample of fifty frames, from its frames to the answer's words, as `corrkd predict` does it.

use candle_core::Device as Processor;
use corrkd_benches::benchmarks;
use corrkd_config::{DatasetRef, Device, Experiment, Job, Kernels, PerModality};
use corrkd_data::{Given, Trust, unseen};
use corrkd_methods::{METHODS, plans};
use corrkd_predict::Predictor;
use corrkd_record::{RunSpec, Runs};
use corrkd_train::{Stop, Work};
use criterion::{BatchSize, Criterion, Throughput};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A teacher of the published width with two layers that has trained for an epoch.
const EXPERIMENT: &str = "title = \"\"\ndataset = \"synthetic\"\nseeds = [1]\nreference = \"full\"\nevaluation.ratios = [0.0]\n\
                          network.layers = 2\nteacher.epochs = 1\n[[variant]]\nname = \"full\"\n";

/// The folder of a finished run.
fn run(folder: &Path) -> PathBuf {
    let dataset = DatasetRef { name: "synthetic".to_owned(), size: Some("small".to_owned()), fold: None };
    let data = corrkd_data::load(&dataset, None, folder, Trust::Read, &unseen).expect("generated data");
    let row = Experiment::parse(EXPERIMENT, &BTreeMap::new(), &plans()).expect("an experiment").rows.remove(0);
    let method = *METHODS.iter().find(|method| method.name() == row.method).expect("the method");
    let spec = RunSpec {
        job: Job::of(&row, &row.stages[0]),
        seed: 1,
        dataset,
        fingerprint: data.fingerprint.clone(),
        labels: data.labels.clone(),
        code: method.code().to_owned(),
        device: Device::Cpu,
        kernels: Kernels::Fused,
        needs: Vec::new(),
    };
    let runs = Runs::open(folder).expect("a folder");
    let dir = runs.run(&spec.id());
    dir.prepare(&spec).expect("a run");
    let work =
        Work { method, dir: &dir, spec: &spec, data: &data, runs: &runs, device: Processor::Cpu, stop: &Stop::new() };
    work.finish(&mut |_| {}).expect("a finished run");
    dir.path().to_owned()
}

fn predictor(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let network = Predictor::open(&run(folder.path())).expect("a network");
    let width = network.finished().context.widths;
    let frames =
        |width: usize| (0..50).map(move |t| Some((0..width).map(|d| ((t * 31 + d * 17) % 23) as f32 - 11.0).collect()));
    let given: Given = PerModality::from_fn(|m| Some(frames(*width.get(m)).collect()));
    let mut group = c.benchmark_group("predictor");
    group.throughput(Throughput::Elements(1));
    group.bench_function("one sample", |b| {
        b.iter_batched(
            || network.sample("one", given.clone()).expect("a sample"),
            |sample| network.answer(sample).expect("an answer"),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("its frames cut and scaled", |b| {
        b.iter_batched(
            || given.clone(),
            |given| network.sample("one", given).expect("a sample"),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

benchmarks!(predictor);
