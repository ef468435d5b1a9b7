//! The long frame: a line for each run, condition and metric, with the columns row, seed, run, condition, metric, value. The
//! runs of a cross-validation's folds are one line, with spaces between their names.

use crate::ReportError;
use crate::answers::Answered;
use crate::evidence::Evidence;
use crate::listed::listed;
use crate::measure::Measure;
use corrkd_config::{Condition, Presence};
use corrkd_metrics::{area, mean, retention_area};
use polars::df;
use polars::prelude::DataFrame;

/// The condition under which a run's mean over the six incomplete sets of modalities is listed.
pub(crate) const AVERAGE: &str = "avg";
/// The condition under which a run's area under its curve over the frame-drop ratio is listed (AUILC).
pub(crate) const AREA: &str = "area";
/// The condition under which the area under a run's chance-corrected retention curve is listed (AUDC).
pub(crate) const RETENTION: &str = "audc";

/// Lays the finished runs that are judged out as a frame, with their averages and areas beside their conditions.
pub(crate) fn frame(evidence: &Evidence, measures: &[Measure]) -> Result<DataFrame, ReportError> {
    let (mut rows, mut seeds, mut runs) = (Vec::new(), Vec::new(), Vec::new());
    let (mut conditions, mut metrics, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for run in evidence.finished.iter().filter(|run| !run.is_part) {
        let mut lines: Vec<(String, String, f64)> = Vec::new();
        for Answered { condition, scores, .. } in &run.answers.under {
            let of = listed(scores, &evidence.targets).into_iter();
            lines.extend(of.map(|(metric, value)| (condition.to_string(), metric, value)));
        }
        for metric in summed(measures) {
            let score = |answered: &Answered| {
                let of = listed(&answered.scores, &evidence.targets).into_iter().find(|of| of.0 == metric)?;
                Some((answered.condition, of.1))
            };
            let scores: Vec<(Condition, f64)> = run.answers.under.iter().filter_map(score).collect();
            let measure = measures.iter().find(|measure| measure.metric == metric);
            let retained = measure.and_then(|measure| retention(&scores, measure));
            let sums = [(AVERAGE, average(&scores)), (AREA, area_of(&scores)), (RETENTION, retained)];
            lines.extend(sums.into_iter().filter_map(|(of, value)| Some((of.to_owned(), metric.to_owned(), value?))));
        }
        for (condition, metric, value) in lines {
            rows.push(run.row.clone());
            seeds.push(run.seed);
            runs.push(run.runs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
            conditions.push(condition);
            metrics.push(metric);
            values.push(value);
        }
    }
    Ok(df![
        "row" => rows, "seed" => seeds, "run" => runs, "condition" => conditions, "metric" => metrics, "value" => values,
    ]?)
}

/// The metrics that are averaged over conditions: the mean weighted F1 of several targets, too.
fn summed(measures: &[Measure]) -> Vec<&str> {
    let own: Vec<&str> = measures.iter().map(|measure| &*measure.metric).collect();
    if own.contains(&"f1") { own } else { ["f1"].into_iter().chain(own).collect() }
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
    let (ratios, scores) = curve(scores);
    (ratios.len() > 1).then(|| area(&ratios, &scores))
}

/// The area under what is retained of the score beyond that of the best constant.
fn retention(scores: &[(Condition, f64)], measure: &Measure) -> Option<f64> {
    let (ratios, scores) = curve(scores);
    retention_area(&ratios, &scores, measure.constant.as_ref()?.1, measure.low_is_good)
}

/// Frame-drop ratios, rising, and the scores there.
fn curve(scores: &[(Condition, f64)]) -> (Vec<f64>, Vec<f64>) {
    let point = |&(condition, score): &(Condition, f64)| Some((condition.curve_ratio()?, score));
    let mut points: Vec<(f64, f64)> = scores.iter().filter_map(point).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points.into_iter().unzip()
}
