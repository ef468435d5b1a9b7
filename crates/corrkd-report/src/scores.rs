//! The long frame: a line for each run, condition and metric, with the columns row, seed, run, condition, metric, value.

use crate::ReportError;
use crate::answers::Answered;
use crate::evidence::Evidence;
use crate::target::Target;
use corrkd_config::{Condition, Presence};
use corrkd_metrics::{Scores, area, mean};
use polars::df;
use polars::prelude::DataFrame;
use std::collections::BTreeMap;

/// The condition under which a run's mean over the six incomplete sets of modalities is listed.
pub(crate) const AVERAGE: &str = "avg";
/// The condition under which a run's area under its curve over the frame-drop ratio is listed (AUILC).
pub(crate) const AREA: &str = "area";

/// Lays the finished runs out as a frame, with their averages and areas beside their conditions.
pub(crate) fn frame(evidence: &Evidence) -> Result<DataFrame, ReportError> {
    let (mut rows, mut seeds, mut runs) = (Vec::new(), Vec::new(), Vec::new());
    let (mut conditions, mut metrics, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for run in &evidence.finished {
        let mut listed = Vec::new();
        // By metric of weighted F1.
        let mut f1: BTreeMap<String, Vec<(Condition, f64)>> = BTreeMap::new();
        for Answered { condition, scores, .. } in &run.answers.under {
            for (metric, value) in weighted_f1(scores, &evidence.targets) {
                listed.push((condition.to_string(), metric.clone(), value));
                f1.entry(metric).or_default().push((*condition, value));
            }
            let others = others(scores).into_iter();
            listed.extend(others.map(|(metric, value)| (condition.to_string(), metric, value)));
        }
        for (metric, scores) in f1 {
            let sums = [(AVERAGE, average(&scores)), (AREA, area_of(&scores))];
            listed.extend(sums.into_iter().filter_map(|(of, value)| Some((of.to_owned(), metric.clone(), value?))));
        }
        for (condition, metric, value) in listed {
            rows.push(run.row.clone());
            seeds.push(run.result.spec.seed);
            runs.push(run.result.id.to_string());
            conditions.push(condition);
            metrics.push(metric);
            values.push(value);
        }
    }
    Ok(df![
        "row" => rows, "seed" => seeds, "run" => runs, "condition" => conditions, "metric" => metrics, "value" => values,
    ]?)
}

/// Weighted F1 and, where there are several targets, that of each.
fn weighted_f1(scores: &Scores, targets: &[Target]) -> Vec<(String, f64)> {
    let each = targets.iter().zip(&scores.f1_targets).filter(|(target, _)| target.name.is_some());
    let each = each.map(|(target, &value)| (target.metric.clone(), value));
    [("f1".to_owned(), scores.f1)].into_iter().chain(each).collect()
}

/// The other scores that exist, by name.
fn others(scores: &Scores) -> Vec<(String, f64)> {
    let fixed = [
        ("f1_has0", scores.f1_has0),
        ("f1_swapped", scores.f1_swapped),
        ("accuracy", Some(scores.accuracy)),
        ("accuracy_has0", scores.accuracy_has0),
        ("accuracy_categories", Some(scores.accuracy_categories)),
        ("accuracy5", scores.accuracy5),
        ("accuracy7", scores.accuracy7),
        ("mae", scores.mae),
        ("pearson", scores.pearson),
    ];
    let fixed = fixed.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let categories = scores.f1_categories.iter().enumerate().map(|(k, &value)| (format!("f1_category{k}"), value));
    fixed.chain(categories).collect()
}

/// The mean over the six incomplete sets of modalities; none unless there are all six.
fn average(scores: &[(Condition, f64)]) -> Option<f64> {
    let of = |presence: &Presence| {
        let found = scores.iter().find(|(condition, _)| *condition == Condition::only(*presence));
        found.map(|(_, score)| *score)
    };
    mean(&Presence::incomplete().iter().map(of).collect::<Option<Vec<f64>>>()?)
}

/// The area under the curve over the frame-drop ratio; none with fewer than two points.
fn area_of(scores: &[(Condition, f64)]) -> Option<f64> {
    let point = |&(condition, score): &(Condition, f64)| Some((condition.curve_ratio()?, score));
    let mut points: Vec<(f64, f64)> = scores.iter().filter_map(point).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratios, scores): (Vec<f64>, Vec<f64>) = points.into_iter().unzip();
    (ratios.len() > 1).then(|| area(&ratios, &scores))
}
