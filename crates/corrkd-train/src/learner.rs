//! What the training loop needs to know of a teacher or a student.

use crate::TrainError;
use candle_core::{DType, Device, Tensor};
use corrkd_config::{Condition, PerModality, Task};
use corrkd_data::{Batch, Population, Split};
use corrkd_models::{Inputs, Network};
use corrkd_nn::{Kernels, Noise, Params};
use std::sync::Arc;

/// A named part of the loss.
pub(crate) struct Term {
    /// `task`, `scd`, `cpd`, `rcd`, `kl` or `dkd`.
    pub(crate) name: &'static str,
    /// Its factor in the sum.
    pub(crate) weight: f64,
    /// Its value, one number.
    pub(crate) value: Tensor,
}

/// A network that learns.
pub(crate) trait Learner {
    /// Everything the optimizer changes.
    fn params(&self) -> &Params;

    /// The network that is validated and tested.
    fn network(&self) -> &Network;

    /// The loss of a complete batch at an epoch (from 1).
    fn terms(&self, batch: &Batch, epoch: usize, noise: Noise) -> Result<Vec<Term>, TrainError>;

    /// The conditions whose mean validation score picks the epoch.
    fn validated_on(&self) -> Vec<Condition>;
}

/// What turns batches into tensors.
#[derive(Clone)]
pub(crate) struct View {
    pub(crate) task: Task,
    pub(crate) widths: PerModality<usize>,
    /// What missingness needs to know of the data set, such as which modalities it has.
    pub(crate) population: Arc<Population>,
    pub(crate) attend_missing: bool,
    /// f32; a proof may ask for f64.
    pub(crate) dtype: DType,
    pub(crate) device: Device,
    /// The form of the layers; f64 has the composed one only.
    pub(crate) kernels: Kernels,
}

/// The labels of a split, in its order.
pub(crate) fn labels(split: &Split) -> Vec<f32> {
    split.samples.iter().map(|sample| sample.label).collect()
}

impl View {
    /// The complete samples of a split at `indices`.
    pub(crate) fn batch(&self, split: &Split, indices: &[usize]) -> Batch {
        Batch::gather(split, indices, &self.widths)
    }

    /// The network's view of a batch.
    pub(crate) fn inputs(&self, batch: &Batch) -> Result<Inputs, TrainError> {
        let Batch { lengths, time, .. } = batch;
        let inputs = Inputs::new(batch.features.clone(), lengths, *time, &self.widths, self.dtype, &self.device)?;
        Ok(if self.attend_missing { inputs } else { inputs.attending_to(&batch.present, lengths, *time)? })
    }

    /// The batch's categories.
    pub(crate) fn categories(&self, batch: &Batch) -> Vec<usize> {
        batch.labels.iter().map(|&label| self.task.category(label)).collect()
    }

    /// Categories as a tensor (B).
    pub(crate) fn targets(&self, categories: &[usize]) -> Result<Tensor, TrainError> {
        let categories: Vec<u32> = categories.iter().map(|&k| k as u32).collect();
        Ok(Tensor::new(categories, &self.device)?)
    }
}
