//! A folder of single files: `labels.csv` with a row for each sample, and for each modality a folder with a file for each
//! sample, `ID.npy` or `ID.csv`.
//!
//! A modality's folder has one of the names that fields have in other layouts (`language` or `text`, `audio`, `vision` or
//! `visual`, and so on) and may have folders in it: `a/b.npy` is of sample `a/b`. A sample whose file is not there, or has
//! no frames, lacks the modality: it has frames of NaN, as many as its other modalities if these are aligned, else one.

mod columns;
mod feature_names;
mod frames;
mod labels;
mod names;
pub(crate) mod sample;
mod table;
mod table_frames;

use corrkd_config::{Modality, PerModality};
use corrkd_data::Fold;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::ImportError;
use crate::label::Labels;
use crate::layout::refused::{misfit, unknown};
use crate::layout::{Layout, Recognised};
use crate::split::Split;
use crate::track::Track;
use frames::FrameFile;
use labels::LabelTable;
use names::{Folder, Root};
use sample::FileSample;

/// A folder that was looked through; its features are still in their files.
pub(crate) struct Loose {
    labels: LabelTable,
    tracks: PerModality<Option<FileTrack>>,
    /// What was found, a line for each folder.
    outline: Vec<String>,
}

/// The files of one modality.
struct FileTrack {
    /// In the order of the labels.
    files: Vec<FileSample>,
    width: usize,
}

impl Loose {
    /// Looks through a folder; nothing where it has neither labels nor modalities.
    /// Where labels are not asked for, the files alone are enough.
    pub(crate) fn open(path: &Path, labelled: bool) -> Result<Option<Self>, ImportError> {
        let Root { tables, folders, loose, joined } = Root::of(path)?;
        let outline = |lines: &[String]| lines.join("\n");
        let seen = || {
            let tables = tables.iter().map(|(name, ..)| name.clone());
            let folders = folders.iter().map(|(modality, folder)| folder.line(*modality));
            tables.chain(folders).chain(loose.clone()).collect::<Vec<_>>()
        };
        match (tables.is_empty(), folders.is_empty()) {
            (true, true) if loose.is_empty() => return Ok(None),
            (true, true) if joined.is_some() => {
                return Err(unknown(path, cut(&joined.unwrap_or_default()), outline(&seen())));
            }
            (true, true) => {
                let why = "files of single samples without labels; put them into folders named language, audio and \
                           vision beside a labels.csv";
                return Err(unknown(path, why, outline(&seen())));
            }
            (true, false) if !labelled => {
                let samples = folders.iter().flat_map(|(_, folder)| folder.samples()).collect::<BTreeSet<_>>();
                let labels = labels::unlabelled(path, samples.into_iter())?;
                return Ok(Some(Self::of(path, labels, folders)?));
            }
            (true, false) => {
                let why =
                    "no labels: labels.csv with the columns id and split and a column for each label is not there";
                return Err(unknown(path, why, outline(&seen())));
            }
            (false, true) => {
                let why = "labels, but no folder named language, audio or vision with a file for each id";
                return Err(unknown(path, why, outline(&seen())));
            }
            (false, false) => {}
        }
        Ok(Some(Self::of(path, labels::read(&tables, labelled)?, folders)?))
    }

    fn of(path: &Path, labels: LabelTable, folders: Vec<(Modality, Folder)>) -> Result<Self, ImportError> {
        let rows = || labels.rows.iter();
        let mut outline = labels.lines.clone();
        let mut tracks = PerModality::<Option<FileTrack>>::default();
        for (modality, mut folder) in folders {
            let files: Vec<Option<PathBuf>> = rows().map(|row| folder.take(&row.files)).collect();
            if files.iter().all(Option::is_none) {
                let example = rows().next().map_or("", |row| &row.files[0]);
                let expected = format!("a file for each id, such as `{example}.npy`");
                return Err(misfit(path, Fold::Train, modality.name(), expected, folder.instead()));
            }
            let (files, mut line) = frames::open(files)?;
            if let Some(left) = folder.left() {
                line.push_str(&left);
            }
            outline.push(format!("{modality}: {line}"));
            let Some(width) = files.iter().flatten().find(|file| file.rows() > 0).map(FrameFile::width) else {
                return Err(misfit(path, Fold::Train, modality.name(), "frames in one file at least", "none"));
            };
            let files = files.into_iter().map(|file| match file {
                Some(file) if file.rows() > 0 => FileSample::File(file),
                _ => FileSample::Absent(1),
            });
            *tracks.get_mut(modality) = Some(FileTrack { files: files.collect(), width });
        }
        let lengths = |sample: usize| {
            let files = tracks.iter().filter_map(move |(_, track)| track.as_ref()?.files.get(sample));
            files.filter_map(|file| if let FileSample::File(file) = file { Some(file.rows()) } else { None })
        };
        if let Some((_, row)) = rows().enumerate().find(|&(sample, _)| lengths(sample).next().is_none()) {
            let expected = "a file with frames in one folder at least for each row of the labels";
            return Err(misfit(path, row.fold, "id", expected, format!("none for `{}`", row.files[0])));
        }
        let together: Option<Vec<usize>> = (0..rows().count())
            .map(|sample| {
                let mut lengths = lengths(sample);
                let first = lengths.next()?;
                lengths.all(|length| length == first).then_some(first)
            })
            .collect();
        for modality in Modality::ALL {
            let files = tracks.get_mut(modality).iter_mut().flat_map(|track| &mut track.files);
            for (file, &length) in files.zip(together.iter().flatten()) {
                if let FileSample::Absent(frames) = file {
                    *frames = length;
                }
            }
        }
        Ok(Self { labels, tracks, outline })
    }

    /// What was found, a line for each folder.
    pub(crate) fn outline(&self) -> String {
        self.outline.join("\n")
    }

    /// The samples by fold.
    pub(crate) fn recognise(&self) -> Recognised<'_> {
        let split = |fold: Fold| {
            let rows = || self.labels.rows.iter().enumerate().filter(|(_, row)| row.fold == fold);
            let tracks = PerModality::from_fn(|m| {
                let track = self.tracks.get(m).as_ref().filter(|_| rows().next().is_some())?;
                let files = rows().map(|(sample, _)| &track.files[sample]).collect();
                Some(Track::Files { files, width: track.width })
            });
            let labels = Labels {
                columns: self.labels.columns.clone(),
                values: rows().flat_map(|(_, row)| row.values.iter().copied()).collect(),
            };
            let ids = Some(rows().map(|(_, row)| row.id.clone()).collect());
            Split { tracks, lengths: PerModality::from_fn(|_| None), labels, ids }
        };
        Recognised { layout: Layout::Files, splits: Fold::ALL.map(split) }
    }
}

/// How to cut an array of all samples' frames into files, for a message.
fn cut(name: &str) -> String {
    format!(
        "{name}.npy has the frames of all samples one behind the other, and {name}.lengths how many each has; these lines of \
         Python, run in the folder, make files of them that are read, given a line of id and label for each in {name}.emo\n  \
         import numpy, os; os.makedirs('audio', exist_ok=True); rows = [line.split() for line in open('{name}.emo')]\n  \
         ends = numpy.cumsum([int(length) for length in open('{name}.lengths')])[:-1]\n  \
         [numpy.save(f'audio/{{id}}.npy', part) for (id, _), part in zip(rows, numpy.split(numpy.load('{name}.npy'), ends))]\n  \
         open('labels.csv', 'w').writelines(['id,label\\n'] + [f'{{id}},{{label}}\\n' for id, label in rows])\n "
    )
}
