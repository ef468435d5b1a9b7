//! The first pass over a modality: where its samples hold something, and how many of its values are not finite. Finite
//! means finite in single precision, in which everything is computed: what only 64 bits hold is as good as infinite.

use corrkd_config::Modality;
use corrkd_numpy::Numbers;

use crate::ImportError;
use crate::extent::Extent;
use crate::split::Split;

/// What the first pass finds in a modality.
pub(crate) struct Scan {
    /// Of each sample of each fold.
    pub(crate) extents: [Vec<Extent>; 3],
    /// Values that are NaN or infinite in single precision.
    pub(crate) not_finite: usize,
    /// Fold and number of the first sample that has one.
    pub(crate) first: Option<(usize, usize)>,
}

/// Reads a modality of all folds once.
pub(crate) fn scan(
    modality: Modality,
    splits: &[Split<'_>; 3],
    tell: &dyn Fn() -> Result<(), ImportError>,
) -> Result<Scan, ImportError> {
    let mut scan = Scan { extents: Default::default(), not_finite: 0, first: None };
    for (fold, (extents, split)) in scan.extents.iter_mut().zip(splits).enumerate() {
        let Some(track) = split.tracks.get(modality) else { continue };
        for sample in track.samples()? {
            let sample = sample?;
            let not_finite = match &sample.numbers {
                Numbers::Single(values) => values.iter().filter(|value| !value.is_finite()).count(),
                Numbers::Double(values) => values.iter().filter(|value| !(**value as f32).is_finite()).count(),
            };
            if not_finite > 0 {
                scan.first.get_or_insert((fold, extents.len()));
            }
            scan.not_finite += not_finite;
            extents.push(Extent::of(&sample));
            tell()?;
        }
    }
    Ok(scan)
}
