//! What labels mean is held against their values: what is not told by them is asked for, and nothing is misread.

use crate::made::{Imported, Made};
use corrkd_config::{Cuts, Labels, Scale};
use corrkd_csd::Reader;
use corrkd_data::{Fold, Samples};
use corrkd_import::{Choices, LabelValues, Meaning};
use proptest::prelude::*;

const COUNTS: [usize; 3] = [12, 4, 4];
const ALL: usize = 20;

fn none() -> Choices {
    Choices::default()
}

fn categories(names: &[&str]) -> Choices {
    let names = names.iter().map(ToString::to_string).collect();
    Choices { values: Some(LabelValues::Categories(names)), ..Choices::default() }
}

fn scale(low: f64, neutral: f64, high: f64) -> Choices {
    Choices { values: Some(LabelValues::Scale([low, neutral, high])), ..Choices::default() }
}

fn label(name: &str) -> Choices {
    Choices { label: Some(name.to_owned()), ..Choices::default() }
}

/// A value for each of all samples.
fn each(value: impl Fn(usize) -> f64) -> Vec<f64> {
    (0..ALL).map(value).collect()
}

fn with(values: &[f64]) -> Made {
    Made::new(COUNTS).labelled(COUNTS, values)
}

#[test]
fn whole_numbers_without_a_sign_are_no_sentiment() {
    for (values, got, remedies) in [
        (
            each(|k| (k % 7) as f64),
            "whole numbers from 0 to 6, 7 different",
            &["--categories NAME0,NAME1,NAME2,NAME3,NAME4,NAME5,NAME6", "--scale 0,3,6"][..],
        ),
        (
            each(|k| (k % 2) as f64),
            "whole numbers from 0 to 1, 2 different",
            &["--categories NAME0,NAME1,", "--scale 0,0.5,1"],
        ),
        (each(|k| (k % 5 + 1) as f64), "whole numbers from 1 to 5, 5 different", &["--scale 1,3,5"]),
        (each(|_| 0.0), "whole numbers from 0 to 0, 1 different", &["--categories NAME0,NAME1,", "--scale -1,-0.5,0"]),
        (each(|k| k as f64), "from 0 to 19, 20 different", &["NAME12,..., or say", "--scale 0,9.5,19"]),
        (
            each(|k| k as f64 / 4.0),
            "numbers from 0 to 4.75, 20 different",
            &["; give their scale with --scale", "--scale 0,2.5,5"],
        ),
    ] {
        let message = with(&values).refused(&none(), &["made.npz: at `labels`: expected scores with both signs", got]);
        for remedy in remedies {
            assert!(message.contains(remedy), "`{remedy}` is not in: {message}");
        }
    }
    let integers = Made::new(COUNTS)
        .integers("train_labels", &[0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3])
        .integers("valid_labels", &[0, 1, 2, 3])
        .integers("test_labels", &[0, 1, 2, 3]);
    integers.refused(&none(), &["whole numbers from 0 to 3, 4 different"]);
    assert!(!integers.import(&none()).err().unwrap().is_user_input());
}

#[test]
fn class_numbers_with_names() {
    let seven = ["neutral", "surprise", "fear", "sadness", "joy", "disgust", "anger"];
    for (first, told) in [(0, ""), (1, ", numbered from 1 in the file and from 0 here")] {
        let made = with(&each(|k| (k % 7 + first) as f64));
        let imported = made.import(&categories(&seven)).unwrap();
        let counts = "neutral 3, surprise 3, fear 3, sadness 3, joy 3, disgust 3, anger 2";
        assert!(
            imported.told(&format!("label: category, categories by number: {counts}{told}")),
            "{}",
            imported.report
        );
        let labels = imported.recipe()["labels"].clone();
        assert_eq!(labels["column"].as_str(), Some("category"));
        assert_eq!(labels["columns"].as_array().unwrap().len(), 1);
        let data = imported.load();
        assert_eq!(data.labels, Labels::Categories(seven.map(str::to_owned).to_vec()));
        let got: Vec<f32> = data.train.samples.iter().map(|sample| sample.label).collect();
        let mut expected: Vec<f32> = (0..12).map(|k| (k % 7) as f32).collect();
        expected.sort_by(f32::total_cmp);
        let mut sorted = got.clone();
        sorted.sort_by(f32::total_cmp);
        assert_eq!(sorted, expected);
    }
    let made = with(&each(|k| (k % 7) as f64));
    let too_few = "a name for each category, whose numbers are 0 to 6, got 3 names in --categories (a, b, c)";
    made.refused(&categories(&["a", "b", "c"]), &[too_few]);
    with(&each(|k| k as f64 - 0.5)).refused(&categories(&["a", "b"]), &["numbers of categories in column `sentiment`"]);
}

#[test]
fn the_scale_is_the_smallest_known_that_holds_them_all() {
    let sims =
        Cuts { binary: Some([0.0]), ternary: Some([-0.1, 0.1]), five: Some([-0.7, -0.1, 0.1, 0.7]), seven: None };
    let no = Cuts::default;
    for (values, range, cuts, clipped) in [
        (each(|k| k as f64 / 5.0 - 2.0), [-3.0, 3.0], no(), 0),
        (each(|k| (k % 7) as f64 - 3.0), [-3.0, 3.0], no(), 0),
        (each(|k| (k % 19) as f64 / 9.0 - 1.0), [-1.0, 1.0], no(), 0),
        (each(|k| (k % 11) as f64 / 5.0 - 1.0), [-1.0, 1.0], sims, 0),
        // As in old files of CMU-MOSEI.
        (each(|k| if k == 3 { 10.0 / 3.0 } else { (k % 7) as f64 - 3.0 }), [-3.0, 3.0], no(), 1),
        (each(|k| if k < 2 { -5.0 } else { (k % 7) as f64 - 3.0 }), [-3.0, 3.0], no(), 2),
    ] {
        let imported = with(&values).import(&none()).unwrap();
        let data = imported.load();
        assert_eq!(data.labels, Labels::Score(Scale { range, neutral: 0.0, cuts }), "{}", imported.report);
        assert_eq!(data.summary.clipped, clipped);
        assert_eq!(imported.report.to_string().contains("labels lie beyond"), clipped > 0, "{}", imported.report);
    }
    let told = "label: sentiment, scores in [-1, 1], neutral 0; cut as CH-SIMS's are: 2 ways at 0, 3 at -0.1 and 0.1, 5 at \
                -0.7, -0.1, 0.1 and 0.7";
    assert!(with(&each(|k| (k % 11) as f64 / 5.0 - 1.0)).import(&none()).unwrap().told(told));
    // Too far beyond, or too many.
    with(&each(|k| if k == 3 { -10.0 } else { 1.5 }))
        .refused(&none(), &["expected scores in [-3, 3]", "--scale -10,0,10"]);
    with(&each(|k| k as f64 / 2.0 - 5.0))
        .refused(&none(), &["expected scores in [-3, 3]", "from -5 to 4.5", "--scale -5,0,5"]);
    assert_eq!(with(&each(|k| k as f64 / 2.0 - 5.0)).import(&scale(-5.0, 0.0, 5.0)).unwrap().load().summary.clipped, 0);
}

#[test]
fn a_scale_that_is_given() {
    // POM: 1 to 7, and one annotator's 0.67.
    let values = each(|k| if k == 0 { 2.0 / 3.0 } else { (k % 7 + 1) as f64 });
    let imported = with(&values).import(&scale(1.0, 4.0, 7.0)).unwrap();
    let data = imported.load();
    assert_eq!(data.labels, Labels::Score(Scale { range: [1.0, 7.0], neutral: 4.0, cuts: Cuts::default() }));
    assert_eq!(data.summary.clipped, 1);
    assert!(
        imported
            .told("label: sentiment, scores in [1, 7], neutral 4; 1 labels lie beyond, and become the nearest within")
    );
    with(&values).refused(&scale(0.0, 1.0, 2.0), &["expected scores in [0, 2] in column `sentiment`", "lie outside"]);
}

#[test]
fn labels_that_are_all_alike_are_told() {
    for (values, choices, warning) in [
        (each(|_| -1.5), none(), "all labels of the training fold are -1.5"),
        (each(|k| -0.5 - (k % 3) as f64), none(), "no label of the training fold lies above 0"),
        (
            each(|k| if k < 12 { 1.0 + k as f64 / 20.0 } else { -1.0 }),
            none(),
            "no label of the training fold lies below 0",
        ),
        (each(|_| 0.0), scale(-3.0, 0.0, 3.0), "all labels of the training fold are 0"),
        (each(|k| f64::from(k >= 12)), categories(&["no", "yes"]), "all labels of the training fold are no"),
        (each(|k| (k % 2) as f64), categories(&["no", "yes", "perhaps"]), "the training fold has no label perhaps"),
    ] {
        let imported = with(&values).import(&choices).unwrap();
        assert!(imported.told(&format!("warning: {warning}")), "{}", imported.report);
    }
    let sound = with(&each(|k| (k % 7) as f64 - 3.0)).import(&none()).unwrap();
    assert!(!sound.report.to_string().contains("warning"), "{}", sound.report);
}

/// Rows of zeros and ones.
fn rows(width: usize, ones: impl Fn(usize) -> Vec<usize>) -> Vec<Vec<f64>> {
    let row = |k: usize| (0..width).map(|column| f64::from(ones(k).contains(&column))).collect();
    (0..ALL).map(row).collect()
}

#[test]
fn one_in_each_row_is_a_category() {
    for width in [2, 4, 7] {
        let made = Made::new(COUNTS).with_columns(COUNTS, &rows(width, |k| vec![k % width]));
        let imported = made.import(&none()).unwrap();
        let names: Vec<String> = (0..width).map(|column| format!("label_{column}")).collect();
        assert_eq!(imported.report.meaning, Meaning::Columns { categories: names.clone() });
        let data = imported.load();
        assert_eq!(data.labels, Labels::Categories(names));
        let of = |fold: Fold, number: usize| data.split(fold).samples[number].label;
        assert_eq!((of(Fold::Train, 0), of(Fold::Train, 1)), (0.0, 1.0));
        assert_eq!(of(Fold::Test, 3), ((ALL - 1) % width) as f32);
        // With names of their own.
        let named: Vec<String> = (0..width).map(|column| format!("emotion {column}")).collect();
        let choices = Choices { values: Some(LabelValues::Categories(named.clone())), ..Choices::default() };
        assert_eq!(made.import(&choices).unwrap().load().labels, Labels::Categories(named));
        made.refused(&categories(&["a", "b", "c"]), &["label columns", "got 3 in --categories"]);
        made.refused(&scale(-1.0, 0.0, 1.0), &["leave --scale out"]);
    }
}

/// Texts are categories with a column each, whichever of them a fold has; `--categories` says their order alone.
#[test]
fn names_are_categories() {
    let names = ["joy", "anger", "neutral"];
    let mut made = Made::new(COUNTS);
    let mut start = 0;
    for (fold, count) in ["train", "valid", "test"].into_iter().zip(COUNTS) {
        let texts: Vec<String> =
            (start..start + count).map(|k| names[k % 2 + usize::from(k == 19)].to_owned()).collect();
        made = made.texts(&format!("{fold}_labels"), &texts);
        start += count;
    }
    let imported = made.import(&none()).unwrap();
    assert!(imported.told("label: which of 3 columns is 1: anger 9, joy 10, neutral 1"), "{}", imported.report);
    assert!(imported.told("warning: the training fold has no label neutral"), "{}", imported.report);
    assert_eq!(imported.load().labels, Labels::Categories(["anger", "joy", "neutral"].map(str::to_owned).to_vec()));
    let data = made.import(&categories(&["neutral", "joy", "anger"])).unwrap().load();
    assert_eq!(data.labels, Labels::Categories(["neutral", "joy", "anger"].map(str::to_owned).to_vec()));
    let labels: Vec<f32> = data.train.samples.iter().map(|sample| sample.label).collect();
    assert_eq!(labels[..4], [1.0, 2.0, 1.0, 2.0]);
    made.refused(
        &categories(&["a", "b", "c"]),
        &["label columns anger, joy, neutral, got 3 in --categories (a, b, c)"],
    );
}

/// What a file has no label for is left out, whatever kind of labels there are; the others keep their names and features.
#[test]
fn samples_without_a_label_are_left_out() {
    let lacks = |k: usize| [1, 5, 13, 19].contains(&k);
    let scores = |k: usize| vec![(k % 7) as f64 - 3.0];
    let ones = |k: usize| (0..3).map(|column| f64::from(u8::from(k % 3 == column))).collect::<Vec<f64>>();
    let by_kind: [&dyn Fn(usize) -> Vec<f64>; 2] = [&scores, &ones];
    for of in by_kind {
        let all: Vec<Vec<f64>> = (0..ALL).map(of).collect();
        let some: Vec<Vec<f64>> =
            (0..ALL).map(|k| of(k).iter().map(|&v| if lacks(k) { f64::NAN } else { v }).collect()).collect();
        let [all, some] =
            [all, some].map(|rows| Made::new(COUNTS).with_columns(COUNTS, &rows).import(&none()).unwrap());
        assert!(
            some.told("warning: 4 samples have no label, and are left out: 2 train, 1 valid, 1 test"),
            "{}",
            some.report
        );
        let left_out = ["train0[1]", "train1[2]", "valid0[1]", "test1[0]"];
        let samples = |imported: &Imported| {
            let data = imported.load();
            let samples = [data.train, data.valid, data.test].into_iter().flat_map(|split| split.samples);
            samples.map(|sample| (sample.id, sample.label)).collect::<Vec<_>>()
        };
        let kept = samples(&all).into_iter().filter(|(id, _)| !left_out.contains(&&id[..])).collect::<Vec<_>>();
        assert_eq!(samples(&some), kept);
        for id in ["train0[0]", "train0[2]", "valid0[2]"] {
            let audio =
                |imported: &Imported| Reader::open(&imported.out().join("audio.csd")).unwrap().entry(id).unwrap();
            assert_eq!(audio(&some), audio(&all), "{id}");
        }
    }
    with(&[f64::NAN; ALL]).refused(&none(), &["expected samples", "got none, and 0 videos in all"]);
}

#[test]
fn texts_that_are_numbers_are_numbers() {
    let scores = |k: usize| f64::from((k % 13) as u32) / 4.0 - 1.5;
    let (mut made, mut start) = (Made::new(COUNTS), 0);
    for (fold, count) in ["train", "valid", "test"].into_iter().zip(COUNTS) {
        let texts: Vec<String> = (start..start + count).map(|k| format!("{:.2}", scores(k))).collect();
        made = made.texts(&format!("{fold}_labels"), &texts);
        start += count;
    }
    let (texts, numbers) = (made.import(&none()).unwrap(), with(&each(scores)).import(&none()).unwrap());
    assert_eq!((&texts.report.meaning, &texts.report.labels), (&numbers.report.meaning, &numbers.report.labels));
    let labels = |imported: &Imported| imported.load().train.samples.iter().map(|s| s.label).collect::<Vec<_>>();
    assert_eq!(labels(&texts), labels(&numbers));
}

#[test]
fn several_emotions_at_once_are_told_from_one() {
    let ones = |k: usize| match k {
        3 => vec![0, 2],
        5 | 6 => vec![],
        k => vec![k % 4],
    };
    let made = Made::new(COUNTS).with_columns(COUNTS, &rows(4, ones));
    made.refused(
        &none(),
        &[
            "expected exactly one 1 in each row of label_0, label_1, label_2, label_3",
            "got several in 1 and none in 2 of 20 rows",
            "such as --label label_1",
        ],
    );
    for choices in [label("label_2"), label("2")] {
        let imported = made.import(&choices).unwrap();
        let data = imported.load();
        assert_eq!(data.labels, Labels::Categories(vec!["not label_2".to_owned(), "label_2".to_owned()]));
        let labels: Vec<f32> = data.train.samples.iter().map(|sample| sample.label).collect();
        assert_eq!(labels[..8], [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
    }
    made.refused(&label("happy"), &["--label: no column `happy`, expected one of label_0, label_1, label_2, label_3"]);
    made.refused(&label("4"), &["no column `4`"]);
}

/// All columns are written, and the recipe names one of them.
#[test]
fn several_targets_in_one_file() {
    let pom = (0..ALL).map(|k| (0..17).map(|column| ((k + column) % 7 + 1) as f64).collect()).collect::<Vec<_>>();
    let made = Made::new(COUNTS).with_columns(COUNTS, &pom);
    made.refused(&none(), &["in column `label_0`", "or choose another column of label_0, label_1,", "with --label"]);
    let choices = Choices { label: Some("14".to_owned()), ..scale(1.0, 4.0, 7.0) };
    let imported = made.import(&choices).unwrap();
    let labels = imported.recipe()["labels"].clone();
    assert_eq!(labels["columns"].as_array().unwrap().len(), 17);
    assert_eq!(labels["column"].as_str(), Some("label_14"));
    assert_eq!(imported.load().train.samples[0].label, 1.0);
    assert!(imported.told("label: label_14 (another with --label), scores in [1, 7], neutral 4"));

    let mosei: Vec<Vec<f64>> = (0..ALL)
        .map(|k| [(k % 7) as f64 - 3.0].into_iter().chain((0..6).map(|e| ((k + e) % 4) as f64 / 3.0)).collect())
        .collect();
    let made = Made::new(COUNTS).with_columns(COUNTS, &mosei);
    assert_eq!(made.import(&none()).unwrap().load().train.samples[0].label, -3.0);
    made.refused(&label("happy"), &["in column `happy`", "numbers from 0 to 1, 4 different"]);
    let choices = Choices { label: Some("happy".to_owned()), ..scale(0.0, 0.5, 1.0) };
    assert_eq!(made.import(&choices).unwrap().load().train.samples[1].label, 1.0 / 3.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever the labels are: an import is refused, or every sample has the label that the file gives it; those that
    /// are not in the scale are as many as the report says.
    #[test]
    fn nothing_is_misread(
        kind in 0..4usize,
        numbers in prop::collection::vec(-60..60i32, ALL),
        without in prop::collection::vec(prop::bool::weighted(0.1), ALL),
        low in -4..2i32,
    ) {
        let value = |number: i32| match kind {
            0 => f64::from(number.rem_euclid(8) + low),
            1 => f64::from(number) / 20.0,
            2 => f64::from(number) / 60.0,
            _ => f64::from(number) / 15.0,
        };
        // No fold is without any label.
        let lacks = |k: usize| without[k] && !k.is_multiple_of(4);
        let file = each(|k| if lacks(k) { f64::NAN } else { value(numbers[k]) });
        let values: Vec<f64> = file.iter().copied().filter(|value| value.is_finite()).collect();
        let Ok(imported) = with(&file).import(&none()) else {
            let whole = values.iter().all(|value| value.fract() == 0.0);
            prop_assert!(values.iter().all(|&value| value >= 0.0) || values.iter().any(|value| value.abs() > 3.0), "{whole}");
            return Ok(());
        };
        let data = imported.load();
        let Labels::Score(scale) = &data.labels else { panic!("scores") };
        let beyond = values.iter().filter(|value| !(scale.range[0]..=scale.range[1]).contains(&(**value as f32))).count();
        let Meaning::Score { beyond: told, .. } = imported.report.meaning else { panic!("scores") };
        prop_assert_eq!((beyond, data.summary.clipped), (told, told));
        prop_assert!(values.iter().any(|value| *value < 0.0));
        let Samples { train, valid, test } = imported.report.unlabelled;
        prop_assert_eq!(train + valid + test, ALL - values.len());
        let mut expected: Vec<f32> = values.iter().map(|value| (*value as f32).clamp(scale.range[0], scale.range[1])).collect();
        let folds = [&data.train, &data.valid, &data.test].into_iter().flat_map(|split| &split.samples);
        let mut got: Vec<f32> = folds.map(|sample| sample.label).collect();
        expected.sort_by(f32::total_cmp);
        got.sort_by(f32::total_cmp);
        prop_assert_eq!(got, expected);
    }
}
