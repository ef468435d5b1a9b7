//! The genuine words of CMU-MOSI and 2,046 of GloVe's vectors, where they are at hand. Expected numbers from Python:
//! `c = Counter(words); v = {line.split(' ')[0] for line in open('glove.subset.300d.txt')}`, then
//! `sum(n for w, n in c.items() if w in v)` and so on.

use corrkd_config::{DatasetRef, Modality};
use corrkd_data::{Samples, Trust, load, unseen};
use corrkd_import::embed::{Count, Coverage, Unknown, embed};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const WORDS: &str = "CMU_MOSI_ModifiedTimestampedWords.csd";

/// A folder with the genuine words and labels and their vectors, and the coverage; nothing where they are absent.
fn embedded(unknown: Unknown) -> Option<(TempDir, Coverage)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/real/mosi"));
    if !folder.is_dir() {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr().write_all(format!("skipped: {} is absent\n", folder.display()).as_bytes());
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    for file in [WORDS, "CMU_MOSI_Opinion_Labels.csd"] {
        std::fs::copy(folder.join(file), dir.path().join(file)).unwrap();
    }
    let out = dir.path().join("glove_vectors.csd");
    let coverage =
        embed(&dir.path().join(WORDS), &folder.join("glove.subset.300d.txt"), &out, unknown, &unseen).unwrap();
    Some((dir, coverage))
}

fn mosi_language(folder: &Path) -> corrkd_data::Dataset {
    let name = DatasetRef { name: "mosi-language".to_owned(), size: None, fold: None };
    load(&name, Some(folder), &folder.join("cache"), Trust::Read, &unseen).unwrap()
}

#[test]
fn the_words_of_mosi() {
    let Some((dir, coverage)) = embedded(Unknown::Zero) else { return };
    let out = dir.path().join("glove_vectors.csd");
    assert_eq!((coverage.vector_count, coverage.width, coverage.entries, coverage.pauses), (2046, 300, 93, 8287));
    assert_eq!(coverage.all, Count { tokens: 42_769, types: 4283 });
    assert_eq!(coverage.exact, Count { tokens: 33_633, types: 1039 });

    // Of `dont`, `gonna` and the like; the subset has `n't` and its kin, but not `don't`.
    assert_eq!((coverage.lower_case.tokens, coverage.apostrophe.tokens), (0, 0));
    assert_eq!(coverage.parts, Count { tokens: 1422, types: 49 });
    assert_eq!(coverage.unknown, Count { tokens: 7714, types: 3195 });

    let (words, written) = (corrkd_csd::read(&dir.path().join(WORDS)).unwrap(), corrkd_csd::read(&out).unwrap());
    assert!(words.entries.keys().eq(written.entries.keys()));
    for (id, entry) in &words.entries {
        assert_eq!(entry.intervals, written.entries[id].intervals, "{id}");
        assert_eq!(written.entries[id].features.shape(), [300], "{id}");
    }
    assert_eq!(corrkd_csd::check_file(&out).unwrap(), []);
}

/// All 2,199 labels but the one without duration, with words that no pause is among. The longest segment has 114 words
///, of which the last 50 stay.
#[test]
fn a_real_data_set_of_language_alone() {
    let Some((dir, _)) = embedded(Unknown::Zero) else { return };
    let data = mosi_language(dir.path());
    let samples = Samples { train: 1283, valid: 229, test: 686 };
    assert_eq!((data.summary.samples, data.summary.expected), (samples, Some(samples)));
    assert_eq!((data.summary.dropped.momentary, data.summary.dropped.without_frames), (1, 0));
    assert_eq!(data.summary.pauses, 8287);
    let of_test = || data.test.samples.iter();
    assert_eq!(of_test().map(|sample| sample.length(Modality::Language)).max(), Some(50));
    let alone = of_test().all(|sample| {
        let zero = |modality| sample.features.get(modality).iter().all(|&value| value == 0.0);
        zero(Modality::Audio)
            && zero(Modality::Vision)
            && sample.features.language.len() == 300 * sample.length(Modality::Language)
    });
    assert!(alone, "audio and vision are missing, language is not");
    // Of the labels, zeros counted as positive: the majority is 57.0 % in the training fold, 55.2 % in the test fold.
    let negative = |split: &corrkd_data::Split| split.samples.iter().filter(|sample| sample.label < 0.0).count();
    assert_eq!((negative(&data.train), negative(&data.test)), (552, 379));
}

/// With their rows left out, one validation segment has no word any more; the program warns that the counts differ.
#[test]
fn unknown_words_left_out() {
    let Some((dir, _)) = embedded(Unknown::Drop) else { return };
    let data = mosi_language(dir.path());
    assert_eq!(data.summary.samples, Samples { train: 1283, valid: 228, test: 686 });
    assert_eq!(data.summary.dropped.without_frames, 1);
    assert!(data.summary.to_string().contains("warning: the recipe expects 1283 train, 229 valid, 686 test"));
}

/// The same vectors in UTF-8, with a byte order mark, and in GB 18030.
#[test]
fn vectors_in_other_encodings() {
    let case = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/cases/12-vector-file-encodings"));
    if !case.is_dir() {
        let _ = std::io::stderr().write_all(format!("skipped: {} is absent\n", case.display()).as_bytes());
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let vectors = |file: &str| {
        let out = dir.path().join("out.csd");
        embed(&case.join("words.csd"), &case.join(file), &out, Unknown::Zero, &unseen)
    };
    for file in ["plain.txt", "bom.txt"] {
        assert_eq!(vectors(file).unwrap().exact, Count { tokens: 6, types: 2 }, "{file}");
    }
    let message = vectors("gb18030.txt").unwrap_err().to_string();
    assert!(message.contains("gb18030.txt: line 1: expected text in UTF-8, got the bytes ba c3"), "{message}");
}
