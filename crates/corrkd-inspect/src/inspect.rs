//! Files or a recipe -> what they hold and what is wrong with them.

use corrkd_config::{CrossFold, DatasetRef};
use corrkd_data::{DataError, Folds, Located, Progress, Reference, Trust, locate};
use std::path::{Path, PathBuf};

use crate::contents::Contents;
use crate::description::Description;
use crate::durations::{Timed, compare};
use crate::finding::{Finding, Kind, Severity};
use crate::findings::Findings;
use crate::ids::Ids;
use crate::look::Look;
use crate::part::Part;
use crate::render::{count, whole};
use crate::samples::data_set;

/// A smaller share of rows in labelled segments cannot be meant.
const ALMOST_NONE: f64 = 0.01;
/// A smaller share is odd.
const FEW: f64 = 0.1;

/// What to look at.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Any sequences.
    Files(&'a [PathBuf]),
    /// A recipe's, and what it makes of them.
    Recipe {
        /// The recipe and its size.
        dataset: &'a DatasetRef,
        /// The folder of its files, where they are not generated.
        source: Option<&'a Path>,
        /// Where generated files and aligned samples are kept.
        cache: &'a Path,
    },
}

/// What was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    /// What is there.
    pub description: Description,
    /// What is wrong, or worth knowing.
    pub findings: Findings,
}

/// Looks at files, or at a recipe, its files and the samples that come of them. A file that cannot be read is described as
/// such, and is a finding.
///
/// # Errors
/// [`DataError`]: the recipe is unknown or wrong, its folder is not given, its folds cannot be read, the cache cannot be
/// written, or `progress` says to stop.
pub fn inspect(target: Target<'_>, progress: &Progress<'_>) -> Result<Inspection, DataError> {
    let (located, crossed) = match target {
        Target::Files(_) => (None, Vec::new()),
        Target::Recipe { dataset, source, cache } => {
            let (dataset, located, crossed) = recipe(dataset, source, cache, progress)?;
            (Some((dataset, located)), crossed)
        }
    };
    let parts = match (target, &located) {
        (Target::Files(files), _) => files.iter().cloned().map(Part::plain).collect(),
        (_, Some((_, located))) => Part::all(located),
        (_, None) => Vec::new(),
    };
    let mut look = Look::open(parts, located.as_ref().map(|(_, located)| located), &crossed);
    look.read(progress)?;
    ids(&mut look, located.as_ref().map(|(_, located)| located));
    times(&mut look);
    let recipe = match (target, &located) {
        (Target::Recipe { source, cache, .. }, Some((dataset, located))) => {
            let load = || corrkd_data::load(dataset, source, cache, Trust::Remembered, progress);
            Some(data_set(&mut look, located, dataset.fold.as_ref(), load)?)
        }
        _ => None,
    };
    let segments = look.segments();
    let Look { files, findings, .. } = look;
    let names = files.iter().map(|file| file.file.clone()).collect();
    let description = Description { format: 1, files, segments, recipe };
    Ok(Inspection { description, findings: Findings::new(names, findings) })
}

/// The place of a recipe's files. Where the recipe cross-validates and nothing else is asked for, the data set is that of
/// the first part; beside it, the folds of every part.
fn recipe(
    dataset: &DatasetRef,
    source: Option<&Path>,
    cache: &Path,
    progress: &Progress<'_>,
) -> Result<(DatasetRef, Located, Vec<Folds>), DataError> {
    let located = locate(dataset, source, cache, progress)?;
    let cross = located.recipe.folds.as_ref().and_then(|table| table.cross.clone()).filter(|_| dataset.fold.is_none());
    let Some(cross) = cross else { return Ok((dataset.clone(), located, Vec::new())) };
    let of = |test| DatasetRef { fold: Some(CrossFold { cross: cross.clone(), test }), ..dataset.clone() };
    let parts = (0..cross.parts()).map(|test| Ok(locate(&of(test), source, cache, progress)?.folds));
    let crossed = parts.collect::<Result<Vec<Folds>, DataError>>()?;
    let folds = crossed[0].clone();
    Ok((of(0), Located { folds, ..located }, crossed))
}

/// Holds the files' clocks against each other, where rows are aligned by their times.
fn times(look: &mut Look<'_>) {
    let mut found = Vec::new();
    let mut timed: Vec<(u8, Timed<'_>)> = Vec::new();
    for (number, (file, clock)) in look.files.iter().zip(&look.clocks).enumerate() {
        let Some(clock) = clock else { continue };
        let (name, labels) = (file.file.as_str(), look.labels == Some(number));
        let (repeated, mostly) = clock.repeated(name);
        found.extend(repeated);
        found.extend(file.contents.as_ref().and_then(|contents| outside(name, contents)));
        // Words tell best how long a video is, labels least.
        let rank = match &file.roles[..] {
            _ if labels => 3,
            roles if roles.contains(&"words") => 0,
            roles if roles.contains(&"language") => 1,
            _ => 2,
        };
        if !mostly {
            timed.push((rank, Timed { file: name, roles: &file.roles, ends: clock.ends(), labels }));
        }
    }
    timed.sort_by_key(|(rank, _)| *rank);
    found.extend(compare(&timed.into_iter().map(|(_, timed)| timed).collect::<Vec<_>>()));
    look.findings.extend(found);
}

/// Hardly a row lies in a labelled segment.
fn outside(file: &str, contents: &Contents) -> Option<Finding> {
    let (rows, inside) = (contents.rows_of_labelled?, contents.rows_in_segments?);
    let share = inside as f64 / rows.max(1) as f64;
    let severity = match rows {
        1.. if share < ALMOST_NONE => Severity::Error,
        1.. if share < FEW => Severity::Warning,
        _ => return None,
    };
    let message = format!("{} of {} of labelled videos lie in any labelled segment", whole(inside), count(rows, "row"));
    let finding = Finding::new(Kind::OutsideLabels, Some(file), message);
    Some(Finding { severity, count: rows - inside, ..finding })
}

/// Holds the files' ids against those of the labels, or of all files.
fn ids(look: &mut Look<'_>, located: Option<&Located>) {
    let ids: Vec<Option<Ids>> = look.readers.iter().map(|r| r.as_ref().map(|reader| Ids::of(reader.ids()))).collect();
    let labels = look.labels.and_then(|labels| ids[labels].as_ref());
    let union = Ids::union(ids.iter().flatten());
    for (number, own) in ids.iter().enumerate() {
        let Some(own) = own.as_ref().filter(|_| look.labels != Some(number)) else { continue };
        let file = look.files[number].file.clone();
        let missing = own.lacking(labels.unwrap_or(&union));
        let unlabelled = labels.map(|labels| labels.lacking(own)).unwrap_or_default();
        for id in &missing {
            let segments = look.count.of(id);
            let message = match located {
                Some(located) => lack(located, &look.files[number].roles, segments.max(1)),
                None if labels.is_some() => "has labels, but no entry in this file".to_owned(),
                None => "is in another file, but not in this one".to_owned(),
            };
            let severity = if look.takes_part(id) { Severity::Warning } else { Severity::Note };
            let finding = Finding::new(Kind::Missing, Some(&file), message).at(id);
            look.findings.push(Finding { severity, ..finding });
        }
        for id in &unlabelled {
            look.findings.push(Finding::new(Kind::NoLabels, Some(&file), "has no labels").at(id));
        }
        look.files[number].missing = missing;
        look.files[number].unlabelled = unlabelled;
    }
    // Sequences in plain files need not belong together.
    if located.is_none() && labels.is_none() {
        let findings = look.findings.iter_mut().filter(|finding| finding.kind == Kind::Missing);
        findings.for_each(|finding| finding.severity = Severity::Note);
    }
}

/// What comes of a video's absence in a file of these roles.
fn lack(located: &Located, roles: &[&str], segments: usize) -> String {
    let reference = located.recipe.reference.and_then(Reference::modality);
    let consequence = match reference {
        _ if roles == ["words"] => "no pauses are known of it",
        _ if located.recipe.incomplete == corrkd_data::Incomplete::Drop => "left out",
        Some(reference) if roles.contains(&reference.name()) => "nothing to align to, left out",
        _ => "filled with frames that hold no data",
    };
    let plural = if segments == 1 { "" } else { "s" };
    format!("has {segments} labelled segment{plural}, but no entry in this file: {consequence}")
}
