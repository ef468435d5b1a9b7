//! The genuine words of CMU-MOSI and 2,046 of GloVe's vectors, where they are at hand. Expected numbers from Python:
//! `c = Counter(words); v = {line.split(' ')[0] for line in open('glove.subset.300d.txt')}`, then
//! `sum(n for w, n in c.items() if w in v)` and so on.

use corrkd_import::embed::{Count, Unknown, embed};
use std::io::Write as _;
use std::path::PathBuf;

#[test]
fn mosi() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/real/mosi"));
    if !folder.is_dir() {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr().write_all(format!("skipped: {} is absent\n", folder.display()).as_bytes());
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (words, vectors) = (folder.join("CMU_MOSI_ModifiedTimestampedWords.csd"), folder.join("glove.subset.300d.txt"));
    let out = dir.path().join("glove_vectors.csd");
    let coverage = embed(&words, &vectors, &out, Unknown::Zero, &corrkd_data::unseen).unwrap();
    assert_eq!((coverage.vector_count, coverage.width, coverage.entries, coverage.pauses), (2046, 300, 93, 8287));
    assert_eq!(coverage.all, Count { tokens: 42_769, types: 4283 });
    assert_eq!(coverage.exact, Count { tokens: 33_633, types: 1039 });

    let (words, written) = (corrkd_csd::read(&words).unwrap(), corrkd_csd::read(&out).unwrap());
    assert!(words.entries.keys().eq(written.entries.keys()));
    for (id, entry) in &words.entries {
        assert_eq!(entry.intervals, written.entries[id].intervals, "{id}");
        assert_eq!(written.entries[id].features.shape(), [300], "{id}");
    }
    assert_eq!(corrkd_csd::check_file(&out).unwrap(), []);
}
