//! What was imported, in numbers.

use corrkd_config::{Modality, PerModality};
use corrkd_data::{Fold, Samples};
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use crate::scan::Scan;
use crate::split::Split;
use crate::{Layout, Side};

/// What was found in a file and made of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The file or folder.
    pub path: PathBuf,
    /// How it is arranged.
    pub layout: Layout,
    /// What it holds, in a few lines.
    pub outline: String,
    /// Samples of each fold.
    pub samples: Samples,
    /// Videos of each fold.
    pub videos: Samples,
    /// The modalities that the file has.
    pub features: PerModality<Option<Width>>,
    /// Whether all modalities have the same number of frames in each sample.
    pub aligned: bool,
    /// Samples of nothing but zero frames, of which one frame stays.
    pub empty: usize,
    /// The labels' columns, each with its least and greatest value.
    pub labels: Vec<(String, f64, f64)>,
    /// Labels that are NaN or infinite.
    pub labels_not_finite: usize,
    /// Whether the file has ids, and whether it has numbers in them.
    pub ids: Option<bool>,
    /// Samples with a start and an end in seconds.
    pub timed: usize,
    /// Videos in more than one fold.
    pub split_videos: usize,
    /// The files that were written.
    pub written: Vec<PathBuf>,
}

/// One modality in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Width {
    /// Columns, D.
    pub width: usize,
    /// Bits of a number.
    pub bits: u8,
    /// Frames of a sample in the file, padding included, at most.
    pub padded: usize,
    /// Where the padding was; nothing if there was none.
    pub padding: Option<Side>,
    /// Frames that were taken away.
    pub removed: usize,
    /// Frames of a sample without padding: the median.
    pub median: usize,
    /// And the greatest number.
    pub longest: usize,
    /// NaN and infinite values, which stay.
    pub not_finite: usize,
}

impl Width {
    /// The numbers of a modality: what the first pass found, and which frames stay.
    pub(crate) fn of(
        modality: Modality,
        splits: &[Split<'_>; 3],
        scan: &Scan,
        kept: &[Vec<Range<usize>>; 3],
        padding: Option<Side>,
    ) -> Self {
        let tracks = || splits.iter().filter_map(|split| split.tracks.get(modality).as_ref());
        let mut lengths: Vec<usize> = kept.iter().flatten().map(ExactSizeIterator::len).collect();
        lengths.sort_unstable();
        let rows = || scan.extents.iter().flatten().map(|extent| extent.rows);
        Self {
            width: tracks().next().map_or(0, |track| track.width()),
            bits: if tracks().any(|track| track.is_double()) { 64 } else { 32 },
            padded: rows().max().unwrap_or(0),
            padding,
            removed: rows().sum::<usize>() - lengths.iter().sum::<usize>(),
            median: lengths.get(lengths.len() / 2).copied().unwrap_or(0),
            longest: lengths.last().copied().unwrap_or(0),
            not_finite: scan.not_finite,
        }
    }
}

impl Report {
    /// Samples by fold, from numbers in the order of [`Fold::ALL`].
    pub(crate) const fn by_fold([train, valid, test]: [usize; 3]) -> Samples {
        Samples { train, valid, test }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: layout of {}", self.path.display(), self.layout)?;
        self.outline.lines().try_for_each(|line| writeln!(f, "  {line}"))?;
        writeln!(f, "samples: {}", self.samples)?;
        writeln!(f, "videos: {}", self.videos)?;
        for (modality, width) in self.features.iter() {
            let Some(Width { width, bits, padded, padding, removed, median, longest, not_finite }) = width else {
                writeln!(f, "{modality}: not in the file")?;
                continue;
            };
            write!(f, "{modality}: {width} columns of f{}, frames: median {median}, at most {longest}", bits / 8)?;
            match padding {
                Some(side) => write!(f, " ({removed} of padding {side} them taken away, {padded} with it)")?,
                None => write!(f, " (no padding)")?,
            }
            if *not_finite > 0 {
                write!(f, "; {not_finite} values not finite, kept")?;
            }
            writeln!(f)?;
        }
        let columns: Vec<String> =
            self.labels.iter().map(|(name, low, high)| format!("{name} {} to {}", *low as f32, *high as f32)).collect();
        writeln!(f, "labels: {}", columns.join(", "))?;
        match self.ids {
            None => {
                writeln!(f, "ids: none in the file; each sample is a video of its own, such as {}_0000", Fold::Train)?
            }
            Some(true) => writeln!(f, "ids: video and number of the file")?,
            Some(false) => writeln!(f, "ids: video of the file, numbers by its order")?,
        }
        let all = self.samples.train + self.samples.valid + self.samples.test;
        match self.timed {
            0 => writeln!(f, "times: none in the file; frame k covers seconds k to k + 1")?,
            timed => writeln!(f, "times: {timed} of {all} samples have them; their frames share them evenly")?,
        }
        if !self.aligned {
            writeln!(
                f,
                "warning: the modalities differ in their numbers of frames: they are not aligned, and cannot be trained as they are"
            )?;
        }
        if self.empty > 0 {
            writeln!(f, "warning: {} samples hold nothing but zeros; one frame of each stays", self.empty)?;
        }
        if self.labels_not_finite > 0 {
            writeln!(f, "warning: {} labels are not finite", self.labels_not_finite)?;
        }
        if self.split_videos > 0 {
            let count = self.split_videos;
            writeln!(
                f,
                "warning: {count} videos are in more than one fold, now as `video.train` and so on: a test hears speakers that it was trained on"
            )?;
        }
        write!(f, "written:")?;
        self.written.iter().try_for_each(|path| write!(f, "\n  {}", path.display()))
    }
}
