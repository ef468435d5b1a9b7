//! The three folds.

use serde::Deserialize;

/// One of the three folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fold {
    /// Parameters and standardisation are fitted to it.
    Train,
    /// The best epoch is chosen by it.
    Valid,
    /// It is read once, after training.
    Test,
}

corrkd_config::named!(Fold { Train: "train", Valid: "valid", Test: "test" });
