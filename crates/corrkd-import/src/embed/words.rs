//! A sequence of words: texts (N, 1) with their intervals, read one entry at a time.

use corrkd_csd::{Entry, Features, Reader};
use corrkd_data::PAUSE;
use std::collections::BTreeMap;
use std::path::Path;

use super::EmbedError;

/// An open sequence of words, counted.
pub(super) struct Words {
    reader: Reader,
    /// How often each word occurs, pauses left out.
    pub(super) counts: BTreeMap<String, usize>,
    /// Pauses.
    pub(super) pauses: usize,
}

impl Words {
    /// Opens a sequence and reads through it.
    pub(super) fn open(path: &Path) -> Result<Self, EmbedError> {
        let mut words = Self { reader: Reader::open(path)?, counts: BTreeMap::new(), pauses: 0 };
        for id in words.reader.ids() {
            for word in words.entry(id)?.1 {
                if word == PAUSE {
                    words.pauses += 1;
                } else {
                    *words.counts.entry(word).or_default() += 1;
                }
            }
        }
        if words.counts.is_empty() {
            let got = format!("it holds {} entries and {} pauses, but no word", words.ids().count(), words.pauses);
            return Err(EmbedError::NotWords { path: path.to_owned(), got });
        }
        Ok(words)
    }

    /// The entries' ids, in order.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.reader.ids()
    }

    /// An entry's intervals and words, N each.
    pub(super) fn entry(&self, id: &str) -> Result<(Vec<[f64; 2]>, Vec<String>), EmbedError> {
        let Entry { intervals, features } = self.reader.entry(id)?;
        let got = match features {
            Features::Texts(texts) if texts.width() == 1 => return Ok((intervals, texts.values)),
            Features::Texts(texts) => format!("`{id}` has {} texts a row, expected 1", texts.width()),
            Features::F32(_) | Features::F64(_) => format!("`{id}` has numbers, expected texts"),
        };
        Err(EmbedError::NotWords { path: self.reader.path().to_owned(), got })
    }
}
