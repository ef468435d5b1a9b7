//! Whether two programs made the same of the same sequences.

use anyhow::{Context as _, Result, bail, ensure};
use corrkd_csd::{Entry, Features, Sequence, read};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Bounds of intervals may be so many seconds apart.
const SECONDS: f64 = 1e-9;
/// Features may be so far apart, relative to the larger or to 1: NumPy sums in f32.
const SHARE: f64 = 1e-5;

/// How far apart two outcomes are.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Agreement {
    /// Entries of all sequences.
    pub(super) entries: usize,
    /// The largest difference of two bounds in seconds.
    pub(super) seconds: f64,
    /// The largest difference of two features, relative to the larger or to 1.
    pub(super) features: f64,
}

impl Agreement {
    /// Holds each file of a folder against the one of its name in another.
    ///
    /// # Errors
    /// Other files, keys, rows or shapes, and values further apart than rounding explains.
    pub(super) fn of(ours: &Path, theirs: &Path) -> Result<Self> {
        let (ours, theirs) = (sequences(ours)?, sequences(theirs)?);
        let mut found = Self::default();
        ensure!(ours.keys().eq(theirs.keys()), "the sequences are {:?} and {:?}", ours.keys(), theirs.keys());
        for (name, ours) in &ours {
            found.add(&ours.entries, &theirs[name].entries).with_context(|| name.clone())?;
        }
        Ok(found)
    }

    fn add(&mut self, ours: &BTreeMap<String, Entry>, theirs: &BTreeMap<String, Entry>) -> Result<()> {
        if let Some(key) = ours.keys().find(|key| !theirs.contains_key(*key)) {
            bail!("{key} is not in theirs");
        }
        for (key, theirs) in theirs {
            let ours = ours.get(key).with_context(|| format!("{key} is not in ours"))?;
            self.entries += 1;
            let bounds = |entry: &Entry| entry.intervals.as_flattened().to_vec();
            self.seconds = self.seconds.max(apart(&bounds(ours), &bounds(theirs), |_, _| 1.0).context(key.clone())?);
            let shapes = (ours.features.shape(), theirs.features.shape());
            ensure!(shapes.0 == shapes.1, "{key}: rows of shape {:?} and {:?}", shapes.0, shapes.1);
            let size = |a: f64, b: f64| a.abs().max(b.abs()).max(1.0);
            let features = apart(&numbers(&ours.features)?, &numbers(&theirs.features)?, size).context(key.clone())?;
            self.features = self.features.max(features);
            ensure!(self.seconds <= SECONDS, "{key}: intervals are {:.1e} s apart", self.seconds);
            ensure!(self.features <= SHARE, "{key}: features are {:.1e} apart", self.features);
        }
        Ok(())
    }
}

/// The sequences in a folder's files, by file name.
fn sequences(folder: &Path) -> Result<BTreeMap<String, Sequence>> {
    let files = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    files
        .map(|file| {
            let file = file?;
            Ok((file.file_name().to_string_lossy().into_owned(), read(&file.path())?))
        })
        .collect()
}

fn numbers(features: &Features) -> Result<Vec<f64>> {
    match features {
        Features::F32(rows) => Ok(rows.values.iter().copied().map(f64::from).collect()),
        Features::F64(rows) => Ok(rows.values.clone()),
        Features::Texts(_) => bail!("texts have no mean"),
    }
}

/// The largest difference of values that are not the same, over their `size`; infinite where one is no finite number.
fn apart(ours: &[f64], theirs: &[f64], size: impl Fn(f64, f64) -> f64) -> Result<f64> {
    ensure!(ours.len() == theirs.len(), "{} and {} values", ours.len(), theirs.len());
    let difference = |(&a, &b): (&f64, &f64)| match (a - b).abs() / size(a, b) {
        _ if a == b || (a.is_nan() && b.is_nan()) => 0.0,
        difference if difference.is_nan() => f64::INFINITY,
        difference => difference,
    };
    Ok(ours.iter().zip(theirs).map(difference).fold(0.0, f64::max))
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_csd::{Rows, write};

    /// A folder with one sequence: one entry with one row.
    fn folder(key: &str, interval: [f64; 2], values: &[f32]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let features = Features::F32(Rows::flat(values.len(), values.to_vec()));
        let entries = [(key.to_owned(), Entry { intervals: vec![interval], features })].into();
        let sequence = Sequence { root: "COVAREP".to_owned(), entries, ..Sequence::default() };
        write(&folder.path().join("COVAREP.csd"), &sequence).unwrap();
        folder
    }

    #[test]
    fn the_largest_differences_are_found() {
        let ours = folder("a[0]", [0.5, 1.0], &[1000.0, 0.5, f32::NAN, f32::NEG_INFINITY]);
        let theirs = folder("a[0]", [0.5, 1.0 + 1e-10], &[1000.002, 0.5, f32::NAN, f32::NEG_INFINITY]);
        let found = Agreement::of(ours.path(), theirs.path()).unwrap();
        assert_eq!(found.entries, 1);
        assert!((found.seconds - 1e-10).abs() < 1e-15, "{found:?}");
        assert!((found.features - 2e-6).abs() < 1e-7, "{found:?}");
    }

    #[test]
    fn what_differs_is_named() {
        let ours = folder("a[0]", [0.5, 1.0], &[1.0, 2.0]);
        for (theirs, said) in [
            (folder("a[1]", [0.5, 1.0], &[1.0, 2.0]), "a[0] is not in theirs"),
            (folder("a[0]", [0.5, 1.0 + 1e-8], &[1.0, 2.0]), "a[0]: intervals are 1.0e-8 s apart"),
            (folder("a[0]", [0.5, 1.0], &[1.0, 2.001]), "a[0]: features are 5.0e-4 apart"),
            (folder("a[0]", [0.5, 1.0], &[1.0, f32::NAN]), "a[0]: features are inf apart"),
            (folder("a[0]", [0.5, 1.0], &[1.0]), "a[0]: rows of shape [2] and [1]"),
            (tempfile::tempdir().unwrap(), "the sequences are"),
        ] {
            let error = format!("{:#}", Agreement::of(ours.path(), theirs.path()).unwrap_err());
            assert!(error.contains(said), "{error}");
        }
    }
}
