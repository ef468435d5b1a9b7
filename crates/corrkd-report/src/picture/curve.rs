//! The curve of a measure over the share p of dropped frames, with a band of ± one standard deviation over the seeds.

use super::canvas::{WIDTH, Words, picture};
use super::legend::{self, Legend};
use super::lines::{Line, Plot, Spot};
use super::mark::Mark;
use super::{Picture, named};
use crate::ReportError;
use crate::curve::Curve;
use crate::evidence::Evidence;
use crate::measure::Measure;
use crate::summary::Estimate;

const HEIGHT: i32 = 500;

/// The curves of a measure; none where no run was judged at two ratios.
pub(super) fn draw(
    evidence: &Evidence,
    curves: &[Curve],
    marks: &[(&str, Mark)],
    measure: &Measure,
) -> Result<Option<Picture>, ReportError> {
    let of_row = |&(row, mark): &(&'_ str, Mark)| {
        let curve = curves.iter().find(|curve| curve.row == row && curve.measure == measure)?;
        (curve.points.len() > 1).then_some((curve, mark))
    };
    let drawn: Vec<(&Curve, Mark)> = marks.iter().filter_map(of_row).collect();
    if drawn.is_empty() {
        return Ok(None);
    }
    let start = if evidence.nature.is_lacking() { ", from the samples as they are" } else { "" };
    let words = Words {
        name: named("curve", measure.stem().as_deref()),
        title: format!(
            "{} over the share p of dropped frames{start}, with bands of ± one standard deviation",
            measure.title
        ),
        description: format!("{}.", drawn.iter().map(|(curve, _)| told(curve)).collect::<Vec<_>>().join("; ")),
    };
    let line = |(curve, mark): &(&Curve, Mark)| {
        let spot = |&(p, score): &(f64, Estimate)| {
            let sd = measure.factor * score.sd.unwrap_or(0.0);
            Spot { x: p, mean: measure.factor * score.mean, sd, marked: true }
        };
        Line { mark: *mark, points: curve.points.iter().map(spot).collect() }
    };
    let plot = Plot {
        x: "share of dropped frames p",
        y: measure.unit,
        ticks: [11, 10],
        decimals: 1,
        lines: drawn.iter().map(line).collect(),
    };
    let entries: Vec<(Mark, &str)> = drawn.iter().map(|(curve, mark)| (*mark, curve.row.as_str())).collect();
    let legend = Legend::new(&entries, WIDTH);
    picture(words, [WIDTH, HEIGHT + legend.height()], |area| {
        plot.draw(area, [0, 0, WIDTH, HEIGHT])?;
        legend.draw(area, HEIGHT, |mark, at| legend::line(area, mark, at))
    })
    .map(Some)
}

/// A curve's ends.
fn told(curve: &Curve) -> String {
    let Measure { factor, decimals, .. } = curve.measure;
    let percent = if *factor == 100.0 { " %" } else { "" };
    let end = |point: Option<&(f64, Estimate)>| {
        let told =
            |(p, score): &(f64, Estimate)| format!("{:.*}{percent} at p = {p}", decimals - 1, factor * score.mean);
        point.map_or_else(String::new, told)
    };
    format!("{}: from {} to {}", curve.row, end(curve.points.first()), end(curve.points.last()))
}
