//! The texts of a sequence of words.

use corrkd_data::PAUSE;
use serde::Serialize;
use std::collections::BTreeSet;

/// No more distinct texts are told apart, so that memory is bounded: MOSEI has 20,000.
const LIMIT: usize = 1 << 20;

/// What texts there are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Words {
    /// All texts.
    pub texts: usize,
    /// Those that are `sp`, a pause between words.
    pub pauses: usize,
    /// Those of no letter.
    pub empty: usize,
    /// Distinct texts, pauses among them; 1,048,576 stands for that or more.
    pub distinct: usize,
    #[serde(skip)]
    seen: BTreeSet<String>,
}

impl Words {
    pub(crate) fn add(&mut self, texts: &[String]) {
        self.texts += texts.len();
        for text in texts {
            self.pauses += usize::from(text == PAUSE);
            self.empty += usize::from(text.is_empty());
            if self.seen.len() < LIMIT && !self.seen.contains(text) {
                self.seen.insert(text.clone());
            }
        }
        self.distinct = self.seen.len();
    }
}
