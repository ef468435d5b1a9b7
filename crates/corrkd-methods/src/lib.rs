//! The methods, a folder each. A new one is a folder beside these and a line in [`METHODS`].
//!
//! ```
//! use corrkd_config::{Experiment, Plan};
//! use std::collections::BTreeMap;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let text = r#"title = "CorrKD beside Self-MM"
//! dataset = "synthetic"
//! size = "small"
//! seeds = [1, 2]
//! reference = "CorrKD"
//! variant = [{ name = "CorrKD" }, { name = "Self-MM", method = "selfmm" }]"#;
//! let experiment = Experiment::parse(text, &BTreeMap::new(), &corrkd_methods::plans())?;
//! // For each seed a teacher and a student, and Self-MM's one network.
//! let plan = Plan::of(&experiment);
//! let stages: Vec<&str> = plan.runs.iter().map(|run| run.job.stage.as_str()).collect();
//! assert_eq!(stages, ["teacher", "student", "selfmm", "teacher", "student", "selfmm"]);
//! # Ok(())
//! # }
//! ```

use corrkd_config::MethodPlan;
use corrkd_train::Method;
use std::collections::BTreeMap;

#[cfg(test)]
mod case;
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
#[cfg(test)]
mod learnable;
pub mod mctn;
mod one_network;
#[cfg(test)]
mod proof;
mod pytorch;
#[cfg(test)]
mod refused;
pub mod selfmm;
pub mod smil;
mod train_missing;
pub mod transm;

pub use head::Head;
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
