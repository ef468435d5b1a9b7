//! The words of a segment, a text for each of its frames.

use corrkd_csd::{Entry, Features, Rows};

use crate::align::overlaps;
use crate::gather::{Source, video};
use crate::{DataError, PAUSE};

/// A sequence of words, read video by video.
pub(crate) struct Transcript<'a> {
    source: &'a Source,
    /// Whether entries are keyed by segment, as those of files that are aligned already.
    aligned: bool,
    /// Of which entries the words are at hand.
    keys: Vec<String>,
    intervals: Vec<[f64; 2]>,
    words: Vec<String>,
}

impl<'a> Transcript<'a> {
    /// The words in `source`; `aligned` where its entries are keyed by segment.
    pub(crate) fn new(source: &'a Source, aligned: bool) -> Self {
        Self { source, aligned, keys: Vec::new(), intervals: Vec::new(), words: Vec::new() }
    }

    /// The words of segment `id`, (N, 1) for its N `frames`, with their intervals: those that lie within a frame, by the
    /// rule of alignment, with spaces between them if several do, and pauses only where nothing else does. Where files
    /// are aligned already, word k is that of frame k. A frame without a word has an empty text.
    pub(crate) fn of(&mut self, id: &str, frames: &[[f64; 2]]) -> Result<Entry, DataError> {
        self.read(id)?;
        let texts: Vec<String> = match self.aligned {
            true => (0..frames.len()).map(|frame| self.words.get(frame).cloned().unwrap_or_default()).collect(),
            false => {
                let found = overlaps(frames, &self.intervals).into_iter().map(Option::unwrap_or_default);
                let text = |rows: Vec<_>| {
                    let words = || rows.iter().map(|overlap: &crate::Overlap| self.words[overlap.row].as_str());
                    let spoken: Vec<&str> = words().filter(|&word| word != PAUSE).collect();
                    if spoken.is_empty() { words().next().unwrap_or_default().to_owned() } else { spoken.join(" ") }
                };
                found.map(text).collect()
            }
        };
        Ok(Entry { intervals: frames.to_vec(), features: Features::Texts(Rows::flat(1, texts)) })
    }

    /// Reads the entries that hold a segment's words, unless they are those at hand.
    fn read(&mut self, id: &str) -> Result<(), DataError> {
        let all = self.source.keys(video(id));
        let keys: Vec<String> = all.iter().filter(|key| !self.aligned || *key == id).cloned().collect();
        if keys == self.keys {
            return Ok(());
        }
        (self.intervals, self.words) = (Vec::new(), Vec::new());
        for key in &keys {
            let Entry { intervals, features } = self.source.entry(key)?;
            match features {
                Features::Texts(texts) if texts.width() == 1 => {
                    self.intervals.extend(intervals);
                    self.words.extend(texts.values);
                }
                other => {
                    let kind = if matches!(other, Features::Texts(_)) { "texts" } else { "numbers" };
                    let got = format!("{} {kind} a row", other.width());
                    return Err(self.source.mismatch(key, "one text a row", got));
                }
            }
        }
        self.keys = keys;
        Ok(())
    }
}
