//! The label columns, and the label's histogram or categories by fold.

use corrkd_data::Fold;
use std::collections::BTreeSet;

use super::{INDENT, number, share, short, table, whole};
use crate::{Category, Division, LabelColumn, Labels, Spread};

/// The longest bar.
const BAR: usize = 20;
/// The rows whose shares are shown.
const SHARES: [fn(&Category) -> usize; 4] = [|c| c.all, |c| c.train, |c| c.valid, |c| c.test];
/// A histogram of more bins is left to JSON.
const BINS: usize = 24;

/// All columns in numbers, and the categories, or the histogram of the label: the recipe's column, or the first one.
pub(super) fn labels(labels: &Labels, file: &str) -> String {
    let row = |column: &LabelColumn| {
        let Spread { rows, not_finite, negative, zero, positive, min, mean, max, .. } = &column.all;
        let value = |value: &Option<f64>| value.map_or_else(|| "-".to_owned(), number);
        let counts = [rows, not_finite, negative, zero, positive].map(|&count| whole(count));
        [column.name.clone()].into_iter().chain(counts).chain([min, mean, max].map(value)).collect()
    };
    let header = ["column", "rows", "not finite", "below 0", "0", "above 0", "min", "mean", "max"];
    let all = table(Some(&header), labels.columns.iter().map(row).collect(), 1);
    let chosen = labels.columns.iter().find(|column| Some(&column.name) == labels.column.as_ref());
    let spread = match &labels.categories {
        Some(categories) => Some(self::categories(categories)),
        None => chosen.or(labels.columns.first()).and_then(histogram),
    };
    let mut parts = vec![format!("Labels of {}\n{all}", short(file))];
    parts.extend(spread);
    if !labels.divisions.is_empty() {
        parts.push(divisions(&labels.divisions));
    }
    let of_categories =
        labels.categories.iter().map(|categories| Division { ways: categories.len(), categories: categories.clone() });
    parts.extend(constant(&labels.divisions.iter().cloned().chain(of_categories).collect::<Vec<_>>()));
    parts.join("\n\n")
}

/// How many rows there are in each category of each division, and their shares.
fn divisions(divisions: &[Division]) -> String {
    let mut lines = Vec::new();
    for Division { ways, categories } in divisions {
        let total = |of: fn(&Category) -> usize| categories.iter().map(of).sum::<usize>();
        for (number, category) in categories.iter().enumerate() {
            let division = if number == 0 { format!("{ways}-way") } else { String::new() };
            let shares = SHARES.map(|of| share(of(category), total(of)));
            lines.push([division, category.name.clone(), whole(category.all)].into_iter().chain(shares).collect());
        }
    }
    table(Some(&["division", "category", "rows", "all", "train", "valid", "test"]), lines, 2)
}

/// What always answering the most frequent category of the training fold is worth.
fn constant(divisions: &[Division]) -> Option<String> {
    let line = |division: &Division| {
        let category = division.most_frequent().filter(|category| category.train > 0)?;
        let shares = Fold::ALL.map(|fold| share(category.fold(fold), division.rows(fold)));
        let head = [format!("{}-way", division.ways), category.name.clone()];
        Some(head.into_iter().chain(shares).collect())
    };
    let lines: Vec<Vec<String>> = divisions.iter().filter_map(line).collect();
    let header = ["", "always answering", "train", "valid", "test"];
    (!lines.is_empty()).then(|| format!("{INDENT}right answers without looking\n{}", table(Some(&header), lines, 2)))
}

/// How many rows of each category there are, and their shares of all that are in one.
fn categories(categories: &[Category]) -> String {
    let total = |of: fn(&Category) -> usize| categories.iter().map(of).sum::<usize>();
    let most = categories.iter().map(|category| category.all).max().unwrap_or(1);
    let line = |category: &Category| {
        let shares = SHARES.map(|of| share(of(category), total(of)));
        [category.name.clone(), bar(category.all, most), whole(category.all)].into_iter().chain(shares).collect()
    };
    let header = ["category", "", "rows", "all", "train", "valid", "test"];
    table(Some(&header), categories.iter().map(line).collect(), 2)
}

/// A bar of a length that shows how many rows there are of the most.
fn bar(rows: usize, most: usize) -> String {
    "█".repeat((rows * BAR).div_ceil(most.max(1)))
}

fn histogram(column: &LabelColumn) -> Option<String> {
    let folds: Vec<(&str, &Spread)> =
        Fold::ALL.into_iter().filter_map(|fold| Some((fold.name(), column.fold(fold)?))).collect();
    let bins: BTreeSet<i64> = column.all.bins.iter().map(|bin| bin.value).collect();
    let (first, last) = (*bins.first()?, *bins.last()?);
    if last.checked_sub(first).is_none_or(|span| span >= BINS as i64) {
        return None;
    }
    let of = |spread: &Spread, value: i64| spread.bins.iter().find(|bin| bin.value == value).map_or(0, |bin| bin.rows);
    let most = column.all.bins.iter().map(|bin| bin.rows).max().unwrap_or(1);
    let line = |name: String, bar: String, rows: &dyn Fn(&Spread) -> usize| {
        let all = rows(&column.all);
        let shares = std::iter::once(&column.all).chain(folds.iter().map(|(_, spread)| *spread));
        let shares = shares.map(|spread| share(rows(spread), spread.rows));
        [name, bar, whole(all)].into_iter().chain(shares).collect::<Vec<_>>()
    };
    let mut lines: Vec<Vec<String>> = (first..=last)
        .map(|value| line(value.to_string(), bar(of(&column.all, value), most), &|spread| of(spread, value)))
        .collect();
    if column.all.negative > 0 {
        lines.push(line("below 0".to_owned(), String::new(), &|spread| spread.negative));
        lines.push(line("exactly 0".to_owned(), String::new(), &|spread| spread.zero));
        lines.push(line("above 0".to_owned(), String::new(), &|spread| spread.positive));
    }
    let mut header = vec!["", "", "rows", "all"];
    header.extend(folds.iter().map(|(name, _)| *name));
    Some(format!("{INDENT}{} to the nearest whole number\n{}", column.name, table(Some(&header), lines, 2)))
}
