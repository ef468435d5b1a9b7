//! The teacher: cross entropy on complete samples (method, section 3, step 1).

use crate::TrainError;
use crate::learner::{Learner, Term, View};
use corrkd_config::{Condition, TeacherSettings};
use corrkd_data::Batch;
use corrkd_models::Network;
use corrkd_nn::{Noise, Params, cross_entropy};
use std::collections::BTreeMap;

/// The scope of a teacher's parameters.
pub(crate) const SCOPE: &str = "teacher";

/// A teacher in training.
pub(crate) struct Teacher {
    params: Params,
    network: Network,
    view: View,
}

impl Teacher {
    /// A fresh teacher.
    pub(crate) fn new(settings: &TeacherSettings, seed: u64, view: View) -> Result<Self, TrainError> {
        let mut params = Params::new(seed, view.dtype, &view.device).with(view.kernels);
        let network = build(&mut params, settings, &view)?;
        Ok(Self { params, network, view })
    }
}

/// A finished teacher's network, which nothing can change any more.
pub(crate) fn frozen(
    settings: &TeacherSettings,
    weights: &BTreeMap<String, candle_core::Tensor>,
    view: &View,
) -> Result<Network, TrainError> {
    build(&mut Params::frozen(weights, view.dtype, &view.device)?.with(view.kernels), settings, view)
}

/// The teacher's network over a store of parameters.
pub(crate) fn build(params: &mut Params, settings: &TeacherSettings, view: &View) -> Result<Network, TrainError> {
    let categories = settings.task.categories();
    Ok(Network::new(params.root().sub(SCOPE), &view.widths, &settings.network, &settings.dropout, categories)?)
}

impl Learner for Teacher {
    fn params(&self) -> &Params {
        &self.params
    }

    fn network(&self) -> &Network {
        &self.network
    }

    fn terms(&self, batch: &Batch, _epoch: usize, noise: Noise) -> Result<Vec<Term>, TrainError> {
        let logits = self.network.forward(&self.view.inputs(batch)?, noise)?.logits;
        let targets = self.view.targets(&self.view.categories(batch))?;
        Ok(vec![Term { name: "task", weight: 1.0, value: cross_entropy(&logits, &targets)? }])
    }

    fn validated_on(&self) -> Vec<Condition> {
        vec![Condition::COMPLETE]
    }
}
