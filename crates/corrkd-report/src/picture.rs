//! The pictures of a report, each as SVG and as PNG. One that there is no data for is not made.

mod canvas;
mod conditions;
mod confusion;
mod curve;
mod dots;
mod embedding;
mod gaps;
mod legend;
mod lines;
mod mark;
mod projection;
mod scatter;
mod silhouette;
mod text;
mod training;

use crate::ReportError;
use crate::conditions::Sources;
use crate::curve::Curve;
use crate::evidence::Evidence;
use crate::measure::Measure;
use corrkd_record::{Runs, Sweep};
use mark::Mark;
use serde::Serialize;

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Picture {
    /// The stem of its files' names.
    pub(crate) name: String,
    /// Its caption.
    pub(crate) title: String,
    /// What is to be seen on it, with numbers, for those who cannot see it.
    pub(crate) description: String,
    /// It as SVG.
    pub(crate) svg: String,
    /// It as PNG, with two pixels for each of the SVG's.
    #[serde(skip)]
    pub(crate) png: Vec<u8>,
}

/// Draws the pictures of a sweep, in the order to show them in.
pub(crate) fn pictures(
    sources: &Sources,
    runs: &Runs,
    measures: &[Measure],
    curves: &[Curve],
) -> Result<Vec<Picture>, ReportError> {
    let Sources { sweep, evidence, summary, paper, .. } = *sources;
    let marks = marks(sweep, evidence);
    let drawn = || measures.iter().filter(|measure| measure.drawn);
    let mut pictures = Vec::new();
    for measure in drawn() {
        pictures.extend(conditions::draw(evidence, summary, &marks, measure, paper)?);
    }
    for measure in drawn() {
        pictures.extend(curve::draw(evidence, curves, &marks, measure)?);
    }
    pictures.extend(gaps::draw(sweep, evidence, summary, measures)?);
    pictures.extend(confusion::draw(evidence, summary, &marks, &sweep.reference)?);
    pictures.extend(training::draw(evidence, &marks)?);
    pictures.extend(projection::draw(runs, sweep, evidence, &marks)?);
    Ok(pictures)
}

/// The rows that have runs, each with the mark it has on every picture.
fn marks<'a>(sweep: &'a Sweep, evidence: &Evidence) -> Vec<(&'a str, Mark)> {
    let rows = sweep.rows.len();
    let mark = |(place, row)| (row, if place < rows { Mark::of(place) } else { Mark::stage(place - rows) });
    evidence.rows(sweep).enumerate().map(mark).collect()
}

/// The stem of a picture's files, with what tells it from others of its kind.
fn named(kind: &str, of: Option<&str>) -> String {
    of.map_or_else(|| kind.to_owned(), |of| format!("{kind}-{of}"))
}
