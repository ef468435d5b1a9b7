//! What is wrong with data, or worth knowing before they are used, and where.

use corrkd_csd::Oddity;
use serde::Serialize;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The data cannot be used.
    Error,
    /// Something is left out, cleaned or filled in, or the Python SDK stumbles over it.
    Warning,
    /// Nothing comes of it that was not meant.
    Note,
}

corrkd_config::named!(Severity { Error: "error", Warning: "warning", Note: "note" });

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What it is.
    pub kind: Kind,
    /// The file; nothing for the data set as a whole.
    pub file: Option<String>,
    /// The entry, or the video that is not there; nothing for the file as a whole.
    pub id: Option<String>,
    /// All rows of the entry that it is about, from 0, in order.
    pub rows: Vec<usize>,
    /// The columns that it is about, from 0, in order.
    pub columns: Vec<usize>,
    /// How many values, rows, segments or entries it is about.
    pub count: usize,
    /// What is there, in words, without file, id and rows.
    pub message: String,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident = $severity:ident, $many:literal, $consequence:literal;)*) => {
        /// What a finding is; in JSON in lower case with hyphens.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Kind { $($(#[doc = $doc])* $kind,)* }

        impl Kind {
            /// How much it matters, mostly.
            pub(crate) const fn severity(self) -> Severity {
                match self { $(Self::$kind => Severity::$severity,)* }
            }

            /// What several of them are called.
            pub(crate) const fn many(self) -> &'static str {
                match self { $(Self::$kind => $many,)* }
            }

            /// What comes of it where it matters as much as it mostly does; empty where that goes without saying.
            pub(crate) const fn consequence(self) -> &'static str {
                match self { $(Self::$kind => $consequence,)* }
            }
        }
    };
}

kinds! {
    /// The file is absent, or no sequence.
    Unusable = Error, "problems", "";
    /// The bytes are not those whose SHA-256 the recipe has.
    OtherBytes = Error, "other sums", "";
    /// The sequence has a name that the recipe does not accept.
    OtherSequence = Error, "other sequences", "";
    /// The file has no entries.
    NoEntries = Error, "files without entries", "";
    /// An entry cannot be read.
    UnreadableEntry = Error, "entries cannot be read", "";
    /// Rows of another shape than in the first entry.
    OtherShape = Error, "entries have rows of another shape than the first", "";
    /// Texts beside numbers.
    OtherKind = Error, "entries hold texts where the first has numbers, or the other way round", "";
    /// Another number of columns than the recipe has.
    OtherWidth = Error, "entries are not as wide as the recipe says", "";
    /// A label that is no number, or outside the recipe's range: an error, or clipped where the recipe says so.
    LabelRange = Error, "labels outside the recipe's range", "";
    /// A label in none of the recipe's categories.
    LabelCategory = Error, "labels are in no category", "";
    /// A label in several of the recipe's categories at once.
    SeveralCategories = Error, "labels are in several categories at once", "several at once are several questions: take \
        one of their columns (`column = \"happy\"`, `categories = [\"not happy\", \"happy\"]`)";
    /// Labels are not what the recipe says that they are.
    LabelMeaning = Error, "problems", "";
    /// All labels of a fold are in one category: a warning but in the training fold.
    OneCategory = Error, "folds have labels of one category alone", "";
    /// A fold has no labels.
    EmptyFold = Error, "folds have no labels", "";
    /// Videos last many times as long as in another file: a warning where it is few of them, and no unit is known for it.
    OtherUnits = Error, "videos last many times as long or as short as in another file", "aligned to the wrong rows";
    /// The times of a video start again with each segment: a warning where most videos' do not.
    ClockRestarts = Error, "videos' times start again within the video", "all segments get the first seconds; add to \
        each segment's times its start";
    /// Hardly a row lies in a labelled segment of its video.
    OutsideLabels = Error, "rows lie in no labelled segment", "nothing is left to align";
    /// A fold's video has no labels: an error where the recipe does not allow for so many.
    Unlabelled = Error, "videos of the folds have no labels", "";
    /// No samples come out.
    NoSamples = Error, "problems", "";
    /// The labels fill only a small part of the recipe's range.
    NarrowRange = Warning, "problems", "correct `labels.range` where the scale is another";
    /// Categories that a fold has no label of.
    NoSuchCategory = Warning, "categories do not occur in folds that have others", "";
    /// A modality that no sample of a fold has.
    FoldLacks = Warning, "modalities are missing in a whole fold", "";
    /// Other numbers of samples than the recipe expects.
    OtherCounts = Warning, "other numbers", "";
    /// No `root name` in the metadata.
    NoRootName = Warning, "files without a root name", "";
    /// More groups or datasets beside the root.
    OtherRoots = Warning, "others beside the root", "";
    /// An entry without rows.
    NoRows = Warning, "entries without rows", "nothing is known of them";
    /// An interval of NaN or infinity.
    IntervalNotFinite = Warning, "rows have a start or an end that is not finite", "nothing is aligned to or from there";
    /// An interval that ends before it starts.
    IntervalReversed = Warning, "rows end before they start", "";
    /// A row of no length: a note where nothing is aligned to it, in entries `video[i]`.
    NoLength = Warning, "rows of no length", "left out in aligning";
    /// Values that are NaN or infinite, or would be as 32-bit numbers.
    NotFinite = Warning, "values are not finite", "cleaned before use";
    /// A video, or a segment, that another file has: a note among files without labels.
    Missing = Warning, "videos or segments are missing that others have", "";
    /// A video lasts longer or shorter than in another file, and others do not.
    OtherDuration = Warning, "videos last longer or shorter than in another file, which others do not", "one of the two \
        may be of another recording";
    /// Entries of one video cover the same seconds.
    SameSeconds = Warning, "videos have entries that cover the same seconds", "rows of both are averaged";
    /// A segment without a row of the reference.
    NoFrames = Warning, "segments without frames", "left out";
    /// A video that is in no fold.
    NoFold = Warning, "labelled videos are in no fold", "left out";
    /// Metadata that are no texts.
    UnreadableMetadata = Note, "metadata are no texts", "";
    /// Root group and metadata have different names.
    RootName = Note, "names differ", "";
    /// A text that was not UTF-8.
    NotUtf8 = Note, "texts were not UTF-8", "";
    /// A row that starts before the one above.
    Unsorted = Note, "rows start before the one above", "sorted in aligning";
    /// A column that never changes.
    Constant = Note, "columns never change", "";
    /// Rows of nothing but zeros, which stand for missing data in some files.
    ZeroRows = Note, "rows of nothing but zeros", "they count as data";
    /// A video, or a segment, without labels.
    NoLabels = Note, "videos or segments have no labels", "not used";
    /// A segment starts before an earlier one has ended.
    Overlap = Note, "segments run into a later one", "rows in between go to both";
    /// A segment of less than half a second.
    Short = Note, "segments are shorter than 0.5 s", "";
    /// A segment of pauses.
    NoWords = Note, "segments hold pauses alone", "";
    /// Segments of more frames than T.
    Truncated = Note, "segments are longer than T", "";
}

impl Kind {
    /// Whether numbers in the message tell what is wrong, so that one is shown for several.
    pub(crate) const fn is_measured(self) -> bool {
        matches!(self, Self::OtherDuration | Self::OtherUnits | Self::ClockRestarts | Self::SameSeconds)
    }
}

impl Finding {
    /// A finding of the usual severity about a file, or the data set, as a whole.
    pub(crate) fn new(kind: Kind, file: Option<&str>, message: impl Into<String>) -> Self {
        Self {
            severity: kind.severity(),
            kind,
            file: file.map(str::to_owned),
            id: None,
            rows: Vec::new(),
            columns: Vec::new(),
            count: 1,
            message: message.into(),
        }
    }

    /// About an entry.
    pub(crate) fn at(self, id: &str) -> Self {
        Self { id: Some(id.to_owned()), ..self }
    }

    /// About rows of an entry.
    pub(crate) fn rows(self, rows: Vec<usize>) -> Self {
        Self { count: rows.len(), rows, ..self }
    }

    /// What the check of a file found.
    pub(crate) fn of(file: &str, found: corrkd_csd::Finding) -> Self {
        let corrkd_csd::Finding { id, rows, what, .. } = found;
        let kind = match &what {
            Oddity::NoEntries => Kind::NoEntries,
            Oddity::NoRootName => Kind::NoRootName,
            Oddity::RootName { .. } => Kind::RootName,
            Oddity::OtherRoots { .. } => Kind::OtherRoots,
            Oddity::UnreadableMetadata { .. } => Kind::UnreadableMetadata,
            Oddity::Unreadable { .. } => Kind::UnreadableEntry,
            Oddity::NoRows => Kind::NoRows,
            Oddity::IntervalNonFinite { .. } => Kind::IntervalNotFinite,
            Oddity::IntervalReversed { .. } => Kind::IntervalReversed,
            Oddity::Moment { .. } => Kind::NoLength,
            Oddity::Unsorted => Kind::Unsorted,
            Oddity::Shape { .. } => Kind::OtherShape,
            Oddity::Kind { .. } => Kind::OtherKind,
            Oddity::NotUtf8 { .. } => Kind::NotUtf8,
            Oddity::NonFinite { .. } => Kind::NotFinite,
            Oddity::Constant { .. } => Kind::Constant,
        };
        let count = match &what {
            Oddity::NonFinite { values, .. } => *values,
            Oddity::Constant { columns } => columns.len(),
            _ => rows.len().max(1),
        };
        let columns = match &what {
            Oddity::NonFinite { columns, .. } | Oddity::Constant { columns } => columns.clone(),
            _ => Vec::new(),
        };
        // Nothing is aligned to segments, nor are they to anything.
        let aligned = kind == Kind::NoLength && id.as_ref().is_some_and(|id| id.contains('['));
        let severity = if aligned { Severity::Note } else { kind.severity() };
        Self { severity, kind, file: Some(file.to_owned()), id, rows, columns, count, message: what.to_string() }
    }
}
