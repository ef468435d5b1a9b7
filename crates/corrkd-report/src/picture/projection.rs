//! What the networks make of test samples before they classify them, laid out in two dimensions: a panel for each row,
//! of its first seed that kept representations, and a picture for each condition that they were kept under.
//!
//! The panels show the same samples, at most 100 of each category, which start from the same places.

use super::canvas::{Words, picture};
use super::embedding::{FEWEST, embed};
use super::mark::Mark;
use super::scatter::{Panel, Scatter};
use super::silhouette::silhouette;
use super::{Picture, named};
use crate::ReportError;
use crate::evidence::Evidence;
use crate::record::representations;
use corrkd_random::Stream;
use corrkd_record::{Representation, RunResult, Runs, Sweep};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Samples of a category, at most: the paper's figure has as many.
const SAMPLES: usize = 100;
/// Which samples, and where they start.
const SEED: u64 = 0;

/// A picture for each condition that any run kept representations under.
pub(super) fn draw(
    runs: &Runs,
    sweep: &Sweep,
    evidence: &Evidence,
    marks: &[(&str, Mark)],
) -> Result<Vec<Picture>, ReportError> {
    let task = evidence.space.task();
    let mut kept: Vec<(&str, Vec<Representation>)> = Vec::new();
    for (row, _) in marks {
        // Of the folds of a cross-validation the first that kept any.
        let own = evidence.results(row).filter(|result| result.spec.job.task == task);
        let of_seed = |seed: &u64| own.clone().find(|result| result.spec.seed == *seed);
        let keeps = |result: &&RunResult| result.representations.is_some();
        if let Some(result) = sweep.seeds.iter().filter_map(of_seed).find(keeps) {
            kept.push((row, representations(&runs.run(&result.id), result, &evidence.space)?));
        }
    }
    let conditions: BTreeSet<&str> = kept.iter().flat_map(|(_, all)| all).map(|of| of.condition.as_str()).collect();
    let mut pictures = Vec::new();
    for condition in conditions {
        let name = named("projection", Some(&condition.replace(['@', ':', '+'], "-").replace('.', "_")));
        let failed = |reason: String| ReportError::Draw { picture: name.clone(), reason };
        let panels = kept.par_iter().map(|(row, all)| laid_out(row, &chosen(all, condition)));
        let panels: Vec<Option<Panel>> = panels.collect::<Result<_, _>>().map_err(failed)?;
        let panels: Vec<Panel> = panels.into_iter().flatten().collect();
        if !panels.is_empty() {
            pictures.push(of_condition(name, condition, &panels, evidence.space.names())?);
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
fn laid_out<'a>(row: &'a str, samples: &[&Representation]) -> Result<Option<Panel<'a>>, String> {
    if samples.len() < FEWEST {
        return Ok(None);
    }
    let points: Vec<Vec<f64>> = samples.iter().map(|of| of.values.iter().copied().map(f64::from).collect()).collect();
    let start = |of: &&Representation| {
        let draws = Stream::new(SEED, "start of a projection").named(&of.id);
        [0, 1].map(|axis| 1e-4 * draws.normal(axis))
    };
    let categories: Vec<usize> = samples.iter().map(|of| of.category).collect();
    let places = embed(&points, &samples.iter().map(start).collect::<Vec<_>>()).map_err(|error| error.to_string())?;
    Ok(Some(Panel { row, places, silhouette: silhouette(&points, &categories), categories }))
}

fn of_condition(
    name: String,
    condition: &str,
    panels: &[Panel],
    categories: &[String],
) -> Result<Picture, ReportError> {
    let told = |panel: &Panel| match panel.silhouette() {
        Some(silhouette) => format!("{}: {silhouette}", panel.row),
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
    let scatter = Scatter::new(panels, categories);
    picture(words, scatter.size(), |area| scatter.draw(area))
}
