//! The steps by which a word finds its vector.

use std::collections::BTreeSet;

use super::contraction::{parts, with_apostrophe};
use super::vectors::Vectors;

/// A step of the look-up, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// As it is written.
    Exact,
    /// In lower case.
    LowerCase,
    /// With its apostrophe: `dont` as `don't`.
    Apostrophe,
    /// In parts: `dont` as the mean of `do` and `n't`.
    Parts,
}

corrkd_config::named!(Step {
    Exact: "as written",
    LowerCase: "in lower case",
    Apostrophe: "with apostrophe",
    Parts: "in parts",
});

impl Step {
    /// What a word is looked up as in this step, all of which must be found; nothing where the step is not for it.
    fn keys(self, word: &str) -> Option<Vec<String>> {
        let plain = || word.to_lowercase().replace('\u{2019}', "'");
        match self {
            Self::Exact => Some(vec![word.to_owned()]),
            Self::LowerCase => Some(vec![plain()]),
            Self::Apostrophe => with_apostrophe(&plain()).map(|key| vec![key]),
            Self::Parts => parts(&plain()).map(|keys| keys.into_iter().map(str::to_owned).collect()),
        }
    }
}

/// Everything that a step may look up for one of the words.
pub(super) fn keys<'a>(words: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
    words.flat_map(|word| Step::ALL.into_iter().filter_map(|step| step.keys(word)).flatten()).collect()
}

/// The first step that finds a word, and the mean of what it finds.
pub(super) fn find(word: &str, vectors: &Vectors) -> Option<(Step, Vec<f32>)> {
    Step::ALL.into_iter().find_map(|step| {
        let found: Vec<&[f32]> = step.keys(word)?.iter().map(|key| vectors.get(key)).collect::<Option<_>>()?;
        let mean = |column: usize| {
            let sum: f64 = found.iter().map(|vector| f64::from(vector[column])).sum();
            (sum / found.len() as f64) as f32
        };
        Some((step, (0..vectors.width()).map(mean).collect()))
    })
}
