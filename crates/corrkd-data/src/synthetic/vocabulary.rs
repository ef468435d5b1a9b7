//! The words of the made videos: their polarity, and their vectors.

use super::draws::stream;

/// Width of a word's vector, GloVe's.
pub(super) const WIDTH: usize = 300;

/// Spread of a word's vector around zero.
const SPREAD: f64 = 0.35;
/// How far one unit of polarity moves a word along the direction that polarity shares.
const LEAN: f64 = 0.2;
/// Vectors are multiples of this, which lets them compress.
const GRID: f64 = 1.0 / 128.0;

/// What a word does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// A pause.
    Pause,
    /// A word without sentiment.
    Neutral,
    /// Turns the polarity of the next word around.
    Negation,
    /// Sentiment of -3 to 3, never 0.
    Polar(i8),
}

const NEUTRAL: [&str; 88] = [
    "a",
    "about",
    "acting",
    "actor",
    "actress",
    "actually",
    "after",
    "again",
    "also",
    "and",
    "animation",
    "are",
    "as",
    "at",
    "audience",
    "because",
    "been",
    "before",
    "books",
    "but",
    "camera",
    "cast",
    "character",
    "cinema",
    "comedy",
    "dialogue",
    "director",
    "drama",
    "dvd",
    "ending",
    "everyone",
    "family",
    "film",
    "first",
    "for",
    "friend",
    "from",
    "go",
    "had",
    "half",
    "have",
    "he",
    "here",
    "hour",
    "i",
    "im",
    "in",
    "is",
    "it",
    "its",
    "just",
    "kids",
    "kind",
    "like",
    "made",
    "movie",
    "music",
    "my",
    "of",
    "on",
    "one",
    "part",
    "people",
    "plot",
    "scene",
    "script",
    "second",
    "sequel",
    "she",
    "so",
    "song",
    "story",
    "that",
    "the",
    "theater",
    "there",
    "they",
    "this",
    "time",
    "to",
    "um",
    "uhh",
    "was",
    "we",
    "were",
    "what",
    "with",
    "you",
];
const NEGATIONS: [&str; 6] = ["not", "never", "dont", "isnt", "wasnt", "hardly"];
const POSITIVE: [[&str; 10]; 3] = [
    ["decent", "fine", "okay", "watchable", "nice", "cute", "pleasant", "clever", "solid", "likable"],
    ["good", "fun", "enjoyed", "funny", "great", "liked", "charming", "touching", "impressive", "recommend"],
    [
        "amazing",
        "awesome",
        "brilliant",
        "excellent",
        "fantastic",
        "incredible",
        "loved",
        "perfect",
        "superb",
        "wonderful",
    ],
];
const NEGATIVE: [[&str; 10]; 3] = [
    ["slow", "odd", "predictable", "confusing", "uneven", "long", "flat", "cheesy", "thin", "forgettable"],
    ["bad", "boring", "weak", "disappointing", "dull", "annoying", "lame", "silly", "poor", "messy"],
    ["awful", "horrible", "terrible", "hated", "worst", "garbage", "painful", "pathetic", "disgusting", "unbearable"],
];

/// One word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Word {
    pub(super) text: &'static str,
    pub(super) kind: Kind,
}

/// The pause.
pub(super) const fn pause() -> Word {
    Word { text: crate::PAUSE, kind: Kind::Pause }
}

/// A word without sentiment, by any number; words early in the list are no more frequent than others.
pub(super) const fn neutral(number: usize) -> Word {
    Word { text: NEUTRAL[number % NEUTRAL.len()], kind: Kind::Neutral }
}

/// A negation, by any number.
pub(super) const fn negation(number: usize) -> Word {
    Word { text: NEGATIONS[number % NEGATIONS.len()], kind: Kind::Negation }
}

/// A word of a strength (1 to 3) on one side, by any number.
pub(super) fn polar(positive: bool, strength: usize, number: usize) -> Word {
    let strength = strength.clamp(1, 3);
    let words = if positive { &POSITIVE } else { &NEGATIVE }[strength - 1];
    let polarity = if positive { strength as i8 } else { -(strength as i8) };
    Word { text: words[number % words.len()], kind: Kind::Polar(polarity) }
}

/// The word's vector, [`WIDTH`] numbers: its own direction, and one that all polarity shares.
pub(super) fn vector(word: Word) -> Vec<f32> {
    let own = stream("vector").named(word.text);
    let shared = stream("polarity");
    let polarity = match word.kind {
        Kind::Polar(polarity) => f64::from(polarity),
        Kind::Pause | Kind::Neutral | Kind::Negation => 0.0,
    };
    (0..WIDTH as u64)
        .map(|column| SPREAD * own.normal(column) + LEAN * polarity * shared.normal(column))
        .map(|value| ((value / GRID).round() * GRID) as f32)
        .collect()
}
