//! Files or a recipe -> what they hold and what is wrong with them.

use corrkd_config::DatasetRef;
use corrkd_data::{DataError, Located, Progress, Reference, locate};
use std::path::{Path, PathBuf};

use crate::description::Description;
use crate::finding::{Finding, Kind, Severity};
use crate::findings::Findings;
use crate::ids::Ids;
use crate::look::Look;
use crate::part::Part;
use crate::samples::data_set;

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
    let located = match target {
        Target::Files(_) => None,
        Target::Recipe { dataset, source, cache } => Some(locate(dataset, source, cache, progress)?),
    };
    let parts = match (target, &located) {
        (Target::Files(files), _) => files.iter().cloned().map(Part::plain).collect(),
        (_, Some(located)) => Part::all(located),
        (_, None) => Vec::new(),
    };
    let mut look = Look::open(parts, located.as_ref());
    look.read(progress)?;
    ids(&mut look, located.as_ref());
    let recipe = match (target, &located) {
        (Target::Recipe { dataset, source, cache }, Some(located)) => {
            let load = || corrkd_data::load(dataset, source, cache, progress);
            Some(data_set(&mut look, located, load)?)
        }
        _ => None,
    };
    let time = located.as_ref().map(|located| located.recipe.time);
    let segments = look.segments(time);
    let Look { files, findings, .. } = look;
    let names = files.iter().map(|file| file.file.clone()).collect();
    let description = Description { format: 1, files, segments, recipe };
    Ok(Inspection { description, findings: Findings::new(names, findings) })
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
            look.findings.push(Finding::new(Kind::Missing, Some(&file), message).at(id));
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
