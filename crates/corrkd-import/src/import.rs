//! The import from end to end: open, recognise, look through, write.

use corrkd_config::{Modality, PerModality, unfit};
use corrkd_csd::Writer;
use corrkd_data::{Fold, Folds, Progress, Zeros};
use std::cell::Cell;
use std::ffi::OsStr;
use std::ops::ControlFlow;
use std::path::Path;

use crate::blank::Blank;
use crate::choices::Choices;
use crate::cross::cross;
use crate::document::Opened;
use crate::id::{self, Names};
use crate::layout::refused::misfit;
use crate::layout::{Recognised, recognise};
use crate::meaning::{self, Meaning};
use crate::plan::Plan;
use crate::report::Width;
use crate::scan::scan;
use crate::sequence::{entry, metadata, write_labels};
use crate::split::Split;
use crate::write::{FOLDS, RECIPE, Target, file};
use crate::{ImportError, Report, field, recipe};

/// Lines that the report has of what a file holds.
const OUTLINE: usize = 16;

/// Imports a file or folder into the folder `out`, which must be new or empty. `progress` is told how many samples of
/// how many were read; each is read twice for each modality.
///
/// # Errors
/// [`ImportError`]; nothing is left in `out` then.
pub fn import(path: &Path, out: &Path, choices: &Choices, progress: &Progress<'_>) -> Result<Report, ImportError> {
    let target = Target::create(out)?;
    let labelled = !choices.unlabelled;
    let opened = Opened::open(path, labelled)?;
    let Recognised { layout, mut splits } = recognise(&opened, labelled)?;
    fit(path, &splits)?;
    let meaning = if labelled { Meaning::decide(path, &mut splits, choices)? } else { Meaning::unasked() };
    let unlabelled = splits.each_mut().map(|split| {
        let told = meaning.told(&split.labels);
        let without = told.iter().filter(|told| !**told).count();
        if without > 0 {
            split.retain(&told);
        }
        without
    });
    if let Some(column) = meaning::columns(&splits).iter().find(|column| unfit(column).is_some()) {
        let got = format!("{column:?}");
        return Err(misfit(
            path,
            Fold::Train,
            "labels",
            "names of labels in one line, without control characters",
            got,
        ));
    }
    let ids = splits.each_ref().map(|split| split.ids.as_deref().ok_or(split.count()));
    let names = id::name(&ids);
    let lacking: Vec<Fold> = Fold::ALL.into_iter().filter(|&fold| splits[fold as usize].count() == 0).collect();
    if !labelled && lacking.len() == Fold::ALL.len() {
        return Err(misfit(path, Fold::Test, "features", "samples", "none"));
    }
    let cross = if lacking.is_empty() { None } else { cross(&names.videos) };
    if let (Some(&fold), None, true) = (lacking.first(), &cross, labelled) {
        let got = format!("none, and {} videos in all", names.videos.iter().map(Vec::len).sum::<usize>());
        return Err(misfit(path, fold, "labels", "samples, or three videos in all to be divided into folds", got));
    }

    let modalities: Vec<Modality> =
        Modality::ALL.into_iter().filter(|&m| splits.iter().any(|split| split.tracks.get(m).is_some())).collect();
    let tracks = splits.iter().map(|split| split.count() * split.tracks.iter().filter(|(_, t)| t.is_some()).count());
    let steps = 2 * tracks.sum::<usize>();
    let done = Cell::new(0);
    let tell = || {
        done.set(done.get() + 1);
        match progress(done.get(), steps) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ImportError::Interrupted),
        }
    };
    let scans =
        PerModality::try_from_fn(
            |m| {
                if modalities.contains(&m) { scan(m, &splits, &tell).map(Some) } else { Ok(None) }
            },
        )?;
    let plan = Plan::of(path, &splits, &scans)?;
    let spans = plan.spans(&splits);
    let about = format!("imported from {} (layout of {layout})", shown(path.file_name()));

    let mut blanks = PerModality::<Blank>::default();
    for &modality in &modalities {
        let metadata = metadata(&about, modality.name(), None);
        let mut writer = Writer::create(&target.path(&file(modality)), modality.name(), &metadata)?;
        let double = splits.iter().filter_map(|split| split.tracks.get(modality).as_ref()).any(|t| t.is_double());
        for (fold, split) in splits.iter().enumerate() {
            let Some(track) = split.tracks.get(modality) else { continue };
            let kept = &plan.kept.get(modality)[fold];
            let facts = names.samples[fold].iter().zip(kept).zip(&spans[fold]);
            for (sample, ((name, kept), span)) in track.samples()?.zip(facts) {
                let sample = sample?;
                blanks.get_mut(modality).count(fold, &sample, kept.clone());
                writer.add(name, &entry(sample, kept.clone(), *span, double))?;
                tell()?;
            }
        }
        writer.finish()?;
    }

    let columns = meaning::columns(&splits).to_vec();
    write_labels(&target, &metadata(&about, "labels", Some(&columns)), &splits, &names, &spans)?;
    let Names { samples: named, videos, split_videos, numbered, repeated } = names;
    let videos_count = Report::by_fold(videos.each_ref().map(Vec::len));
    let [train, valid, test] = videos;
    let folds = toml::to_string_pretty(&Folds { train, valid, test });
    target.text(FOLDS, &folds.map_err(|e| io(&target.path(FOLDS), std::io::Error::other(e)))?)?;

    let features = PerModality::from_fn(|m| {
        let (scan, kept) = (scans.get(m).as_ref()?, plan.kept.get(m));
        let blank = std::mem::take(blanks.get_mut(m));
        let missing = blank.zero_samples != [0; 3];
        let zeros = choices.zeros.unwrap_or(if missing { Zeros::Missing } else { Zeros::Data });
        let first_not_finite = scan.first.map(|(fold, sample)| named[fold][sample].clone());
        Some(Width { first_not_finite, ..Width::of(m, &splits, scan, kept, *plan.side.get(m), blank, zeros) })
    });
    let labels = ranges(&columns, &splits);
    let samples = Report::by_fold(splits.each_ref().map(Split::count));
    let title = format!("{}, {about}", shown(path.file_stem()));
    let contents = recipe::Contents {
        title,
        features: &features,
        aligned: plan.aligned,
        columns: &columns,
        meaning: &meaning,
        samples,
    };
    target.text(RECIPE, &recipe::text(&contents))?;
    let timed = ids.iter().flatten().flat_map(|ids| ids.iter()).filter(|id| id.interval.is_some()).count();
    let has_ids = splits.iter().all(|split| split.ids.is_some() || split.count() == 0);
    let trained = &splits[Fold::Train as usize].labels;
    Ok(Report {
        path: path.to_owned(),
        layout,
        outline: opened.outline(OUTLINE),
        tokens: opened.documents().any(|document| field::tokens(document.root())),
        samples,
        videos: videos_count,
        features,
        aligned: plan.aligned,
        empty: plan.empty,
        labels,
        counts: splits.iter().filter_map(|split| meaning.counts(&split.labels)).reduce(added).unwrap_or_default(),
        label_lacks: meaning.lacking(trained),
        meaning,
        unlabelled: Report::by_fold(unlabelled),
        ids: has_ids.then_some(numbered),
        timed,
        split_videos,
        repeated,
        lacking,
        cross,
        written: target.finish()?,
    })
}

/// A file's name in a text of one line.
fn shown(name: Option<&OsStr>) -> String {
    corrkd_system::shown(&corrkd_system::in_one_line(&name.unwrap_or_default().to_string_lossy())).into_owned()
}

/// Counts of the same names, added up.
fn added(mut all: Vec<(String, usize)>, more: Vec<(String, usize)>) -> Vec<(String, usize)> {
    all.iter_mut().zip(more).for_each(|((_, all), (_, more))| *all += more);
    all
}

fn io(path: &Path, cause: std::io::Error) -> ImportError {
    ImportError::Io { path: path.to_owned(), cause }
}

/// The folds must have the same widths and label columns.
fn fit(path: &Path, splits: &[Split<'_>; 3]) -> Result<(), ImportError> {
    let filled = || Fold::ALL.into_iter().zip(splits).filter(|(_, split)| split.count() > 0);
    for modality in Modality::ALL {
        let widths = filled().filter_map(|(fold, split)| Some((fold, split.tracks.get(modality).as_ref()?.width())));
        let mut widths = widths.into_iter();
        let Some((first, expected)) = widths.next() else { continue };
        if let Some((fold, got)) = widths.find(|&(_, got)| got != expected) {
            let expected = format!("{expected} columns as in {first}");
            return Err(misfit(path, fold, modality.name(), expected, format!("{got} columns")));
        }
    }
    let expected = meaning::columns(splits);
    if let Some((fold, split)) = filled().find(|(_, split)| split.labels.columns != *expected) {
        let expected = format!("{} as in the fold before", expected.join(", "));
        return Err(misfit(path, fold, "labels", expected, split.labels.columns.join(", ")));
    }
    Ok(())
}

/// Name, least and greatest finite value of each label column.
fn ranges(columns: &[String], splits: &[Split<'_>; 3]) -> Vec<(String, f64, f64)> {
    let range = |(column, name): (usize, &String)| {
        let values = splits.iter().flat_map(|split| split.labels.column(column));
        let finite = || values.clone().filter(|value| value.is_finite());
        (name.clone(), finite().reduce(f64::min).unwrap_or(f64::NAN), finite().reduce(f64::max).unwrap_or(f64::NAN))
    };
    columns.iter().enumerate().map(range).collect()
}
