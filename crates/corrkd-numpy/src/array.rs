//! An array: its items' dtype, its shape and order, and where its bytes or objects are. Made only where they agree.

use crate::blob::Blob;
use crate::dtype::{Dtype, Kind};
use crate::error::Trouble;
use crate::slot::Slot;

/// Axes that an array may have, as in NumPy.
const AXES: usize = 64;

/// An array, or with no axes a single value of NumPy's.
#[derive(Clone, Debug)]
pub(crate) struct Array {
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<usize>,
    /// Whether the first axis moves fastest.
    pub(crate) fortran: bool,
    pub(crate) data: Data,
}

#[derive(Clone, Debug)]
pub(crate) enum Data {
    Bytes(Blob),
    /// The list of the objects.
    Items(Slot),
}

impl Array {
    /// An array of numbers or texts, if the bytes are as many as the shape says.
    pub(crate) fn of_bytes(dtype: Dtype, shape: Vec<usize>, fortran: bool, blob: Blob) -> Result<Self, Trouble> {
        let bytes = items(&shape).and_then(|items| items.checked_mul(dtype.size));
        if bytes.is_none_or(|bytes| bytes as u64 != blob.length) || dtype.kind == Kind::Object {
            let got = format!("{} bytes", blob.length);
            return Err(Trouble::damaged(format!("the bytes of shape {shape:?} of {dtype}"), got));
        }
        Ok(Self { dtype, shape, fortran, data: Data::Bytes(blob) })
    }
}

/// The number of items of a shape that this machine can count, with not too many axes.
pub(crate) fn items(shape: &[usize]) -> Option<usize> {
    // Axes multiply up to the items even where one of them is 0, so that no other axis is beyond counting.
    let counted = shape.iter().try_fold(1usize, |product, &axis| product.checked_mul(axis.max(1)));
    let empty = shape.contains(&0);
    counted.filter(|_| shape.len() <= AXES).map(|items| if empty { 0 } else { items })
}

/// Where the items of an array whose first axis moves fastest are, in the order in which the last one does.
pub(crate) fn by_rows(shape: &[usize]) -> impl Iterator<Item = usize> {
    let items = shape.iter().product();
    (0..items).map(move |mut rest| {
        let (mut place, mut stride) = (0, items);
        for axis in shape.iter().rev() {
            stride /= axis;
            place += rest % axis * stride;
            rest /= axis;
        }
        place
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `numpy.arange(24).reshape((2, 3, 4), order="F").ravel()`
    #[test]
    fn columns_read_by_rows() {
        let expected = [0, 6, 12, 18, 2, 8, 14, 20, 4, 10, 16, 22, 1, 7, 13, 19, 3, 9, 15, 21, 5, 11, 17, 23];
        assert_eq!(by_rows(&[2, 3, 4]).collect::<Vec<_>>(), expected);
        assert_eq!(by_rows(&[2, 0]).count(), 0);
        assert_eq!(by_rows(&[]).collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn shapes_beyond_counting_are_none() {
        assert_eq!(items(&[2, 3]), Some(6));
        assert_eq!(items(&[0, usize::MAX]), Some(0));
        assert_eq!(items(&[0, usize::MAX, 2]), None);
        assert_eq!(items(&[1; 65]), None);
    }
}
