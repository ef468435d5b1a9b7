//! Which frames of each sample are written, and when they were.

use corrkd_config::{Modality, PerModality};
use corrkd_data::Fold;
use std::ops::Range;
use std::path::Path;

use crate::ImportError;
use crate::extent::{Extent, Side, side};
use crate::layout::refused::misfit;
use crate::scan::Scan;
use crate::split::Split;

/// Which frames of each sample are written.
pub(crate) struct Plan {
    /// Whether all modalities have the same number of frames in each sample.
    pub(crate) aligned: bool,
    /// Where the padding is.
    pub(crate) side: PerModality<Option<Side>>,
    /// By modality, fold and sample.
    pub(crate) kept: PerModality<[Vec<Range<usize>>; 3]>,
    /// Samples of nothing but zero frames.
    pub(crate) empty: usize,
}

impl Plan {
    /// Decides by what the first pass found.
    pub(crate) fn of(
        path: &Path,
        splits: &[Split<'_>; 3],
        scans: &PerModality<Option<Scan>>,
    ) -> Result<Self, ImportError> {
        let has = |modality: Modality, fold: usize| splits[fold].tracks.get(modality).is_some();
        // The modalities of a fold; one that no sample of it has is not among them.
        let of = |fold: usize| {
            let scans = scans.iter().filter(move |&(m, _)| has(m, fold));
            scans.filter_map(move |(_, scan)| scan.as_ref()).map(move |scan| &scan.extents[fold])
        };
        for (fold, split) in Fold::ALL.into_iter().zip(splits) {
            if of(fold as usize).flatten().any(|extent| extent.rows == 0) {
                return Err(misfit(path, fold, "features", "a frame or more in each sample", "none"));
            }
            if of(fold as usize).any(|extents| extents.len() != split.count()) {
                let expected = format!("{} samples, as many as labels", split.count());
                return Err(misfit(path, fold, "features", expected, "another number"));
            }
        }
        // The extents of all modalities together, where these have equally many frames.
        let together = |fold: usize| -> Option<Vec<Extent>> {
            (0..splits[fold].count())
                .map(|sample| {
                    let mut extents = of(fold).map(|extents| extents[sample]);
                    let first = extents.next()?;
                    extents.try_fold(first, |all, more| (all.rows == more.rows).then(|| all.with(more)))
                })
                .collect()
        };
        let joint: Option<[Vec<Extent>; 3]> = match (together(0), together(1), together(2)) {
            (Some(train), Some(valid), Some(test)) => Some([train, valid, test]),
            _ => None,
        };
        let samples = (0..3).flat_map(|fold| (0..splits[fold].count()).map(move |sample| (fold, sample)));
        let empty = samples.filter(|&(fold, sample)| of(fold).all(|extents| extents[sample].is_empty())).count();
        let extents = |m: Modality| match &joint {
            Some(joint) => Some(joint),
            None => scans.get(m).as_ref().map(|scan| &scan.extents),
        };
        let side = PerModality::from_fn(|m| side(extents(m)?.iter().flatten().copied()));
        let kept = PerModality::from_fn(|m| {
            std::array::from_fn(|fold| {
                let extents = extents(m).filter(|_| has(m, fold)).map_or(&[][..], |extents| &extents[fold]);
                let lengths = splits[fold].lengths.get(m).as_ref().filter(|_| joint.is_none());
                let length = |sample: usize| lengths.and_then(|lengths| lengths.get(sample).copied());
                extents.iter().enumerate().map(|(s, extent)| extent.kept(*side.get(m), length(s))).collect()
            })
        });
        Ok(Self { aligned: joint.is_some(), side, kept, empty })
    }

    /// Start and end of each sample in seconds: those of the file, or as many seconds as its longest modality has frames.
    pub(crate) fn spans(&self, splits: &[Split<'_>; 3]) -> [Vec<[f64; 2]>; 3] {
        std::array::from_fn(|fold| {
            let split = &splits[fold];
            let longest = |s: usize| {
                let kept = self.kept.iter().filter_map(move |(_, kept)| kept[fold].get(s));
                kept.map(ExactSizeIterator::len).max().unwrap_or(1)
            };
            let given = |s: usize| split.ids.as_ref().and_then(|ids| ids[s].interval);
            (0..split.count()).map(|s| given(s).unwrap_or_else(|| [0.0, longest(s) as f64])).collect()
        })
    }
}
