//! What came of a proof.

use candle_core::DType;
use corrkd_config::Kernels;
use std::collections::BTreeMap;

/// The type and the form that something is computed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// f64, by plain tensor operations.
    F64,
    /// f32, by plain tensor operations.
    F32,
    /// f32, by fused kernels.
    Fused,
}

/// What came of a proof.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The part of the program that it is about.
    pub part: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How far the worst number is from PyTorch's, relative to the largest of its tensor, by the forms that there are.
    pub worst: BTreeMap<Form, f64>,
    /// What does not hold.
    pub failure: Option<String>,
}

/// The largest difference of each form.
pub(crate) fn worst(differences: &[(DType, Kernels, f64)]) -> BTreeMap<Form, f64> {
    let mut worst = BTreeMap::new();
    for &(dtype, kernels, difference) in differences {
        let form = match (dtype, kernels) {
            (DType::F64, _) => Form::F64,
            (_, Kernels::Composed) => Form::F32,
            (_, Kernels::Fused) => Form::Fused,
        };
        let of_form: &mut f64 = worst.entry(form).or_default();
        *of_form = of_form.max(difference);
    }
    worst
}
