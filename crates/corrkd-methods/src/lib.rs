//! The methods, a folder each. A new one is a folder beside these and a line in [`METHODS`].

use corrkd_config::MethodPlan;
use corrkd_train::Method;
use std::collections::BTreeMap;

pub mod corrkd;
pub mod cubemlp;
pub mod dmd;
#[cfg(test)]
mod exported;
pub mod gcnet;
#[cfg(test)]
#[path = "../../corrkd-nn/tests/layers/golden.rs"]
mod golden;
mod head;
pub mod mctn;
#[cfg(test)]
mod proof;
mod pytorch;
pub mod selfmm;
pub mod smil;
mod train_missing;
pub mod transm;

pub use train_missing::TrainMissing;

/// All methods, in the order of the paper's tables; CorrKD last.
pub const METHODS: &[&dyn Method] = &[
    &selfmm::SelfMm,
    &cubemlp::CubeMlp,
    &dmd::Dmd,
    &mctn::Mctn,
    &transm::TransM,
    &smil::Smil,
    &gcnet::GcNet,
    &corrkd::CorrKd,
];

/// The methods as planning needs them.
#[must_use]
pub fn plans() -> Vec<&'static dyn MethodPlan> {
    METHODS.iter().map(|&method| method as &dyn MethodPlan).collect()
}

/// The digest of the code that decides each method's results, by the method's name.
#[must_use]
pub fn code() -> BTreeMap<String, String> {
    METHODS.iter().map(|method| (method.name().to_owned(), method.code().to_owned())).collect()
}
