//! Networks that do not look: under a condition they give one answer to all test samples, or nearly all. Weighted F1 and
//! accuracy can be high all the same, where most samples are of one category.

use crate::answers::Answered;
use crate::comparison::columns;
use crate::evidence::{Evidence, Finished};
use corrkd_config::Task;
use corrkd_metrics::standard_deviation;
use corrkd_record::Sweep;

/// The share of the samples that have the same answer, from which on it is for nearly all.
const NEARLY_ALL: f64 = 0.99;
/// Scores that differ no more than by this share of the labels' standard deviation are one.
const SPREAD: f64 = 0.01;

/// A row that gives one answer, with some seeds.
#[derive(PartialEq)]
pub(crate) struct Silent {
    /// The row.
    pub(crate) row: String,
    /// What it says: a category, or a score.
    pub(crate) says: String,
    /// Under which sets of modalities, as they are called.
    pub(crate) conditions: Vec<String>,
    /// The seeds.
    pub(crate) seeds: Vec<u64>,
}

impl Silent {
    /// The row, its answer, the conditions and the seeds in a phrase.
    pub(crate) fn told(&self) -> String {
        let seeds: Vec<String> = self.seeds.iter().map(u64::to_string).collect();
        let many = if seeds.len() == 1 { "" } else { "s" };
        let Self { row, says, conditions, .. } = self;
        format!("{row} says {says} under {} (seed{many} {})", conditions.join(", "), seeds.join(", "))
    }
}

/// All of them, by row, under the main table's sets of modalities.
pub(crate) fn silent(sweep: &Sweep, evidence: &Evidence) -> Vec<Silent> {
    let mut found: Vec<Silent> = Vec::new();
    for row in evidence.rows(sweep) {
        // The answers under each condition, each with its seeds.
        let mut of_row: Vec<Silent> = Vec::new();
        for condition in columns() {
            let mut under: Vec<Silent> = Vec::new();
            for run in evidence.runs(row) {
                let Some(says) = run.answers.under(&condition).and_then(|of| one_answer(run, of, &evidence.labels))
                else {
                    continue;
                };
                match under.iter_mut().find(|of| of.says == says) {
                    Some(known) => known.seeds.push(run.seed),
                    None => under.push(Silent {
                        row: row.to_owned(),
                        says,
                        conditions: vec![evidence.called(&condition).to_owned()],
                        seeds: vec![run.seed],
                    }),
                }
            }
            for of in under {
                let alike = |known: &&mut Silent| known.says == of.says && known.seeds == of.seeds;
                match of_row.iter_mut().find(alike) {
                    Some(known) => known.conditions.extend(of.conditions),
                    None => of_row.push(of),
                }
            }
        }
        found.extend(of_row);
    }
    found
}

/// What is said to nearly all samples; none where there are different answers, or where nearly all samples are alike.
fn one_answer(run: &Finished, answered: &Answered, labels: &[f32]) -> Option<String> {
    if run.space.task() == Task::Regression {
        let spread = |values: &[f32]| standard_deviation(&values.iter().copied().map(f64::from).collect::<Vec<_>>());
        let scores = answered.predicted.as_ref()?;
        let [own, all] = [spread(scores)?, spread(labels)?];
        return (own < SPREAD * all).then(|| format!("{:.2}", scores.iter().sum::<f32>() / scores.len() as f32));
    }
    let most = |categories: &mut dyn Iterator<Item = usize>| {
        let mut counts = vec![0usize; run.space.categories()];
        categories.for_each(|k| counts[k] += 1);
        let total: usize = counts.iter().sum();
        let (k, count) = counts.into_iter().enumerate().max_by_key(|(_, count)| *count)?;
        (total > 0 && count as f64 >= NEARLY_ALL * total as f64).then_some(k)
    };
    let said = most(&mut answered.categories.iter().copied())?;
    let true_of_all = most(&mut labels.iter().map(|&label| run.space.category(label))) == Some(said);
    (!true_of_all).then(|| run.space.names()[said].clone())
}
