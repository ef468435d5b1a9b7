//! The curve of weighted F1 over the share p of dropped frames, with a band of ± one standard deviation over the seeds.

use super::canvas::{WIDTH, Words, picture};
use super::legend::{self, Legend};
use super::lines::{Line, Plot, Spot};
use super::mark::Mark;
use super::{Picture, named};
use crate::ReportError;
use crate::curve::Curve;
use crate::target::Target;

const HEIGHT: i32 = 500;

/// The curves of a target; none where no run was judged at two ratios.
pub(super) fn draw(curves: &[Curve], marks: &[(&str, Mark)], target: &Target) -> Result<Option<Picture>, ReportError> {
    let of_row = |&(row, mark): &(&'_ str, Mark)| {
        let curve = curves.iter().find(|curve| curve.row == row && curve.metric == target.metric)?;
        (curve.points.len() > 1).then_some((curve, mark))
    };
    let drawn: Vec<(&Curve, Mark)> = marks.iter().filter_map(of_row).collect();
    if drawn.is_empty() {
        return Ok(None);
    }
    let of = target.name.map_or_else(String::new, |name| format!(" of {name}"));
    let words = Words {
        name: named("curve", target.name),
        title: format!("Weighted F1{of} over the share p of dropped frames, with bands of ± one standard deviation"),
        description: format!("{}.", drawn.iter().map(|(curve, _)| told(curve)).collect::<Vec<_>>().join("; ")),
    };
    let line = |(curve, mark): &(&Curve, Mark)| {
        let spot = |&(p, score): &(f64, crate::summary::Estimate)| {
            let sd = 100.0 * score.sd.unwrap_or(0.0);
            Spot { x: p, mean: 100.0 * score.mean, sd, marked: true }
        };
        Line { mark: *mark, points: curve.points.iter().map(spot).collect() }
    };
    let plot = Plot {
        x: "share of dropped frames p",
        y: "weighted F1 (%)",
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
    let end = |point: Option<&(f64, crate::summary::Estimate)>| {
        point.map_or_else(String::new, |(p, score)| format!("{:.1} % at p = {p}", 100.0 * score.mean))
    };
    format!("{}: from {} to {}", curve.row, end(curve.points.first()), end(curve.points.last()))
}
