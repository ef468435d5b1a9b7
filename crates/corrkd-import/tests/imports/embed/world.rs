//! A file of words and a file of vectors in a folder.

use corrkd_csd::{Entry, Features, Rows, Sequence};
use corrkd_import::embed::{Coverage, EmbedError, Unknown, embed};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

pub(crate) struct World {
    pub(crate) dir: TempDir,
}

impl World {
    /// Entries of words, one a second, and the text of a file of vectors.
    pub(crate) fn new(entries: &[(&str, &[&str])], vectors: &str) -> Self {
        let world = Self { dir: tempfile::tempdir().unwrap() };
        let entries = entries.iter().map(|(id, words)| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            ((*id).to_owned(), Features::Texts(Rows::flat(1, words)))
        });
        world.words(entries.collect());
        world.vectors(vectors);
        world
    }

    /// Writes the file of words with these features.
    pub(crate) fn words(&self, entries: BTreeMap<String, Features>) {
        let entries = entries.into_iter().map(|(id, features)| {
            let intervals = (0..features.rows()).map(|row| [row as f64, row as f64 + 0.5]).collect();
            (id, Entry { intervals, features })
        });
        let sequence = Sequence { root: "words".to_owned(), metadata: BTreeMap::new(), entries: entries.collect() };
        corrkd_csd::write(&self.path("words.csd"), &sequence).unwrap();
    }

    pub(crate) fn vectors(&self, text: impl AsRef<[u8]>) {
        fs::write(self.path("vectors.txt"), text).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn embed(&self, unknown: Unknown) -> Result<Coverage, EmbedError> {
        let (words, vectors) = (self.path("words.csd"), self.path("vectors.txt"));
        embed(&words, &vectors, &self.path("out.csd"), unknown, &corrkd_data::unseen)
    }

    /// What was written.
    pub(crate) fn written(&self) -> Sequence {
        corrkd_csd::read(&self.path("out.csd")).unwrap()
    }

    /// The vectors of an entry.
    pub(crate) fn rows(&self, id: &str) -> Vec<Vec<f32>> {
        let Features::F32(rows) = &self.written().entries[id].features else { panic!("vectors are f32") };
        (0..rows.len()).map(|row| rows.row(row).unwrap().to_vec()).collect()
    }
}
