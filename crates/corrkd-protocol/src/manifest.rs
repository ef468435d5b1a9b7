//! `protocol.json`: what was exported of what, for programs.

use crate::asked::{Asked, law_name};
use crate::view::View;
use crate::views::{longest, modalities};
use corrkd_config::{Experiment, Labels, Missing, Modality, PerModality, Task};
use corrkd_data::{Dataset, Fold};
use serde::Serialize;
use std::collections::BTreeMap;

/// Another form of the files is another number.
const FORM: u32 = 1;

/// The file.
#[derive(Serialize)]
pub(crate) struct Manifest<'a> {
    form: u32,
    experiment: &'a str,
    title: &'a str,
    /// The program's.
    version: &'static str,
    /// By method, the digest of the code that decides results, as the specifications of its runs name it.
    code: BTreeMap<&'a str, &'a str>,
    dataset: String,
    /// Of the data as read; the same in the specifications of runs.
    fingerprint: &'a str,
    labels: &'a Labels,
    modalities: Vec<&'static str>,
    /// T of each modality: of its longest sample, to which arrays are padded.
    frames: PerModality<usize>,
    /// D of each modality.
    widths: PerModality<usize>,
    samples: BTreeMap<&'static str, usize>,
    seeds: &'a [u64],
    epochs: usize,
    rows: Vec<RowOf<'a>>,
    laws: Vec<Law<'a>>,
    /// The test conditions, and those of the validation.
    conditions: Vec<Named>,
    validation: Vec<String>,
    /// Whether features were written, too.
    features: bool,
    /// BLAKE3 of each file, by its path from here.
    pub(crate) files: BTreeMap<String, String>,
}

/// A row of the experiment, and what it sees.
#[derive(Serialize)]
struct RowOf<'a> {
    name: &'a str,
    method: &'a str,
    task: Task,
    /// None where it trains on complete samples.
    law: Option<String>,
    conditions: Vec<String>,
}

#[derive(Serialize)]
struct Law<'a> {
    name: String,
    missing: &'a Missing,
    /// Of these modalities the masks alone do not tell what a network sees.
    alters: Vec<&'static str>,
}

#[derive(Serialize)]
struct Named {
    name: String,
    alters: Vec<&'static str>,
}

impl<'a> Manifest<'a> {
    /// That of an experiment on one data set, without the files.
    pub(crate) fn of(
        name: &'a str,
        experiment: &'a Experiment,
        data: &'a Dataset,
        asked: &'a Asked,
        code: &'a BTreeMap<String, String>,
        features: bool,
    ) -> Self {
        let alters = |view: View| modalities(data).filter(|&m| view.alters(m)).map(Modality::name).collect();
        let rows = experiment.rows.iter().zip(asked.law_of.iter().zip(&asked.conditions_of));
        let used = |method: &str| experiment.rows.iter().any(|row| row.method == method);
        Self {
            form: FORM,
            experiment: name,
            title: &experiment.title,
            version: env!("CARGO_PKG_VERSION"),
            code: code.iter().filter(|(of, _)| used(of)).map(|(of, digest)| (of.as_str(), digest.as_str())).collect(),
            dataset: data.name.clone(),
            fingerprint: &data.fingerprint,
            labels: &data.labels,
            modalities: modalities(data).map(Modality::name).collect(),
            frames: PerModality::from_fn(|m| longest(data, m)),
            widths: data.widths,
            samples: Fold::ALL.into_iter().map(|fold| (fold.name(), data.split(fold).samples.len())).collect(),
            seeds: &experiment.seeds,
            epochs: asked.epochs,
            rows: rows
                .map(|(row, (law, conditions))| RowOf {
                    name: &row.name,
                    method: &row.method,
                    task: row.protocol.task,
                    law: law.map(law_name),
                    conditions: conditions.iter().map(ToString::to_string).collect(),
                })
                .collect(),
            laws: asked
                .laws
                .iter()
                .enumerate()
                .map(|(place, missing)| Law {
                    name: law_name(place),
                    missing,
                    alters: alters(View::Epoch(1, *missing)),
                })
                .collect(),
            conditions: asked
                .conditions
                .iter()
                .map(|&condition| Named { name: condition.to_string(), alters: alters(View::Under(condition)) })
                .collect(),
            validation: asked.validation.iter().map(ToString::to_string).collect(),
            features,
            files: BTreeMap::new(),
        }
    }
}
