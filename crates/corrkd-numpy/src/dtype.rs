//! The type of an array's items, from NumPy's codes such as `f4`, `<i8`, `|S12` or `>U20`.

use std::fmt;

use crate::error::{Trouble, shown};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `?` or `b1`: one byte, 0 or 1.
    Bool,
    /// `i1` to `i8`.
    Int,
    /// `u1` to `u8`.
    Unsigned,
    /// `f2` to `f8`.
    Float,
    /// `S`: bytes, zeros behind the last one not counted.
    Bytes,
    /// `U`: four bytes for each character, zeros behind the last one not counted.
    Text,
    /// `O`: any Python value.
    Object,
}

/// Kind, size and byte order of an array's items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dtype {
    /// What an item is.
    pub kind: Kind,
    /// Bytes of one item; 0 for objects.
    pub size: usize,
    /// Whether the first byte of a number is its most significant.
    pub big_endian: bool,
}

impl Dtype {
    /// The dtype of a code: an order (`<`, `>`, `=`, `|`, or none for little-endian), a letter, and the bytes of an item
    /// (for `U` its characters).
    pub(crate) fn parse(code: &[u8]) -> Result<Self, Trouble> {
        let unknown = || Trouble::refused(format!("the dtype `{}`", shown(code)));
        let (big_endian, rest) = match code {
            [b'>', rest @ ..] => (true, rest),
            [b'<' | b'=' | b'|', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let (&letter, digits) = rest.split_first().ok_or_else(unknown)?;
        let size = match digits {
            [] => None,
            digits if digits.iter().all(u8::is_ascii_digit) && digits.len() <= 9 => {
                std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<usize>().ok())
            }
            _ => return Err(unknown()),
        };
        let (kind, size) = match (letter, size) {
            (b'?', None) | (b'b', Some(1)) => (Kind::Bool, 1),
            (b'i', Some(size @ (1 | 2 | 4 | 8))) => (Kind::Int, size),
            (b'u', Some(size @ (1 | 2 | 4 | 8))) => (Kind::Unsigned, size),
            (b'f', Some(size @ (2 | 4 | 8))) => (Kind::Float, size),
            (b'S', size) => (Kind::Bytes, size.unwrap_or(0)),
            (b'U', size) => (Kind::Text, 4 * size.unwrap_or(0)),
            (b'O', _) => (Kind::Object, 0),
            _ => return Err(unknown()),
        };
        Ok(Self { kind, size, big_endian })
    }

    /// Whether the items are numbers or truth values.
    #[must_use]
    pub const fn is_numeric(self) -> bool {
        matches!(self.kind, Kind::Bool | Kind::Int | Kind::Unsigned | Kind::Float)
    }

    /// Whether an f32 holds each number exactly.
    #[must_use]
    pub const fn fits_single(self) -> bool {
        match self.kind {
            Kind::Float => self.size <= 4,
            _ => self.size <= 2,
        }
    }
}

/// NumPy's code, without the order where it is little-endian: `f4`, `>f4`, `S12`, `U20`, `bool`, `object`.
impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = if self.big_endian { ">" } else { "" };
        match self.kind {
            Kind::Bool => write!(f, "bool"),
            Kind::Int => write!(f, "{order}i{}", self.size),
            Kind::Unsigned => write!(f, "{order}u{}", self.size),
            Kind::Float => write!(f, "{order}f{}", self.size),
            Kind::Bytes => write!(f, "S{}", self.size),
            Kind::Text => write!(f, "{order}U{}", self.size / 4),
            Kind::Object => write!(f, "object"),
        }
    }
}
