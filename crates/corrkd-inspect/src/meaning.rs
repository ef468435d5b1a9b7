//! What labels are said to mean, held against their values by fold.

use corrkd_config::{Labels as Kinds, Scale};
use corrkd_data::{Fold, LabelFile, LabelKind};

use crate::divisions::Category;
use crate::finding::{Finding, Kind, Severity};
use crate::labels::{LabelColumn, Labels, Spread};
use crate::render::{few, number};

/// Labels fill their range where they reach over this share of it.
const FILLED: f64 = 0.5;
/// Fewer labels say nothing about the range.
const ENOUGH: usize = 10;
/// Categories named of many.
const SHOWN: usize = 6;

/// What cannot be learnt from the labels of the folds, or is odd about them.
pub(crate) fn meaning(file: &str, says: &LabelFile, labels: &Labels) -> Vec<Finding> {
    let column = labels.columns.iter().find(|column| Some(&column.name) == labels.column.as_ref());
    let mut findings = match (&says.kind, says.kind.labels(), column) {
        (LabelKind::Score { .. }, Kinds::Score(scale), Some(column)) => scores(file, &scale, column),
        _ => labels.categories.iter().flat_map(|categories| self::categories(file, categories)).collect(),
    };
    let rows = |fold| labels.columns.first().and_then(|column| column.fold(fold)).map(|spread| spread.rows);
    for fold in Fold::ALL.into_iter().filter(|&fold| rows(fold) == Some(0)) {
        let message = format!(
            "the {} fold has no labelled segment; list videos that have labels under `folds.{}`, or cross-validate with \
             `folds = 5` in the experiment",
            fold.name(),
            fold.name()
        );
        findings.push(Finding::new(Kind::EmptyFold, Some(file), message));
    }
    findings
}

/// What is odd about scores: the least and the greatest of them lie on one side of the neutral value, or fill little of the
/// range.
fn scores(file: &str, scale: &Scale, column: &LabelColumn) -> Vec<Finding> {
    let find = |kind, message| Finding::new(kind, Some(file), message);
    let name = &column.name;
    if let Some(lack) = one_sided(scale, &column.all) {
        let whole = column.all.whole == column.all.rows - column.all.not_finite;
        let message = match whole && column.all.min >= Some(0.0) {
            true => format!(
                "{lack}, all whole numbers: numbers of categories rather than scores of a sentiment; name the categories \
                 (`column = \"{name}\"`, `categories = [...]`), or give `range` and `neutral` of their scale"
            ),
            false => format!("{lack}; give `range` and `neutral` of their scale, or choose another `column`"),
        };
        return vec![find(Kind::LabelMeaning, format!("{name} is {message}"))];
    }
    let mut findings = Vec::new();
    for fold in Fold::ALL {
        let Some(lack) = column.fold(fold).and_then(|spread| one_sided(scale, spread)) else { continue };
        findings.push(of_fold(fold, find(Kind::OneCategory, format!("in the {} fold {name} is {lack}", fold.name()))));
    }
    let [low, high] = scale.range.map(f64::from);
    if let (Some(min), Some(max)) = (column.all.min, column.all.max)
        && max - min < FILLED * (high - low)
        && column.all.rows >= ENOUGH
    {
        let [min, max, low, high] = [min, max, low, high].map(number);
        let message = format!("{name} is from {min} to {max}, and the recipe's range is {low} to {high}");
        findings.push(find(Kind::NarrowRange, message));
    }
    findings
}

/// `from 0 to 6, never below 0`, where scores are not on both sides.
fn one_sided(scale: &Scale, spread: &Spread) -> Option<String> {
    let (min, max) = (spread.min?, spread.max?);
    let binary = scale.cuts.binary.map(|[cut]| f64::from(cut));
    let neutral = binary.unwrap_or_else(|| f64::from(scale.neutral));
    // What lies on a cut belongs to what is below it; what is neutral, to neither side.
    let below = if binary.is_some() { min <= neutral } else { min < neutral };
    let side = match (below, max > neutral) {
        (true, true) => return None,
        (false, true) => "never below",
        (true, false) => "never above",
        (false, false) => "never other than",
    };
    let values = match min == max {
        true => format!("{} throughout", number(min)),
        false => format!("from {} to {}", number(min), number(max)),
    };
    Some(format!("{values}, {side} {}", number(neutral)))
}

/// What is odd about categories: that a fold has one alone, or lacks some.
fn categories(file: &str, categories: &[Category]) -> Vec<Finding> {
    let find = |kind, message| Finding::new(kind, Some(file), message);
    let named = |count: fn(&Category) -> usize, some: bool| -> Vec<String> {
        categories.iter().filter(|c| (count(c) > 0) == some).map(|category| category.name.clone()).collect()
    };
    if let [only] = &named(|category| category.all, true)[..] {
        return vec![find(Kind::OneCategory, format!("all labels are {only}"))];
    }
    let mut findings = Vec::new();
    for fold in Fold::ALL {
        let count: fn(&Category) -> usize = match fold {
            Fold::Train => |category| category.train,
            Fold::Valid => |category| category.valid,
            Fold::Test => |category| category.test,
        };
        match (&named(count, true)[..], &named(count, false)[..]) {
            ([], _) | (_, []) => {}
            ([only], _) => {
                let message = format!("all labels of the {} fold are {only}", fold.name());
                findings.push(of_fold(fold, find(Kind::OneCategory, message)));
            }
            (_, lacking) => {
                let consequence = match fold {
                    Fold::Train => "cannot be learnt",
                    Fold::Valid => "has no say in the choice of the best epoch",
                    Fold::Test => "is not tested",
                };
                let message = format!("the {} fold has no {}: {consequence}", fold.name(), few(lacking, SHOWN));
                findings.push(Finding { count: lacking.len(), ..find(Kind::NoSuchCategory, message) });
            }
        }
    }
    findings
}

/// Training is refused for what its own fold lacks.
fn of_fold(fold: Fold, finding: Finding) -> Finding {
    let severity = if fold == Fold::Train { Severity::Error } else { Severity::Warning };
    Finding { severity, ..finding }
}
