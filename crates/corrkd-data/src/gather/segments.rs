//! Which segments there are, and their labels: those of the label sequence; or, where labels are not asked for, also
//! samples that have none. Without a label sequence each entry of aligned files is a sample, and of others each video.

use corrkd_config::PerModality;
use corrkd_csd::{Entry, Features, Rows};
use std::collections::BTreeSet;

use super::labels::labels;
use super::source::Source;
use crate::{DataError, Label, LabelFile};

/// All of a video, however long it is, in seconds.
const WHOLE: [f64; 2] = [f64::NEG_INFINITY, f64::INFINITY];

/// What says which segments there are.
pub(crate) struct Segments {
    /// The label sequence, where there is one.
    labels: Option<Source>,
    /// Whether labels are read; each is NaN otherwise.
    read: bool,
}

impl Segments {
    /// Those of a label sequence, with its labels.
    pub(crate) const fn labelled(labels: Source) -> Self {
        Self { labels: Some(labels), read: true }
    }

    /// Those of a label sequence, if there is one, without labels.
    pub(crate) const fn unlabelled(labels: Option<Source>) -> Self {
        Self { labels, read: false }
    }

    /// The label sequence.
    pub(crate) const fn labels(&self) -> Option<&Source> {
        self.labels.as_ref()
    }

    /// The videos that have segments.
    pub(crate) fn videos(&self, features: &PerModality<Option<Source>>) -> BTreeSet<String> {
        let videos = self.sources(features).flat_map(Source::videos);
        videos.map(|(video, _)| video.to_owned()).collect()
    }

    /// The keys of a video's entries, each once.
    pub(super) fn keys(&self, features: &PerModality<Option<Source>>, video: &str) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let keys = self.sources(features).flat_map(|source| source.keys(video));
        keys.filter(|&key| seen.insert(key)).cloned().collect()
    }

    /// An entry of the label sequence with the label of each row, as `file` has it, whose sample `name` names.
    pub(super) fn entry(
        &self,
        key: &str,
        file: &LabelFile,
        name: impl Fn(usize) -> String,
    ) -> Result<(Entry, Vec<Label>), DataError> {
        let Some(source) = &self.labels else {
            let entry = Entry { intervals: vec![WHOLE], features: Features::F32(Rows::flat(0, Vec::new())) };
            return Ok((entry, vec![Label { value: f32::NAN, clipped: false }]));
        };
        let entry = source.entry(key)?;
        let values = match self.read {
            true => labels(source, key, &entry, file, name)?,
            false => vec![Label { value: f32::NAN, clipped: false }; entry.intervals.len()],
        };
        Ok((entry, values))
    }

    /// What names the segments.
    fn sources<'a>(&'a self, features: &'a PerModality<Option<Source>>) -> impl Iterator<Item = &'a Source> {
        let of_features = features.iter().filter_map(|(_, source)| source.as_ref());
        self.labels.iter().chain(of_features.filter(|_| self.labels.is_none()))
    }
}
