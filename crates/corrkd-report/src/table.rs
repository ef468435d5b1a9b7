//! A table before it is written in any format.

use crate::summary::Estimate;
use corrkd_metrics::Interval;

/// Rows in groups, under a header.
pub(crate) struct Table {
    /// What it shows.
    pub(crate) caption: String,
    /// The column names; the first is that of the row labels.
    pub(crate) header: Vec<String>,
    /// The rows, each as long as the header, in groups that are set apart.
    pub(crate) groups: Vec<Vec<Vec<Cell>>>,
}

/// A cell.
#[derive(Clone)]
pub(crate) enum Cell {
    /// Words, or a count.
    Text(String),
    /// A mean, with its spread where there is one.
    Number {
        /// The mean, as shown.
        mean: f64,
        /// The spread, as shown.
        sd: Option<f64>,
        /// Digits after the point.
        decimals: usize,
        /// Whether a plus is shown.
        signed: bool,
    },
    /// Nothing to show.
    Blank,
}

impl Cell {
    /// A share in percent.
    pub(crate) fn percent(estimate: Option<Estimate>) -> Self {
        Self::scaled(estimate, 100.0, 2)
    }

    /// A difference of shares in percentage points.
    pub(crate) fn points(estimate: Option<Estimate>) -> Self {
        match Self::percent(estimate) {
            Self::Number { mean, sd, decimals, .. } => Self::Number { mean, sd, decimals, signed: true },
            other => other,
        }
    }

    /// A mean times a factor.
    pub(crate) fn scaled(estimate: Option<Estimate>, factor: f64, decimals: usize) -> Self {
        estimate.map_or(Self::Blank, |Estimate { mean, sd, .. }| Self::Number {
            mean: mean * factor,
            sd: sd.map(|sd| sd * factor),
            decimals,
            signed: false,
        })
    }

    /// From one end of an interval of shares to the other, in percent or, with signs, in percentage points.
    pub(crate) fn interval(interval: Interval, signed: bool) -> Self {
        let [low, high] = [interval.low, interval.high].map(|end| 100.0 * end);
        Self::Text(if signed { format!("{low:+.2} to {high:+.2}") } else { format!("{low:.2} to {high:.2}") })
    }

    /// A probability.
    pub(crate) fn probability(p: Option<f64>) -> Self {
        match p {
            None => Self::Blank,
            Some(p) if p < 0.0001 => Self::Text("< 0.0001".to_owned()),
            Some(p) => Self::Text(format!("{p:.4}")),
        }
    }

    /// A number that is known without spread, shown with two digits.
    pub(crate) const fn plain(mean: f64) -> Self {
        Self::Number { mean, sd: None, decimals: 2, signed: false }
    }

    /// The cell in words; `between` stands between mean and spread.
    pub(crate) fn text(&self, between: &str) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Blank => String::new(),
            Self::Number { mean, sd, decimals, signed } => {
                let mean = if *signed { format!("{mean:+.decimals$}") } else { format!("{mean:.decimals$}") };
                let sd = sd.map_or_else(String::new, |sd| format!("{between}{sd:.decimals$}"));
                mean + &sd
            }
        }
    }
}
