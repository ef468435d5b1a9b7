//! An array: its items' dtype, its shape and order, and where its bytes or objects are. Made only where they agree.

use crate::arena::{Arena, Node, Slot};
use crate::blob::Blob;
use crate::dtype::{Dtype, Kind};
use crate::error::Trouble;

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

    /// An array of objects, if the list has as many as the shape says.
    pub(crate) fn of_items(
        dtype: Dtype,
        shape: Vec<usize>,
        fortran: bool,
        list: Slot,
        arena: &Arena,
    ) -> Result<Self, Trouble> {
        match arena.node(list) {
            Some(Node::List(objects)) if dtype.kind == Kind::Object && items(&shape) == Some(objects.len()) => {
                Ok(Self { dtype, shape, fortran, data: Data::Items(list) })
            }
            Some(Node::List(objects)) => {
                let got = format!("a list of {}", objects.len());
                Err(Trouble::damaged(format!("the data of shape {shape:?} of {dtype}"), got))
            }
            _ => Err(Trouble::damaged("the array's data, bytes or a list", arena.name(list))),
        }
    }
}

/// The number of items of a shape that this machine can count, with not too many axes.
pub(crate) fn items(shape: &[usize]) -> Option<usize> {
    // Axes multiply up to the items even where one of them is 0, so that no other axis is beyond counting.
    let counted = shape.iter().try_fold(1usize, |product, &axis| product.checked_mul(axis.max(1)));
    let empty = shape.contains(&0);
    counted.filter(|_| shape.len() <= AXES).map(|items| if empty { 0 } else { items })
}
