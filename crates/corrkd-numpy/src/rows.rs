//! An array of numbers, read one row of its first axis at a time.

use std::io::Read;

use crate::array::{Data, by_rows};
use crate::dtype::{Dtype, Kind};
use crate::error::{NumpyError, Trouble};
use crate::value::{ArrayView, Value, View};

/// Numbers in the precision that they need.
#[derive(Clone, Debug, PartialEq)]
pub enum Numbers {
    /// Of f2, f4, and integers of up to 16 bits.
    Single(Vec<f32>),
    /// Of f8 and all other integers; one of more than 53 bits is rounded.
    Double(Vec<f64>),
}

impl Numbers {
    /// No numbers, in the precision that the dtype needs.
    const fn none_of(dtype: Dtype) -> Self {
        if dtype.fits_single() { Self::Single(Vec::new()) } else { Self::Double(Vec::new()) }
    }

    /// Adds those of the same precision.
    fn append(&mut self, other: Self) {
        match (self, other) {
            (Self::Single(all), Self::Single(mut more)) => all.append(&mut more),
            (Self::Double(all), Self::Double(mut more)) => all.append(&mut more),
            (Self::Single(all), Self::Double(more)) => all.extend(more.into_iter().map(|value| value as f32)),
            (Self::Double(all), Self::Single(more)) => all.extend(more.into_iter().map(f64::from)),
        }
    }
}

/// The rows of an array; each is the numbers of all its other axes, the last one fastest.
pub struct Rows<'a> {
    array: ArrayView<'a>,
    items: usize,
    next: usize,
    count: usize,
    bytes: Bytes<'a>,
}

enum Bytes<'a> {
    /// In the order of the rows.
    Stream(Box<dyn Read + 'a>),
    /// All of an array whose first axis moves fastest.
    Columns(Vec<u8>),
}

impl<'a> Rows<'a> {
    fn of(array: ArrayView<'a>) -> Result<Option<Self>, NumpyError> {
        let Data::Bytes(blob) = &array.array.data else { return Ok(None) };
        if !array.dtype().is_numeric() {
            return Ok(None);
        }
        let (count, rest) = array.shape().split_first().map_or((1, &[][..]), |(&count, rest)| (count, rest));
        let source = &array.document.source;
        let bytes = if array.array.fortran && !rest.is_empty() {
            blob.bytes(source).map(Bytes::Columns)
        } else {
            blob.open(source).map(Bytes::Stream)
        };
        let bytes = bytes.map_err(|error| array.trouble(error.into()))?;
        Ok(Some(Self { array, items: rest.iter().product(), next: 0, count, bytes }))
    }

    fn read(&mut self) -> Result<Numbers, Trouble> {
        let dtype = self.array.dtype();
        let wanted = self.items * dtype.size;
        let row = match &mut self.bytes {
            Bytes::Stream(stream) => {
                // Grows as bytes come: what the file claims is not allocated.
                let mut row = Vec::new();
                stream.take(wanted as u64).read_to_end(&mut row)?;
                row
            }
            Bytes::Columns(all) => gather(all, self.array.shape(), self.next, dtype.size),
        };
        if row.len() != wanted {
            return Err(Trouble::damaged(format!("{wanted} bytes in row {}", self.next), row.len().to_string()));
        }
        Ok(decode(&row, dtype))
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Numbers, NumpyError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next == self.count {
            return None;
        }
        let row = self.read().map_err(|trouble| self.array.trouble(trouble));
        // Nothing follows an error.
        self.next = if row.is_ok() { self.next + 1 } else { self.count };
        Some(row)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.count - self.next, Some(self.count - self.next))
    }
}

impl<'a> ArrayView<'a> {
    /// The array's rows, along the first axis, one at a time; an array without axes is one row. `None` where the items are
    /// not numbers.
    ///
    /// # Errors
    /// [`NumpyError`] where the file cannot be read.
    pub fn rows(self) -> Result<Option<Rows<'a>>, NumpyError> {
        Rows::of(self)
    }

    /// All numbers, the last axis fastest. `None` where the items are not numbers.
    ///
    /// # Errors
    /// [`NumpyError`] where the file cannot be read.
    pub fn numbers(self) -> Result<Option<Numbers>, NumpyError> {
        let Some(rows) = self.rows()? else { return Ok(None) };
        let mut all = Numbers::none_of(self.dtype());
        for row in rows {
            all.append(row?);
        }
        Ok(Some(all))
    }
}

impl Value<'_> {
    /// The value as a single number: a number, a truth value, or an array of one number. `None` for any other.
    ///
    /// # Errors
    /// [`NumpyError`] where the file cannot be read.
    pub fn number(self) -> Result<Option<f64>, NumpyError> {
        Ok(match self.view() {
            View::Bool(value) => Some(f64::from(u8::from(value))),
            View::Int(value) => Some(value as f64),
            View::Float(value) | View::Long(value) => Some(value),
            View::Array(array) if array.len() == 1 => match array.numbers()? {
                Some(Numbers::Single(values)) => values.first().map(|&value| f64::from(value)),
                Some(Numbers::Double(values)) => values.first().copied(),
                None => None,
            },
            _ => None,
        })
    }
}

/// Row `row` of bytes whose first axis moves fastest, in the other order.
fn gather(all: &[u8], shape: &[usize], row: usize, size: usize) -> Vec<u8> {
    let places = by_rows(&shape[1..]).map(|place| (place * shape[0] + row) * size);
    places.flat_map(|place| &all[place..place + size]).copied().collect()
}

fn decode(bytes: &[u8], dtype: Dtype) -> Numbers {
    macro_rules! numbers {
        ($precision:ident, $as:ty, $type:ty) => {
            Numbers::$precision(each(bytes, |item| {
                (if dtype.big_endian { <$type>::from_be_bytes(item) } else { <$type>::from_le_bytes(item) }) as $as
            }))
        };
    }
    match (dtype.kind, dtype.size) {
        (Kind::Bool, _) => Numbers::Single(each(bytes, |[item]| f32::from(u8::from(item != 0)))),
        (Kind::Int, 1) => numbers!(Single, f32, i8),
        (Kind::Int, 2) => numbers!(Single, f32, i16),
        (Kind::Int, 4) => numbers!(Double, f64, i32),
        (Kind::Int, _) => numbers!(Double, f64, i64),
        (Kind::Unsigned, 1) => numbers!(Single, f32, u8),
        (Kind::Unsigned, 2) => numbers!(Single, f32, u16),
        (Kind::Unsigned, 4) => numbers!(Double, f64, u32),
        (Kind::Unsigned, _) => numbers!(Double, f64, u64),
        (Kind::Float, 2) => Numbers::Single(each(bytes, |item| {
            half(if dtype.big_endian { u16::from_be_bytes(item) } else { u16::from_le_bytes(item) })
        })),
        (Kind::Float, 4) => numbers!(Single, f32, f32),
        _ => numbers!(Double, f64, f64),
    }
}

fn each<const N: usize, T>(bytes: &[u8], number: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes.as_chunks::<N>().0.iter().map(|&item| number(item)).collect()
}

/// A number of 16 bits (IEEE 754 binary16): sign, five bits of exponent, ten of fraction.
pub(crate) fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let fraction = f32::from(bits & 0x3ff) / 1024.0;
    match (bits >> 10) & 0x1f {
        0 => sign * fraction * 2f32.powi(-14),
        0x1f if fraction == 0.0 => sign * f32::INFINITY,
        0x1f => f32::NAN,
        exponent => sign * (1.0 + fraction) * 2f32.powi(i32::from(exponent) - 15),
    }
}
