//! A sample's frames of one modality: numbers in memory, or a part of a mapped file.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use crate::cache::Map;

/// Frames, (length, D), row after row. Used as the slice of numbers that it is.
#[derive(Clone)]
pub struct Frames(Storage);

#[derive(Clone)]
enum Storage {
    Memory(Vec<f32>),
    Mapped(Arc<Map>, Range<usize>),
}

impl Frames {
    /// The numbers at `range` of a mapped file, counted in numbers.
    pub(crate) fn mapped(map: &Arc<Map>, range: Range<usize>) -> Self {
        Self(Storage::Mapped(Arc::clone(map), range))
    }
}

impl From<Vec<f32>> for Frames {
    fn from(values: Vec<f32>) -> Self {
        Self(Storage::Memory(values))
    }
}

impl FromIterator<f32> for Frames {
    fn from_iter<I: IntoIterator<Item = f32>>(values: I) -> Self {
        values.into_iter().collect::<Vec<f32>>().into()
    }
}

impl Deref for Frames {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        match &self.0 {
            Storage::Memory(values) => values,
            Storage::Mapped(map, range) => map.numbers().get(range.clone()).unwrap_or_default(),
        }
    }
}

impl PartialEq for Frames {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Frames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
