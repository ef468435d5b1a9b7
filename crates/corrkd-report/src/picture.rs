//! The pictures of a report, each as SVG and as PNG. One that there is no data for is not made.

mod canvas;
mod conditions;
mod confusion;
mod curve;
mod dots;
mod embedding;
mod legend;
mod lines;
mod mark;
mod projection;
mod scatter;
mod silhouette;
mod text;
mod training;

use crate::ReportError;
use crate::curve::Curve;
use crate::evidence::Evidence;
use crate::paper::PaperTable;
use crate::summary::Summary;
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
    runs: &Runs,
    sweep: &Sweep,
    evidence: &Evidence,
    summary: &Summary,
    curves: &[Curve],
    paper: Option<&PaperTable>,
) -> Result<Vec<Picture>, ReportError> {
    let marks = marks(sweep, evidence);
    let mut pictures = Vec::new();
    for target in &evidence.targets {
        pictures.extend(conditions::draw(summary, &marks, target, paper)?);
    }
    for target in &evidence.targets {
        pictures.extend(curve::draw(curves, &marks, target)?);
    }
    pictures.extend(confusion::draw(evidence, summary, &marks, &sweep.reference)?);
    pictures.extend(training::draw(runs, evidence, &marks)?);
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
