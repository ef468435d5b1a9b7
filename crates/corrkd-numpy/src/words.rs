//! Values as words: texts as they are, numbers digit by digit. So an id is the same whatever type a file gives it.

use std::io::Read;

use crate::arena::Node;
use crate::array::{Data, by_rows};
use crate::dtype::{Dtype, Kind};
use crate::error::{NumpyError, Trouble};
use crate::value::{ArrayView, Value, View};

impl Value<'_> {
    /// The value as a word: a text as it is, a number digit by digit, however many. `None` for any other, and for a number
    /// that its type may have rounded.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn word(self) -> Result<Option<String>, NumpyError> {
        if let Some(text) = self.text()? {
            return Ok(Some(text));
        }
        Ok(match (self.view(), self.node()) {
            (View::Int(number), _) => Some(number.to_string()),
            (View::Float(number), _) => float(number, f64::MANTISSA_DIGITS),
            (_, Some(Node::Long(digits))) => Some(digits.to_string()),
            (View::Array(array), _) if array.len() == 1 => array.words()?.and_then(|words| words.into_iter().next()),
            _ => None,
        })
    }
}

impl ArrayView<'_> {
    /// All items as words, as by [`Value::word`], the last axis fastest. `None` where one of them has none, and for objects.
    ///
    /// # Errors
    /// As [`texts`](Self::texts).
    pub fn words(self) -> Result<Option<Vec<String>>, NumpyError> {
        let dtype = self.dtype();
        let (Data::Bytes(blob), Kind::Int | Kind::Unsigned | Kind::Float) = (&self.array.data, dtype.kind) else {
            return self.texts();
        };
        let read = || -> Result<Option<Vec<String>>, Trouble> {
            let mut stream = blob.open(&self.document.source)?;
            let mut words = Vec::new();
            for _ in 0..self.len() {
                let mut item = vec![0; dtype.size];
                stream.read_exact(&mut item)?;
                let Some(word) = item_word(&item, dtype) else { return Ok(None) };
                words.push(word);
            }
            Ok(Some(words))
        };
        let words = read().map_err(|trouble| self.trouble(trouble))?;
        if !self.array.fortran || self.shape().len() < 2 {
            return Ok(words);
        }
        Ok(words.map(|words| by_rows(self.shape()).map(|place| words[place].clone()).collect()))
    }
}

/// The word of an item, whose bytes are at most eight.
fn item_word(item: &[u8], dtype: Dtype) -> Option<String> {
    let mut wide = [0; 8];
    wide[..item.len()].copy_from_slice(item);
    if dtype.big_endian {
        wide[..item.len()].reverse();
    }
    let bits = u64::from_le_bytes(wide);
    let unused = 64 - 8 * u32::try_from(item.len()).ok()?;
    match (dtype.kind, dtype.size) {
        (Kind::Unsigned, _) => Some(bits.to_string()),
        (Kind::Int, _) => Some(((bits << unused) as i64 >> unused).to_string()),
        (Kind::Float, 2) => float(f64::from(crate::rows::half(bits as u16)), 11),
        (Kind::Float, 4) => float(f64::from(f32::from_bits(bits as u32)), f32::MANTISSA_DIGITS),
        _ => float(f64::from_bits(bits), f64::MANTISSA_DIGITS),
    }
}

/// A number as Python would write it as an integer where it is whole; nothing where a type of so many binary digits
/// may have rounded it, so that two numbers have become one.
fn float(number: f64, digits: u32) -> Option<String> {
    let whole = number.fract() == 0.0 || number.is_infinite();
    if whole && number.abs() >= 2f64.powi(digits as i32) {
        return None;
    }
    // Not `-0`.
    Some(if number == 0.0 { "0".to_owned() } else { number.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_digit_by_digit_or_not_at_all() {
        assert_eq!(float(7.0, 24).as_deref(), Some("7"));
        assert_eq!(float(-0.0, 24).as_deref(), Some("0"));
        assert_eq!(float(1.5, 24).as_deref(), Some("1.5"));
        assert_eq!(float(16_777_215.0, 24).as_deref(), Some("16777215"));
        assert_eq!(float(16_777_216.0, 24), None, "16,777,217 is the same number there");
        assert_eq!(float(f64::INFINITY, 53), None);
        assert_eq!(float(f64::NAN, 53).as_deref(), Some("NaN"));
        let dtype = |code: &[u8]| Dtype::parse(code).unwrap();
        assert_eq!(item_word(&u64::MAX.to_le_bytes(), dtype(b"u8")).as_deref(), Some("18446744073709551615"));
        assert_eq!(item_word(&i64::MIN.to_be_bytes(), dtype(b">i8")).as_deref(), Some("-9223372036854775808"));
        assert_eq!(item_word(&(-2i16).to_be_bytes(), dtype(b">i2")).as_deref(), Some("-2"));
        assert_eq!(item_word(&[0xff], dtype(b"i1")).as_deref(), Some("-1"));
        assert_eq!(item_word(&12.0f32.to_be_bytes(), dtype(b">f4")).as_deref(), Some("12"));
    }
}
