//! Whether a method that was published for complete samples trains on samples that lose something.

use corrkd_config::{Condition, Missing};
use corrkd_train::Context;
use serde::{Deserialize, Serialize};

/// What training samples lose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrainMissing {
    /// Nothing.
    #[default]
    None,
    /// Whole modalities and frames by the protocol's law, Modality Random Missing.
    Mrm,
}

/// The conditions under which such a method is validated: the complete one, or all sets of the data's modalities where training
/// samples lose something.
pub(crate) fn validated_on(missing: Option<&Missing>, context: &Context) -> Vec<Condition> {
    match missing {
        None => vec![Condition::COMPLETE],
        Some(_) => context.statistics.modalities().subsets().map(Condition::only).collect(),
    }
}
