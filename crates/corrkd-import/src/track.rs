//! A modality's samples in one fold, (T, D) each, read one at a time.

use corrkd_csd::{Array, Content};
use corrkd_numpy::{ArrayView, Kind, Numbers, Value};
use std::ops::Range;

use crate::ImportError;
use crate::layout::loose::sample::FileSample;

/// A list of samples may hold the same array more than once, as for a face that is missing, and be so many times longer
/// than its file. A list of nothing but that would take for ever.
const SHARED: u64 = 100;

/// Samples that are not yet read.
pub(crate) enum Track<'a> {
    /// (N, T, D), or (N, D) of one frame each.
    Whole(ArrayView<'a>),
    /// N arrays, (T, D) or (D) each. Of an empty fold the width may not be known, and is 0.
    Each { items: Vec<Value<'a>>, width: usize },
    /// Columns of an array that is in memory, (N, T, all columns).
    Columns { array: &'a Array, columns: Range<usize> },
    /// N files, of (T, D) each.
    Files { files: Vec<&'a FileSample>, width: usize },
    /// Those of another track's samples that are to be kept.
    Some { of: Box<Self>, kept: Vec<bool> },
}

/// One sample: T rows of D numbers.
pub(crate) struct Sample {
    pub(crate) numbers: Numbers,
    pub(crate) width: usize,
}

impl Sample {
    /// Number of rows, T.
    pub(crate) fn rows(&self) -> usize {
        let values = match &self.numbers {
            Numbers::Single(values) => values.len(),
            Numbers::Double(values) => values.len(),
        };
        values / self.width
    }
}

impl<'a> Track<'a> {
    /// The samples in a value, if it is one that holds such.
    pub(crate) fn of(value: Value<'a>) -> Option<Self> {
        if let Some(array) = value.array().filter(|array| array.dtype().kind != Kind::Object) {
            let shape = array.shape();
            if shape.first() == Some(&0) && shape.len() < 3 {
                return Some(Self::Each { items: Vec::new(), width: 0 });
            }
            let fits = array.dtype().is_numeric() && matches!(shape.len(), 2 | 3);
            // Without samples the width is known all the same; without frames or columns there is nothing to import.
            return (fits && shape[1..].iter().all(|&axis| axis > 0)).then_some(Self::Whole(array));
        }
        let items: Vec<Value<'a>> = value.items()?.collect();
        let width = |item: &Value<'_>| {
            let array =
                item.array().filter(|array| array.dtype().is_numeric() && matches!(array.shape().len(), 1 | 2))?;
            array.shape().last().copied().filter(|&width| width > 0)
        };
        let Some(first) = items.first() else { return Some(Self::Each { items, width: 0 }) };
        let first = width(first)?;
        let alike = items.iter().all(|item| width(item) == Some(first));
        let sizes = items.iter().filter_map(|item| item.array()).map(|array| (array.len() * array.dtype().size) as u64);
        let paid = sizes.fold(0, u64::saturating_add) <= value.document().length().saturating_mul(SHARED);
        (alike && paid).then_some(Self::Each { items, width: first })
    }

    /// Those of its samples that are to be `kept`, of which there are as many as samples.
    pub(crate) fn some(self, kept: &[bool]) -> Self {
        Self::Some { of: Box::new(self), kept: kept.to_vec() }
    }

    /// Number of samples, N.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Whole(array) => array.shape()[0],
            Self::Each { items, .. } => items.len(),
            Self::Columns { array, .. } => array.shape[0],
            Self::Files { files, .. } => files.len(),
            Self::Some { kept, .. } => kept.iter().filter(|kept| **kept).count(),
        }
    }

    /// Columns of a frame, D.
    pub(crate) fn width(&self) -> usize {
        match self {
            Self::Whole(array) => array.shape().last().copied().unwrap_or(1),
            Self::Each { width, .. } | Self::Files { width, .. } => *width,
            Self::Columns { columns, .. } => columns.len(),
            Self::Some { of, .. } => of.width(),
        }
    }

    /// Whether numbers need 64 bits.
    pub(crate) fn is_double(&self) -> bool {
        match self {
            Self::Whole(array) => !array.dtype().fits_single(),
            Self::Each { items, .. } => {
                items.iter().filter_map(|item| item.array()).any(|array| !array.dtype().fits_single())
            }
            Self::Columns { array, .. } => matches!(array.content, Content::F64(_)),
            Self::Files { files, .. } => files.iter().any(|file| file.is_double()),
            Self::Some { of, .. } => of.is_double(),
        }
    }

    /// Reads the samples in order.
    pub(crate) fn samples(&self) -> Result<Box<dyn Iterator<Item = Result<Sample, ImportError>> + '_>, ImportError> {
        let width = self.width();
        Ok(match self {
            Self::Whole(array) => {
                let rows = array.rows()?.into_iter().flatten();
                Box::new(rows.map(move |numbers| Ok(Sample { numbers: numbers?, width })))
            }
            Self::Each { items, .. } => Box::new(items.iter().map(move |item| {
                let numbers = item.array().map(ArrayView::numbers).transpose()?.flatten();
                Ok(Sample { numbers: numbers.unwrap_or(Numbers::Single(Vec::new())), width })
            })),
            Self::Files { files, .. } => {
                Box::new(files.iter().map(move |file| Ok(Sample { numbers: file.read(width)?, width })))
            }
            Self::Some { of, kept } => {
                Box::new(of.samples()?.zip(kept).filter_map(|(sample, &kept)| kept.then_some(sample)))
            }
            Self::Columns { array, columns } => Box::new((0..array.shape[0]).map(move |sample| {
                let [frames, all] = [array.shape[1], array.shape[2]];
                let starts = (0..frames).map(move |frame| (sample * frames + frame) * all + columns.start);
                let numbers = match &array.content {
                    Content::F32(values) => {
                        Numbers::Single(starts.flat_map(|start| &values[start..start + width]).copied().collect())
                    }
                    Content::F64(values) => {
                        Numbers::Double(starts.flat_map(|start| &values[start..start + width]).copied().collect())
                    }
                    Content::Texts(_) => Numbers::Single(Vec::new()),
                };
                Ok(Sample { numbers, width })
            })),
        })
    }
}
