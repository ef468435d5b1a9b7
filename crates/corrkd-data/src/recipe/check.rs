//! What parsing a recipe does not see.

use crate::{FoldTable, LabelFile, LabelKind, Pauses, Recipe, SourceFile, synthetic};
use corrkd_config::{Cross, Modality, Scale, Ways, unfit};
use std::path::Path;

/// The key at fault and why.
type Fault = (String, String);

fn require(holds: bool, key: impl Into<String>, reason: impl Into<String>) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err((key.into(), reason.into())) }
}

/// Frames of a sample at most: more than in an hour of sound, sample by sample, are meant by nobody.
const FRAMES: usize = 1 << 26;
/// Columns at most.
const COLUMNS: usize = 1 << 20;

fn counted(key: &str, number: usize, most: usize) -> Result<(), Fault> {
    require(number > 0, key, "is 0, expected at least 1")?;
    require(number <= most, key, format!("is {number}, expected at most {most}"))
}

pub(super) fn check(recipe: &Recipe) -> Result<(), Fault> {
    named("title", &recipe.title)?;
    Modality::ALL.into_iter().try_for_each(|m| counted("time", recipe.time.of(m), FRAMES))?;
    let words = recipe.reference.is_none_or(|reference| reference.modality().is_none());
    let reason = format!(
        "has a number for each modality beside `reference = \"{}\"`, which gives all modalities its frames; expected one \
         number, or `reference = \"labels\"` with `collapse = []`",
        recipe.reference.and_then(|reference| reference.modality()).map_or("", Modality::name),
    );
    require(recipe.time.is_aligned() || words, "time", reason)?;
    labels(recipe)?;
    for (modality, features) in recipe.modalities() {
        counted(&format!("features.{modality}.width"), features.width, COLUMNS)?;
    }
    require(recipe.modalities().next().is_some(), "features", "is empty, expected at least one modality")?;
    if let Some(reference) = recipe.reference.and_then(|reference| reference.modality()) {
        let reason = format!("is {reference}, expected a modality of [features], or labels");
        require(recipe.features.get(reference).is_some(), "reference", reason)?;
    }
    let words = recipe.words.is_some() || recipe.pauses == Pauses::Keep;
    require(words, "pauses", "is drop, expected a [words] file that tells pauses from words")?;
    for (number, collapse) in recipe.collapse.iter().enumerate() {
        let twice = recipe.collapse[..number].contains(collapse);
        require(!twice, "collapse", format!("has {collapse} twice, expected each once"))?;
    }
    for download in recipe.downloads().chain(recipe.source.as_ref().map(SourceFile::download)) {
        let digits = |hash: &str| hash.len() == 64 && hash.bytes().all(|digit| digit.is_ascii_hexdigit());
        let reason = format!("of {} is not 64 hexadecimal digits", download.file);
        let parts = download.parts.iter().filter_map(|part| part.sha256.as_deref());
        require(download.sha256.into_iter().chain(parts).all(digits), "sha256", reason)?;
        let parts = download.parts.is_empty() || (download.url.is_none() && download.sha256.is_some());
        let reason = format!("of {} stand beside `url` or without the `sha256` of the whole", download.file);
        require(parts, "parts", reason)?;
        within("file", download.file)?;
        download.roots.iter().try_for_each(|root| named("roots", root))?;
    }
    let sources = recipe.source.is_none() || recipe.generate.is_none();
    require(sources, "source", "stands beside [generate], whose files are written where they are used")?;
    match (&recipe.folds, &recipe.generate) {
        (Some(folds), None) => self::folds(folds),
        (None, Some(generate)) => {
            require(!generate.sizes.is_empty(), "generate.sizes", "is empty, expected at least one size")?;
            generate.sizes.iter().try_for_each(|size| {
                let known = size.parse::<synthetic::Size>();
                known.map(drop).map_err(|e| ("generate.sizes".to_owned(), e.to_string()))
            })
        }
        _ => Err(("folds".to_owned(), "expected either [folds] or [generate]".to_owned())),
    }
}

/// A recipe must not reach outside the data folder.
fn within(key: &str, file: &str) -> Result<(), Fault> {
    named(key, file)?;
    let reason = format!("is `{file}`, expected the name of a file in the data folder");
    require(corrkd_system::inside(Path::new(file)), key, reason)
}

/// Names end up in lines, cells and reports, and on terminals.
fn named(key: &str, name: &str) -> Result<(), Fault> {
    unfit(name).map_or(Ok(()), |reason| Err((key.to_owned(), reason)))
}

fn labels(recipe: &Recipe) -> Result<(), Fault> {
    let LabelFile { columns, kind, .. } = &recipe.labels;
    columns.iter().try_for_each(|name| named("labels.columns", name))?;
    each_once(columns, "labels.columns")?;
    let known = |name: &String, key: &str| {
        let all = columns.join(", ");
        require(columns.contains(name), key, format!("is `{name}`, expected one of {all}"))
    };
    match kind {
        LabelKind::Score { column, scale, .. } => {
            self::scale(scale)?;
            known(column, "labels.column")
        }
        LabelKind::Category { categories, column } => {
            categories.iter().try_for_each(|name| named("labels.categories", name))?;
            require(categories.len() > 1, "labels.categories", "names fewer than two, expected at least two")?;
            each_once(categories, "labels.categories")?;
            if let Some(column) = column {
                return known(column, "labels.column");
            }
            categories.iter().try_for_each(|name| known(name, "labels.categories"))
        }
    }
}

fn scale(scale: &Scale) -> Result<(), Fault> {
    let Scale { range: [low, high], neutral, .. } = scale;
    let reason = format!("is [{low}, {high}], expected [low, high] with low below high");
    require(low < high, "labels.range", reason)?;
    let reason = format!("is {neutral}, expected a number within the range, {low} to {high}");
    require((low..=high).contains(&neutral), "labels.neutral", reason)?;
    Ways::ALL.into_iter().filter_map(|ways| scale.cuts(ways)).try_for_each(|cuts| {
        let rising = cuts.is_sorted_by(|a, b| a < b) && cuts.iter().all(|cut| low <= cut && cut < high);
        let reason = format!("has {cuts:?}, expected rising numbers within the range, {low} to {high}");
        require(rising, "labels.cuts", reason)
    })
}

fn each_once(names: &[String], key: &str) -> Result<(), Fault> {
    let mut numbered = names.iter().enumerate();
    numbered.try_for_each(|(number, name)| {
        require(!names[..number].contains(name), key, format!("has `{name}` twice, expected each once"))
    })
}

fn folds(table: &FoldTable) -> Result<(), Fault> {
    match table.lists() {
        None => {
            let known = table.file.is_some() || table.cross.is_some();
            require(known, "folds", "expected `train`, `valid` and `test`, or `file`, or `cross`")?;
        }
        Some(folds) => {
            require(table.file.is_none(), "folds", "has `file` beside lists, expected one of the two")?;
            folds.check().map_err(|(fold, reason)| (format!("folds.{fold}"), reason))?;
        }
    }
    if let Some(file) = &table.file {
        within("folds.file", file)?;
    }
    if let Some(Cross::Groups(groups)) = &table.cross {
        groups.iter().try_for_each(|group| named("folds.cross", group))?;
    }
    if let Some(fault) = table.cross.as_ref().and_then(Cross::fault) {
        return Err(("folds.cross".to_owned(), fault));
    }
    let of = table.of.is_none() || (table.cross.is_some() && (table.file.is_some() || table.train.is_some()));
    require(of, "folds.of", "expected only beside `cross`, and lists or a `file` to choose from")
}
