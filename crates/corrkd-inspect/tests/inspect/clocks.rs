//! Findings about the times of files that belong together.

use crate::world::{World, lines, numbers, of_files};
use corrkd_csd::Entry;

/// The world with twelve videos of 8 to 30 seconds, two or three labelled segments in each.
fn many() -> World {
    let mut world = World::new();
    let names: Vec<String> = (0..12).map(|v| format!("v{v:02}")).collect();
    for (file, sequence) in &mut world.files {
        sequence.entries = names.iter().enumerate().map(|(v, name)| (name.clone(), entry(file, 8 + 2 * v))).collect();
    }
    let list = |range: std::ops::Range<usize>| {
        format!("[{}]", names[range].iter().map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(","))
    };
    let recipe = world.recipe.replace("time = 3", "time = 40").replace("[words]\nfile = \"words.csd\"\n", "");
    world.files.remove("words.csd");
    let (head, _) = recipe.split_once("[folds]").unwrap();
    world.recipe = format!("{head}[folds]\ntrain = {}\nvalid = {}\ntest = {}\n", list(0..6), list(6..9), list(9..12));
    world
}

/// Words of a second, audio of half a second, segments of four seconds and what is left.
fn entry(file: &str, seconds: usize) -> Entry {
    let every = |step: f64| {
        let rows = (seconds as f64 / step) as usize;
        (0..rows).map(|row| [row as f64 * step, (row + 1) as f64 * step]).collect::<Vec<_>>()
    };
    match file {
        "labels.csd" => {
            let ends = (1..=seconds / 4).map(|i| if i == seconds / 4 { seconds } else { 4 * i }).collect::<Vec<_>>();
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let rows: Vec<[f64; 2]> = starts.zip(&ends).map(|(a, &b)| [a as f64, b as f64]).collect();
            numbers(2, &rows, |i| [-2.6, 1.0, 3.0, 0.5][i % 4])
        }
        "audio.csd" => numbers(3, &every(0.5), |i| (i * i % 7) as f32 + 1.0),
        _ => numbers(2, &every(1.0), |i| (i * i % 5) as f32 + 1.0),
    }
}

/// Spoils the times of each video's audio: by its number, the video's seconds and a row's times.
fn retimed(spoil: impl Fn(usize, f64, [f64; 2]) -> [f64; 2]) -> Vec<String> {
    let mut world = many();
    for (v, entry) in world.files.get_mut("audio.csd").unwrap().entries.values_mut().enumerate() {
        let last = entry.intervals.last().unwrap()[1];
        entry.intervals.iter_mut().for_each(|times| *times = spoil(v, last, *times));
    }
    world.findings()
}

fn scaled(by: f64) -> Vec<String> {
    retimed(move |_, _, times| times.map(|time| time * by))
}

#[test]
fn sound_times_have_no_findings() {
    assert_eq!(many().findings(), [""; 0]);
    assert_eq!(scaled(1.02), [""; 0]);
}

/// Milliseconds, frames, minutes: told with a video's numbers, and the data cannot be used.
#[test]
fn other_units() {
    for (by, said) in [
        (
            1000.0,
            "lasts 8,000 s, in vectors.csd (language) 8 s; 1,000 times longer in 12 of 12 videos, as milliseconds beside",
        ),
        (
            100.0,
            "lasts 800 s, in vectors.csd (language) 8 s; 100 times longer in 12 of 12 videos, as frames, 100 a second",
        ),
        (
            25.0,
            "lasts 200 s, in vectors.csd (language) 8 s; 25 times longer in 12 of 12 videos, as frames of video, 25",
        ),
        (
            1.0 / 60.0,
            "lasts 0.133 s, in vectors.csd (language) 8 s; 60 times shorter in 12 of 12 videos, as seconds beside min",
        ),
    ] {
        let found = scaled(by);
        let expected = format!("error other-units audio.csd v00 [] [] 12: {said}");
        assert!(found.iter().any(|line| line.starts_with(&expected)), "{by}: {found:#?}");
    }
    let found = retimed(|v, _, times| if v == 3 { times.map(|time| time * 1000.0) } else { times });
    assert!(
        found.iter().any(|line| line.starts_with("error other-units audio.csd v03 [] [] 1: lasts 14,000 s")),
        "{found:#?}"
    );
}

#[test]
fn one_video_of_another_length_and_all_at_another_rate() {
    let found = retimed(|v, _, times| if v == 7 { times.map(|time| time * 1.08) } else { times });
    assert_eq!(found, ["warning other-duration audio.csd v07 [] [] 1: lasts 23.76 s, in vectors.csd (language) 22 s"]);
    let found = scaled(25.0 / 24.0);
    let ratio = "the ratio is 1.042 in 12 videos";
    assert!(
        found.len() == 1 && found[0].starts_with("warning other-duration") && found[0].ends_with(ratio),
        "{found:#?}"
    );
}

/// A clock that begins elsewhere: nothing is left to align.
#[test]
fn rows_outside_all_segments() {
    let found = retimed(|_, last, times| times.map(|time| time + last));
    assert!(
        found.iter().any(|line| line.starts_with("error outside-labels audio.csd - [] [] 456: 0 of 456 rows")),
        "{found:#?}"
    );
    // Rows of no length are left out.
    let found = retimed(|_, _, [start, _]| [start, start]);
    assert!(found.iter().any(|line| line.starts_with("error outside-labels audio.csd")), "{found:#?}");
}

/// Rows, or entries, of a video that all start at 0.
#[test]
fn a_clock_that_starts_again_with_each_segment() {
    let again = |times: [f64; 2]| {
        let segment = (times[0] / 4.0).floor() * 4.0;
        times.map(|time| time - segment)
    };
    let found = retimed(|_, _, times| again(times));
    let expected = "error clock-restarts audio.csd v00 [] [] 12: its times begin 2 times at about 0 s, and end by 4 s, as in 12 of 12 videos";
    assert_eq!(found[0], expected);
    assert!(found[1..].iter().all(|line| line.starts_with("note unsorted audio.csd")), "{found:#?}");

    let mut world = many();
    let audio = &mut world.files.get_mut("audio.csd").unwrap().entries;
    for (video, entry) in std::mem::take(audio) {
        for (number, start) in (0..entry.intervals.len()).step_by(8).enumerate() {
            let rows: Vec<[f64; 2]> = entry.intervals[start..].iter().take(8).map(|&times| again(times)).collect();
            audio.insert(format!("{video}[{number}]"), numbers(3, &rows, |i| (i * i % 7) as f32 + 1.0));
        }
    }
    let found = world.findings();
    assert!(
        found.iter().any(|line| line.starts_with("error clock-restarts audio.csd v00 [] [] 12: its times begin 2")),
        "{found:#?}"
    );
    // Keyed by segment throughout, nothing is found by its time.
    assert!(lines(&of_files(&[world.path("audio.csd")]).findings.findings).is_empty());

    let mut world = many();
    for entry in world.files.get_mut("labels.csd").unwrap().entries.values_mut() {
        entry.intervals.iter_mut().for_each(|[start, end]| (*start, *end) = (0.0, *end - *start));
    }
    let found = world.findings();
    assert!(found.iter().any(|line| line.starts_with("error clock-restarts labels.csd v00")), "{found:#?}");
}

#[test]
fn entries_that_cover_the_same_seconds() {
    let mut world = many();
    let audio = &mut world.files.get_mut("audio.csd").unwrap().entries;
    let whole = audio.remove("v02").unwrap();
    audio.insert("v02[0]".into(), numbers(3, &whole.intervals[..16], |i| (i * i % 7) as f32 + 1.0));
    audio.insert("v02[1]".into(), numbers(3, &whole.intervals[6..], |i| (i * i % 7) as f32 + 1.0));
    assert_eq!(world.findings(), ["warning same-seconds audio.csd v02 [] [] 1: two of its entries have 5 s in common"]);
}

/// Files are held against each other without a recipe, too.
#[test]
fn plain_files() {
    let mut world = many();
    for entry in world.files.get_mut("audio.csd").unwrap().entries.values_mut() {
        entry.intervals.iter_mut().for_each(|times| *times = times.map(|time| time * 1000.0));
    }
    world.write();
    let paths = ["labels.csd", "vectors.csd", "audio.csd"].map(|file| world.path(file));
    let found = lines(&of_files(&paths).findings.findings);
    assert!(
        found.iter().any(|line| line.starts_with("error other-units audio.csd v00 [] [] 12: lasts 8,000 s")),
        "{found:#?}"
    );
}
