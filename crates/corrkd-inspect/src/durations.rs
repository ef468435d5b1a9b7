//! How long each video lasts by the clocks of several files, held against each other.
//!
//! One file is taken for the measure: the one that most others agree with. Files cover a video differently without any
//! fault, words and labels above all, which end before the recording does. So a ratio is held against those of the other
//! videos: in CMU-MOSI words go on for 0 to 37 % after the last label, a quarter of them for more than 6 %, and none is
//! found; where all others are alike to a per cent, a video that is not is found.

use std::collections::BTreeMap;

use crate::finding::{Finding, Kind, Severity};
use crate::render::{number, short, whole};
use crate::units::units;

/// Ratios from here on are of other units, or of other videos.
const FAR: f64 = 5.0;
/// From here on no two recordings of one video can differ so.
const IMPOSSIBLE: f64 = 20.0;
/// Files agree where most videos differ by less than this ratio.
const AGREE: f64 = 2.0;
/// Ratios that differ by less are alike: a few per cent.
const ALIKE: f64 = 1.03;
/// Ratios of so few videos have no spread; they may differ by this one.
const FEW: (usize, f64) = (4, 1.1);
/// How many times the spread (between the quartiles) a ratio may lie outside the quartiles.
const SPREADS: f64 = 5.0;
/// Labels that end early do so at shares of a video that are spread more than this ratio.
const SPREAD_OUT: f64 = 1.25;
/// Differences in seconds that are nothing, in short videos.
const NOTHING: f64 = 0.5;

/// A file and when its videos end.
pub(crate) struct Timed<'a> {
    pub(crate) file: &'a str,
    /// What it is for, where that is known.
    pub(crate) roles: &'a [&'static str],
    /// When each video ends, in seconds.
    pub(crate) ends: BTreeMap<&'a str, f64>,
    /// Whether it holds labels, which need not reach the end of a video.
    pub(crate) labels: bool,
}

/// A video in two files.
#[derive(Clone, Copy)]
struct Pair<'a> {
    video: &'a str,
    here: f64,
    there: f64,
}

impl Pair<'_> {
    /// The natural logarithm of the ratio.
    fn ratio(&self) -> f64 {
        (self.here / self.there).ln()
    }
}

/// What is odd between files that should have one clock. Those that come first are taken for the measure where others do
/// not tell; labels come last.
pub(crate) fn compare(files: &[Timed<'_>]) -> Vec<Finding> {
    let agree = |a: &Timed<'_>, b: &Timed<'_>| middle(&pairs(a, b)).is_some_and(|[_, m, _]| m.abs() < AGREE.ln());
    let agreeing = |a: usize| (0..files.len()).filter(|&b| b != a && agree(&files[a], &files[b])).count();
    let Some(measure) = (0..files.len()).max_by_key(|&a| (agreeing(a), !files[a].labels, files.len() - a)) else {
        return Vec::new();
    };
    let others = (0..files.len()).filter(|&other| other != measure);
    others.flat_map(|other| against(&files[other], &files[measure])).collect()
}

fn pairs<'a>(here: &Timed<'a>, there: &Timed<'a>) -> Vec<Pair<'a>> {
    let pair = |(&video, &end): (&&'a str, &f64)| Some(Pair { video, here: end, there: *there.ends.get(video)? });
    here.ends.iter().filter_map(pair).collect()
}

/// The quartiles of the logarithms of the ratios.
fn middle(pairs: &[Pair<'_>]) -> Option<[f64; 3]> {
    let mut ratios: Vec<f64> = pairs.iter().map(Pair::ratio).collect();
    ratios.sort_by(f64::total_cmp);
    let last = ratios.len().checked_sub(1)?;
    Some([1, 2, 3].map(|quarter| ratios[(quarter * last + 2) / 4]))
}

/// What is odd about a file beside the measure.
fn against(here: &Timed<'_>, there: &Timed<'_>) -> Vec<Finding> {
    let all = pairs(here, there);
    let (far, near): (Vec<Pair<'_>>, Vec<Pair<'_>>) = all.iter().partition(|pair| pair.ratio().abs() >= FAR.ln());
    let mut findings = other_units(here, there, &far, all.len());
    findings.extend(other_durations(here, there, &near));
    findings
}

/// Videos that last many times as long in the one file as in the other, by what the ratio may come from.
fn other_units(here: &Timed<'_>, there: &Timed<'_>, far: &[Pair<'_>], all: usize) -> Vec<Finding> {
    let mut kinds: BTreeMap<(bool, Option<&str>), Vec<Pair<'_>>> = BTreeMap::new();
    for &pair in far {
        let longer = pair.ratio() > 0.0;
        kinds.entry((longer, units(pair.ratio().abs().exp()))).or_default().push(pair);
    }
    let mut findings = Vec::new();
    for ((longer, units), pairs) in kinds {
        let Some([first, ratio, third]) = middle(&pairs) else { continue };
        let mostly = 2 * pairs.len() > all;
        // Labels may end long before the video does; in all videos at the same share of it they do not.
        let may_end_early = (here.labels && !longer) || (there.labels && longer);
        if may_end_early && !(mostly && third - first < SPREAD_OUT.ln()) {
            continue;
        }
        let times = ratio.abs().exp();
        let impossible = mostly || (units.is_some() && times > IMPOSSIBLE);
        let (times, direction) = (number(times.round()), if longer { "longer" } else { "shorter" });
        let because = units.map(|units| format!(", as {units}")).unwrap_or_default();
        let share = format!("{} of {} videos", whole(pairs.len()), whole(all));
        let message = format!("{}; {times} times {direction} in {share}{because}", lasts(&pairs[0], there));
        let finding = Finding::new(Kind::OtherUnits, Some(here.file), message).at(pairs[0].video);
        let severity = if impossible { Severity::Error } else { Severity::Warning };
        findings.push(Finding { severity, count: pairs.len(), ..finding });
    }
    findings
}

/// Videos that last longer or shorter than the others do, or all of them where all do by the same share.
fn other_durations(here: &Timed<'_>, there: &Timed<'_>, near: &[Pair<'_>]) -> Vec<Finding> {
    let Some([first, median, third]) = middle(near) else { return Vec::new() };
    let finding = |pair: &Pair<'_>, message| Finding::new(Kind::OtherDuration, Some(here.file), message).at(pair.video);
    let differs = |pair: &&Pair<'_>| (pair.here - pair.there).abs() > NOTHING;
    let enough = near.len() >= FEW.0;
    let spread = third - first;
    let shift = if enough && spread < median.abs() / SPREADS { median } else { 0.0 };
    let mut findings = Vec::new();
    let may_be = (here.labels && shift < 0.0) || (there.labels && shift > 0.0);
    if shift.abs() > ALIKE.ln()
        && !may_be
        && let Some(pair) = near.iter().find(differs)
    {
        let message =
            format!("{}; the ratio is {:.3} in {} videos", lasts(pair, there), shift.exp(), whole(near.len()));
        findings.push(Finding { count: near.len(), ..finding(pair, message) });
    }
    let (low, high) = match enough {
        true => (first - ALIKE.ln() - SPREADS * spread, third + ALIKE.ln() + SPREADS * spread),
        false => (-FEW.1.ln(), FEW.1.ln()),
    };
    let may_end_early = |pair: &Pair<'_>| (here.labels && pair.ratio() < 0.0) || (there.labels && pair.ratio() > 0.0);
    let odd = |pair: &&Pair<'_>| !(low..=high).contains(&pair.ratio()) && !may_end_early(pair);
    let odd = near.iter().filter(differs).filter(odd);
    findings.extend(odd.map(|pair| finding(pair, lasts(pair, there))));
    findings
}

/// `lasts 19,000 s, in glove.csd (language) 19 s`.
fn lasts(pair: &Pair<'_>, there: &Timed<'_>) -> String {
    let roles = match there.roles {
        [] => String::new(),
        roles => format!(" ({})", roles.join(", ")),
    };
    format!("lasts {} s, in {}{roles} {} s", number(pair.here), short(there.file), number(pair.there))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIDEOS: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

    /// A file of videos of 10, 12, ... seconds, of which each lasts as many times as long as `ratio` says.
    fn timed(file: &'static str, ratio: impl Fn(usize) -> f64) -> Timed<'static> {
        let ends = VIDEOS.iter().enumerate().map(|(i, &video)| (video, (10 + 2 * i) as f64 * ratio(i))).collect();
        Timed { file, roles: &[], ends, labels: file == "labels" }
    }

    fn found(files: &[Timed<'_>]) -> Vec<String> {
        let line = |f: Finding| {
            let id = f.id.unwrap_or_default();
            format!("{} {} {id} {}: {}", f.severity, f.file.unwrap_or_default(), f.count, f.message)
        };
        compare(files).into_iter().map(line).collect()
    }

    #[test]
    fn other_units_are_named_and_blamed_on_the_one_that_has_them() {
        let sound = |name| timed(name, |_| 1.0);
        for (ratio, expected) in [
            (
                1000.0,
                "lasts 10,000 s, in words 10 s; 1,000 times longer in 12 of 12 videos, as milliseconds beside seconds",
            ),
            (30.0, "lasts 300 s, in words 10 s; 30 times longer in 12 of 12 videos, as frames of video, 30 a second"),
            (
                1.0 / 60.0,
                "lasts 0.167 s, in words 10 s; 60 times shorter in 12 of 12 videos, as seconds beside minutes",
            ),
            (7.0, "lasts 70 s, in words 10 s; 7 times longer in 12 of 12 videos"),
        ] {
            let odd = timed("audio", |_| ratio);
            let expected = format!("error audio a 12: {expected}");
            let lines = found(&[sound("words"), odd, sound("labels")]);
            assert!(lines.len() == 1 && lines[0].starts_with(&expected), "{lines:?}");
        }
        // The first is not taken for the measure where two others agree.
        let lines = found(&[timed("words", |_| 1000.0), sound("audio"), sound("vision")]);
        assert!(
            lines.len() == 1 && lines[0].starts_with("error words a 12: lasts 10,000 s, in audio 10 s"),
            "{lines:?}"
        );
        // One video alone.
        let lines = found(&[sound("words"), timed("audio", |i| if i == 4 { 1000.0 } else { 1.0 })]);
        assert!(lines.len() == 1 && lines[0].starts_with("error audio e 1: lasts 18,000 s"), "{lines:?}");
        let lines = found(&[sound("words"), timed("audio", |i| if i == 4 { 6.0 } else { 1.0 })]);
        assert!(lines.len() == 1 && lines[0].starts_with("warning audio e 1: lasts 108 s"), "{lines:?}");
    }

    #[test]
    fn a_video_that_differs_is_found_among_such_that_do_not() {
        let sound = || timed("words", |_| 1.0);
        let lines = found(&[sound(), timed("audio", |i| [1.0, 1.002, 1.01][i % 3] + if i == 7 { 0.1 } else { 0.0 })]);
        assert_eq!(lines, ["warning audio h 1: lasts 26.45 s, in words 24 s"]);
        assert_eq!(found(&[sound(), timed("audio", |i| [1.0, 1.004, 1.02][i % 3])]), [""; 0]);
        // A tail of silence: by another share in each video.
        let tail = |i: usize| [1.0, 1.001, 1.3, 1.05, 1.02, 1.1][i % 6];
        assert_eq!(found(&[sound(), timed("audio", tail)]), [""; 0]);
        // All by the same share: another rate.
        let lines = found(&[sound(), timed("audio", |_| 48.0 / 44.1)]);
        assert_eq!(lines, ["warning audio a 12: lasts 10.88 s, in words 10 s; the ratio is 1.088 in 12 videos"]);
    }

    #[test]
    fn labels_may_end_anywhere_and_go_on_nowhere() {
        let sound = || timed("audio", |_| 1.0);
        assert_eq!(found(&[sound(), timed("labels", |i| if i == 3 { 0.4 } else { 0.9 })]), [""; 0]);
        assert_eq!(found(&[sound(), timed("labels", |i| [0.05, 0.3, 0.1][i % 3])]), [""; 0]);
        let lines = found(&[sound(), timed("labels", |i| if i == 3 { 1.2 } else { 1.0 })]);
        assert_eq!(lines, ["warning labels d 1: lasts 19.20 s, in audio 16 s"]);
        assert_eq!(found(&[sound(), timed("labels", |_| 0.001)]).len(), 1);
    }
}
