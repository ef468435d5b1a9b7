//! What the tables and curves over conditions show: weighted F1 of each target and, over all of them, a regression's error
//! and correlation, or the scores over all categories.

use crate::constant::{self, Constant};
use crate::evidence::{Evidence, Finished};
use crate::listed::listed;
use crate::summary::Estimate;
use crate::table::Cell;
use crate::target::labelled;
use corrkd_config::Condition;
use corrkd_metrics::Scores;

/// A score, and how it is shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measure {
    /// Its name in frames.
    pub(crate) metric: String,
    /// What tells its lines from those of others; none for the weighted F1 of a single target.
    pub(crate) name: Option<String>,
    /// What it is: `Weighted F1 of happy`.
    pub(crate) title: String,
    /// The unit that it is shown in: `weighted F1 (%)`.
    pub(crate) unit: &'static str,
    /// From the score to what is shown.
    pub(crate) factor: f64,
    /// Digits after the point.
    pub(crate) decimals: usize,
    /// Whether it is an error.
    pub(crate) low_is_good: bool,
    /// Least and greatest value.
    pub(crate) limits: [f64; 2],
    /// Whether it has pictures of its own.
    pub(crate) drawn: bool,
    /// What the best constant answer scores, with its name; none without samples.
    pub(crate) constant: Option<(String, f64)>,
}

impl Measure {
    /// The label of a row's line about it.
    pub(crate) fn label(&self, row: &str) -> String {
        labelled(row, self.name.as_deref())
    }

    /// What it is of some scores.
    pub(crate) fn value(&self, scores: &Scores, evidence: &Evidence) -> Option<f64> {
        listed(scores, &evidence.targets).into_iter().find(|of| of.0 == self.metric).map(|of| of.1)
    }

    /// What a run scores under a condition.
    pub(crate) fn of(&self, run: &Finished, evidence: &Evidence, condition: Condition) -> Option<f64> {
        self.value(run.scores(condition)?, evidence)
    }

    /// A score, or a mean of some.
    pub(crate) fn cell(&self, estimate: Option<Estimate>) -> Cell {
        Cell::scaled(estimate, self.factor, self.decimals)
    }

    /// A difference of scores.
    pub(crate) fn difference(&self, estimate: Option<Estimate>) -> Cell {
        self.cell(estimate).signed()
    }

    /// The stem of a picture of it: its name, without what no file's name should hold.
    pub(crate) fn stem(&self) -> Option<String> {
        let plain = |c: char| if c.is_alphanumeric() || c == '-' { c } else { '_' };
        self.name.as_ref().map(|name| name.chars().map(plain).collect::<String>().to_lowercase())
    }
}

/// Weighted F1 of each target, then what is asked of all categories or of the scores.
pub(crate) fn measures(evidence: &Evidence, constants: &[Constant]) -> Vec<Measure> {
    let mut measures: Vec<Measure> = evidence
        .targets
        .iter()
        .map(|target| {
            let of = target.name.as_ref().map_or_else(String::new, |name| format!(" of {name}"));
            share(&target.metric, target.name.clone(), format!("Weighted F1{of}"), "weighted F1 (%)", true)
        })
        .collect();
    measures.extend(over_all(evidence));
    for measure in &mut measures {
        let target = evidence.targets.iter().find(|target| target.metric == measure.metric);
        let named = target.into_iter().flat_map(|target| {
            let of = |(name, positive)| Some((name, constant::f1(&target.truth, positive)?));
            constant::predictors(target).into_iter().filter_map(of).collect::<Vec<_>>()
        });
        let scores = constants.iter().filter_map(|of| Some((of.name.clone(), of.score(&measure.metric)?)));
        let goodness = |(_, score): &(String, f64)| if measure.low_is_good { -score } else { *score };
        // The first of equals.
        measure.constant = named.chain(scores).fold(None, |best: Option<(String, f64)>, of| match best {
            Some(best) if goodness(&best) >= goodness(&of) => Some(best),
            _ => Some(of),
        });
    }
    measures
}

/// What lines of these measures show: `weighted F1 (%), MAE, r`.
pub(crate) fn shown(measures: &[Measure]) -> String {
    let named = |of: &Measure| {
        let percent = if of.factor == 100.0 { " (%)" } else { "" };
        of.name.as_ref().filter(|_| !of.metric.contains("f1")).map(|name| format!("{name}{percent}"))
    };
    ["weighted F1 (%)".to_owned()].into_iter().chain(measures.iter().filter_map(named)).collect::<Vec<_>>().join(", ")
}

/// Those that are of no single target.
fn over_all(evidence: &Evidence) -> Vec<Measure> {
    if let Some(scale) = evidence.space.scale() {
        let width = f64::from(scale.range[1] - scale.range[0]);
        let measure = |metric: &str, name: &str, title: &str, low_is_good, limits, drawn| Measure {
            metric: metric.to_owned(),
            name: Some(name.to_owned()),
            title: title.to_owned(),
            unit: if low_is_good { "mean absolute error" } else { "correlation" },
            factor: 1.0,
            decimals: 3,
            low_is_good,
            limits,
            drawn,
            constant: None,
        };
        let error = measure("mae", "MAE", "Mean absolute error", true, [0.0, width], true);
        let correlation = measure("pearson", "r", "Pearson's correlation", false, [-1.0, 1.0], false);
        return if evidence.regresses() { vec![error, correlation] } else { Vec::new() };
    }
    let named = |name: &str| Some(name.to_owned());
    vec![
        share("weighted_f1", named("all"), "Weighted F1 over all categories".to_owned(), "weighted F1 (%)", true),
        share("recall_mean", named("UA"), "Unweighted average recall".to_owned(), "recall (%)", false),
    ]
}

/// A share, shown in percent.
fn share(metric: &str, name: Option<String>, title: String, unit: &'static str, drawn: bool) -> Measure {
    Measure {
        metric: metric.to_owned(),
        name,
        title,
        unit,
        factor: 100.0,
        decimals: 2,
        low_is_good: false,
        limits: [0.0, 1.0],
        drawn,
        constant: None,
    }
}
