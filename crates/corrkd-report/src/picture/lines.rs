//! A plot of lines: means with bands of ± one standard deviation, over numbers.

use super::canvas::{Area, Drawn, Point};
use super::mark::Mark;
use super::text::{NORMAL, SMALL, font};
use plotters::prelude::*;
use std::ops::Range;

/// A line.
pub(super) struct Line {
    /// How it is drawn.
    pub(super) mark: Mark,
    /// Its points, by rising x.
    pub(super) points: Vec<Spot>,
}

/// A point of a line.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    /// Where.
    pub(super) x: f64,
    /// How high.
    pub(super) mean: f64,
    /// Half the band's width; 0 for none.
    pub(super) sd: f64,
    /// Whether a marker shows it.
    pub(super) marked: bool,
}

/// A plot.
pub(super) struct Plot<'a> {
    /// What is from left to right.
    pub(super) x: &'a str,
    /// What is from bottom to top.
    pub(super) y: &'a str,
    /// How many numbers stand below and beside it, at most.
    pub(super) ticks: [usize; 2],
    /// Digits after the point of those below it.
    pub(super) decimals: usize,
    /// The lines.
    pub(super) lines: Vec<Line>,
}

impl Plot<'_> {
    /// Draws it into a part of the picture: left, top, width and height.
    pub(super) fn draw(&self, area: &Area, [left, top, width, height]: [i32; 4]) -> Drawn {
        let spots = || self.lines.iter().flat_map(|line| &line.points);
        let x = range(spots().map(|spot| spot.x), 0.0);
        let y = range(spots().flat_map(|spot| [spot.mean - spot.sd, spot.mean + spot.sd]), 0.05);
        let decimals = decimals(&y, self.ticks[1]);
        let part = area.clone().shrink((left, top), (width, height));
        let mut chart = ChartBuilder::on(&part)
            .margin(12)
            .x_label_area_size(46)
            .y_label_area_size(if self.y.is_empty() { 42 } else { 62 })
            .build_cartesian_2d(x, y)?;
        chart
            .configure_mesh()
            .x_labels(self.ticks[0])
            .y_labels(self.ticks[1])
            .x_desc(self.x)
            .y_desc(self.y)
            .x_label_formatter(&|x| tick(*x, self.decimals))
            .y_label_formatter(&|y| tick(*y, decimals))
            .label_style(font(SMALL))
            .axis_desc_style(font(NORMAL))
            .bold_line_style(BLACK.mix(0.12))
            .light_line_style(TRANSPARENT)
            .draw()?;
        let at = |x, y| chart.backend_coord(&(bounded(x), bounded(y)));
        // Bands first, so that none covers a line.
        for line in &self.lines {
            let edge = |sign: f64| line.points.iter().map(|p| at(p.x, p.mean + sign * p.sd)).collect::<Vec<Point>>();
            line.mark.band(area, &edge(1.0), &edge(-1.0))?;
        }
        for line in &self.lines {
            let points: Vec<Point> = line.points.iter().map(|p| at(p.x, p.mean)).collect();
            line.mark.line(area, &points)?;
            let marked = points.iter().zip(&line.points).filter(|(_, spot)| spot.marked);
            marked.map(|(&point, _)| point).try_for_each(|point| line.mark.point(area, point))?;
        }
        Ok(())
    }
}

/// What is farther from 0 is drawn here: no axis can tell it from what is farther still.
const FARTHEST: f64 = 1e100;
/// Numbers from here on are written with an exponent.
const LONG: f64 = 1e7;

/// Where a value is drawn.
pub(super) fn bounded(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(-FARTHEST, FARTHEST) }
}

/// From the least value to the greatest, with a margin on both sides, a share of what lies between.
pub(super) fn range(values: impl Iterator<Item = f64>, margin: f64) -> Range<f64> {
    let values = values.map(bounded);
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let size = low.abs().max(high.abs());
    match high - low {
        // An axis cannot count in steps that are lost beside its numbers.
        span if span > 1e-9 * size && span > 1e-100 => low - margin * span..high + margin * span,
        // One value, or none.
        _ if low.is_finite() => low - 0.5 * size.max(1.0)..low + 0.5 * size.max(1.0),
        _ => 0.0..1.0,
    }
}

/// Digits after the point that tell this many numbers in a range apart.
pub(super) fn decimals(range: &Range<f64>, numbers: usize) -> usize {
    (-((range.end - range.start) / numbers as f64).log10().floor()).clamp(0.0, 12.0) as usize
}

/// A number beside an axis.
pub(super) fn tick(value: f64, decimals: usize) -> String {
    if value.abs() < LONG { format!("{value:.decimals$}") } else { format!("{value:.1e}") }
}
