//! The frame of means: a line for each row, condition and metric, over the row's seeds.
//!
//! Columns: row, condition, metric; n, mean, sd over the row's runs, and low, high, the 95 % interval of the mean by
//! Student's t; pairs, difference, difference_sd over the differences between the row's runs and the reference row's
//! runs with the same seed, which share their initial weights, batches and masks. A standard deviation is the sample's
//! (divisor n - 1), null for a single run as is the interval.

use crate::ReportError;
use corrkd_metrics::{Interval, t_interval};
use polars::prelude::*;
use std::collections::BTreeMap;

/// Summarises the long frame.
pub(crate) fn frame(scores: &DataFrame, reference: &str) -> Result<DataFrame, ReportError> {
    let of_reference = col("value").filter(col("row").eq(lit(reference))).first();
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
    with_interval(summary.collect()?)
}

/// Adds the interval of the mean behind its standard deviation.
fn with_interval(mut summary: DataFrame) -> Result<DataFrame, ReportError> {
    let (n, mean, sd) = (summary.column("n")?.u32()?, summary.column("mean")?.f64()?, summary.column("sd")?.f64()?);
    let interval = |i| t_interval(n.get(i)? as usize, mean.get(i)?, sd.get(i)?);
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

/// The frame of means, to look numbers up in.
pub(crate) struct Summary {
    scores: BTreeMap<[String; 3], Estimate>,
    differences: BTreeMap<[String; 3], Estimate>,
}

impl Summary {
    /// Reads the frame.
    pub(crate) fn of(frame: &DataFrame) -> Result<Self, ReportError> {
        let text = |name: &str| frame.column(name)?.str();
        let number = |name: &str| frame.column(name)?.f64();
        let count = |name: &str| frame.column(name)?.u32();
        let keys = [text("row")?, text("condition")?, text("metric")?];
        let estimates = |n: &str, mean: &str, sd: &str| -> PolarsResult<BTreeMap<[String; 3], Estimate>> {
            let (n, mean, sd) = (count(n)?, number(mean)?, number(sd)?);
            let line = |i: usize| {
                let key = keys.map(|key| key.get(i).unwrap_or_default().to_owned());
                Some((key, Estimate { n: n.get(i)?, mean: mean.get(i)?, sd: sd.get(i) }))
            };
            Ok((0..frame.height()).filter_map(line).collect())
        };
        Ok(Self {
            scores: estimates("n", "mean", "sd")?,
            differences: estimates("pairs", "difference", "difference_sd")?,
        })
    }

    /// What a row scores.
    pub(crate) fn score(&self, row: &str, condition: &str, metric: &str) -> Option<Estimate> {
        self.scores.get(&[row, condition, metric].map(str::to_owned)).copied()
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
