//! The label columns, and the label's histogram or categories by fold.

use corrkd_data::Fold;
use std::collections::BTreeSet;

use super::{INDENT, number, share, short, table, whole};
use crate::{Category, LabelColumn, Labels, Spread};

/// The longest bar.
const BAR: usize = 20;
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
    format!("Labels of {}\n{all}{}", short(file), spread.map(|text| format!("\n\n{text}")).unwrap_or_default())
}

/// How many rows of each category there are, and their shares of all that are in one.
fn categories(categories: &[Category]) -> String {
    let total = |of: fn(&Category) -> usize| categories.iter().map(of).sum::<usize>();
    let most = categories.iter().map(|category| category.all).max().unwrap_or(1);
    let line = |category: &Category| {
        let shares: [fn(&Category) -> usize; 4] = [|c| c.all, |c| c.train, |c| c.valid, |c| c.test];
        let shares = shares.map(|of| share(of(category), total(of)));
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
