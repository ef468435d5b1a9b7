//! `representations.csv`: what a network makes of the test samples before it classifies them, for a projection.
//!
//! Columns: `condition, id, category, h0, .., h{D-1}`. Numbers are written with the fewest digits that read back to the
//! same bits.

use crate::RecordError;
use crate::lines::{self, Lines};
use corrkd_system::cell;
use std::path::Path;

/// A test sample's representation under a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Representation {
    /// The condition, as [`Condition`](corrkd_config::Condition) is written.
    pub condition: String,
    /// The sample.
    pub id: String,
    /// The true category, 0..K.
    pub category: usize,
    /// H, D numbers.
    pub values: Vec<f32>,
}

const FIXED: [&str; 3] = ["condition", "id", "category"];

impl Representation {
    /// Writes representations, all with the same D, replacing the file at once; the hash of its bytes.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] for representations of different widths; [`RecordError::Io`].
    pub fn write(path: &Path, representations: &[Self]) -> Result<String, RecordError> {
        let line = |r: &Self| {
            let fixed = [r.condition.clone(), cell(&r.id).into_owned(), r.category.to_string()];
            fixed.into_iter().chain(r.values.iter().map(|value| format!("{value:?}"))).collect()
        };
        let width = representations.first().map_or(0, |r| r.values.len());
        lines::write(path, header(width), representations.iter().map(line))
    }

    /// Reads representations from a file whose bytes have the hash `expected`.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] for another hash, or with the line; [`RecordError::Io`].
    pub fn read(path: &Path, expected: &str) -> Result<Vec<Self>, RecordError> {
        let lines = Lines::open(path, expected)?;
        let width = lines.header.len().saturating_sub(FIXED.len());
        lines.read(&header(width), |line| {
            Ok(Self {
                condition: line.text(0),
                id: line.text(1),
                category: line.value(2, "a category")?,
                values: (0..width).map(|d| line.number(FIXED.len() + d)).collect::<Result<_, _>>()?,
            })
        })
    }
}

fn header(width: usize) -> Vec<String> {
    FIXED.into_iter().map(str::to_owned).chain((0..width).map(|d| format!("h{d}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn come_back_to_the_bit_and_damage_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("representations.csv");
        let of = |id: &str, values: Vec<f32>| Representation {
            condition: "l@0.5".to_owned(),
            id: id.to_owned(),
            category: 2,
            values,
        };
        let all = vec![of("a[0]", vec![0.1, -0.0, 1e-40]), of("b[1]", vec![f32::MAX, 3.0, -7.25])];
        let hash = Representation::write(&path, &all).unwrap();
        assert_eq!(Representation::read(&path, &hash).unwrap(), all);
        let text = std::fs::read_to_string(&path).unwrap().replace("-7.25", "seven");
        std::fs::write(&path, &text).unwrap();
        assert!(Representation::read(&path, &hash).unwrap_err().to_string().contains("hash"));
        let error = Representation::read(&path, &blake3::hash(text.as_bytes()).to_hex()).unwrap_err().to_string();
        assert!(error.contains("line 3: `seven` is not a finite number"), "{error}");
    }
}
