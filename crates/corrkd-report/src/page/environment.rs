//! Where the runs were made, of which data and by which code: one value of each where all agree.

use crate::evidence::{Evidence, Finished};
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
type Said = fn(&Finished) -> String;

/// What the finished runs say of themselves; nothing where none is finished.
pub(super) fn facts(evidence: &Evidence) -> Vec<Fact> {
    let all: [(&str, Said); 9] = [
        ("Processor", |run| run.result.environment.cpu.clone().unwrap_or_else(|| "not known".to_owned())),
        ("Threads of a run", |run| run.result.environment.threads.to_string()),
        ("Device", |run| run.result.environment.device.clone()),
        ("Kernels", |run| run.result.environment.kernels.to_string()),
        ("Program", |run| format!("corrkd {}", run.result.environment.version)),
        ("Code's fingerprint", |run| format!("{} ({})", run.result.spec.code, run.result.spec.job.method)),
        ("Data set", |run| run.result.spec.dataset.to_string()),
        ("Data's fingerprint", |run| run.result.spec.fingerprint.clone()),
        ("Samples", |run| {
            let of = &run.result.samples;
            format!("{} for training, {} for validation, {} for test", of.train, of.valid, of.test)
        }),
    ];
    let fact = |(name, value): (&'static str, Said)| {
        let mut values: BTreeMap<String, usize> = BTreeMap::new();
        evidence.finished.iter().for_each(|run| *values.entry(value(run)).or_default() += 1);
        Fact { name, values: values.into_iter().collect() }
    };
    all.into_iter().map(fact).filter(|fact| !fact.values.is_empty()).collect()
}
