//! How many of the words have vectors, and by which step.

use corrkd_system::in_one_line;
use serde::Serialize;
use std::fmt;
use std::path::PathBuf;

use super::Unknown;
use super::lookup::Step;

/// Unknown words that are listed for people; all of them are in the JSON.
const LISTED: usize = 20;

/// Words counted twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Each time they occur.
    pub tokens: usize,
    /// Each once.
    pub types: usize,
}

impl Count {
    /// Counts a word that occurs so often.
    pub(super) fn add(&mut self, tokens: usize) {
        self.tokens += tokens;
        self.types += 1;
    }
}

/// A word without a vector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnknownWord {
    /// The word.
    pub word: String,
    /// How often it occurs.
    pub tokens: usize,
}

/// What was made of a file of words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coverage {
    /// The file of words.
    pub words: PathBuf,
    /// The file of vectors.
    pub vectors: PathBuf,
    /// The file that was written.
    pub written: PathBuf,
    /// Vectors in their file.
    pub vector_count: usize,
    /// Numbers in each vector.
    pub width: usize,
    /// Entries (videos).
    pub entries: usize,
    /// Pauses, which have the zero vector.
    pub pauses: usize,
    /// All words, pauses left out.
    pub all: Count,
    /// Found as written.
    pub exact: Count,
    /// Found in lower case.
    pub lower_case: Count,
    /// Found with their apostrophe.
    pub apostrophe: Count,
    /// Found in parts.
    pub parts: Count,
    /// Not found.
    pub unknown: Count,
    /// What became of those.
    pub choice: Unknown,
    /// All of those, the most frequent first.
    pub unknown_words: Vec<UnknownWord>,
}

impl Coverage {
    /// What a step found, to count up.
    pub(super) const fn step(&mut self, step: Step) -> &mut Count {
        match step {
            Step::Exact => &mut self.exact,
            Step::LowerCase => &mut self.lower_case,
            Step::Apostrophe => &mut self.apostrophe,
            Step::Parts => &mut self.parts,
        }
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entries, pauses, all, choice, .. } = self;
        writeln!(f, "{}: {entries} entries, {} words and {pauses} pauses", self.words.display(), all.tokens)?;
        writeln!(f, "{}: {} vectors of {} numbers\n", self.vectors.display(), self.vector_count, self.width)?;
        writeln!(f, "{:15}  {:>9}  {:>7}  {:>9}  {:>7}", "", "words", "", "different", "")?;
        let share = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
        let mut line = |name: &str, count: Count| {
            let Count { tokens, types } = count;
            let (of_tokens, of_types) = (share(tokens, all.tokens), share(types, all.types));
            writeln!(f, "{name:15}  {tokens:>9}  {of_tokens:>5.1} %  {types:>9}  {of_types:>5.1} %")
        };
        line(Step::Exact.name(), self.exact)?;
        line(Step::LowerCase.name(), self.lower_case)?;
        line(Step::Apostrophe.name(), self.apostrophe)?;
        line(Step::Parts.name(), self.parts)?;
        line("unknown", self.unknown)?;
        line("all", *all)?;
        if !self.unknown_words.is_empty() {
            let treated = match choice {
                Unknown::Zero => "have the zero vector",
                Unknown::Mean => "have the mean of all vectors",
                Unknown::Random => "have random vectors",
                Unknown::Drop => "are left out",
            };
            let listed = self.unknown_words.iter().take(LISTED);
            let listed: Vec<String> =
                listed.map(|unknown| format!("{} {}", in_one_line(&unknown.word), unknown.tokens)).collect();
            let most = if self.unknown_words.len() > LISTED { ", most often" } else { "" };
            writeln!(f, "\nunknown words {treated}{most}: {}", listed.join(", "))?;
        }
        write!(f, "\nwritten: {}", self.written.display())
    }
}
