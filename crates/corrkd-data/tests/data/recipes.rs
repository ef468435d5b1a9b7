//! The recipes of public data sets held against their ids, splits and labels, where these are at hand.

use corrkd_config::{DatasetRef, Labels, Modality, Ways};
use corrkd_data::{Fold, Recipe, Samples, Trust, load, recipe, unseen};
use std::io::Write as _;
use std::path::Path;

/// A sample of a label file: its id, its fold (0 train, 1 valid, 2 test), its category's number and its score.
struct Row {
    id: String,
    fold: usize,
    number: f32,
    score: f32,
}

fn rows(name: &str) -> Option<Vec<Row>> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/real/labels")).join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr().write_all(format!("skipped: {} is not there\n", path.display()).as_bytes());
        return None;
    };
    let row = |line: &str| {
        let [id, split, number, score] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let fold = ["train", "valid", "test"].iter().position(|fold| *fold == split).unwrap();
        Row { id: id.to_owned(), fold, number: number.parse().unwrap(), score: score.parse().unwrap() }
    };
    Some(text.lines().skip(1).map(row).collect())
}

fn samples(rows: &[Row]) -> Samples {
    let count = |fold| rows.iter().filter(|row| row.fold == fold).count();
    Samples { train: count(0), valid: count(1), test: count(2) }
}

/// How many labels lie in each category of a division.
fn divided(recipe: &Recipe, rows: &[Row], ways: Ways) -> Vec<usize> {
    let Labels::Score(scale) = recipe.labels.kind.labels() else { panic!("labels are scores") };
    let mut counts = vec![0; ways.categories()];
    rows.iter().for_each(|row| counts[scale.division(ways, row.score).unwrap()] += 1);
    counts
}

/// The scores of a file fill the recipe's range and no more, and each is one of its labels.
fn hold(recipe: &Recipe, rows: &[Row]) {
    assert_eq!(recipe.expected, Some(samples(rows)), "{}", recipe.title);
    let place = recipe.labels.telling().next().unwrap().0;
    for Row { id, score, .. } in rows {
        let mut row = vec![f32::NAN; recipe.labels.columns.len()];
        row[place] = *score;
        assert_eq!(recipe.labels.label(&row).map(|label| (label.value, label.clipped)), Some((*score, false)), "{id}");
    }
    let scores = || rows.iter().map(|row| row.score);
    let range = [scores().fold(f32::NAN, f32::min), scores().fold(f32::NAN, f32::max)];
    assert_eq!(recipe.labels.kind.labels().range(), range, "{}", recipe.title);
}

#[test]
fn mosei_has_the_folds_and_the_range_of_mmsas_file() {
    let Some(rows) = rows("mosei.csv") else { return };
    let recipe = recipe("mosei-mmsa").unwrap();
    hold(&recipe, &rows);
    // Negative and not, with zero on the right side.
    let negative = rows.iter().filter(|row| row.score < 0.0).count();
    assert_eq!(divided(&recipe, &rows, Ways::Two), [negative, rows.len() - negative]);
}

/// A recipe, and how many labels are in each of three and five categories.
const SIMS: [(&str, [usize; 3], [usize; 5]); 2] = [
    ("sims", [1238, 345, 698], [754, 484, 345, 346, 352]),
    ("simsv2", [2123, 533, 1747], [1102, 1021, 533, 1089, 658]),
];

/// ```python
/// import csv, numpy as np
/// for name in ("sims", "simsv2"):
///     y = np.float32([row["val"] for row in csv.DictReader(open(f"{name}.csv"))])
///     for cuts in ([0], [-.1, .1], [-.7, -.1, .1, .7]):
///         print(name, np.bincount(np.digitize(y, np.float32(cuts), right=True)).tolist())
/// ```
#[test]
fn sims_has_the_folds_range_and_categories_of_its_authors() {
    for (name, ternary, five) in SIMS {
        let Some(rows) = rows(&format!("{name}.csv")) else { return };
        let recipe = recipe(name).unwrap();
        hold(&recipe, &rows);
        assert_eq!(divided(&recipe, &rows, Ways::Two), [ternary[0] + ternary[1], ternary[2]], "{name}");
        assert_eq!(divided(&recipe, &rows, Ways::Three), ternary, "{name}");
        assert_eq!(divided(&recipe, &rows, Ways::Five), five, "{name}");
    }
}

/// MERBench numbers MELD's emotions in an order of its own, the recipe in the authors'. The counts of the training fold
/// are those of the authors' page.
#[test]
fn meld_has_the_folds_and_emotions_of_its_authors() {
    let Some(rows) = rows("meld.csv") else { return };
    let recipe = recipe("meld").unwrap();
    assert_eq!(recipe.expected, Some(samples(&rows)));
    let Labels::Categories(names) = recipe.labels.kind.labels() else { panic!("labels are categories") };
    let merbench = ["anger", "joy", "sadness", "neutral", "disgust", "fear", "surprise"];
    let mut counts = vec![0; names.len()];
    for row in rows.iter().filter(|row| row.fold == 0) {
        let place = names.iter().position(|name| name == merbench[row.number as usize]).unwrap();
        assert_eq!(recipe.labels.label(&[place as f32]).unwrap().value, place as f32);
        counts[place] += 1;
    }
    let named: Vec<(&str, usize)> = names.iter().map(String::as_str).zip(counts).collect();
    assert_eq!(
        named,
        [
            ("neutral", 4710),
            ("surprise", 1205),
            ("fear", 268),
            ("sadness", 683),
            ("joy", 1743),
            ("disgust", 271),
            ("anger", 1109)
        ]
    );
    assert!(rows.iter().all(|row| row.id.contains("_utt")), "ids are of dialogue and utterance");
}

#[test]
fn pom_is_scored_around_four() {
    let recipe = recipe("pom").unwrap();
    let Labels::Score(scale) = recipe.labels.kind.labels() else { panic!("labels are scores") };
    let of = |score| scale.division(Ways::Seven, score).unwrap();
    assert_eq!([1.0, 4.0, 4.5, 5.5, 7.0].map(of), [0, 3, 3, 5, 6]);
    let (place, name) = recipe.labels.telling().next().unwrap();
    assert_eq!((place, name, recipe.labels.columns.len()), (14, "sentiment", 17));
}

#[test]
fn parts_of_a_published_file_are_proved_together() {
    let text = include_str!("../../../../datasets/mosei-mmsa.toml");
    let part = |number: usize| format!("{{ url = \"https://host/all.{number:03}\" }}");
    let parts = format!("parts = [{}]", (0..13).map(part).collect::<Vec<_>>().join(", "));
    let parse = |text: &str| Recipe::parse("own", text);
    let file = "file = \"mosei_unaligned_50.pkl\"\n";
    let recipe = parse(&text.replace(file, &format!("{file}{parts}\n"))).unwrap();
    let wanted: Vec<_> = recipe.published().collect();
    assert_eq!((wanted.len(), wanted[0].file, wanted[0].parts.len()), (1, "mosei_unaligned_50.pkl", 13));
    assert_eq!(wanted[0].parts[12].url, "https://host/all.012");

    let sum = text.lines().find(|line| line.starts_with("sha256 = ")).unwrap();
    let error = parse(&text.replace(sum, &parts)).unwrap_err().to_string();
    assert!(error.contains("parts") && error.contains("without the `sha256` of the whole"), "{error}");
    let error = parse(&text.replace(sum, &format!("{sum}\n{parts}\nurl = \"https://host/all\""))).unwrap_err();
    assert!(error.to_string().contains("stand beside `url`"), "{error}");
}

#[test]
fn the_unaligned_twin_has_the_samples_of_the_generated_data_and_a_clock_for_each_modality() {
    let cache = tempfile::tempdir().unwrap();
    let made = |name: &str| {
        let dataset = DatasetRef { name: name.to_owned(), size: None, fold: None };
        load(&dataset, None, cache.path(), Trust::Read, &unseen).unwrap()
    };
    let (words, own) = (made("synthetic"), made("synthetic-unaligned"));
    assert!(words.time.is_aligned() && !own.time.is_aligned());
    for fold in Fold::ALL {
        let told = |dataset: &corrkd_data::Dataset| -> Vec<(String, f32)> {
            dataset.split(fold).samples.iter().map(|sample| (sample.id.clone(), sample.label)).collect()
        };
        assert_eq!(told(&words), told(&own), "{fold}");
        for (aligned, sample) in words.split(fold).samples.iter().zip(&own.split(fold).samples) {
            let [language, audio, vision] = Modality::ALL.map(|m| sample.length(m));
            assert_eq!(language, aligned.length(Modality::Language), "{}", sample.id);
            assert_eq!(sample.lacks(Modality::Vision), aligned.lacks(Modality::Vision), "{}", sample.id);
            // 15 and 20 frames a second, and one without data where there is no face.
            let face = if sample.lacks(Modality::Vision) { vision == 1 } else { vision.abs_diff(audio * 4 / 3) <= 3 };
            assert!(audio > language && audio <= 100 && face, "{}: {language}, {audio}, {vision}", sample.id);
        }
    }
    assert!(own.train.samples.iter().any(|sample| sample.lacks(Modality::Vision)), "a video without a face");
}
