//! The frame of means: a line for each row, condition and metric, over the row's seeds.
//!
//! Columns: row, condition, metric; n, mean, sd over the row's runs; pairs, difference, difference_sd over the
//! differences between the row's runs and the reference row's runs with the same seed, which share their initial
//! weights, batches and masks. A standard deviation is the sample's (divisor n - 1), null for a single run.

use crate::ReportError;
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
    Ok(summary.collect()?)
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

    /// How a row differs from the reference row; none without runs of the same seed.
    pub(crate) fn difference(&self, row: &str, condition: &str, metric: &str) -> Option<Estimate> {
        self.differences.get(&[row, condition, metric].map(str::to_owned)).copied()
    }
}
