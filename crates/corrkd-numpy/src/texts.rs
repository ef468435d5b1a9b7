//! Arrays of texts: dtype `U`, four bytes for each character, and `S`, bytes in UTF-8. Zeros at the end do not count.

use std::io::Read;

use crate::arena::Node;
use crate::array::{Data, by_rows};
use crate::dtype::Kind;
use crate::error::{NumpyError, Trouble, shown};
use crate::value::{ArrayView, Value};

impl Value<'_> {
    /// The value as a text: a text, bytes in UTF-8, or an array of one text without axes. `None` for any other.
    ///
    /// # Errors
    /// [`NumpyError`] where the file cannot be read or the bytes are not UTF-8.
    pub fn text(self) -> Result<Option<String>, NumpyError> {
        let blob = match self.node() {
            Some(Node::Text { blob, .. } | Node::Bytes(blob)) => blob,
            Some(Node::Array(array)) if array.shape.is_empty() => {
                let texts = ArrayView { document: self.document(), array }.texts()?;
                return Ok(texts.and_then(|texts| texts.into_iter().next()));
            }
            _ => return Ok(None),
        };
        let text = blob.bytes(&self.document().source).map_err(Trouble::from).and_then(utf8);
        text.map(Some).map_err(|trouble| trouble.at(&self.document().path, blob.offset(), "a text"))
    }
}

impl ArrayView<'_> {
    /// All texts of an array of dtype `U`, or `S` in UTF-8, the last axis fastest. `None` for any other dtype.
    ///
    /// # Errors
    /// [`NumpyError`] where the file cannot be read or an item is no text.
    pub fn texts(self) -> Result<Option<Vec<String>>, NumpyError> {
        let dtype = self.dtype();
        let (Data::Bytes(blob), Kind::Text | Kind::Bytes) = (&self.array.data, dtype.kind) else { return Ok(None) };
        let read = || -> Result<Vec<String>, Trouble> {
            if dtype.size == 0 {
                // Nothing in the file bounds the number of empty texts.
                return Err(Trouble::damaged("texts of at least one byte", format!("{} of none", self.len())));
            }
            let mut stream = blob.open(&self.document.source)?;
            let mut texts = Vec::new();
            for _ in 0..self.len() {
                let mut item = Vec::new();
                stream.by_ref().take(dtype.size as u64).read_to_end(&mut item)?;
                if item.len() != dtype.size {
                    return Err(Trouble::damaged(format!("a text of {} bytes", dtype.size), item.len().to_string()));
                }
                texts.push(if dtype.kind == Kind::Text { ucs4(&item, dtype.big_endian)? } else { bytes(item)? });
            }
            Ok(texts)
        };
        let texts = read().map_err(|trouble| self.trouble(trouble))?;
        if !self.array.fortran || self.shape().len() < 2 {
            return Ok(Some(texts));
        }
        Ok(Some(by_rows(self.shape()).map(|place| texts[place].clone()).collect()))
    }
}

/// Bytes as a text.
fn utf8(bytes: Vec<u8>) -> Result<String, Trouble> {
    String::from_utf8(bytes).map_err(|error| Trouble::damaged("UTF-8", shown(error.as_bytes())))
}

fn bytes(mut item: Vec<u8>) -> Result<String, Trouble> {
    item.truncate(item.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1));
    utf8(item)
}

fn ucs4(item: &[u8], big_endian: bool) -> Result<String, Trouble> {
    let codes = item.as_chunks::<4>().0.iter();
    let codes: Vec<u32> =
        codes.map(|&code| if big_endian { u32::from_be_bytes(code) } else { u32::from_le_bytes(code) }).collect();
    let length = codes.iter().rposition(|&code| code != 0).map_or(0, |last| last + 1);
    let character = |&code: &u32| {
        char::from_u32(code).ok_or_else(|| Trouble::damaged("a character's number", format!("{code:#x}")))
    };
    codes[..length].iter().map(character).collect()
}
