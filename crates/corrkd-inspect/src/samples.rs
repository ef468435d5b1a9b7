//! What a recipe makes of its files: folds and samples.

use corrkd_config::{CrossFold, Modality};
use corrkd_data::{DataError, Dataset, Fold, Located, Samples};
use std::collections::BTreeSet;

use crate::description::{DataSet, FoldCount, Missing};
use crate::finding::{Finding, Kind, Severity};
use crate::look::Look;
use crate::render::count;

/// Counts the folds, and makes the samples with `load`.
pub(crate) fn data_set(
    look: &mut Look<'_>,
    located: &Located,
    fold: Option<&CrossFold>,
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
        // Those that the recipe does not let take part are meant to be left out.
        let severity = if fold.is_some() { Severity::Note } else { Severity::Warning };
        let finding = Finding::new(Kind::NoFold, file.as_deref(), message).at(video);
        look.findings.push(Finding { severity, ..finding });
    }
    let allowed = without_labels.len() <= recipe.folds.as_ref().map_or(0, |table| table.unlabelled);
    for video in &without_labels {
        let fold = fold_of.get(video.as_str()).map_or("", |fold| fold.name());
        let message = format!("is in the {fold} fold, and has no labels");
        let severity = if allowed { Severity::Note } else { Severity::Error };
        let finding = Finding::new(Kind::Unlabelled, file.as_deref(), message).at(video);
        look.findings.push(Finding { severity, ..finding });
    }

    let (summary, missing, problem) = match load() {
        Ok(dataset) => (Some(dataset.summary), missing(&dataset), None),
        Err(DataError::Interrupted) => return Err(DataError::Interrupted),
        Err(error) => (None, Vec::new(), Some(error.to_string())),
    };
    look.findings.extend(missing.iter().filter(|part| part.lacking == part.samples).map(fold_lacks));
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
        tested: fold.map(ToString::to_string),
        folder: folder.display().to_string(),
        time: recipe.time.longest(),
        times: (!recipe.time.is_aligned()).then(|| recipe.time.by_modality()),
        folds: folds.into(),
        in_no_fold,
        without_labels,
        summary,
        missing,
        expected: recipe.expected,
        problem,
    })
}

/// What is missing by nature, fold by fold.
fn missing(dataset: &Dataset) -> Vec<Missing> {
    let has = |modality: &Modality| dataset.modalities.has(*modality);
    let parts = Modality::ALL.into_iter().filter(has).flat_map(|modality| Fold::ALL.map(|fold| (modality, fold)));
    let count = |(modality, fold): (Modality, Fold)| {
        let samples = &dataset.split(fold).samples;
        let (lacking, others): (Vec<_>, Vec<_>) = samples.iter().partition(|sample| sample.lacks(modality));
        let frames = || others.iter().flat_map(|sample| sample.present.get(modality));
        Missing {
            modality,
            fold: fold.name(),
            samples: samples.len(),
            lacking: lacking.len(),
            frames: frames().count(),
            without_data: frames().filter(|present| !**present).count(),
        }
    };
    parts.map(count).collect()
}

/// A modality that no sample of a fold has.
fn fold_lacks(part: &Missing) -> Finding {
    let Missing { modality, fold, samples, .. } = part;
    let consequence = match *fold {
        "train" => "nothing is learnt of it, and whatever is tested with it says nothing",
        "valid" => "the best epoch is chosen without it",
        _ => "no score says anything about it",
    };
    let samples = count(*samples, "sample");
    Finding::new(
        Kind::FoldLacks,
        None,
        format!("{modality} is missing in all {samples} of the {fold} fold: {consequence}"),
    )
}
