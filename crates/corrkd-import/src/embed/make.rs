//! From words and vectors to the sequence.

use corrkd_csd::{Entry, Features, Rows, Writer};
use corrkd_data::Progress;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

use super::lookup::{self, find};
use super::vectors::Vectors;
use super::words::Words;
use super::{Count, Coverage, EmbedError, Unknown, UnknownWord};
use corrkd_data::PAUSE;

/// The name of the sequence that the SDK distributed.
const ROOT: &str = "glove_vectors";
/// Numbers of an entry that can be read back, 2 GiB; a video of two hours has some ten million.
const LIMIT: usize = 1 << 29;

/// Writes the vectors of the words in the sequence `words`, (N, D) in single precision, to the sequence `out`, which
/// has the same ids and intervals. `progress` is told how many MiB of the vectors' file were read.
///
/// # Errors
/// [`EmbedError`]; `out` is as it was then.
pub fn embed(
    words: &Path,
    vectors: &Path,
    out: &Path,
    unknown: Unknown,
    progress: &Progress<'_>,
) -> Result<Coverage, EmbedError> {
    if out.file_name().is_none() || out.is_dir() {
        return Err(EmbedError::Folder { path: out.to_owned() });
    }
    for input in [words, vectors] {
        if let (Ok(input), Ok(out)) = (input.canonicalize(), out.canonicalize())
            && input == out
        {
            return Err(EmbedError::Read { path: out });
        }
    }
    let paths = [words, vectors, out].map(Path::to_owned);
    let words = Words::open(words)?;
    let vectors = Vectors::read(vectors, &lookup::keys(words.counts.keys()), progress)?;
    let (coverage, found) = look_up(paths, &words, &vectors, unknown)?;
    let vector = |word: &String| match found.get(word) {
        Some(vector) => Some(vector.clone()),
        None if word == PAUSE => Some(vec![0.0; vectors.width()]),
        None => unknown.vector(word, &vectors),
    };

    corrkd_system::sweep(corrkd_system::parent(out));
    let mut writer = Writer::create(out, ROOT, &metadata(&coverage))?;
    for id in words.ids() {
        let (mut kept, mut values) = (Vec::new(), Vec::new());
        let (intervals, texts) = words.entry(id)?;
        if texts.len() > LIMIT / vectors.width() {
            let got = format!("`{id}` has {} words, whose vectors no file takes in one entry", texts.len());
            return Err(EmbedError::NotWords { path: coverage.words, got });
        }
        for (interval, word) in intervals.into_iter().zip(texts) {
            if let Some(vector) = vector(&word) {
                kept.push(interval);
                values.extend(vector);
            }
        }
        let features = Features::F32(Rows::flat(vectors.width(), values));
        writer.add(id, &Entry { intervals: kept, features })?;
    }
    writer.finish()?;
    Ok(coverage)
}

/// The vectors of the words that have one.
type Found = BTreeMap<String, Vec<f32>>;

/// Looks every word up and counts.
fn look_up(
    [words_path, vectors_path, written]: [std::path::PathBuf; 3],
    words: &Words,
    vectors: &Vectors,
    choice: Unknown,
) -> Result<(Coverage, Found), EmbedError> {
    let none = Count::default();
    let mut coverage = Coverage {
        words: words_path,
        vectors: vectors_path,
        written,
        vector_count: vectors.count,
        width: vectors.width(),
        entries: words.ids().count(),
        pauses: words.pauses,
        all: none,
        exact: none,
        lower_case: none,
        apostrophe: none,
        parts: none,
        unknown: none,
        choice,
        unknown_words: Vec::new(),
    };
    let mut found = Found::new();
    for (word, &tokens) in &words.counts {
        coverage.all.add(tokens);
        if let Some((step, vector)) = find(word, vectors) {
            coverage.step(step).add(tokens);
            found.insert(word.clone(), vector);
        } else {
            coverage.unknown.add(tokens);
            coverage.unknown_words.push(UnknownWord { word: word.clone(), tokens });
        }
    }
    if coverage.unknown == coverage.all {
        let Coverage { words, vectors, all: Count { types, .. }, .. } = coverage;
        return Err(EmbedError::NoneFound { words, vectors, types });
    }
    // By the alphabet among equals, as they are.
    coverage.unknown_words.sort_by_key(|unknown| std::cmp::Reverse(unknown.tokens));
    Ok((coverage, found))
}

fn metadata(coverage: &Coverage) -> BTreeMap<String, serde_json::Value> {
    let name = |path: &Path| path.file_name().unwrap_or_default().display().to_string();
    let Coverage { all, unknown, choice, .. } = coverage;
    let about = format!(
        "vectors of {} for the words of {}; {} of {} words unknown ({choice})",
        name(&coverage.vectors),
        name(&coverage.words),
        unknown.tokens,
        all.tokens,
    );
    BTreeMap::from([
        ("root name".to_owned(), json!(ROOT)),
        ("computational sequence description".to_owned(), json!(about)),
        ("alignment compatible".to_owned(), json!(true)),
    ])
}
