//! The gradients of a network's variables.

use crate::{Kernels, NnError, Params, fused, read};
use candle_core::{Result, Tensor, backprop::GradStore};
use std::collections::BTreeMap;

/// The gradient of each variable by name, in name order.
#[derive(Clone)]
pub struct Gradients {
    by_name: BTreeMap<String, Tensor>,
    kernels: Kernels,
}

impl Gradients {
    /// Takes what a backward pass left for these variables; one without a gradient is left out.
    pub fn of(params: &Params, store: &mut GradStore) -> Self {
        let by_name =
            params.iter().filter_map(|(name, var)| Some((name.to_owned(), store.remove(var.as_tensor())?))).collect();
        Self { by_name, kernels: params.kernels() }
    }

    /// The gradient of one variable, a parameter or a pack of several.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Tensor> {
        self.by_name.get(name)
    }

    /// The gradients by the parameters' names, of those that lie in a packed variable too.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn by_parameter(&self, params: &Params) -> Result<BTreeMap<String, Tensor>> {
        let mut all = BTreeMap::new();
        for (name, gradient) in &self.by_name {
            all.append(&mut params.unpacked(name, gradient)?);
        }
        Ok(all)
    }

    /// The Euclidean norm over all gradients together.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn norm(&self) -> Result<f64> {
        let squares: Vec<f64> = match self.kernels {
            Kernels::Composed if self.by_name.is_empty() => Vec::new(),
            Kernels::Composed => {
                let squares = self.by_name.values().map(|gradient| gradient.sqr()?.sum_all());
                let squares = squares.collect::<Result<Vec<Tensor>>>()?;
                read(&squares.iter().collect::<Vec<_>>())?
            }
            Kernels::Fused => self.by_name.values().map(fused::sum_of_squares).collect::<Result<_>>()?,
        };
        Ok(squares.iter().fold(0.0, |sum, square| sum + square).sqrt())
    }

    /// The sums with another pass's; where one has no gradient, the other's.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn plus(mut self, other: &Self) -> Result<Self> {
        for (name, theirs) in &other.by_name {
            let sum = match self.by_name.get(name) {
                Some(ours) => (ours + theirs)?,
                None => theirs.clone(),
            };
            self.by_name.insert(name.clone(), sum);
        }
        Ok(self)
    }

    /// That every variable has a gradient.
    pub(super) fn reach_all(&self, params: &Params) -> std::result::Result<(), NnError> {
        let without = params.iter().filter(|(name, _)| !self.by_name.contains_key(*name));
        let names: Vec<String> = without.flat_map(|(name, _)| params.names_in(name)).map(str::to_owned).collect();
        match names.is_empty() {
            true => Ok(()),
            false => Err(NnError::NoGradient { names }),
        }
    }
}
