//! Parameters for the time of one question a step of gradient descent ahead: the inner step of model-agnostic
//! meta-learning (Finn et al., ICML 2017), taken back.

use crate::{Gradients, Group, NnError, Params};

impl Params {
    /// Asks `then` while the variables inside `part`, which is as [`Group::prefix`], lie at theta - `rate` * gradient.
    /// They are put back to the last bit, whatever the answer is.
    ///
    /// Gradients are to be worked out of what was computed before the step before it is taken, and of what `then`
    /// computes in there: a backward pass reads the variables.
    ///
    /// # Errors
    /// That of `then`; [`NnError::Tensor`].
    pub fn ahead<T, E: From<NnError>>(
        &self,
        part: &str,
        gradients: &Gradients,
        rate: f64,
        then: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let moved = self.iter().filter(|(name, _)| Group::is_inside(part, name));
        let moved = moved.filter_map(|(name, var)| Some((var, gradients.get(name)?)));
        let places = moved.map(|(var, gradient)| {
            let here = var.as_tensor().copy()?.detach();
            let there = (&here - (gradient * rate)?)?;
            Ok((var, here, there))
        });
        let places: Vec<_> = places.collect::<candle_core::Result<_>>().map_err(NnError::from)?;
        let go = |to: usize| -> Result<(), NnError> {
            Ok(places.iter().try_for_each(|(var, here, there)| var.set([here, there][to]))?)
        };
        let answer = go(1).map_err(E::from).and_then(|()| then());
        go(0)?;
        answer
    }
}
