//! A video: who says which word when, in which segment.

use corrkd_csd::{Entry, Features, Rows};

use super::Size;
use super::draws::{Draws, stream};
use super::emotion::{EMOTIONS, emotion};
use super::flaws;
use super::folds::Outline;
use super::sentiment::{Sentiment, sentiment};
use super::vocabulary::{self, Kind, Word};

/// Probability of a pause after a word.
const PAUSE_CHANCE: f64 = 0.12;
/// Probability that a segment has no word of sentiment.
const SILENT_CHANCE: f64 = 0.04;
/// Probability that a word of sentiment is said as the negation of its opposite.
const NEGATION_CHANCE: f64 = 0.1;
/// Standard deviation by which a word misses what is to be said.
const SLIP: f64 = 0.3;

/// A word in time, in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spoken {
    pub(super) word: Word,
    pub(super) start: f64,
    pub(super) end: f64,
    /// The segment it belongs to; none for pauses between segments.
    pub(super) segment: Option<usize>,
}

/// An utterance with one label.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) sentiment: Sentiment,
}

/// A video; words follow each other without gaps, silence being a pause.
pub(super) struct Video {
    pub(super) outline: Outline,
    pub(super) words: Vec<Spoken>,
    pub(super) segments: Vec<Segment>,
}

/// Makes a video: the same one for the same size and outline, whatever was made before.
pub(super) fn video(size: Size, outline: Outline) -> Video {
    let own = stream("video").named(size.name()).at(outline.index as u64);
    let mood = own.named("mood").normal(0);
    let mut draws = Draws::new(own.named("timing"));
    let mut words = Vec::new();
    let mut now = 0.0;
    let mut say = |word: Word, seconds: f64, segment: Option<usize>| {
        let start = now;
        // Milliseconds, as in forced alignments.
        now = ((now + seconds) * 1000.0).round() / 1000.0;
        words.push(Spoken { word, start, end: now, segment });
        (start, now)
    };
    say(vocabulary::pause(), draws.between(0.2, 1.0), None);

    let mut segments: Vec<Segment> = Vec::with_capacity(outline.segments);
    for index in 0..outline.segments {
        let [felt, chosen] = ["sentiment", "words"].map(|what| Draws::new(own.named(what).at(index as u64)));
        let sentiment = sentiment(mood, felt);
        let (mut start, mut end) = (f64::INFINITY, 0.0f64);
        for (place, word) in sentence(size, sentiment.said, chosen).into_iter().enumerate() {
            if place > 0 && draws.chance(PAUSE_CHANCE) {
                say(vocabulary::pause(), draws.between(0.05, 0.4), Some(index));
            }
            let (from, to) = say(word, draws.between(0.12, 0.45), Some(index));
            (start, end) = (start.min(from), end.max(to));
        }
        segments.push(Segment { start, end, sentiment });
        if draws.chance(0.6) {
            say(vocabulary::pause(), draws.between(0.2, 1.2), None);
        }
    }
    plant(&outline, &mut segments, &mut draws);
    Video { outline, words, segments }
}

/// The words of a segment that says `said`.
fn sentence(size: Size, said: f64, mut draws: Draws) -> Vec<Word> {
    let (fewest, most) = size.extent().words;
    let length = draws.whole(fewest, most);
    let polar = if draws.chance(SILENT_CHANCE) { 0 } else { draws.whole(2, 4) };
    let mut words: Vec<Vec<Word>> = Vec::with_capacity(length);
    for _ in 0..polar {
        let meant = said + SLIP * draws.normal();
        let strength = if meant.abs() < 0.6 { 1 } else { 2 + usize::from(meant.abs() > 1.2) };
        let number = draws.whole(0, 99);
        words.push(if draws.chance(NEGATION_CHANCE) {
            vec![vocabulary::negation(draws.whole(0, 99)), vocabulary::polar(meant < 0.0, strength, number)]
        } else {
            vec![vocabulary::polar(meant > 0.0, strength, number)]
        });
    }
    while words.iter().map(Vec::len).sum::<usize>() < length {
        // A word of sentiment, once placed, is followed by any other.
        let place = draws.whole(0, words.len());
        words.insert(place, vec![vocabulary::neutral(draws.whole(0, 9999))]);
    }
    words.concat()
}

/// Makes segments overlap and one label have no length.
fn plant(outline: &Outline, segments: &mut [Segment], draws: &mut Draws) {
    let moment = flaws::moment(outline);
    for index in 1..segments.len() {
        let beside = moment.is_some_and(|moment| moment == index || moment + 1 == index);
        if draws.chance(flaws::OVERLAP_CHANCE) && !beside {
            segments[index - 1].end = ((segments[index].start + draws.between(0.1, 0.6)) * 1000.0).round() / 1000.0;
        }
    }
    if let Some(segment) = moment.and_then(|index| segments.get_mut(index)) {
        segment.end = segment.start;
    }
}

impl Video {
    /// Words as texts, (N, 1).
    pub(super) fn words(&self) -> Entry {
        let texts = self.words.iter().map(|spoken| spoken.word.text.to_owned()).collect();
        Entry { intervals: self.word_intervals(), features: Features::Texts(Rows::flat(1, texts)) }
    }

    /// A vector for each word, (N, 300).
    pub(super) fn vectors(&self) -> Entry {
        let values = self.words.iter().flat_map(|spoken| vocabulary::vector(spoken.word)).collect();
        Entry { intervals: self.word_intervals(), features: Features::F32(Rows::flat(vocabulary::WIDTH, values)) }
    }

    /// The sentiment of each segment, (N, 1).
    pub(super) fn labels(&self) -> Entry {
        let values = self.segments.iter().map(|segment| segment.sentiment.label).collect();
        Entry { intervals: self.segment_intervals(), features: Features::F32(Rows::flat(1, values)) }
    }

    /// The emotion of each segment, (N, 4): 1 in its column, 0 in the others.
    pub(super) fn emotions(&self) -> Entry {
        let row = |segment: &Segment| {
            let held = emotion(&segment.sentiment);
            (0..EMOTIONS.len()).map(move |column| f32::from(u8::from(column == held)))
        };
        let values = self.segments.iter().flat_map(row).collect();
        Entry { intervals: self.segment_intervals(), features: Features::F32(Rows::flat(EMOTIONS.len(), values)) }
    }

    fn segment_intervals(&self) -> Vec<[f64; 2]> {
        self.segments.iter().map(|segment| [segment.start, segment.end]).collect()
    }

    fn word_intervals(&self) -> Vec<[f64; 2]> {
        self.words.iter().map(|spoken| [spoken.start, spoken.end]).collect()
    }

    /// When the last word ends.
    pub(super) fn seconds(&self) -> f64 {
        self.words.last().map_or(0.0, |spoken| spoken.end)
    }
}

impl Spoken {
    /// Whether nothing is said.
    pub(super) fn is_pause(&self) -> bool {
        self.word.kind == Kind::Pause
    }

    /// Whether the word carries sentiment.
    pub(super) const fn is_polar(&self) -> bool {
        matches!(self.word.kind, Kind::Polar(_))
    }
}
