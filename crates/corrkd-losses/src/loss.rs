//! A loss that tells what it is made of.

use candle_core::Tensor;
use corrkd_nn::Number;

/// One number to be made small, and the numbers behind it.
pub struct Loss {
    /// The loss, with a gradient for the student.
    pub value: Tensor,
    /// What it is made of, by name, such as `scd.push`. A batch of one sample has fewer of them. They pass no gradient.
    pub parts: Vec<(&'static str, Number)>,
}
