//! What parsing a recipe does not see.

use crate::{FoldTable, LabelFile, LabelKind, Pauses, Recipe, synthetic};

/// The key at fault and why.
type Fault = (String, String);

fn require(holds: bool, key: impl Into<String>, reason: impl Into<String>) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err((key.into(), reason.into())) }
}

pub(super) fn check(recipe: &Recipe) -> Result<(), Fault> {
    require(recipe.time > 0, "time", "is 0, expected at least 1")?;
    labels(recipe)?;
    for (modality, features) in recipe.modalities() {
        require(features.width > 0, format!("features.{modality}.width"), "is 0, expected at least 1")?;
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
    for download in recipe.downloads() {
        let digits = |hash: &str| hash.len() == 64 && hash.bytes().all(|digit| digit.is_ascii_hexdigit());
        let reason = format!("of {} is not 64 hexadecimal digits", download.file);
        require(download.sha256.is_none_or(digits), "sha256", reason)?;
        // A recipe must not reach outside the data folder.
        let plain =
            std::path::Path::new(download.file).components().all(|c| matches!(c, std::path::Component::Normal(_)));
        let reason = format!("is `{}`, expected the name of a file in the data folder", download.file);
        require(plain && !download.file.is_empty(), "file", reason)?;
    }
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

fn labels(recipe: &Recipe) -> Result<(), Fault> {
    let LabelFile { columns, kind, .. } = &recipe.labels;
    each_once(columns, "labels.columns")?;
    let known = |name: &String, key: &str| {
        let all = columns.join(", ");
        require(columns.contains(name), key, format!("is `{name}`, expected one of {all}"))
    };
    match kind {
        LabelKind::Score { column, range: [low, high], .. } => {
            require(
                low < high,
                "labels.range",
                format!("is [{low}, {high}], expected [low, high] with low below high"),
            )?;
            known(column, "labels.column")
        }
        LabelKind::Category { categories } => {
            require(categories.len() > 1, "labels.categories", "names fewer than two, expected at least two")?;
            each_once(categories, "labels.categories")?;
            categories.iter().try_for_each(|name| known(name, "labels.categories"))
        }
    }
}

fn each_once(names: &[String], key: &str) -> Result<(), Fault> {
    let mut numbered = names.iter().enumerate();
    numbered.try_for_each(|(number, name)| {
        require(!names[..number].contains(name), key, format!("has `{name}` twice, expected each once"))
    })
}

fn folds(table: &FoldTable) -> Result<(), Fault> {
    match table.lists() {
        None => require(table.file.is_some(), "folds", "expected `train`, `valid` and `test`, or `file`"),
        Some(folds) => {
            require(table.file.is_none(), "folds", "has `file` beside lists, expected one of the two")?;
            folds.check().map_err(|(fold, reason)| (format!("folds.{fold}"), reason))
        }
    }
}
