//! The first pass over a modality: where its samples hold something, and how many of its values are not finite.

use corrkd_config::Modality;
use corrkd_numpy::Numbers;

use crate::ImportError;
use crate::extent::Extent;
use crate::split::Split;

/// What the first pass finds in a modality.
pub(crate) struct Scan {
    /// Of each sample of each fold.
    pub(crate) extents: [Vec<Extent>; 3],
    /// NaN and infinite values.
    pub(crate) not_finite: usize,
}

/// Reads a modality of all folds once.
pub(crate) fn scan(
    modality: Modality,
    splits: &[Split<'_>; 3],
    tell: &dyn Fn() -> Result<(), ImportError>,
) -> Result<Scan, ImportError> {
    let mut scan = Scan { extents: Default::default(), not_finite: 0 };
    for (extents, split) in scan.extents.iter_mut().zip(splits) {
        let Some(track) = split.tracks.get(modality) else { continue };
        for sample in track.samples()? {
            let sample = sample?;
            scan.not_finite += match &sample.numbers {
                Numbers::Single(values) => values.iter().filter(|value| !value.is_finite()).count(),
                Numbers::Double(values) => values.iter().filter(|value| !value.is_finite()).count(),
            };
            extents.push(Extent::of(&sample));
            tell()?;
        }
    }
    Ok(scan)
}
