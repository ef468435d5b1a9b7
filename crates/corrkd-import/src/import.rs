//! The import from end to end: open, recognise, look through, write.

use corrkd_config::{Modality, PerModality};
use corrkd_csd::Writer;
use corrkd_data::{Fold, Folds, Progress};
use std::cell::Cell;
use std::ops::ControlFlow;
use std::path::Path;

use crate::document::Opened;
use crate::id::{self, Names};
use crate::layout::{Recognised, misfit, recognise};
use crate::plan::Plan;
use crate::report::Width;
use crate::scan::scan;
use crate::sequence::{entry, metadata, write_labels};
use crate::split::Split;
use crate::write::{FOLDS, RECIPE, Target, file};
use crate::{ImportError, Report, recipe};

/// Lines that the report has of what a file holds.
const OUTLINE: usize = 16;

/// Imports a file or folder into the folder `out`, which must be new or empty. `progress` is told how many samples of
/// how many were read; each is read twice for each modality.
///
/// # Errors
/// [`ImportError`]; nothing is left in `out` then.
pub fn import(path: &Path, out: &Path, progress: &Progress<'_>) -> Result<Report, ImportError> {
    let target = Target::create(out)?;
    let opened = Opened::open(path)?;
    let Recognised { layout, splits } = recognise(&opened)?;
    fit(path, &splits)?;
    let all = splits.iter().map(Split::count).sum::<usize>();
    let modalities: Vec<Modality> = Modality::ALL.into_iter().filter(|&m| splits[0].tracks.get(m).is_some()).collect();
    let done = Cell::new(0);
    let tell = || {
        done.set(done.get() + 1);
        match progress(done.get(), 2 * all * modalities.len()) {
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
    let ids = splits.each_ref().map(|split| split.ids.as_deref().ok_or(split.count()));
    let names = id::name(&ids);
    let spans = plan.spans(&splits);
    let about = format!("imported from {} (layout of {layout})", path.file_name().unwrap_or_default().display());

    for &modality in &modalities {
        let metadata = metadata(&about, modality.name(), None);
        let mut writer = Writer::create(&target.path(&file(modality)), modality.name(), &metadata)?;
        let double = splits.iter().filter_map(|split| split.tracks.get(modality).as_ref()).any(|t| t.is_double());
        for (fold, split) in splits.iter().enumerate() {
            let Some(track) = split.tracks.get(modality) else { continue };
            let kept = &plan.kept.get(modality)[fold];
            let facts = names.samples[fold].iter().zip(kept).zip(&spans[fold]);
            for (sample, ((name, kept), span)) in track.samples()?.zip(facts) {
                writer.add(name, &entry(sample?, kept.clone(), *span, double))?;
                tell()?;
            }
        }
        writer.finish()?;
    }

    let columns = splits[0].labels.columns.clone();
    write_labels(&target, &metadata(&about, "labels", Some(&columns)), &splits, &names, &spans)?;
    let Names { videos, split_videos, numbered, .. } = names;
    let videos_count = Report::by_fold(videos.each_ref().map(Vec::len));
    let [train, valid, test] = videos;
    let folds = toml::to_string_pretty(&Folds { train, valid, test });
    target.text(FOLDS, &folds.map_err(|e| io(&target.path(FOLDS), std::io::Error::other(e)))?)?;

    let features = PerModality::from_fn(|m| {
        let (scan, kept) = (scans.get(m).as_ref()?, plan.kept.get(m));
        Some(Width::of(m, &splits, scan, kept, *plan.side.get(m)))
    });
    let labels = ranges(&splits);
    let samples = Report::by_fold(splits.each_ref().map(Split::count));
    let title = format!("{}, {about}", path.file_stem().unwrap_or_default().display());
    let contents = recipe::Contents { title, features: &features, labels: &labels, samples };
    target.text(RECIPE, &recipe::text(&contents))?;
    let timed = ids.iter().flatten().flat_map(|ids| ids.iter()).filter(|id| id.interval.is_some()).count();
    let has_ids = splits.iter().all(|split| split.ids.is_some());
    Ok(Report {
        path: path.to_owned(),
        layout,
        outline: opened.outline(OUTLINE),
        samples,
        videos: videos_count,
        features,
        aligned: plan.aligned,
        empty: plan.empty,
        labels,
        labels_not_finite: splits.iter().flat_map(|s| &s.labels.values).filter(|v| !v.is_finite()).count(),
        ids: has_ids.then_some(numbered),
        timed,
        split_videos,
        written: target.finish()?,
    })
}

fn io(path: &Path, cause: std::io::Error) -> ImportError {
    ImportError::Io { path: path.to_owned(), cause }
}

/// The folds must have the same modalities, widths and label columns.
fn fit(path: &Path, splits: &[Split<'_>; 3]) -> Result<(), ImportError> {
    for (fold, split) in Fold::ALL.into_iter().zip(splits) {
        for (modality, track) in split.tracks.iter() {
            let width = |split: &Split<'_>| split.tracks.get(modality).as_ref().map(|track| track.width());
            let (expected, got) = (width(&splits[0]), track.as_ref().map(|track| track.width()));
            if got != expected {
                let columns =
                    |width: Option<usize>| width.map_or("none".to_owned(), |width| format!("{width} columns"));
                let expected = format!("{} as in {}", columns(expected), Fold::Train);
                return Err(misfit(path, fold, modality.name(), expected, columns(got)));
            }
        }
        let (expected, got) = (&splits[0].labels.columns, &split.labels.columns);
        if got != expected && split.count() > 0 {
            let expected = format!("{} as in {}", expected.join(", "), Fold::Train);
            return Err(misfit(path, fold, "labels", expected, got.join(", ")));
        }
    }
    Ok(())
}

/// Name, least and greatest finite value of each label column.
fn ranges(splits: &[Split<'_>; 3]) -> Vec<(String, f64, f64)> {
    let columns = &splits[0].labels.columns;
    let range = |(column, name): (usize, &String)| {
        let values = splits.iter().flat_map(|s| s.labels.values.iter().skip(column).step_by(columns.len()));
        let finite = || values.clone().copied().filter(|value| value.is_finite());
        (name.clone(), finite().reduce(f64::min).unwrap_or(f64::NAN), finite().reduce(f64::max).unwrap_or(f64::NAN))
    };
    columns.iter().enumerate().map(range).collect()
}
