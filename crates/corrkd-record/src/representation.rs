//! `representations.csv`: what a network makes of the test samples before it classifies them, for a projection.
//!
//! Columns: `condition, id, category, h0, .., h{D-1}`. Numbers are written with the fewest digits that read back to the
//! same bits.

use crate::{RecordError, replace};
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
    /// Writes representations, all with the same D, replacing the file at once.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] for representations of different widths; [`RecordError::Io`].
    pub fn write(path: &Path, representations: &[Self]) -> Result<(), RecordError> {
        let failed = |e: csv::Error| RecordError::damaged(path, e);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(header(representations.first().map_or(0, |r| r.values.len()))).map_err(failed)?;
        for r in representations {
            let fixed = [r.condition.clone(), r.id.clone(), r.category.to_string()];
            let values = r.values.iter().map(|value| format!("{value:?}"));
            writer.write_record(fixed.into_iter().chain(values)).map_err(failed)?;
        }
        let text = writer.into_inner().map_err(|e| RecordError::damaged(path, e))?;
        replace(path, &text)
    }

    /// Reads representations.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] with the line; [`RecordError::Io`].
    pub fn read(path: &Path) -> Result<Vec<Self>, RecordError> {
        let bytes = std::fs::read(path).map_err(RecordError::io(path, "read it"))?;
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let got: Vec<String> =
            reader.headers().map_err(|e| RecordError::damaged(path, e))?.iter().map(str::to_owned).collect();
        let expected = header(got.len().saturating_sub(FIXED.len()));
        if got != expected {
            let reason = format!("its columns are {}, expected {}", got.join(","), expected.join(","));
            return Err(RecordError::damaged(path, reason));
        }
        reader
            .records()
            .map(|record| {
                let record = record.map_err(|e| RecordError::damaged(path, e))?;
                let line = record.position().map_or(0, csv::Position::line);
                let wrong = |what: &str| RecordError::damaged(path, format!("line {line}: `{what}` is not a number"));
                Ok(Self {
                    condition: record[0].to_owned(),
                    id: record[1].to_owned(),
                    category: record[2].parse().map_err(|_| wrong(&record[2]))?,
                    values: record
                        .iter()
                        .skip(FIXED.len())
                        .map(|value| value.parse().map_err(|_| wrong(value)))
                        .collect::<Result<_, _>>()?,
                })
            })
            .collect()
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
        Representation::write(&path, &all).unwrap();
        assert_eq!(Representation::read(&path).unwrap(), all);
        let text = std::fs::read_to_string(&path).unwrap().replace("-7.25", "seven");
        std::fs::write(&path, text).unwrap();
        let error = Representation::read(&path).unwrap_err().to_string();
        assert!(error.contains("line 3: `seven` is not a number"), "{error}");
    }
}
