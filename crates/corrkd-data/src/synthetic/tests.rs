//! What the made data set promises: its sizes, its flaws, its sentiment, its bytes.

use std::collections::BTreeSet;
use std::fs;

use corrkd_csd::{Entry, Features, read};

use super::emotion::{EMOTIONS, emotion};
use super::folds::{Outline, outlines};
use super::probe::{Rows, weighted_f1};
use super::sentiment::Sentiment;
use super::video::{Spoken, video};
use super::{Size, flaws, folds, frames, generate, generate_one};

/// Mean over the words of a segment of the mean over each word's rows; values that are not finite are left out.
fn segment_mean(words: &[[f64; 2]], entry: Option<&Entry>, width: usize, [start, end]: [f64; 2]) -> Vec<f64> {
    let mut sums = vec![0.0; width];
    let within = words.iter().filter(|word| word[0] < end && word[1] > start);
    let mut counted = 0.0;
    for word in within {
        counted += 1.0;
        let Some(entry) = entry else { continue };
        // Rows are in order: those that touch the word lie together.
        let from = entry.intervals.partition_point(|row| row[1] <= word[0] + 1e-5);
        let upto = entry.intervals.partition_point(|row| row[0] < word[1] - 1e-5);
        let mut mean = vec![(0.0, 0.0f64); width];
        for row in from..upto {
            for (value, mean) in numbers(entry).row(row).expect("a row").iter().zip(&mut mean) {
                if value.is_finite() {
                    *mean = (mean.0 + f64::from(*value), mean.1 + 1.0);
                }
            }
        }
        sums.iter_mut().zip(mean).for_each(|(sum, (total, n))| *sum += total / n.max(1.0));
    }
    sums.into_iter().map(|sum| sum / f64::max(counted, 1.0)).collect()
}

/// A segment's features of language, audio, vision and all three, with what was to be shown.
type Shown = ([Vec<f64>; 4], Sentiment);

/// The segments of the train and the test fold, with frames of voice and face at these rates.
fn shown(size: Size, rates: impl Fn(&Size) -> [u32; 2]) -> [Vec<Shown>; 2] {
    let mut sets = [Vec::new(), Vec::new()];
    for outline in outlines(size) {
        let Some(set) = [Some(0), None, Some(1)][outline.fold] else { continue };
        let video = video(size, outline);
        let vectors = video.vectors();
        let [audio, vision] = rates(&size);
        let (audio, vision) = (frames::audio(size, &video, audio), frames::vision(size, &video, vision));
        for segment in video.segments.iter().filter(|segment| segment.end > segment.start) {
            let words = vectors.intervals.as_slice();
            let mean = |entry, width| segment_mean(words, entry, width, [segment.start, segment.end]);
            let [language, audio, vision] =
                [mean(Some(&vectors), 300), mean(Some(&audio), 74), mean(vision.as_ref(), 35)];
            let all = [&language[..], &audio, &vision].concat();
            sets[set].push(([language, audio, vision, all], segment.sentiment));
        }
    }
    sets
}

/// Weighted F1 of language, audio, vision and all three, train to test, of telling whether `answer` is above or below 0;
/// segments of which it is neither are left out.
fn probe(sets: &[Vec<Shown>; 2], answer: impl Fn(&Sentiment) -> f64) -> [f64; 4] {
    let rows = |set: &[Shown], modality: usize| {
        let told = set.iter().filter(|(_, sentiment)| answer(sentiment) != 0.0);
        let (features, signs) =
            told.map(|(features, sentiment)| (features[modality].clone(), answer(sentiment).signum())).unzip();
        Rows { features, signs }
    };
    let [train, test] = sets;
    [0, 1, 2, 3].map(|modality| weighted_f1(&rows(train, modality), &rows(test, modality)))
}

fn by_words(size: &Size) -> [u32; 2] {
    size.extent().rates
}

fn sign(sentiment: &Sentiment) -> f64 {
    f64::from(sentiment.label)
}

fn numbers(entry: &Entry) -> &corrkd_csd::Rows<f32> {
    match &entry.features {
        Features::F32(rows) => rows,
        _ => panic!("frames are f32"),
    }
}

#[test]
fn sentiment_is_planted_as_promised() {
    let [language, audio, vision, all] = probe(&shown(Size::Mosi, by_words), sign);
    eprintln!("mosi: language {language:.1}, audio {audio:.1}, vision {vision:.1}, all {all:.1}");
    assert!((language - 80.0).abs() < 4.0, "language {language}");
    assert!((audio - 65.0).abs() < 4.0, "audio {audio}");
    assert!((vision - 60.0).abs() < 4.0, "vision {vision}");
    assert!(all > language + 2.0, "all {all}, language {language}");
}

#[test]
fn the_small_size_tells_sentiment_too() {
    let [language, audio, vision, all] = probe(&shown(Size::Small, by_words), sign);
    eprintln!("small: language {language:.1}, audio {audio:.1}, vision {vision:.1}, all {all:.1}");
    assert!((language - 78.0).abs() < 8.0, "language {language}");
    assert!((audio - 63.0).abs() < 9.0, "audio {audio}");
    assert!((vision - 59.0).abs() < 9.0, "vision {vision}");
    assert!(all > audio.max(vision) + 5.0, "all {all}");
}

#[test]
fn frames_of_their_own_clock_tell_it_too() {
    let [language, audio, vision, all] = probe(&shown(Size::Small, |size| size.extent().own_rates), sign);
    eprintln!("small, unaligned: language {language:.1}, audio {audio:.1}, vision {vision:.1}, all {all:.1}");
    assert!((audio - 63.0).abs() < 9.0, "audio {audio}");
    assert!((vision - 59.0).abs() < 9.0, "vision {vision}");
    assert!(all > audio.max(vision) + 5.0, "all {all}");
}

#[test]
fn the_longest_segments_have_the_unaligned_recipes_frames() {
    // MMSA's CMU-MOSI has at most 50 tokens, 375 frames of audio and 500 of vision.
    for (size, longest) in [(Size::Small, [30, 100, 130]), (Size::Mosi, [50, 374, 499]), (Size::Mosei, [50, 90, 130])] {
        let [audio, vision] = size.extent().own_rates;
        let (mut words, mut seconds) = (0, 0.0f64);
        for outline in outlines(size) {
            let video = video(size, outline);
            for segment in &video.segments {
                seconds = seconds.max(segment.end - segment.start);
                let within = |spoken: &&Spoken| spoken.start < segment.end && spoken.end > segment.start;
                words = words.max(video.words.iter().filter(within).count());
            }
        }
        let got = [words, (seconds * f64::from(audio)) as usize, (seconds * f64::from(vision)) as usize];
        eprintln!("{size}: {got:?} frames, {seconds} s");
        assert!(got.iter().zip(longest).all(|(got, most)| *got <= most && 3 * got > most), "{size}: {got:?}");
    }
}

#[test]
fn emotions_are_planted_as_promised() {
    let sets = shown(Size::Mosi, by_words);
    let mut means = [0.0; 4];
    // Of 2,717 utterances in IEMOCAP's training fold 954 are neutral, 338 happy, 690 sad and 735 angry.
    for (place, (name, share)) in EMOTIONS.iter().zip([0.351, 0.124, 0.254, 0.271]).enumerate() {
        let held = |(_, sentiment): &&Shown| emotion(sentiment) == place;
        let got = sets[0].iter().filter(held).count() as f64 / sets[0].len() as f64;
        assert!((got - share).abs() < 0.05, "{got} {name}");
        let told = probe(&sets, |sentiment| if emotion(sentiment) == place { 1.0 } else { -1.0 });
        eprintln!("mosi, {name} ({:.0} %): {told:.1?}", 100.0 * got);
        means.iter_mut().zip(told).for_each(|(mean, f1)| *mean += f1 / EMOTIONS.len() as f64);
        // Which of them it is, the voice must help to say: it alone tells sadness from anger.
        assert!(["neutral", "happy"].contains(name) || told[3] > told[0] + 4.0, "{name}: {told:?}");
    }
    let [language, audio, vision, all] = means;
    assert!(language > audio + 6.0 && audio > vision && all > language + 2.0, "{means:?}");
}

#[test]
fn folds_have_their_videos_and_segments() {
    for (size, videos, segments) in [
        (Size::Small, [24, 6, 10], [340, 80, 140]),
        (Size::Mosi, [52, 10, 31], [1284, 229, 686]),
        (Size::Mosei, [2249, 300, 676], [16_326, 1871, 4659]),
        (Size::MoseiX4, [8996, 1200, 2704], [65_304, 7484, 18_636]),
    ] {
        let all = outlines(size);
        let count =
            |fold| all.iter().filter(|outline| outline.fold == fold).map(|outline| outline.segments).sum::<usize>();
        assert_eq!([0, 1, 2].map(count), segments, "{size}");
        assert!(all.iter().all(|outline| outline.segments > 1), "{size}");
        let folds = folds(size);
        assert_eq!([&folds.train, &folds.valid, &folds.test].map(Vec::len), videos, "{size}");
        let ids: BTreeSet<&String> = [&folds.train, &folds.valid, &folds.test].into_iter().flatten().collect();
        assert_eq!(ids.len(), all.len(), "{size}: a video in two folds");
        assert_eq!(size.name().parse::<Size>().unwrap(), size);
    }
    assert_eq!(
        "big".parse::<Size>().unwrap_err().to_string(),
        "no synthetic data set of size `big`, expected one of small, mosi, mosei, mosei-x4, mosei-x16"
    );
}

fn training(size: Size, place: usize) -> Outline {
    outlines(size).into_iter().find(|outline| outline.fold == 0 && outline.place == place).expect("a training video")
}

#[test]
fn segments_have_the_fields_flaws() {
    let videos: Vec<_> = outlines(Size::Mosi).into_iter().map(|outline| video(Size::Mosi, outline)).collect();
    let moments: Vec<_> = videos
        .iter()
        .flat_map(|video| video.segments.iter().enumerate().map(|(index, segment)| (video.outline, index, *segment)))
        .filter(|(_, _, segment)| segment.end <= segment.start)
        .map(|(outline, index, _)| (outline, index))
        .collect();
    assert_eq!(moments, [(training(Size::Mosi, 0), 1)]);
    let overlaps = videos
        .iter()
        .flat_map(|video| video.segments.windows(2))
        .filter(|pair| pair[0].end > pair[1].start + 1e-5)
        .count();
    assert!((70..120).contains(&overlaps), "{overlaps} overlaps, MOSI has 94");
    let labels: Vec<f32> =
        videos.iter().flat_map(|video| video.segments.iter().map(|segment| segment.sentiment.label)).collect();
    assert!(labels.iter().all(|label| (-3.0..=3.0).contains(label)));
    assert!(labels.iter().all(|&label| label != 0.0 || label.is_sign_positive()), "a label of -0");
    let zeros = labels.iter().filter(|&&label| label == 0.0).count();
    assert!((60..160).contains(&zeros), "{zeros} zeros, MOSI has 96");
    let (words, pauses) = videos
        .iter()
        .flat_map(|video| &video.words)
        .fold((0u32, 0u32), |(words, pauses), spoken| (words + 1, pauses + u32::from(spoken.is_pause())));
    let share = f64::from(pauses) / f64::from(words);
    assert!((0.1..0.2).contains(&share), "pauses are {share} of the words, in MOSI 0.16");
}

#[test]
fn covarep_has_the_fields_flaws() {
    let video = video(Size::Small, training(Size::Small, 3));
    let entry = frames::audio(Size::Small, &video, 100);
    let rows: Vec<&[f32]> = (0..entry.features.rows()).map(|row| numbers(&entry).row(row).unwrap()).collect();
    let share = |f: &dyn Fn(&[f32]) -> bool| rows.iter().filter(|row| f(row)).count() as f64 / rows.len() as f64;
    let infinite = share(&|row| row.contains(&f32::NEG_INFINITY));
    assert!((0.003..0.04).contains(&infinite), "-inf in {infinite} of the frames");
    let undefined = share(&|row| row.iter().any(|value| value.is_nan()));
    assert!((0.0002..0.005).contains(&undefined), "NaN in {undefined} of the frames");
    assert!(rows.iter().all(|row| row[flaws::CONSTANT] == 1.0));
    // Everywhere else the values are finite and do change.
    for column in (2..74).filter(|&c| c != flaws::CONSTANT && c != flaws::UNDEFINED && !flaws::INFINITE.contains(&c)) {
        assert!(rows.iter().all(|row| row[column].is_finite()), "column {column}");
        assert!(rows.iter().any(|row| row[column] != rows[0][column]), "column {column}");
    }
}

#[test]
fn small_files_are_sound_and_always_the_same() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    generate(Size::Small, one.path(), &crate::unseen).unwrap();
    generate(Size::Small, two.path(), &crate::unseen).unwrap();
    let faceless = training(Size::Small, 1).id();
    let mut bytes = 0;
    // Other bytes would be other data: figures that were published would no longer come from them.
    for (name, root, width, hash) in [
        ("words.csd", "words", 1, "efc381645071a679"),
        ("glove_vectors.csd", "glove_vectors", 300, "235e3d0bfec9e8d9"),
        ("COVAREP.csd", "COVAREP", 74, "61961fa690139cb0"),
        ("FACET.csd", "FACET_4.2", 35, "a46e46abc58fd93a"),
        ("labels.csd", "Opinion Segment Labels", 1, "0de4c65fd923bd18"),
        ("emotions.csd", "Emotion Labels", 4, "0c5a3f2b003466f6"),
    ] {
        let file = fs::read(one.path().join(name)).unwrap();
        assert!(file == fs::read(two.path().join(name)).unwrap(), "{name} differs between generations");
        assert_eq!(&blake3::hash(&file).to_hex()[..16], hash, "{name}");
        bytes += file.len();
        let sequence = read(&one.path().join(name)).unwrap();
        assert_eq!(sequence.root, root);
        assert_eq!(sequence.metadata["root name"], root);
        let absent = if name == "FACET.csd" { vec![faceless.clone()] } else { Vec::new() };
        let ids: Vec<String> = outlines(Size::Small).iter().map(Outline::id).collect();
        let missing: Vec<String> = ids.into_iter().filter(|id| !sequence.entries.contains_key(id)).collect();
        assert_eq!(missing, absent, "{name}");
        assert!(sequence.entries.values().all(|entry| entry.features.width() == width), "{name}");
        if let Features::Texts(texts) = &sequence.entries["video0000"].features {
            assert!(texts.values.iter().any(|text| text == "sp") && texts.values.iter().any(|text| text != "sp"));
        }
    }
    for (name, hash) in [("voice.csd", "9f45d1cbe67c0ef2"), ("face.csd", "f69ba5091def15a2")] {
        let path = one.path().join(name);
        assert!(generate_one(Size::Small, name, &path, &crate::unseen).unwrap());
        assert_eq!(&blake3::hash(&fs::read(&path).unwrap()).to_hex()[..16], hash, "{name}");
    }
    assert!(!generate_one(Size::Small, "other.csd", &one.path().join("other.csd"), &crate::unseen).unwrap());
    eprintln!("small: {:.1} MB", bytes as f64 / 1e6);
    assert!(bytes < 40_000_000, "{bytes} bytes");
}
