//! A row whose answers are another program's: nothing is trained for it.

use crate::name::wrong;
use crate::{ConfigError, MethodPlan, Protocol, Stage};
use toml::{Table, Value};

/// What stands for the method of such a row.
pub const EXTERNAL: &str = "external";
/// The setting that names its file of predictions; in a run's settings that of its seed.
pub(crate) const PREDICTIONS: &str = "predictions";
/// In a run's settings, the BLAKE3 of that file.
const DIGEST: &str = "digest";

/// Such a row as the planner sees it.
pub(crate) struct External;

impl MethodPlan for External {
    fn name(&self) -> &'static str {
        EXTERNAL
    }

    fn defaults(&self) -> Table {
        Table::from_iter([(PREDICTIONS.to_owned(), Value::String(String::new()))])
    }

    fn stages(&self, whose: &str, settings: Table, _: &Protocol) -> Result<Vec<Stage>, ConfigError> {
        match settings.get(PREDICTIONS).and_then(Value::as_str) {
            Some(file) if !file.is_empty() => {
                let (name, training) = (EXTERNAL, EXTERNAL);
                Ok(vec![Stage { name, training, settings, sees_missing: false, needs: Vec::new(), is_part: false }])
            }
            _ => Err(wrong(
                whose,
                PREDICTIONS,
                "expected the path of a CSV file, such as \"mine/seed{seed}.csv\"".to_owned(),
            )),
        }
    }
}

/// The file of predictions that settings name, for a seed: `{seed}` in it stands for the seed.
#[must_use]
pub fn predictions_of(settings: &Table, seed: u64) -> String {
    text(settings, PREDICTIONS).replace("{seed}", &seed.to_string())
}

/// The settings of a run that has read a file of this digest.
#[must_use]
pub fn read_settings(file: String, digest: String) -> Table {
    [(PREDICTIONS, file), (DIGEST, digest)]
        .into_iter()
        .map(|(key, text)| (key.to_owned(), Value::String(text)))
        .collect()
}

/// The digest of the file that a run has read, by its settings.
#[must_use]
pub fn digest_of(settings: &Table) -> &str {
    text(settings, DIGEST)
}

fn text<'a>(settings: &'a Table, key: &str) -> &'a str {
    settings.get(key).and_then(Value::as_str).unwrap_or_default()
}
