//! `corrkd data embed`: vectors for words with times.

use crate::failure::Failure;
use crate::say::say;
use crate::watch::Watch;
use corrkd_config::Exit;
use corrkd_import::embed::{EmbedError, Unknown, embed};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Embed {
    /// The sequence of words, such as CMU_MOSI_ModifiedTimestampedWords.csd.
    words: PathBuf,
    /// Word vectors in GloVe's or word2vec's text format, a word and its numbers a line: UTF-8, packed with gzip or not.
    #[arg(long, value_name = "FILE")]
    vectors: PathBuf,
    /// The sequence to write, with the name `glove_vectors` inside.
    #[arg(long, value_name = "FILE.csd")]
    out: PathBuf,
    /// What becomes of words without a vector: zero, mean (of all vectors), random (by the word's text, with the
    /// vectors' variance) or drop (the row is left out).
    #[arg(long, default_value_t)]
    unknown: Unknown,
    /// Print the coverage as JSON, with all unknown words.
    #[arg(long)]
    json: bool,
}

impl Embed {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let watch = Watch::new("reading vectors");
        let step = |done, all| watch.step(done, all);
        let coverage = embed(&self.words, &self.vectors, &self.out, self.unknown, &step)?;
        drop(watch);
        if self.json {
            say(corrkd_system::shown_json(&serde_json::to_string_pretty(&coverage)?))
        } else {
            say(coverage)
        }
    }
}

impl From<EmbedError> for Failure {
    fn from(error: EmbedError) -> Self {
        let exit = match error {
            EmbedError::Interrupted => Exit::Interrupted,
            _ if error.is_user_input() => Exit::Input,
            _ => Exit::Data,
        };
        Self { exit, error: error.into() }
    }
}
