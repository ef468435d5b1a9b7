//! Panels of points that are marked by category. Only what lies near what means something, so there are no axes.

use super::canvas::{Area, Drawn, Point, WIDTH};
use super::legend::{Legend, SIGN_WIDTH};
use super::lines::range;
use super::mark::Mark;
use super::text::{From, LINE, NORMAL, SMALL, lines, put, put_lines};
use plotters::prelude::*;

/// Around panels.
const GAP: i32 = 12;

/// A row's samples.
pub(super) struct Panel<'a> {
    /// The row.
    pub(super) row: &'a str,
    /// Where each sample is, N.
    pub(super) places: Vec<[f64; 2]>,
    /// What each is, N.
    pub(super) categories: Vec<usize>,
    /// How well the categories separate, before anything is laid out.
    pub(super) silhouette: Option<f64>,
}

impl Panel<'_> {
    /// How well the categories separate, in words.
    pub(super) fn silhouette(&self) -> Option<String> {
        // What is 0 when it is rounded has no sign.
        self.silhouette.map(|silhouette| format!("silhouette {:.2}", (100.0 * silhouette).round() / 100.0 + 0.0))
    }

    /// Draws it into a square: left, top and side.
    fn draw(&self, area: &Area, [left, top, side]: [i32; 3]) -> Drawn {
        area.draw(&Rectangle::new([(left, top), (left + side, top + side)], BLACK.mix(0.3)))?;
        let axes = [0, 1].map(|axis| range(self.places.iter().map(|place| place[axis]), 0.05));
        // The same scale on both axes.
        let span = axes.iter().map(|axis| axis.end - axis.start).fold(0.0, f64::max);
        let at = |place: &[f64; 2]| -> Point {
            let pixel = |axis: usize| {
                let middle = f64::midpoint(axes[axis].start, axes[axis].end);
                (f64::from(side) * (0.5 + (place[axis] - middle) / span)) as i32
            };
            (left + pixel(0), top + pixel(1))
        };
        let points = self.places.iter().zip(&self.categories);
        points.into_iter().try_for_each(|(place, &category)| Mark::of(category).point(area, at(place)))
    }
}

/// The panels, laid out.
pub(super) struct Scatter<'a> {
    panels: &'a [Panel<'a>],
    titles: Vec<Vec<String>>,
    columns: usize,
    /// How wide and high a panel is, and how high what stands above it.
    side: i32,
    head: i32,
    legend: Legend<Mark>,
}

impl<'a> Scatter<'a> {
    /// Lays panels out; at least one.
    pub(super) fn new(panels: &'a [Panel], categories: &[String]) -> Self {
        let most = if panels.len() > 6 { 4 } else { 3 };
        let side = WIDTH / most;
        // As even as may be: four are two and two.
        let columns = panels.len().div_ceil(panels.len().div_ceil(most as usize));
        let titles: Vec<Vec<String>> = panels.iter().map(|panel| lines(panel.row, NORMAL, side - 2 * GAP)).collect();
        let head = LINE * (titles.iter().map(Vec::len).max().unwrap_or(0) as i32 + 1) + GAP;
        let signs: Vec<(Mark, &str)> = categories.iter().enumerate().map(|(k, name)| (Mark::of(k), &**name)).collect();
        Self { panels, titles, columns, side, head, legend: Legend::new(&signs, side * columns as i32) }
    }

    fn height(&self) -> i32 {
        self.panels.len().div_ceil(self.columns) as i32 * (self.head + self.side)
    }

    /// Width and height, with the legend.
    pub(super) fn size(&self) -> [i32; 2] {
        [self.side * self.columns as i32, self.height() + self.legend.height()]
    }

    /// Draws all.
    pub(super) fn draw(&self, area: &Area) -> Drawn {
        for (place, (panel, title)) in self.panels.iter().zip(&self.titles).enumerate() {
            let left = self.side * (place % self.columns) as i32;
            let top = (self.head + self.side) * (place / self.columns) as i32 + self.head;
            let middle = left + self.side / 2;
            let over = top - LINE - LINE * title.len() as i32 / 2 - GAP / 3;
            put_lines(area, title, NORMAL, From::Middle, (middle, over))?;
            if let Some(silhouette) = panel.silhouette() {
                put(area, &silhouette, SMALL, &BLACK, From::Middle, (middle, top - LINE / 2 - 2))?;
            }
            panel.draw(area, [left + GAP, top, self.side - 2 * GAP])?;
        }
        self.legend.draw(area, self.height(), |mark, (x, y)| mark.point(area, (x + SIGN_WIDTH - 8, y)))
    }
}
