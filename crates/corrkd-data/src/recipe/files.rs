//! The files of features and words that a recipe reads, and where any of its files can be had.

use serde::Deserialize;

/// The feature sequence of one modality.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureFile {
    /// The file's name in the data folder.
    pub file: String,
    /// Accepted names of the sequence, letter case and punctuation aside; any name where empty.
    #[serde(default)]
    pub roots: Vec<String>,
    /// Where the file can be downloaded.
    pub url: Option<String>,
    /// Where its parts can be, in their order, if it is published in several.
    #[serde(default)]
    pub parts: Vec<PartFile>,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: Option<String>,
    /// Columns, D.
    pub width: usize,
    /// What a frame is that is zero in all columns.
    #[serde(default)]
    pub zeros: Zeros,
}

/// What a frame of zeros is. One that is NaN in all columns holds no data, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Zeros {
    /// Data.
    #[default]
    Data,
    /// A frame that holds no data.
    Missing,
}

/// The sequence of words as texts, with the reference's intervals.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordFile {
    /// The file's name in the data folder.
    pub file: String,
    /// Accepted names of the sequence, letter case and punctuation aside; any name where empty.
    #[serde(default)]
    pub roots: Vec<String>,
    /// Where the file can be downloaded.
    pub url: Option<String>,
    /// Where its parts can be, in their order, if it is published in several.
    #[serde(default)]
    pub parts: Vec<PartFile>,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: Option<String>,
}

/// The published file that `corrkd data import` makes the sequences, folds and labels of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// The file's name.
    pub file: String,
    /// Where the file can be downloaded.
    pub url: Option<String>,
    /// Where its parts can be, in their order, if it is published in several.
    #[serde(default)]
    pub parts: Vec<PartFile>,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: Option<String>,
}

/// One of the parts that follow one another in a file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartFile {
    /// Where it can be downloaded.
    pub url: String,
    /// Its own SHA-256, 64 hexadecimal digits.
    pub sha256: Option<String>,
}

/// A file, where it can be downloaded and what its bytes must be, as far as the recipe says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Download<'a> {
    /// The file's name in the data folder.
    pub file: &'a str,
    /// Accepted names of the sequence in it; any name where empty.
    pub roots: &'a [String],
    /// The address.
    pub url: Option<&'a str>,
    /// The addresses of its parts, if it is published in several.
    pub parts: &'a [PartFile],
    /// SHA-256, 64 hexadecimal digits.
    pub sha256: Option<&'a str>,
}

impl Download<'_> {
    /// Whether a sequence of this name may be in the file. Names in the wild differ in case and punctuation
    /// (`FACET_4.2`, `FACET 4.2`), which are not compared.
    #[must_use]
    pub fn accepts(&self, root: &str) -> bool {
        let plain = |name: &str| -> String {
            name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let root = plain(root);
        self.roots.is_empty() || self.roots.iter().any(|accepted| plain(accepted) == root)
    }
}

macro_rules! download {
    ($($kind:ty),*) => {$(
        impl $kind {
            pub(crate) fn download(&self) -> Download<'_> {
                let Self { file, roots, url, parts, sha256, .. } = self;
                Download { file, roots, url: url.as_deref(), parts, sha256: sha256.as_deref() }
            }
        }
    )*};
}
download!(FeatureFile, WordFile);

impl SourceFile {
    pub(crate) fn download(&self) -> Download<'_> {
        let Self { file, url, parts, sha256 } = self;
        Download { file, roots: &[], url: url.as_deref(), parts, sha256: sha256.as_deref() }
    }
}
