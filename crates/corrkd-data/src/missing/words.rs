//! Recognition errors: words that were heard as another, and words that were not heard.
//!
//! Each word that holds data is wrong with probability p. Of the wrong ones a third is deleted; in the place of the others
//! stands another word of the training split, drawn by its frequency there. Insertions, the third kind of error, would move
//! the words behind them away from their voice and face, and are left out.

use corrkd_config::Modality;
use corrkd_random::Stream;

use super::statistics::holds_data;
use super::{Corruption, DataStatistics};
use crate::Row;

/// The share of the wrong words that are deleted.
const DELETED: f64 = 1.0 / 3.0;

/// How often a word is drawn at most until it is another one. Where a word is a tenth of all words, sixteen draws give it
/// again once in 10^16 times.
const DRAWS: u64 = 16;

/// That of a sample's language. A word that is wrong at one ratio is wrong in the same way at every higher one. Where the
/// training split has no other word, a wrong one is deleted.
pub(super) fn words<'a>(ratio: f64, stream: Stream, row: &Row<'_>, statistics: &'a DataStatistics) -> Corruption<'a> {
    let (there, frames) = (row.present.language, row.features.language);
    let errors = stream.named("words");
    let mut kept = vec![true; there.len()];
    let mut instead = Vec::new();
    for (t, word) in frames.chunks_exact(statistics.width(Modality::Language)).enumerate() {
        let position = t as u64;
        if !there[t] || !holds_data(word) || stream.uniform(position) >= ratio {
            continue;
        }
        let draws = errors.at(position);
        let heard = || (0..DRAWS).filter_map(|draw| statistics.word(draws, draw)).find(|other| *other != word);
        match (errors.uniform(position) >= DELETED).then(heard).flatten() {
            Some(other) => instead.push((t, other)),
            None => kept[t] = false,
        }
    }
    Corruption::missing(there, |t| kept[t]).with_instead(instead)
}
