//! How files are arranged.

mod folds;
pub(crate) mod loose;
mod mfn;
pub(crate) mod refused;

use crate::ImportError;
use crate::document::Opened;
use crate::label::Labels;
use crate::split::Split;

/// An arrangement that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// MulT's pickles, and MultiBench's.
    MulT,
    /// MMSA's pickles.
    Mmsa,
    /// LMF's pickles.
    Lmf,
    /// MFN's arrays.
    Mfn,
    /// A file for each sample and modality.
    Files,
}

corrkd_config::named!(Layout { MulT: "MulT", Mmsa: "MMSA", Lmf: "LMF", Mfn: "MFN", Files: "single files" });

/// What was recognised.
pub(crate) struct Recognised<'a> {
    pub(crate) layout: Layout,
    /// In the order of [`Fold::ALL`].
    pub(crate) splits: [Split<'a>; 3],
}

/// Recognises how an opened file or folder is arranged. Where it need not be `labelled`, features are enough: of the test
/// fold, if nothing is said of folds.
pub(crate) fn recognise(opened: &Opened, labelled: bool) -> Result<Recognised<'_>, ImportError> {
    let recognised = match opened {
        Opened::One(document) => folds::recognise(document.path(), &[Some(document)], labelled),
        Opened::PerFold { path, documents } => {
            folds::recognise(path, &documents.each_ref().map(Option::as_ref), labelled)
        }
        Opened::Named { path, arrays } => folds::arrays(path, arrays, labelled),
        Opened::Arrays { path, files } => mfn::recognise(path, files),
        Opened::Files(files) => Ok(files.recognise()),
    };
    let mut recognised = recognised?;
    if !labelled {
        recognised.splits.iter_mut().for_each(|split| split.labels = Labels::unasked(split.samples()));
    }
    Ok(recognised)
}
