//! What was imported, in numbers.

use corrkd_config::{Cross, Cuts, Modality, PerModality};
use corrkd_data::{Fold, Samples, Zeros};
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use crate::meaning::listed;
use crate::scan::Scan;
use crate::split::Split;
use crate::{Blank, Layout, Meaning, Side};

/// What was found in a file and made of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The file or folder.
    pub path: PathBuf,
    /// How it is arranged.
    pub layout: Layout,
    /// What it holds, in a few lines.
    pub outline: String,
    /// Whether it has MMSA's token ids and masks, which are no features and are left out.
    pub tokens: bool,
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
    /// What they mean.
    pub meaning: Meaning,
    /// How often each category is the label; nothing where labels are scores.
    pub counts: Vec<(String, usize)>,
    /// What those of the training fold lack, if they are all alike.
    pub label_lacks: Option<String>,
    /// Samples whose label is NaN, infinite or not there, which are left out.
    pub unlabelled: Samples,
    /// Whether the file has ids, and whether it has numbers in them.
    pub ids: Option<bool>,
    /// Samples with a start and an end in seconds.
    pub timed: usize,
    /// Videos in more than one fold.
    pub split_videos: usize,
    /// Samples that have the id of another in their fold.
    pub repeated: usize,
    /// Folds without samples.
    pub lacking: Vec<Fold>,
    /// Parts that a data set with such a fold can be divided into.
    pub cross: Option<Cross>,
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
    /// Values that are NaN or infinite, or too great for single precision, which stay.
    pub not_finite: usize,
    /// The first sample that has one.
    pub first_not_finite: Option<String>,
    /// Samples of folds in which the file does not have the modality.
    pub absent: [usize; 3],
    /// Samples and frames that hold nothing.
    pub blank: Blank,
    /// What zeros are.
    pub zeros: Zeros,
}

impl Width {
    /// The numbers of a modality: what the first pass found, and which frames stay.
    pub(crate) fn of(
        modality: Modality,
        splits: &[Split<'_>; 3],
        scan: &Scan,
        kept: &[Vec<Range<usize>>; 3],
        padding: Option<Side>,
        blank: Blank,
        zeros: Zeros,
    ) -> Self {
        let tracks = || splits.iter().filter_map(|split| split.tracks.get(modality).as_ref());
        let mut lengths: Vec<usize> = kept.iter().flatten().map(ExactSizeIterator::len).collect();
        lengths.sort_unstable();
        let rows = || scan.extents.iter().flatten().map(|extent| extent.rows);
        let absent =
            splits.each_ref().map(|split| if split.tracks.get(modality).is_some() { 0 } else { split.count() });
        Self {
            width: tracks().map(|track| track.width()).max().unwrap_or(0),
            bits: if tracks().any(|track| track.is_double()) { 64 } else { 32 },
            padded: rows().max().unwrap_or(0),
            padding,
            removed: rows().sum::<usize>() - lengths.iter().sum::<usize>(),
            median: lengths.get(lengths.len() / 2).copied().unwrap_or(0),
            longest: lengths.last().copied().unwrap_or(0),
            not_finite: scan.not_finite,
            first_not_finite: None,
            absent,
            blank,
            zeros,
        }
    }

    /// Samples of each fold in which the modality is missing.
    #[must_use]
    pub fn missing(&self) -> [usize; 3] {
        let Blank { zero_samples, lost_samples, .. } = &self.blank;
        let zeros = |fold: usize| if self.zeros == Zeros::Missing { zero_samples[fold] } else { 0 };
        std::array::from_fn(|fold| self.absent[fold] + lost_samples[fold] + zeros(fold))
    }

    /// Writes where the modality is missing, and where it is zero without being so.
    fn write_missing(&self, f: &mut fmt::Formatter<'_>, modality: Modality) -> fmt::Result {
        let Blank { zero_samples, lost_samples, zero_frames, lost_frames } = &self.blank;
        let (zero_samples, zeros) = (zero_samples.iter().sum::<usize>(), self.zeros == Zeros::Missing);
        let samples = [
            (if zeros { zero_samples } else { 0 }, "all zeros"),
            (lost_samples.iter().sum(), "no finite value"),
            (self.absent.iter().sum(), "not in the file"),
        ];
        let samples = samples.iter().filter(|(count, _)| *count > 0);
        let samples: Vec<String> = samples.map(|(count, why)| format!("{count} samples ({why})")).collect();
        let frames = if zeros { zero_frames + lost_frames } else { *lost_frames };
        match (samples.is_empty(), frames) {
            (true, 0) => {}
            (true, frames) => writeln!(f, "{modality}: missing in {frames} single frames")?,
            (false, 0) => writeln!(f, "{modality}: missing in {}", samples.join(", "))?,
            (false, frames) => {
                writeln!(f, "{modality}: missing in {}, and in {frames} single frames of others", samples.join(", "))?
            }
        }
        match (zeros, zero_samples, zero_frames) {
            (true, ..) | (_, 0, 0) => Ok(()),
            (_, 0, frames) => {
                writeln!(f, "{modality}: {frames} frames of zeros, which are data (--zeros missing if not)")
            }
            (_, samples, frames) => {
                writeln!(
                    f,
                    "{modality}: {samples} samples of zeros, and {frames} frames of others, which are data as chosen"
                )
            }
        }
    }
}

impl Meaning {
    /// Writes what the label is; `counts` are those of its categories.
    fn write(&self, f: &mut fmt::Formatter<'_>, columns: usize, counts: &[(String, usize)]) -> fmt::Result {
        let choice = if columns > 1 { " (another with --label)" } else { "" };
        let counts: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
        match self {
            Self::Score { column, range: [low, high], neutral, cuts, beyond, guessed } => {
                write!(f, "label: {column}{choice}, scores in [{low}, {high}], neutral {neutral}")?;
                if *cuts != Cuts::default() {
                    write!(f, "; cut as CH-SIMS's are: 2 ways at 0, 3 at -0.1 and 0.1, 5 at -0.7, -0.1, 0.1 and 0.7")?;
                }
                if *beyond > 0 {
                    write!(f, "; {beyond} labels lie beyond, and become the nearest within")?;
                }
                if *guessed {
                    write!(f, "; if the scale is a wider one: --scale LOW,NEUTRAL,HIGH")?;
                }
                writeln!(f)
            }
            Self::Columns { .. } => {
                writeln!(f, "label: which of {} columns is 1: {}", counts.len(), listed(&counts))
            }
            Self::Numbers { column, from_one, .. } => {
                let from = if *from_one { ", numbered from 1 in the file and from 0 here" } else { "" };
                writeln!(f, "label: {column}{choice}, categories by number: {}{from}", listed(&counts))
            }
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
            let Some(all) = width else {
                writeln!(f, "{modality}: not in the file")?;
                continue;
            };
            let Width { width, bits, padded, padding, removed, median, longest, not_finite, .. } = all;
            write!(f, "{modality}: {width} columns of f{}, frames: median {median}, at most {longest}", bits / 8)?;
            match padding {
                Some(side) => write!(f, " ({removed} of padding {side} them taken away, {padded} with it)")?,
                None => write!(f, " (no padding)")?,
            }
            if let Some(first) = &all.first_not_finite {
                write!(f, "; {not_finite} values not finite, kept, the first in `{first}`")?;
            }
            writeln!(f)?;
            all.write_missing(f, modality)?;
        }
        if self.tokens {
            writeln!(f, "text_bert: token ids and masks, for fine-tuning a BERT: no features, left out")?;
        }
        let columns: Vec<String> =
            self.labels.iter().map(|(name, low, high)| format!("{name} {} to {}", *low as f32, *high as f32)).collect();
        writeln!(f, "labels: {}", columns.join(", "))?;
        self.meaning.write(f, columns.len(), &self.counts)?;
        match self.ids {
            None => {
                writeln!(f, "ids: none in the file; each sample is a video of its own, such as {}_0000", Fold::Train)?
            }
            Some(true) => writeln!(f, "ids: video and number of the file")?,
            Some(false) => writeln!(f, "ids: video of the file, numbers by its order")?,
        }
        let all = self.samples.train + self.samples.valid + self.samples.test;
        match self.timed {
            0 if self.aligned => writeln!(f, "times: none in the file; frame k covers seconds k to k + 1")?,
            0 => writeln!(
                f,
                "times: none in the file; a sample lasts as many seconds as its longest modality has frames, which all share evenly"
            )?,
            timed => writeln!(f, "times: {timed} of {all} samples have them; their frames share them evenly")?,
        }
        if !self.aligned {
            let length = |(m, width): (Modality, &Option<Width>)| Some(format!("{m} {}", width.as_ref()?.padded));
            let lengths: Vec<String> = self.features.iter().filter_map(length).collect();
            writeln!(f, "lengths: not aligned, each modality has its own: at most {} frames", lengths.join(", "))?;
        }
        for (modality, width) in self.features.iter() {
            let samples = [self.samples.train, self.samples.valid, self.samples.test];
            for (fold, (missing, all)) in Fold::ALL.iter().zip(width.iter().flat_map(Width::missing).zip(samples)) {
                if missing == all && all > 0 {
                    writeln!(f, "warning: {modality} is missing in all {all} samples of the {fold} fold")?;
                }
            }
        }
        if self.empty > 0 {
            writeln!(f, "warning: {} samples hold nothing but zeros; one frame of each stays", self.empty)?;
        }
        let without = self.unlabelled.train + self.unlabelled.valid + self.unlabelled.test;
        if without > 0 {
            writeln!(f, "warning: {without} samples have no label, and are left out: {}", self.unlabelled)?;
        }
        if let Some(lacks) = &self.label_lacks {
            writeln!(f, "warning: {lacks}")?;
        }
        if let Some(cross) = &self.cross {
            let folds: Vec<&str> = self.lacking.iter().map(|fold| fold.name()).collect();
            let folds = match &folds[..] {
                [fold] => format!("the {fold} fold is"),
                several => format!("the {} folds are", several.join(" and ")),
            };
            let parts = match cross {
                Cross::Parts(parts) => format!("{parts}"),
                Cross::Groups(names) => format!("{names:?}"),
            };
            writeln!(
                f,
                "warning: {folds} empty: set folds = {parts} in the experiment, so that each part is tested once, the next \
                 one validates and the others train; or cross = {parts} under [folds] in the recipe"
            )?;
        }
        if self.repeated > 0 {
            let count = self.repeated;
            writeln!(
                f,
                "warning: {count} samples have the id of another; the samples of their videos are numbered by the file's order"
            )?;
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
