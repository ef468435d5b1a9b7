//! Each row's weighted F1 under each column of the main table: the mean over the seeds as a dot with its 95 % interval
//! (Student's t), beside what predictors that never look score and what the paper prints.

use super::canvas::{Words, picture};
use super::dots::{Dot, Dots, Panel};
use super::mark::Mark;
use super::{Picture, named};
use crate::paper::PaperTable;
use crate::summary::Summary;
use crate::target::Target;
use crate::{ReportError, comparison, constant};
use corrkd_metrics::Interval;

/// The dots of a target; none where no run was judged.
pub(super) fn draw(
    summary: &Summary,
    marks: &[(&str, Mark)],
    target: &Target,
    paper: Option<&PaperTable>,
) -> Result<Option<Picture>, ReportError> {
    let dot = |row: &str, condition: &str| {
        let score = summary.score(row, condition, &target.metric);
        let interval = score.and_then(|of| of.interval());
        Dot {
            mean: score.map(|of| 100.0 * of.mean),
            // With two seeds it may reach far beyond what a score can be.
            interval: interval.map(|of| Interval { low: 100.0 * of.low.max(0.0), high: 100.0 * of.high.min(1.0) }),
            printed: paper.and_then(|paper| paper.score(row, condition, &target.metric)),
        }
    };
    let panel = |condition: String| {
        let dots: Vec<Dot> = marks.iter().map(|(row, _)| dot(row, &condition)).collect();
        dots.iter().any(|dot| dot.mean.is_some()).then_some(Panel { condition, dots })
    };
    let panels: Vec<Panel> = comparison::columns().filter_map(panel).collect();
    if panels.is_empty() {
        return Ok(None);
    }
    let constant = |(name, positive)| Some((name, 100.0 * constant::score(&target.truth, positive, "f1")?));
    let constants: Vec<(String, f64)> = constant::predictors(target).into_iter().filter_map(constant).collect();
    let of = target.name.map_or_else(String::new, |name| format!(" of {name}"));
    let words = Words {
        name: named("conditions", target.name),
        title: format!("Weighted F1{of} by the modalities that are there: means over the seeds with 95 % intervals"),
        description: told(&panels, marks, &constants),
    };
    let dots = Dots::new(&panels, marks, &constants);
    picture(words, dots.size(), |area| dots.draw(area)).map(Some)
}

/// The two columns that sum a row up.
fn told(panels: &[Panel], marks: &[(&str, Mark)], constants: &[(String, f64)]) -> String {
    let row = |((row, _), dot): (&(&str, Mark), &Dot)| {
        let interval = dot.interval.map_or_else(String::new, |i| format!(" ({:.1} to {:.1})", i.low, i.high));
        dot.mean.map(|mean| format!("{row} {mean:.1}{interval}"))
    };
    let of_panel = |panel: &Panel| {
        let rows: Vec<String> = marks.iter().zip(&panel.dots).filter_map(row).collect();
        format!("{}: {}.", panel.condition, rows.join(", "))
    };
    let headline = comparison::headline();
    let summed = panels.iter().filter(|panel| headline.contains(&panel.condition)).map(of_panel);
    let constants = constants.iter().map(|(name, score)| format!("{name}: {score:.1}."));
    summed.chain(constants).collect::<Vec<_>>().join(" ")
}
