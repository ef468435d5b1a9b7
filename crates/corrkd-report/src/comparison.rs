//! How each row differs from the reference row in weighted F1, and how far that can be trusted.
//!
//! Runs of the same seed are compared on the same test samples; a label of exactly zero counts for neither side. The
//! interval is over seeds and test samples, p that of the permutation test over the seeds' differences, and Holm's p corrects it
//! for all rows compared in the same column, about the same target.

use crate::ReportError;
use crate::evidence::Evidence;
use crate::matched::{Matched, averages};
use crate::scores::AVERAGE;
use crate::target::Target;
use corrkd_config::Presence;
use corrkd_metrics::{DRAWS, Interval, MOST_PAIRS, holm, mean, standard_deviation};
use corrkd_record::Sweep;
use polars::df;
use polars::prelude::DataFrame;

/// A difference is told from none where its p is at most this.
pub(crate) const LEVEL: f64 = 0.05;

/// A row against the reference row in one column of the main table.
pub(crate) struct Compared {
    /// The row.
    pub(crate) row: String,
    /// The metric of the target it is about.
    pub(crate) metric: String,
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
    /// The permutation test's p.
    pub(crate) p: f64,
    /// After Holm's correction.
    pub(crate) p_holm: f64,
}

impl Compared {
    /// Whether it can be told from none.
    pub(crate) fn is_significant(&self) -> bool {
        significant(self.p_holm, || Some(self.interval))
    }
}

/// How the permutation test looks at the patterns of the signs of this many seeds' differences.
pub(crate) fn patterns(seeds: usize) -> String {
    match seeds > MOST_PAIRS {
        true => {
            format!("Monte Carlo, over {DRAWS} random patterns of signs, as more than {MOST_PAIRS} seeds have too many")
        }
        false => "exact, over all patterns of signs".to_owned(),
    }
}

/// Whether a difference can be told from none: Holm's p is small enough, and the interval, which is asked for where that alone
/// does not say no, is clear of zero.
pub(crate) fn significant(p_holm: f64, interval: impl FnOnce() -> Option<Interval>) -> bool {
    p_holm <= LEVEL && interval().is_some_and(|interval| !interval.holds(0.0))
}

/// Every row but the reference and each target, under every column that all runs concerned were judged in; by target.
pub(crate) fn compare(sweep: &Sweep, evidence: &Evidence) -> Vec<Compared> {
    let mut compared = Vec::new();
    for target in &evidence.targets {
        let others = sweep.rows.iter().filter(|row| **row != sweep.reference);
        let mut of_target: Vec<Compared> = others.flat_map(|row| row_against(sweep, evidence, row, target)).collect();
        for condition in columns() {
            let mut tested: Vec<&mut Compared> = of_target.iter_mut().filter(|c| c.condition == condition).collect();
            let corrected = holm(&tested.iter().map(|c| c.p).collect::<Vec<_>>());
            tested.iter_mut().zip(corrected).for_each(|(compared, p)| compared.p_holm = p);
        }
        compared.extend(of_target);
    }
    compared
}

/// The main table's columns: the six incomplete sets, their average, the complete set.
pub(crate) fn columns() -> impl Iterator<Item = String> {
    incomplete().into_iter().chain(headline())
}

/// The six incomplete sets.
pub(crate) fn incomplete() -> Vec<String> {
    Presence::incomplete().iter().map(ToString::to_string).collect()
}

/// The two columns that sum a row up: the average and the complete set.
pub(crate) fn headline() -> [String; 2] {
    [AVERAGE.to_owned(), Presence::COMPLETE.to_string()]
}

/// One row in all its columns.
fn row_against(sweep: &Sweep, evidence: &Evidence, row: &str, target: &Target) -> Vec<Compared> {
    let mut compared = Vec::new();
    for group in [incomplete(), vec![Presence::COMPLETE.to_string()]] {
        let Some(matched) = Matched::of(sweep, evidence, [row, &sweep.reference], target, &group) else { continue };
        let Some(intervals) = matched.intervals() else { continue };
        let entry = |condition: &str, differences: &[f64], interval: Interval| {
            Some(Compared {
                row: row.to_owned(),
                metric: target.metric.clone(),
                condition: condition.to_owned(),
                seeds: differences.len(),
                samples: matched.samples(),
                difference: mean(differences)?,
                sd: standard_deviation(differences),
                interval,
                p: matched.p(differences)?,
                p_holm: 1.0,
            })
        };
        let differences = matched.differences();
        for ((condition, differences), &interval) in group.iter().zip(&differences).zip(&intervals.conditions) {
            compared.extend(entry(condition, differences, interval));
        }
        if group.len() > 1 {
            compared.extend(entry(AVERAGE, &averages(&differences), intervals.mean));
        }
    }
    compared
}

/// The comparisons as a frame; all figures but the counts and p are fractions.
pub(crate) fn frame(compared: &[Compared]) -> Result<DataFrame, ReportError> {
    let numbers = |figure: fn(&Compared) -> f64| compared.iter().map(figure).collect::<Vec<_>>();
    let texts = |text: fn(&Compared) -> &str| compared.iter().map(text).collect::<Vec<_>>();
    Ok(df![
        "row" => texts(|c| &c.row),
        "condition" => texts(|c| &c.condition),
        "metric" => texts(|c| &c.metric),
        "seeds" => compared.iter().map(|c| c.seeds as u32).collect::<Vec<_>>(),
        "samples" => compared.iter().map(|c| c.samples as u32).collect::<Vec<_>>(),
        "difference" => numbers(|c| c.difference),
        "low" => numbers(|c| c.interval.low),
        "high" => numbers(|c| c.interval.high),
        "p" => numbers(|c| c.p),
        "p_holm" => numbers(|c| c.p_holm),
        "test" => compared.iter().map(|c| if c.seeds > MOST_PAIRS { "monte-carlo" } else { "exact" }).collect::<Vec<_>>(),
    ]?)
}
