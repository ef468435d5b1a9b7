//! What a recipe makes of its files: folds and samples.

use corrkd_data::{DataError, Dataset, Fold, Located, Samples};
use std::collections::BTreeSet;

use crate::description::{DataSet, FoldCount};
use crate::finding::{Finding, Kind, Severity};
use crate::look::Look;

/// Counts the folds, and makes the samples with `load`.
pub(crate) fn data_set(
    look: &mut Look<'_>,
    located: &Located,
    load: impl Fn() -> Result<Dataset, DataError>,
) -> Result<DataSet, DataError> {
    let Located { name, recipe, folder, folds } = located;
    let fold_of = folds.by_video();
    let labelled: BTreeSet<String> = look.count.videos().map(str::to_owned).collect();
    let readable = look.labels.is_some_and(|labels| look.readers[labels].is_some());
    let in_no_fold: Vec<String> =
        labelled.iter().filter(|video| !fold_of.contains_key(video.as_str())).cloned().collect();
    let lacking = |video: &&&str| readable && !labelled.contains(**video);
    let without_labels: Vec<String> = fold_of.keys().filter(lacking).map(|&video| video.to_owned()).collect();
    let file = look.labels.map(|labels| look.files[labels].file.clone());
    for video in &in_no_fold {
        let message = format!("is in no fold, with {} segments", look.count.of(video));
        look.findings.push(Finding::new(Kind::NoFold, file.as_deref(), message).at(video));
    }
    let allowed = without_labels.len() <= recipe.folds.as_ref().map_or(0, |table| table.unlabelled);
    for video in &without_labels {
        let fold = fold_of.get(video.as_str()).map_or("", |fold| fold.name());
        let message = format!("is in the {fold} fold, and has no labels");
        let severity = if allowed { Severity::Note } else { Severity::Error };
        let finding = Finding::new(Kind::Unlabelled, file.as_deref(), message).at(video);
        look.findings.push(Finding { severity, ..finding });
    }

    let (summary, problem) = match load() {
        Ok(dataset) => (Some(dataset.summary), None),
        Err(DataError::Interrupted) => return Err(DataError::Interrupted),
        Err(error) => (None, Some(error.to_string())),
    };
    // What the files were found to have is what stands in the way, mostly.
    let known = look.findings.iter().any(|finding| finding.severity == Severity::Error);
    if let Some(problem) = problem.as_ref().filter(|_| !known) {
        look.findings.push(Finding::new(Kind::NoSamples, None, problem.as_str()));
    }
    if let (Some(summary), Some(expected)) = (&summary, recipe.expected)
        && summary.samples != expected
    {
        let message = format!("{}, but the recipe expects {expected}", summary.samples);
        look.findings.push(Finding::new(Kind::OtherCounts, None, message));
    }
    let of = |samples: Samples, fold| match fold {
        Fold::Train => samples.train,
        Fold::Valid => samples.valid,
        Fold::Test => samples.test,
    };
    let folds = Fold::ALL.map(|fold| {
        let videos = folds.ids(fold);
        FoldCount {
            fold: fold.name(),
            videos: videos.len(),
            labelled: videos.iter().filter(|video| labelled.contains(*video)).count(),
            segments: videos.iter().map(|video| look.count.of(video)).sum(),
            samples: summary.map(|summary| of(summary.samples, fold)),
            expected: recipe.expected.map(|expected| of(expected, fold)),
        }
    });
    Ok(DataSet {
        name: name.clone(),
        title: recipe.title.clone(),
        folder: folder.display().to_string(),
        time: recipe.time,
        folds: folds.into(),
        in_no_fold,
        without_labels,
        summary,
        expected: recipe.expected,
        problem,
    })
}
