//! Findings about labels that are not what the recipe says that they mean.

use crate::world::{World, numbers, seconds};

/// The world with six videos of three segments in the training fold, two in each of the others, and these labels by
/// segment, one column.
fn labelled(score: &str, label: impl Fn(usize) -> f32) -> World {
    let mut world = World::new();
    let names: Vec<String> = (0..10).map(|v| format!("v{v}")).collect();
    let files = world.files.clone();
    for (file, sequence) in &mut world.files {
        sequence.entries = names.iter().map(|name| (name.clone(), files[file].entries["b"].clone())).collect();
    }
    let rows: Vec<[f64; 2]> = seconds(3).iter().map(|times| times.map(|time| 2.0 * time)).collect();
    for (v, entry) in world.files.get_mut("labels.csd").unwrap().entries.values_mut().enumerate() {
        *entry = numbers(1, &rows, |i| label(3 * v + i));
    }
    let (head, _) = world.recipe.split_once("[folds]").unwrap();
    let list = |range: std::ops::Range<usize>| format!("{:?}", &names[range]);
    let folds = format!("[folds]\ntrain = {}\nvalid = {}\ntest = {}\n", list(0..6), list(6..8), list(8..10));
    let says = "columns = [\"sentiment\", \"anger\"]\ncolumn = \"sentiment\"\nrange = [-3.0, 3.0]";
    world.recipe = format!("{head}{folds}").replace(says, &format!("columns = [\"sentiment\"]\n{score}"));
    world
}

const SCORE: &str = "column = \"sentiment\"\nrange = [-3.0, 3.0]";

/// Findings about labels alone.
fn found(score: &str, label: impl Fn(usize) -> f32) -> Vec<String> {
    labelled(score, label).findings()
}

#[test]
fn scores_on_both_sides_in_each_fold_have_no_findings() {
    assert_eq!(found(SCORE, |i| [-2.6, 0.4, 2.0][i % 3]), [""; 0]);
    // Whole numbers are scores where some are below neutral: of a questionnaire, or rounded.
    assert_eq!(found(SCORE, |i| [-2.0, 0.0, 3.0][i % 3]), [""; 0]);
    let pom = "column = \"sentiment\"\nrange = [1.0, 7.0]\nneutral = 4.0";
    assert_eq!(found(pom, |i| [2.0, 4.0, 7.0][i % 3]), [""; 0]);
    let sims = "column = \"sentiment\"\nrange = [-1.0, 1.0]\ncuts = { binary = [0.0], ternary = [-0.1, 0.1] }";
    assert_eq!(found(sims, |i| [0.0, -0.8, 0.6][i % 3]), [""; 0]);
}

#[test]
fn numbers_of_categories_are_no_scores() {
    let said = "all whole numbers: numbers of categories rather than scores";
    for (range, label) in [(7, [0.0, 3.0, 6.0]), (2, [0.0, 1.0, 0.0]), (7, [1.0, 5.0, 7.0])] {
        let score = format!("column = \"sentiment\"\nrange = [-{range}.0, {range}.0]");
        let found = found(&score, |i| label[i % 3]);
        assert!(found.len() == 1 && found[0].starts_with("error label-meaning labels.csd"), "{found:#?}");
        assert!(found[0].contains(said) && found[0].contains("never below 0"), "{found:#?}");
    }
    // Clipped or not.
    let lines = found(&format!("{SCORE}\noutside = \"clip\""), |i| (i % 7) as f32);
    let said = "error label-meaning labels.csd - [] [] 1: sentiment is from 0 to 6, never below 0, all whole numbers";
    assert!(lines.iter().any(|line| line.starts_with(said)), "{lines:#?}");
}

#[test]
fn scores_of_one_sign() {
    let said = |label: [f32; 3]| found(SCORE, |i| label[i % 3]).remove(0);
    assert!(said([0.5, 0.0, 2.5]).contains("sentiment is from 0 to 2.50, never below 0; give `range` and `neutral`"));
    assert!(said([-0.5, -0.1, -2.5]).contains("sentiment is from -2.50 to -0.100, never above 0; give"));
    assert!(said([0.0; 3]).contains("sentiment is 0 throughout, never other than 0"));
    // In one fold: the training fold, the others.
    let fold = |low: usize, high: usize| {
        found(SCORE, move |i| if (low..high).contains(&i) { [0.5, 2.5][i % 2] } else { [-2.6, 0.4, 2.0][i % 3] })
    };
    assert_eq!(
        fold(0, 18),
        ["error one-category labels.csd - [] [] 1: in the train fold sentiment is from 0.500 to 2.50, never below 0"]
    );
    assert_eq!(
        fold(18, 24),
        ["warning one-category labels.csd - [] [] 1: in the valid fold sentiment is from 0.500 to 2.50, never below 0"]
    );
}

#[test]
fn a_range_that_is_hardly_used() {
    assert_eq!(
        found(SCORE, |i| [-0.6, 0.4, 1.0][i % 3]),
        ["warning narrow-range labels.csd - [] [] 1: sentiment is from -0.600 to 1, and the recipe's range is -3 to 3"]
    );
}

/// Categories by number in one column.
const EMOTIONS: &str = "column = \"sentiment\"\ncategories = [\"joy\", \"anger\", \"fear\"]";

#[test]
fn categories_of_the_folds() {
    assert_eq!(found(EMOTIONS, |i| [0.0, 1.0, 2.0][i % 3]), [""; 0]);
    assert_eq!(found(EMOTIONS, |_| 1.0)[0], "error one-category labels.csd - [] [] 1: all labels are anger");
    assert_eq!(
        found(EMOTIONS, |i| if i < 18 { 1.0 } else { [0.0, 1.0, 2.0][i % 3] }),
        ["error one-category labels.csd - [] [] 1: all labels of the train fold are anger"]
    );
    assert_eq!(
        found(EMOTIONS, |i| [0.0, 1.0, if i < 18 { 0.0 } else { 2.0 }][i % 3]),
        ["warning no-such-category labels.csd - [] [] 1: the train fold has no fear: cannot be learnt"]
    );
    assert_eq!(
        found(EMOTIONS, |i| if i < 24 { [0.0, 1.0, 2.0][i % 3] } else { 2.0 }),
        ["warning one-category labels.csd - [] [] 1: all labels of the test fold are fear"]
    );
    let found = found(EMOTIONS, |i| [0.0, 3.0, 0.5][i % 3]);
    let said = "error label-category labels.csd v0 [1, 2] [0] 2: sentiment is 3, expected the number of one of 3 categories, 0 to 2";
    assert!(found.contains(&said.to_owned()), "{found:#?}");
}

#[test]
fn a_fold_without_labels() {
    let mut world = labelled(SCORE, |i| [-2.6, 0.4, 2.0][i % 3]);
    world.recipe = world.recipe.replace("valid = [\"v6\", \"v7\"]", "valid = []");
    assert_eq!(
        world.findings()[..1],
        [
            "error empty-fold labels.csd - [] [] 1: the valid fold has no labelled segment; list videos that have labels under \
          `folds.valid`, or cross-validate with `folds = 5` in the experiment"
        ]
    );
}

/// A cross-validation is looked at as its first part is tested; the labels of the others are, too.
#[test]
fn folds_of_a_cross_validation() {
    let crossed = |label: fn(usize) -> f32| {
        let mut world = labelled(SCORE, label);
        world.recipe.push_str("cross = [\"v0\", \"v1\", \"v2\", \"v3\", \"v4\"]\nof = [\"train\"]\n");
        world.recipe = world.recipe.replace("\"v4\", \"v5\"]", "\"v4\"]");
        world
    };
    let found = crossed(|i| [-2.6, 0.4, 2.0][i % 3]).findings();
    assert!(found.iter().all(|line| line.starts_with("note no-fold")), "{found:#?}");
    let set = crossed(|i| [-2.6, 0.4, 2.0][i % 3]).inspect().description.recipe.unwrap();
    assert_eq!(set.folds.iter().map(|fold| fold.videos).collect::<Vec<_>>(), [3, 1, 1]);
    assert_eq!(set.tested.as_deref(), Some("fold v0"));
    // Videos 2 and 3 alone have negative labels: without them, as one is tested and the other validates, there are none.
    let found = crossed(|i| if (6..12).contains(&i) { [-2.6, 0.4, 2.0][i % 3] } else { [0.5, 2.5][i % 2] }).findings();
    let said =
        "error one-category labels.csd - [] [] 1: all labels of the training fold are positive where part 3 is tested";
    assert!(found.contains(&said.to_owned()), "{found:#?}");
}

/// The divisions of the scale, and what a constant answer is worth.
#[test]
fn divisions_by_fold() {
    let world = labelled(SCORE, |i| if i % 6 == 0 { -2.6 } else { [1.2, 0.4, 2.0][i % 3] });
    let shown = world.inspect().description.to_string();
    let table = "
  division   category   rows      all    train    valid     test
  ──────────────────────────────────────────────────────────────
  2-way      negative      5   16.7 %   16.7 %   16.7 %   16.7 %
             positive     25   83.3 %   83.3 %   83.3 %   83.3 %
  3-way      negative      5   16.7 %   16.7 %   16.7 %   16.7 %
             neutral      10   33.3 %   33.3 %   33.3 %   33.3 %
             positive     15   50.0 %   50.0 %   50.0 %   50.0 %
";
    assert!(shown.contains(table), "{shown}");
    let constant = "
  right answers without looking
          always answering    train    valid     test
  ───────────────────────────────────────────────────
  2-way   positive           83.3 %   83.3 %   83.3 %
";
    assert!(shown.contains(constant), "{shown}");
}
