//! Adam (Kingma and Ba 2015) over groups of parameters, with clipping, accumulation over micro-batches, and a schedule;
//! its state can be saved.

mod adam;
mod gradients;
mod groups;
mod note;
mod packed;
mod schedule;
mod settings;

pub use gradients::Gradients;
pub use note::OptimizerNote;
pub use settings::{Clip, Group, OptimizerSettings, Schedule, Tail};

use crate::{Kernels, NnError, Params, fused, params::matching};
use candle_core::Tensor;
use corrkd_kernels::Rates;
use groups::memberships;
use packed::Packed;
use std::collections::BTreeMap;

/// Adam over a network's parameters.
pub struct Optimizer {
    settings: OptimizerSettings,
    variables: BTreeMap<String, Variable>,
    packed: BTreeMap<usize, Packed>,
    note: OptimizerNote,
    waiting: Option<Waiting>,
}

/// What is kept of a variable.
struct Variable {
    group: usize,
    moments: [Tensor; 2],
}

/// Micro-batches on which no step was taken yet: their gradients' sum, its norm, and how many they are.
struct Waiting {
    gradients: Gradients,
    norm: f64,
    batches: usize,
}

impl Optimizer {
    /// A fresh optimizer.
    ///
    /// # Errors
    /// [`NnError::Settings`] for a setting out of its range; [`NnError::Group`] for a group that takes no parameter, is
    /// there twice or takes a part of a packed layer; [`NnError::Ungrouped`] if a parameter is in no group;
    /// [`NnError::Tensor`].
    pub fn new(params: &Params, settings: &OptimizerSettings) -> Result<Self, NnError> {
        settings.check()?;
        let mut groups = memberships(params, &settings.groups)?;
        let mut variables = BTreeMap::new();
        for (name, var) in params.iter() {
            if let Some((name, group)) = groups.remove_entry(name) {
                variables.insert(name, Variable { group, moments: [var.zeros_like()?, var.zeros_like()?] });
            }
        }
        let rates = settings.groups.iter().map(|group| group.learning_rate).collect();
        let note = OptimizerNote { steps: 0, rates, best: None, waited: 0 };
        Ok(Self { settings: settings.clone(), variables, packed: BTreeMap::new(), note, waiting: None })
    }

    /// Steps taken so far.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.note.steps
    }

    /// Adds one micro-batch's gradients to those that wait, and steps when there are enough. Returns the norm of their
    /// sum before clipping if a step was taken. A norm that is not finite is returned at once, and nothing is changed:
    /// neither a parameter nor what waits.
    ///
    /// # Errors
    /// [`NnError::NoGradient`] if a parameter gets no gradient in the first step; [`NnError::Tensor`].
    pub fn descend(&mut self, params: &Params, gradients: Gradients) -> Result<Option<f64>, NnError> {
        let (gradients, batches) = match &self.waiting {
            Some(waiting) => (waiting.gradients.clone().plus(&gradients)?, waiting.batches + 1),
            None => (gradients, 1),
        };
        let norm = gradients.norm()?;
        if norm.is_finite() {
            if batches < self.settings.accumulate {
                self.waiting = Some(Waiting { gradients, norm, batches });
                return Ok(None);
            }
            self.waiting = None;
            self.step(params, &gradients, norm)?;
        }
        Ok(Some(norm))
    }

    /// Whether there are micro-batches on which no step was taken yet, which [`state`](Self::state) would leave out.
    #[must_use]
    pub const fn waits(&self) -> bool {
        self.waiting.is_some()
    }

    /// Steps on the micro-batches that still wait or forgets them, as the settings say. Returns as
    /// [`descend`](Self::descend).
    ///
    /// # Errors
    /// As [`descend`](Self::descend); [`NnError::NoStep`] if all are forgotten in an epoch that has taken no step.
    pub fn end_epoch(&mut self, params: &Params) -> Result<Option<f64>, NnError> {
        let Some(Waiting { gradients, norm, batches }) = self.waiting.take() else { return Ok(None) };
        match self.settings.tail {
            Tail::Step => {
                self.step(params, &gradients, norm)?;
                Ok(Some(norm))
            }
            Tail::Drop if self.note.steps == 0 => {
                Err(NnError::NoStep { batches, accumulate: self.settings.accumulate })
            }
            Tail::Drop => Ok(None),
        }
    }

    /// Sets the rates for the next epoch. `epoch` is the one that has just ended, from 1.
    pub fn schedule(&mut self, epoch: usize, validation_loss: f64) {
        self.settings.schedule.advance(epoch, validation_loss, &mut self.note);
    }

    /// One step on gradients of this norm.
    fn step(&mut self, params: &Params, gradients: &Gradients, norm: f64) -> Result<(), NnError> {
        if self.note.steps == 0 {
            gradients.reach_all(params)?;
        }
        self.note.steps += 1;
        let cut = self.settings.clip.cut(norm);
        let groups = self.settings.groups.iter().zip(&self.note.rates);
        let rates: Vec<Rates> =
            groups.map(|(group, &rate)| Rates::new(self.note.steps, cut, rate, group.weight_decay)).collect();
        match params.kernels() {
            Kernels::Composed => self.composed(params, gradients, &rates)?,
            Kernels::Fused => {
                for (name, var) in params.iter() {
                    if let (Some(gradient), Some(variable)) = (gradients.get(name), self.variables.get(name)) {
                        fused::adam_step(var, gradient, &variable.moments, rates[variable.group])?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The composed form of a step: that of a group's variables is one, over all that have a gradient, one behind the other. On a
    /// card an operation costs the same on few numbers as on many.
    fn composed(&mut self, params: &Params, gradients: &Gradients, rates: &[Rates]) -> Result<(), NnError> {
        for (group, rates) in rates.iter().enumerate() {
            let of_group = |name: &str| self.variables.get(name).is_some_and(|variable| variable.group == group);
            let stepped: Vec<_> = params
                .iter()
                .filter(|(name, _)| of_group(name))
                .filter_map(|(name, var)| Some((name, var, gradients.get(name)?)))
                .collect();
            if stepped.is_empty() {
                continue;
            }
            let moments = |name: &str| self.variables.get(name).map(|variable| &variable.moments);
            let packed = Packed::of(self.packed.remove(&group), &stepped, moments)?;
            let (packed, parts) = packed.step(*rates, &stepped)?;
            for ((name, ..), moments) in stepped.iter().zip(parts) {
                if let Some(variable) = self.variables.get_mut(*name) {
                    variable.moments = moments;
                }
            }
            self.packed.insert(group, packed);
        }
        Ok(())
    }

    /// A copy of its moments by name, `m.<variable>` and `v.<variable>`. What [waits](Self::waits) is no part
    /// of it.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn state(&self) -> candle_core::Result<BTreeMap<String, Tensor>> {
        let named = self
            .variables
            .iter()
            .flat_map(|(name, Variable { moments: [m, v], .. })| [(format!("m.{name}"), m), (format!("v.{name}"), v)]);
        named.map(|(name, moment)| Ok((name, moment.force_contiguous()?))).collect()
    }

    /// Its numbers beside the moments.
    #[must_use]
    pub fn note(&self) -> OptimizerNote {
        self.note.clone()
    }

    /// Takes up what [`state`](Self::state) and [`note`](Self::note) gave.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if a moment is absent or has another shape; [`NnError::Rates`] if the rates are of other
    /// groups.
    pub fn restore(&mut self, state: &BTreeMap<String, Tensor>, note: &OptimizerNote) -> Result<(), NnError> {
        let (got, expected) = (note.rates.len(), self.settings.groups.len());
        if got != expected {
            return Err(NnError::Rates { got, expected });
        }
        for (name, Variable { moments, .. }) in &mut self.variables {
            for (moment, prefix) in moments.iter_mut().zip(["m", "v"]) {
                let key = format!("{prefix}.{name}");
                *moment = matching(&key, moment.dims(), state.get(&key))?.to_device(moment.device())?.copy()?;
            }
        }
        self.note = note.clone();
        self.packed.clear();
        self.waiting = None;
        Ok(())
    }
}
