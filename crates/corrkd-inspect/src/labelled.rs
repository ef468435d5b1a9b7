//! What the labelled segments of each video cover, and how many rows of another file lie there.

use corrkd_data::overlaps;
use std::collections::BTreeMap;

/// The seconds of each video that some labelled segment covers.
pub(crate) struct Labelled(BTreeMap<String, Vec<[f64; 2]>>);

impl Labelled {
    /// The segments of each video, those that overlap or meet as one.
    pub(crate) fn of(videos: impl Iterator<Item = (String, Vec<[f64; 2]>)>) -> Self {
        let join = |mut spans: Vec<[f64; 2]>| {
            spans.sort_by(|a, b| a[0].total_cmp(&b[0]));
            let mut joined: Vec<[f64; 2]> = Vec::new();
            for [start, end] in spans {
                match joined.last_mut() {
                    Some([_, reached]) if start <= *reached => *reached = reached.max(end),
                    _ => joined.push([start, end]),
                }
            }
            joined
        };
        Self(videos.map(|(video, spans)| (video, join(spans))).collect())
    }

    /// How many rows of a video lie in a labelled segment; nothing where it has none.
    pub(crate) fn inside(&self, video: &str, rows: &[[f64; 2]]) -> Option<usize> {
        // A row over a border lies in two.
        let mut inside = vec![false; rows.len()];
        for overlap in overlaps(self.0.get(video)?, rows).into_iter().flatten().flatten() {
            inside[overlap.row] = true;
        }
        Some(inside.into_iter().filter(|&inside| inside).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_counts_once() {
        let labelled = Labelled::of([("a".to_owned(), vec![[4.0, 6.0], [0.0, 2.0], [1.0, 3.0]])].into_iter());
        // In 0-3 two rows, over the border to 3-4 one, in both 0-3 and 4-6 one, outside two.
        let rows = [[0.0, 1.0], [1.5, 2.5], [2.5, 3.5], [2.9, 4.1], [3.2, 3.8], [6.0, 7.0]];
        assert_eq!(labelled.inside("a", &rows), Some(4));
        assert_eq!(labelled.inside("b", &rows), None);
    }
}
