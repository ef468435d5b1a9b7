//! Which videos or segments a sequence lacks that another one has.

use corrkd_data::video;
use std::collections::BTreeSet;

/// Ids of one sequence's entries, and the videos they belong to.
pub(crate) struct Ids {
    entries: BTreeSet<String>,
    videos: BTreeSet<String>,
    by_segment: bool,
}

impl Ids {
    pub(crate) fn of<'a>(ids: impl Iterator<Item = &'a str>) -> Self {
        let entries: BTreeSet<String> = ids.map(str::to_owned).collect();
        let videos = entries.iter().map(|id| video(id).to_owned()).collect();
        let by_segment = !entries.is_empty() && entries.iter().all(|id| id.contains('['));
        Self { entries, videos, by_segment }
    }

    /// All ids of several sequences together.
    pub(crate) fn union<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        let mut union = Self { entries: BTreeSet::new(), videos: BTreeSet::new(), by_segment: true };
        for ids in all {
            union.entries.extend(ids.entries.iter().cloned());
            union.videos.extend(ids.videos.iter().cloned());
            union.by_segment &= ids.by_segment;
        }
        union
    }

    /// Ids that `other` has and this one lacks: segments where both have only those, else videos.
    pub(crate) fn lacking(&self, other: &Self) -> Vec<String> {
        match self.by_segment && other.by_segment {
            true => other.entries.difference(&self.entries).cloned().collect(),
            false => other.videos.difference(&self.videos).cloned().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_beside_segments_and_videos_beside_anything() {
        let ids = |list: &[&str]| Ids::of(list.iter().copied());
        let (labels, audio) = (ids(&["a[0]", "a[1]", "b[0]"]), ids(&["a[1]", "c[0]"]));
        assert_eq!(audio.lacking(&labels), ["a[0]", "b[0]"]);
        assert_eq!(labels.lacking(&audio), ["c[0]"]);
        let words = ids(&["a", "c"]);
        assert_eq!(words.lacking(&labels), ["b"]);
        assert_eq!(labels.lacking(&words), ["c"]);
        assert_eq!(words.lacking(&Ids::union([&labels, &words].into_iter())), ["b"]);
    }
}
