//! How each row differs from the reference row in weighted F1, and how far that can be trusted.
//!
//! Runs of the same seed are compared on the same test samples; a label of exactly zero counts for neither side. The
//! interval is that of the bootstrap over seeds and test samples, p that of the exact permutation test over the seeds'
//! differences, and Holm's p corrects it for all rows compared in the same column.

use crate::ReportError;
use crate::evidence::{Evidence, Finished};
use crate::scores::AVERAGE;
use corrkd_config::Presence;
use corrkd_metrics::{Interval, Pair, Zeros, bootstrap_f1, holm, mean, sign_f1, sign_flip_p, standard_deviation};
use corrkd_record::Sweep;
use polars::df;
use polars::prelude::DataFrame;

/// Replicates of the bootstrap: a table of 3 rows, 5 seeds and 752 samples takes 0.3 s.
pub(crate) const REPLICATES: usize = 10_000;
/// Its seed: a report shows the same intervals each time it is written.
const SEED: u64 = 0;

/// A row against the reference row in one column of the main table.
pub(crate) struct Compared {
    /// The row.
    pub(crate) row: String,
    /// The column: a set of modalities, or [`AVERAGE`].
    pub(crate) condition: String,
    /// How many seeds both have a result for.
    pub(crate) seeds: usize,
    /// Test samples that count.
    pub(crate) samples: usize,
    /// The mean difference over the seeds, a fraction.
    pub(crate) difference: f64,
    /// The sample standard deviation of the seeds' differences; none for one seed.
    pub(crate) sd: Option<f64>,
    /// Its 95 % interval over seeds and samples.
    pub(crate) interval: Interval,
    /// The permutation test's p; none for more seeds than it counts.
    pub(crate) p: Option<f64>,
    /// After Holm's correction.
    pub(crate) p_holm: Option<f64>,
}

/// Every row but the reference, under every column that all runs concerned were judged in.
pub(crate) fn compare(sweep: &Sweep, evidence: &Evidence) -> Vec<Compared> {
    let others = sweep.rows.iter().filter(|row| **row != sweep.reference);
    let mut compared: Vec<Compared> = others.flat_map(|row| row_against(sweep, evidence, row)).collect();
    for condition in columns() {
        let mut tested: Vec<&mut Compared> =
            compared.iter_mut().filter(|c| c.condition == condition && c.p.is_some()).collect();
        let corrected = holm(&tested.iter().filter_map(|c| c.p).collect::<Vec<_>>());
        tested.iter_mut().zip(corrected).for_each(|(compared, p)| compared.p_holm = Some(p));
    }
    compared
}

/// The main table's columns: the six incomplete sets, their average, the complete set.
pub(crate) fn columns() -> impl Iterator<Item = String> {
    Presence::incomplete().iter().map(ToString::to_string).chain(headline())
}

/// The two columns that sum a row up: the average and the complete set.
pub(crate) fn headline() -> [String; 2] {
    [AVERAGE.to_owned(), Presence::COMPLETE.to_string()]
}

/// One row in all its columns.
fn row_against(sweep: &Sweep, evidence: &Evidence, row: &str) -> Vec<Compared> {
    let labels: &[f32] = evidence.targets.first().map_or(&[], |target| &target.truth);
    let samples = labels.iter().filter(|label| **label != 0.0 && !label.is_nan()).count();
    let runs = evidence.pairs(sweep, row);
    let entry = |condition: &str, differences: &[f64], interval: Interval| {
        Some(Compared {
            row: row.to_owned(),
            condition: condition.to_owned(),
            seeds: differences.len(),
            samples,
            difference: mean(differences)?,
            sd: standard_deviation(differences),
            interval,
            p: sign_flip_p(differences),
            p_holm: None,
        })
    };
    let f1 = |signs: &[bool]| sign_f1(labels, signs, Zeros::Excluded);
    let difference = |pair: &Pair| f1(pair.variant) - f1(pair.reference);

    let mut compared = Vec::new();
    let incomplete = Presence::incomplete().iter().map(ToString::to_string).collect();
    for group in [incomplete, vec![Presence::COMPLETE.to_string()]] {
        let Some(pairs) = group.iter().map(|condition| pairs(&runs, condition)).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let Some(bootstrapped) = bootstrap_f1(labels, &pairs, REPLICATES, SEED) else { continue };
        let differences: Vec<Vec<f64>> = pairs.iter().map(|pairs| pairs.iter().map(difference).collect()).collect();
        for ((condition, differences), &interval) in group.iter().zip(&differences).zip(&bootstrapped.conditions) {
            compared.extend(entry(condition, differences, interval));
        }
        if group.len() > 1 {
            let of_seed = |seed| mean(&differences.iter().map(|of_condition| of_condition[seed]).collect::<Vec<_>>());
            let averages: Vec<f64> = (0..runs.len()).filter_map(of_seed).collect();
            compared.extend(entry(AVERAGE, &averages, bootstrapped.mean));
        }
    }
    compared
}

/// The signs that the runs of each seed predict under a condition; none where one was not judged under it.
fn pairs<'a>(runs: &[(&'a Finished, &'a Finished)], condition: &str) -> Option<Vec<Pair<'a>>> {
    let pair = |(variant, reference): &(&'a Finished, &'a Finished)| {
        let of = |run: &'a Finished| Some(&run.answers.under.get(condition)?.targets[0]);
        Some(Pair { variant: of(variant)?, reference: of(reference)? })
    };
    runs.iter().map(pair).collect()
}

/// The comparisons as a frame; all figures but the counts and p are fractions.
pub(crate) fn frame(compared: &[Compared]) -> Result<DataFrame, ReportError> {
    let numbers = |figure: fn(&Compared) -> f64| compared.iter().map(figure).collect::<Vec<_>>();
    Ok(df![
        "row" => compared.iter().map(|c| c.row.as_str()).collect::<Vec<_>>(),
        "condition" => compared.iter().map(|c| c.condition.as_str()).collect::<Vec<_>>(),
        "seeds" => compared.iter().map(|c| c.seeds as u32).collect::<Vec<_>>(),
        "samples" => compared.iter().map(|c| c.samples as u32).collect::<Vec<_>>(),
        "difference" => numbers(|c| c.difference),
        "low" => numbers(|c| c.interval.low),
        "high" => numbers(|c| c.interval.high),
        "p" => compared.iter().map(|c| c.p).collect::<Vec<_>>(),
        "p_holm" => compared.iter().map(|c| c.p_holm).collect::<Vec<_>>(),
    ]?)
}
