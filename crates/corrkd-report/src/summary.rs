//! The frame of means: a line for each row, condition and metric, over the row's seeds.
//!
//! Columns: row, condition, metric; n, mean, sd over the row's runs, and low, high, the 95 % interval of the mean by
//! Student's t; pairs, difference, difference_sd over the differences between the row's runs and the reference row's
//! runs with the same seed, which share their initial weights, batches and masks; paper, the figure that the paper prints
//! for a row of the same name, and paper_difference, that of the mean from it; failed, how many of the row's seeds have no
//! result; runs, the names of the n runs, or of the folds' runs of the n seeds, with spaces between. A standard deviation is the sample's (divisor n - 1), null
//! for a single run as is the interval.

use crate::ReportError;
use crate::evidence::Evidence;
use crate::paper::PaperTable;
use corrkd_metrics::{Interval, mean, standard_deviation, t_interval};
use corrkd_record::{RunId, Sweep};
use polars::prelude::*;
use std::collections::BTreeMap;

/// Summarises the long frame.
pub(crate) fn frame(
    scores: &DataFrame,
    sweep: &Sweep,
    evidence: &Evidence,
    paper: Option<&PaperTable>,
) -> Result<DataFrame, ReportError> {
    let of_reference = col("value").filter(col("row").eq(lit(sweep.reference.as_str()))).first();
    let same_seed = of_reference.over([col("seed"), col("condition"), col("metric")])?;
    let summary = scores
        .clone()
        .lazy()
        .with_column((col("value") - same_seed).alias("difference"))
        .group_by_stable([col("row"), col("condition"), col("metric")])
        .agg([
            col("value").count().alias("n"),
            col("value").mean().alias("mean"),
            col("value").std(1).alias("sd"),
            col("difference").count().alias("pairs"),
            col("difference").mean().alias("difference"),
            col("difference").std(1).alias("difference_sd"),
        ]);
    let mut summary = with_interval(summary.collect()?)?;
    let (keys, runs) = (keys(&summary)?, runs(scores)?);
    let printed = |[row, condition, metric]: &[String; 3]| Some(paper?.score(row, condition, metric)? / 100.0);
    let failed = |[row, ..]: &[String; 3]| evidence.missing(row) as u32;
    let named = |key| runs.get(key).map(|runs| runs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
    let paper: Vec<Option<f64>> = keys.iter().map(printed).collect();
    let means = summary.column("mean")?.f64()?;
    let difference: Vec<Option<f64>> =
        paper.iter().enumerate().map(|(i, paper)| Some(means.get(i)? - (*paper)?)).collect();
    summary.with_column(Column::new("paper".into(), paper))?;
    summary.with_column(Column::new("paper_difference".into(), difference))?;
    summary.with_column(Column::new("failed".into(), keys.iter().map(failed).collect::<Vec<_>>()))?;
    summary.with_column(Column::new("runs".into(), keys.iter().map(named).collect::<Vec<_>>()))?;
    Ok(summary)
}

/// Row, condition and metric of each line.
fn keys(frame: &DataFrame) -> Result<Vec<[String; 3]>, ReportError> {
    let columns = [frame.column("row")?.str()?, frame.column("condition")?.str()?, frame.column("metric")?.str()?];
    Ok((0..frame.height()).map(|i| columns.map(|column| column.get(i).unwrap_or_default().to_owned())).collect())
}

/// The runs behind each line of the frame of means.
fn runs(scores: &DataFrame) -> Result<BTreeMap<[String; 3], Vec<RunId>>, ReportError> {
    let mut runs: BTreeMap<_, Vec<RunId>> = BTreeMap::new();
    let names = scores.column("run")?.str()?;
    for (i, key) in keys(scores)?.into_iter().enumerate() {
        let names = names.get(i).unwrap_or_default().split(' ').map(str::parse);
        runs.entry(key).or_default().extend(names.collect::<Result<Vec<RunId>, _>>()?);
    }
    Ok(runs)
}

/// Adds the interval of the mean behind its standard deviation.
fn with_interval(mut summary: DataFrame) -> Result<DataFrame, ReportError> {
    let (n, mean, sd) = (summary.column("n")?.u32()?, summary.column("mean")?.f64()?, summary.column("sd")?.f64()?);
    let interval = |i| Estimate { n: n.get(i)?, mean: mean.get(i)?, sd: sd.get(i) }.interval();
    let intervals: Vec<Option<Interval>> = (0..summary.height()).map(interval).collect();
    let ends = [("low", (|i| i.low) as fn(Interval) -> f64), ("high", |i| i.high)];
    for (position, (name, end)) in (6..).zip(ends) {
        let values: Vec<Option<f64>> = intervals.iter().map(|interval| interval.map(end)).collect();
        summary.insert_column(position, Column::new(name.into(), values))?;
    }
    Ok(summary)
}

/// A mean and its spread; no spread for a single run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    /// How many runs.
    pub(crate) n: u32,
    /// Their mean.
    pub(crate) mean: f64,
    /// Their sample standard deviation.
    pub(crate) sd: Option<f64>,
}

impl Estimate {
    /// The mean and the spread of some numbers; none of none.
    pub(crate) fn of(numbers: &[f64]) -> Option<Self> {
        Some(Self { n: numbers.len() as u32, mean: mean(numbers)?, sd: standard_deviation(numbers) })
    }

    /// The mean's 95 % interval, by Student's t; none for a single run.
    pub(crate) fn interval(&self) -> Option<Interval> {
        t_interval(self.n as usize, self.mean, self.sd?)
    }
}

/// The frame of means, to look numbers up in.
pub(crate) struct Summary {
    scores: BTreeMap<[String; 3], Estimate>,
    differences: BTreeMap<[String; 3], Estimate>,
    runs: BTreeMap<[String; 3], Vec<RunId>>,
}

impl Summary {
    /// Reads the frame of means, and who is behind them off the long frame.
    pub(crate) fn of(means: &DataFrame, scores: &DataFrame) -> Result<Self, ReportError> {
        let number = |name: &str| means.column(name)?.f64();
        let count = |name: &str| means.column(name)?.u32();
        let keys = keys(means)?;
        let estimates = |n: &str, mean: &str, sd: &str| -> PolarsResult<BTreeMap<[String; 3], Estimate>> {
            let (n, mean, sd) = (count(n)?, number(mean)?, number(sd)?);
            let line = |i: usize| Some((keys[i].clone(), Estimate { n: n.get(i)?, mean: mean.get(i)?, sd: sd.get(i) }));
            Ok((0..keys.len()).filter_map(line).collect())
        };
        Ok(Self {
            scores: estimates("n", "mean", "sd")?,
            differences: estimates("pairs", "difference", "difference_sd")?,
            runs: runs(scores)?,
        })
    }

    /// What a row scores.
    pub(crate) fn score(&self, row: &str, condition: &str, metric: &str) -> Option<Estimate> {
        self.scores.get(&[row, condition, metric].map(str::to_owned)).copied()
    }

    /// The runs that it is the score of.
    pub(crate) fn runs(&self, row: &str, condition: &str, metric: &str) -> &[RunId] {
        self.runs.get(&[row, condition, metric].map(str::to_owned)).map_or(&[], Vec::as_slice)
    }

    /// Whether a run was judged under a condition, or none under any.
    pub(crate) fn has(&self, condition: &str) -> bool {
        self.scores.is_empty() || self.scores.keys().any(|[_, judged, _]| judged == condition)
    }

    /// How a row differs from the reference row; none without runs of the same seed.
    pub(crate) fn difference(&self, row: &str, condition: &str, metric: &str) -> Option<Estimate> {
        self.differences.get(&[row, condition, metric].map(str::to_owned)).copied()
    }
}
