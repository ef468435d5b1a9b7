//! What the networks make of test samples before they classify them, laid out in two dimensions: a panel for each row,
//! of its first seed that kept representations, and a picture for each condition that they were kept under.
//!
//! The panels show the same samples, at most 100 of each category, which start from the same places.

use super::canvas::{Area, Drawn, Point, WIDTH, Words, picture};
use super::embedding::{FEWEST, embed};
use super::legend::{Legend, SIGN_WIDTH};
use super::lines::range;
use super::mark::Mark;
use super::silhouette::silhouette;
use super::text::{From, LINE, NORMAL, SMALL, lines, put, put_lines};
use super::{Picture, named};
use crate::ReportError;
use crate::evidence::Evidence;
use corrkd_random::Stream;
use corrkd_record::{Representation, Runs, Sweep};
use plotters::prelude::*;
use std::collections::BTreeSet;

/// Samples of a category, at most: the paper's figure has as many.
const SAMPLES: usize = 100;
/// Which samples, and where they start.
const SEED: u64 = 0;
/// Panels beside each other, at most.
const COLUMNS: usize = 3;
const PANEL: i32 = WIDTH / COLUMNS as i32;
const GAP: i32 = 12;

/// A row's samples.
struct Panel<'a> {
    row: &'a str,
    /// Where each sample is, N.
    places: Vec<[f64; 2]>,
    /// What each is, N.
    categories: Vec<usize>,
    /// How well the categories separate, before anything is laid out.
    silhouette: Option<f64>,
}

/// A picture for each condition that any run kept representations under.
pub(super) fn draw(
    runs: &Runs,
    sweep: &Sweep,
    evidence: &Evidence,
    marks: &[(&str, Mark)],
) -> Result<Vec<Picture>, ReportError> {
    let Some(task) = evidence.task else { return Ok(Vec::new()) };
    let mut kept: Vec<(&str, Vec<Representation>)> = Vec::new();
    for (row, _) in marks {
        let path = |run: &crate::evidence::Finished| runs.run(&run.result.id).representations_path();
        let of_seed = |seed: &u64| evidence.finished.iter().find(|f| f.row == *row && f.result.spec.seed == *seed);
        if let Some(path) = sweep.seeds.iter().filter_map(of_seed).map(path).find(|path| path.exists()) {
            kept.push((row, Representation::read(&path)?));
        }
    }
    let conditions: BTreeSet<&str> = kept.iter().flat_map(|(_, all)| all).map(|of| of.condition.as_str()).collect();
    let mut pictures = Vec::new();
    for condition in conditions {
        let name = named("projection", Some(&condition.replace(['@', ':'], "-").replace('.', "_")));
        let failed = |reason: String| ReportError::Draw { picture: name.clone(), reason };
        let mut panels = Vec::new();
        for (row, all) in &kept {
            panels.extend(laid_out(row, chosen(all, condition)).map_err(|error| failed(error.to_string()))?);
        }
        if !panels.is_empty() {
            pictures.push(of_condition(name, condition, &panels, task.names())?);
        }
    }
    Ok(pictures)
}

/// The samples to show under a condition, by name.
fn chosen<'a>(all: &'a [Representation], condition: &str) -> Vec<&'a Representation> {
    let mut under: Vec<&Representation> = all.iter().filter(|of| of.condition == condition).collect();
    under.sort_by(|a, b| (a.category, &a.id).cmp(&(b.category, &b.id)));
    let draws = Stream::new(SEED, "samples of a projection");
    let of_category = |of: &[&'a Representation]| {
        let order = draws.at(of[0].category as u64).permutation(of.len());
        order.into_iter().take(SAMPLES).map(|place| of[place]).collect::<Vec<_>>()
    };
    under.chunk_by(|a, b| a.category == b.category).flat_map(of_category).collect()
}

/// A row's panel; none of too few samples.
fn laid_out<'a>(row: &'a str, samples: Vec<&Representation>) -> Result<Option<Panel<'a>>, rayon::ThreadPoolBuildError> {
    if samples.len() < FEWEST {
        return Ok(None);
    }
    let points: Vec<Vec<f64>> = samples.iter().map(|of| of.values.iter().copied().map(f64::from).collect()).collect();
    let start = |of: &&Representation| {
        let draws = Stream::new(SEED, "start of a projection").named(&of.id);
        [0, 1].map(|axis| 1e-4 * draws.normal(axis))
    };
    let categories: Vec<usize> = samples.iter().map(|of| of.category).collect();
    let places = embed(&points, &samples.iter().map(start).collect::<Vec<_>>())?;
    Ok(Some(Panel { row, places, silhouette: silhouette(&points, &categories), categories }))
}

fn of_condition(name: String, condition: &str, panels: &[Panel], categories: &[&str]) -> Result<Picture, ReportError> {
    let told = |panel: &Panel| match panel.silhouette {
        Some(silhouette) => format!("{}: silhouette {silhouette:.2}", panel.row),
        None => panel.row.to_owned(),
    };
    let words = Words {
        name,
        title: format!(
            "Representations of test samples under {condition}, one seed of each row, in two dimensions (t-SNE)"
        ),
        description: format!(
            "How well the categories ({}) separate, from -1 over 0, mixed, to 1: {}.",
            categories.join(", "),
            panels.iter().map(told).collect::<Vec<_>>().join("; ")
        ),
    };
    let titles: Vec<Vec<String>> = panels.iter().map(|panel| lines(panel.row, NORMAL, PANEL - 2 * GAP)).collect();
    let head = LINE * (titles.iter().map(Vec::len).max().unwrap_or(0) as i32 + 1) + GAP;
    let signs: Vec<(Mark, &str)> = categories.iter().enumerate().map(|(k, name)| (Mark::of(k), *name)).collect();
    let stories = panels.len().div_ceil(COLUMNS);
    let columns = panels.len().div_ceil(stories);
    let [width, height] = [PANEL * columns as i32, (head + PANEL) * stories as i32];
    let legend = Legend::new(&signs, width);
    picture(words, [width, height + legend.height()], |area| {
        for (place, (panel, title)) in panels.iter().zip(&titles).enumerate() {
            let (left, top) = (PANEL * (place % columns) as i32, (head + PANEL) * (place / columns) as i32);
            let middle = left + PANEL / 2;
            put_lines(
                area,
                title,
                NORMAL,
                From::Middle,
                (middle, top + head - LINE - LINE * title.len() as i32 / 2 - 4),
            )?;
            if let Some(silhouette) = panel.silhouette {
                let text = format!("silhouette {silhouette:.2}");
                put(area, &text, SMALL, &BLACK, From::Middle, (middle, top + head - LINE / 2 - 2))?;
            }
            panel.draw(area, [left + GAP, top + head, PANEL - 2 * GAP])?;
        }
        legend.draw(area, height, |mark, (x, y)| mark.point(area, (x + SIGN_WIDTH - 8, y)))
    })
}

impl Panel<'_> {
    /// Draws it into a square: left, top and side. Only distances mean something, so there are no axes.
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
