//! Which frames of each sample are written, and when they were.

use corrkd_config::{Modality, PerModality};
use corrkd_data::Fold;
use std::ops::Range;
use std::path::Path;

use crate::ImportError;
use crate::extent::{Extent, Side, side};
use crate::layout::misfit;
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
        let present = || scans.iter().filter_map(|(_, scan)| scan.as_ref());
        for (fold, split) in Fold::ALL.into_iter().zip(splits) {
            let lacking = present().find(|scan| scan.extents[fold as usize].iter().any(|extent| extent.rows == 0));
            if lacking.is_some() {
                return Err(misfit(path, fold, "features", "a frame or more in each sample", "none"));
            }
            let counted = present().all(|scan| scan.extents[fold as usize].len() == split.count());
            if !counted {
                let expected = format!("{} samples, as many as labels", split.count());
                return Err(misfit(path, fold, "features", expected, "another number"));
            }
        }
        let joint: Option<[Vec<Extent>; 3]> = present()
            .map(|scan| Some(scan.extents.clone()))
            .reduce(|all, more| {
                let (all, more) = (all?, more?);
                let equal = all.iter().flatten().zip(more.iter().flatten()).all(|(a, b)| a.rows == b.rows);
                equal.then(|| std::array::from_fn(|f| all[f].iter().zip(&more[f]).map(|(a, b)| a.with(*b)).collect()))
            })
            .flatten();
        let everywhere = |scan: &Scan, fold: usize, sample: usize| scan.extents[fold][sample].is_empty();
        let counts = splits.iter().enumerate().flat_map(|(fold, split)| (0..split.count()).map(move |s| (fold, s)));
        let empty = counts.filter(|&(f, s)| present().all(|scan| everywhere(scan, f, s))).count();
        let extents = |modality: Modality| match &joint {
            Some(joint) => Some(joint),
            None => scans.get(modality).as_ref().map(|scan| &scan.extents),
        };
        let side = PerModality::from_fn(|m| side(extents(m)?.iter().flatten().copied()));
        let kept = PerModality::from_fn(|m| {
            std::array::from_fn(|fold| {
                let extents = extents(m).map_or(&[][..], |extents| &extents[fold]);
                let lengths = splits[fold].lengths.get(m).as_ref().filter(|_| joint.is_none());
                let length = |sample: usize| lengths.and_then(|lengths| lengths.get(sample).copied());
                extents.iter().enumerate().map(|(s, extent)| extent.kept(*side.get(m), length(s))).collect()
            })
        });
        Ok(Self { aligned: joint.is_some(), side, kept, empty })
    }

    /// Start and end of each sample in seconds: those of the file, or as many seconds as it has frames.
    pub(crate) fn spans(&self, splits: &[Split<'_>; 3]) -> [Vec<Span>; 3] {
        std::array::from_fn(|fold| {
            let split = &splits[fold];
            let longest = |s: usize| {
                let kept = self.kept.iter().filter_map(move |(_, kept)| kept[fold].get(s));
                kept.map(ExactSizeIterator::len).max().unwrap_or(1)
            };
            let given = |s: usize| split.ids.as_ref().and_then(|ids| ids[s].interval);
            (0..split.count())
                .map(|s| match given(s) {
                    Some(interval) => Span { interval, given: true },
                    None => Span { interval: [0.0, longest(s) as f64], given: false },
                })
                .collect()
        })
    }
}

/// When a sample was said.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    pub(crate) interval: [f64; 2],
    /// Whether the file says so.
    pub(crate) given: bool,
}
