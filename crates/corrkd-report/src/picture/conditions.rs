//! Each row's score under each column of the main table: the mean over the seeds as a dot with its 95 % interval (Student's
//! t), beside what constant answers score and what the paper prints.

use super::canvas::{Words, picture};
use super::dots::{Dot, Dots, Panel};
use super::mark::Mark;
use super::{Picture, named};
use crate::evidence::Evidence;
use crate::measure::Measure;
use crate::paper::PaperTable;
use crate::summary::Summary;
use crate::{ReportError, comparison, constant};
use corrkd_metrics::Interval;

/// The dots of a measure; none where no run was judged.
pub(super) fn draw(
    evidence: &Evidence,
    summary: &Summary,
    marks: &[(&str, Mark)],
    measure: &Measure,
    paper: Option<&PaperTable>,
) -> Result<Option<Picture>, ReportError> {
    let Measure { metric, factor, .. } = measure;
    let [least, most] = measure.limits;
    let dot = |row: &str, condition: &str| {
        let score = summary.score(row, condition, metric);
        let interval = score.and_then(|of| of.interval());
        Dot {
            mean: score.map(|of| factor * of.mean),
            // With two seeds it may reach far beyond what a score can be.
            interval: interval.map(|of| Interval { low: factor * of.low.max(least), high: factor * of.high.min(most) }),
            printed: paper.and_then(|paper| paper.score(row, condition, metric)),
        }
    };
    let panel = |condition: String| {
        let dots: Vec<Dot> = marks.iter().map(|(row, _)| dot(row, &condition)).collect();
        dots.iter().any(|dot| dot.mean.is_some()).then_some(Panel { condition, dots })
    };
    let mut panels: Vec<Panel> = comparison::columns().filter_map(panel).collect();
    if panels.is_empty() {
        return Ok(None);
    }
    let constants = constants(evidence, measure);
    let description = told(evidence, &panels, marks, &constants, measure);
    panels.iter_mut().for_each(|panel| panel.condition = evidence.called(&panel.condition).to_owned());
    let words = Words {
        name: named("conditions", measure.stem().as_deref()),
        title: format!("{} by the modalities that are there: means over the seeds with 95 % intervals", measure.title),
        description,
    };
    let dots = Dots::new(&panels, marks, &constants, measure.unit);
    picture(words, dots.size(), |area| dots.draw(area)).map(Some)
}

/// What constant answers score: those that the main table lists, or the best one.
fn constants(evidence: &Evidence, measure: &Measure) -> Vec<(String, f64)> {
    let shown = |(name, score): (String, f64)| (name, measure.factor * score);
    let Some(target) = evidence.targets.iter().find(|target| target.metric == measure.metric) else {
        return measure.constant.clone().map(shown).into_iter().collect();
    };
    let of = |(name, positive)| Some(shown((name, constant::f1(&target.truth, positive)?)));
    constant::predictors(target).into_iter().filter_map(of).collect()
}

/// The two columns that sum a row up.
fn told(
    evidence: &Evidence,
    panels: &[Panel],
    marks: &[(&str, Mark)],
    constants: &[(String, f64)],
    measure: &Measure,
) -> String {
    let decimals = measure.decimals - 1;
    let row = |((row, _), dot): (&(&str, Mark), &Dot)| {
        let ends = |i: Interval| format!(" ({:.decimals$} to {:.decimals$})", i.low, i.high);
        dot.mean.map(|mean| format!("{row} {mean:.decimals$}{}", dot.interval.map_or_else(String::new, ends)))
    };
    let of_panel = |panel: &Panel| {
        let rows: Vec<String> = marks.iter().zip(&panel.dots).filter_map(row).collect();
        format!("{}: {}.", evidence.called(&panel.condition), rows.join(", "))
    };
    let headline = comparison::headline();
    let summed = panels.iter().filter(|panel| headline.contains(&panel.condition)).map(of_panel);
    let constants = constants.iter().map(|(name, score)| format!("{name}: {score:.decimals$}."));
    summed.chain(constants).collect::<Vec<_>>().join(" ")
}
