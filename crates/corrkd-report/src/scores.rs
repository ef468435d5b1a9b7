//! The long frame: a line for each run, condition and metric, with the columns row, seed, run, condition, metric, value.

use crate::ReportError;
use crate::evidence::Evidence;
use corrkd_config::{Condition, Presence};
use corrkd_metrics::{Scores, area, mean};
use corrkd_record::ConditionScores;
use polars::df;
use polars::prelude::DataFrame;

/// The condition under which a run's mean over the six incomplete sets of modalities is listed.
pub(crate) const AVERAGE: &str = "avg";
/// The condition under which a run's area under its curve over the frame-drop ratio is listed (AUILC).
pub(crate) const AREA: &str = "area";

/// Lays the finished runs out as a frame, with their average and area beside their conditions.
pub(crate) fn frame(evidence: &Evidence) -> Result<DataFrame, ReportError> {
    let (mut rows, mut seeds, mut runs) = (Vec::new(), Vec::new(), Vec::new());
    let (mut conditions, mut metrics, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for run in &evidence.finished {
        let test = &run.result.test;
        let each = test.iter().flat_map(|scored| {
            listed(&scored.scores).into_iter().map(|(metric, value)| (scored.condition.to_string(), metric, value))
        });
        let average = average(test).map(|value| (AVERAGE.to_owned(), "f1".to_owned(), value));
        let area = area_of(test).map(|value| (AREA.to_owned(), "f1".to_owned(), value));
        for (condition, metric, value) in each.chain(average).chain(area) {
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

/// The scores that exist, by name.
fn listed(scores: &Scores) -> Vec<(String, f64)> {
    let fixed = [
        ("f1", Some(scores.f1)),
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

/// The mean F1 over the six incomplete sets of modalities; none unless there are all six.
fn average(test: &[ConditionScores]) -> Option<f64> {
    let of = |presence: &Presence| {
        let found = test.iter().find(|scored| scored.condition == Condition::only(*presence));
        found.map(|scored| scored.scores.f1)
    };
    mean(&Presence::incomplete().iter().map(of).collect::<Option<Vec<f64>>>()?)
}

/// The area under F1 over the frame-drop ratio; none with fewer than two points.
fn area_of(test: &[ConditionScores]) -> Option<f64> {
    let point = |scored: &ConditionScores| Some((scored.condition.curve_ratio()?, scored.scores.f1));
    let mut points: Vec<(f64, f64)> = test.iter().filter_map(point).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratios, scores): (Vec<f64>, Vec<f64>) = points.into_iter().unzip();
    (ratios.len() > 1).then(|| area(&ratios, &scores))
}
