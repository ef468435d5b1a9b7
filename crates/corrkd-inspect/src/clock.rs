//! When a file's videos are, by its own clock: what each entry covers, and whether the clock starts again in a video.

use corrkd_data::{EPSILON, video};
use std::collections::BTreeMap;

use crate::finding::{Finding, Kind, Severity};
use crate::render::{number, whole};

/// Times that start again begin within this share of all that they cover.
const BEGINNING: f64 = 0.2;
/// Times that start again cover more than this many times what they cover together.
const TWICE: f64 = 1.15;
/// Entries cover the same seconds where they have more than this share of the shorter one in common.
const SHARED: f64 = 0.5;

/// What the rows of an entry cover.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stretch {
    /// The first start, in seconds.
    pub(crate) first: f64,
    /// The last end, in seconds.
    pub(crate) last: f64,
    /// How often the rows start from the beginning: once, mostly.
    pub(crate) runs: usize,
}

impl Stretch {
    /// What sound rows cover, in the order of the file; nothing where there is none.
    pub(crate) fn of(rows: &[[f64; 2]]) -> Option<Self> {
        let mut runs: Vec<[f64; 2]> = Vec::new();
        let mut before = f64::INFINITY;
        for &[start, end] in rows {
            match runs.last_mut() {
                Some([_, reached]) if start > before + EPSILON => *reached = reached.max(end),
                _ => runs.push([start, end]),
            }
            before = start;
        }
        let [first, last] = hull(&runs)?;
        Some(Self { first, last, runs: if starts_again(&runs) { runs.len() } else { 1 } })
    }
}

/// From the first start to the last end.
fn hull(spans: &[[f64; 2]]) -> Option<[f64; 2]> {
    let join = |[first, last]: [f64; 2], [start, end]: [f64; 2]| [first.min(start), last.max(end)];
    spans.iter().copied().reduce(join)
}

/// Whether several spans all begin at the beginning, and so cover the same seconds.
fn starts_again(spans: &[[f64; 2]]) -> bool {
    let Some([first, last]) = hull(spans).filter(|_| spans.len() > 1) else { return false };
    let all = last - first;
    let covered: f64 = spans.iter().map(|[start, end]| end - start).sum();
    covered > TWICE * all && spans.iter().all(|[start, _]| start - first <= BEGINNING * all)
}

/// The seconds that two entries of a video have in common: more than half of the shorter one; else nothing.
fn shared(entries: &[Stretch]) -> Option<f64> {
    let mut sorted: Vec<&Stretch> = entries.iter().collect();
    sorted.sort_by(|a, b| a.first.total_cmp(&b.first));
    let common = |pair: &[&Stretch]| {
        let seconds = pair[0].last.min(pair[1].last) - pair[1].first;
        let shorter = pair.iter().map(|stretch| stretch.last - stretch.first).fold(f64::INFINITY, f64::min);
        (seconds > EPSILON && seconds > SHARED * shorter).then_some(seconds)
    };
    sorted.windows(2).find_map(common)
}

/// What the entries of a file cover, by video.
pub(crate) struct Clock {
    videos: BTreeMap<String, Vec<Stretch>>,
    /// Whether entries are segments, `video[i]`, all of them.
    by_segment: bool,
}

impl Default for Clock {
    fn default() -> Self {
        Self { videos: BTreeMap::new(), by_segment: true }
    }
}

impl Clock {
    pub(crate) fn add(&mut self, id: &str, stretch: Stretch) {
        self.by_segment &= id.contains('[');
        self.videos.entry(video(id).to_owned()).or_default().push(stretch);
    }

    /// When each video ends, in seconds.
    pub(crate) fn ends(&self) -> BTreeMap<&str, f64> {
        let end = |all: &[Stretch]| all.iter().map(|stretch| stretch.last).fold(f64::NEG_INFINITY, f64::max);
        self.videos.iter().map(|(video, all)| (video.as_str(), end(all))).filter(|(_, end)| *end > 0.0).collect()
    }

    /// What covers the same seconds of a video several times, and whether the clock starts again in most videos, which
    /// is then how the file was made.
    pub(crate) fn repeated(&self, file: &str) -> (Vec<Finding>, bool) {
        let candidates = self.videos.values().filter(|all| all.len() > 1 || !self.by_segment).count();
        let mut again = Vec::new();
        let mut findings = Vec::new();
        for (video, all) in &self.videos {
            let spans: Vec<[f64; 2]> = all.iter().map(|stretch| [stretch.first, stretch.last]).collect();
            let runs = all.iter().map(|stretch| stretch.runs).max().unwrap_or(1);
            if starts_again(&spans) || runs > 1 {
                again.push((video, if runs > 1 { runs } else { spans.len() }, hull(&spans).unwrap_or_default()));
            } else if let Some(seconds) = shared(all) {
                let message = format!("two of its entries have {} s in common", number(seconds));
                findings.push(Finding::new(Kind::SameSeconds, Some(file), message).at(video));
            }
        }
        let mostly = 2 * again.len() > candidates;
        let message = |times: usize, [first, last]: [f64; 2]| {
            format!("its times begin {times} times at about {} s, and end by {} s", number(first), number(last))
        };
        if let Some(&(video, times, span)) = again.first().filter(|_| mostly) {
            let message = format!("{}, as in {} of {candidates} videos", message(times, span), whole(again.len()));
            let finding = Finding::new(Kind::ClockRestarts, Some(file), message).at(video);
            findings.push(Finding { count: again.len(), ..finding });
        } else {
            findings.extend(again.into_iter().map(|(video, times, span)| Finding {
                severity: Severity::Warning,
                ..Finding::new(Kind::ClockRestarts, Some(file), message(times, span)).at(video)
            }));
        }
        (findings, mostly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(rows: &[[f64; 2]]) -> usize {
        Stretch::of(rows).unwrap().runs
    }

    #[test]
    fn a_clock_that_starts_again() {
        let segment = |offset: f64, rows: usize| (0..rows).map(move |i| [offset + i as f64, offset + i as f64 + 1.0]);
        let restarting: Vec<_> = segment(0.0, 5).chain(segment(0.3, 4)).chain(segment(0.1, 7)).collect();
        assert_eq!(runs(&restarting), 3);
        assert_eq!(runs(&[[0.0, 3.0], [0.0, 4.0], [0.0, 2.0]]), 3, "labels that all start at 0");
        let going_on: Vec<_> = segment(0.0, 5).chain(segment(5.3, 4)).chain(segment(9.1, 7)).collect();
        assert_eq!(runs(&going_on), 1);
        // Windows of a second, ten each second; rows that are out of order; a row that is there twice.
        let windows: Vec<_> = (0..200).map(|i| [f64::from(i) / 10.0, f64::from(i) / 10.0 + 1.0]).collect();
        assert_eq!(runs(&windows), 1);
        assert_eq!(runs(&segment(0.0, 5).rev().collect::<Vec<_>>()), 1);
        assert_eq!(runs(&segment(0.0, 5).chain(segment(2.0, 3)).collect::<Vec<_>>()), 1);
        assert_eq!(runs(&segment(0.0, 9).flat_map(|row| [row, row]).collect::<Vec<_>>()), 1);
        assert!(Stretch::of(&[]).is_none());
    }

    #[test]
    fn entries_of_one_video() {
        let mut clock = Clock::default();
        for (id, first, last) in [("a[0]", 0.0, 5.0), ("a[1]", 0.2, 6.0), ("b[0]", 0.0, 4.0), ("b[1]", 4.0, 9.0)] {
            clock.add(id, Stretch { first, last, runs: 1 });
        }
        assert_eq!(clock.ends().into_iter().collect::<Vec<_>>(), [("a", 6.0), ("b", 9.0)]);
        let (found, mostly) = clock.repeated("f");
        assert!(!mostly);
        assert_eq!((found.len(), found[0].severity, found[0].id.as_deref()), (1, Severity::Warning, Some("a")));
        clock.add("c[0]", Stretch { first: 0.0, last: 4.0, runs: 1 });
        clock.add("c[1]", Stretch { first: 1.5, last: 3.0, runs: 1 });
        let (found, _) = clock.repeated("f");
        assert_eq!(found[0].message, "two of its entries have 1.50 s in common");
        clock.add("d[0]", Stretch { first: 0.0, last: 4.0, runs: 1 });
        clock.add("d[1]", Stretch { first: 0.0, last: 3.0, runs: 1 });
        clock.add("e[0]", Stretch { first: 0.0, last: 4.0, runs: 1 });
        clock.add("e[1]", Stretch { first: 0.0, last: 4.0, runs: 1 });
        let (found, mostly) = clock.repeated("f");
        assert!(
            mostly && found.iter().any(|f| (f.kind, f.severity, f.count) == (Kind::ClockRestarts, Severity::Error, 3))
        );
    }
}
