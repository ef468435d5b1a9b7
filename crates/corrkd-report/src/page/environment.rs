//! Where the runs were made, of which data and by which code: one value of each where all agree.

use crate::evidence::Evidence;
use corrkd_config::{Labels, Scale};
use corrkd_record::RunResult;
use serde::Serialize;
use std::collections::BTreeMap;

/// Something that a result depends on.
#[derive(Serialize)]
pub(super) struct Fact {
    name: &'static str,
    /// Its values, each with how many runs have it.
    values: Vec<(String, usize)>,
}

/// What a run says of itself.
type Said = fn(&RunResult) -> String;

/// What the finished runs say of themselves; nothing where none is finished.
pub(super) fn facts(evidence: &Evidence) -> Vec<Fact> {
    let all: [(&str, Said); 10] = [
        ("Processor", |run| run.environment.cpu.clone().unwrap_or_else(|| "not known".to_owned())),
        ("Threads of a run", |run| run.environment.threads.to_string()),
        ("Device", |run| run.environment.device.clone()),
        ("Kernels", |run| run.environment.kernels.to_string()),
        ("Program", |run| format!("corrkd {}", run.environment.version)),
        ("Code's fingerprint", |run| format!("{} ({})", run.spec.code, run.spec.job.method)),
        ("Data set", |run| run.spec.dataset.to_string()),
        ("Data's fingerprint", |run| run.spec.fingerprint.clone()),
        ("Labels", |run| labels(&run.spec.labels)),
        ("Samples", |run| {
            let of = &run.samples;
            format!("{} for training, {} for validation, {} for test", of.train, of.valid, of.test)
        }),
    ];
    let fact = |(name, value): (&'static str, Said)| {
        let mut values: BTreeMap<String, usize> = BTreeMap::new();
        evidence.trained.iter().for_each(|run| *values.entry(value(&run.result)).or_default() += 1);
        Fact { name, values: values.into_iter().collect() }
    };
    all.into_iter().map(fact).filter(|fact| !fact.values.is_empty()).collect()
}

/// What the labels are.
fn labels(labels: &Labels) -> String {
    match labels {
        Labels::Score(Scale { range: [low, high], neutral, .. }) => {
            format!("scores from {low} to {high}, {neutral} being neutral")
        }
        Labels::Categories(names) => format!("{} categories: {}", names.len(), names.join(", ")),
    }
}
