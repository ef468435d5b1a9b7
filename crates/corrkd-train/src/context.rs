//! What networks are built and fed by: the task, the data's shape, the device; and how batches become tensors.

use crate::{Inputs, Tensors, TrainError, TrainingBatch, part};
use candle_core::{DType, Device, Tensor};
use corrkd_config::{Kernels, LabelSpace, Missing, PerModality};
use corrkd_data::{Batch, DataStatistics, Dataset, Row, Split, training_corruption};
use corrkd_nn::Params;
use corrkd_nn::graph::Weights;
use std::sync::Arc;

/// What all networks of a run have in common.
#[derive(Clone)]
pub struct Context {
    /// What is predicted.
    pub space: LabelSpace,
    /// Width D of each modality's frames.
    pub widths: PerModality<usize>,
    /// The greatest number of frames of a sample in the data set, T.
    pub time: PerModality<usize>,
    /// What missingness needs to know of the data set, such as which modalities it has.
    pub statistics: Arc<DataStatistics>,
    /// The training samples; none where a finished network answers.
    pub train: Split,
    /// f32; a proof may ask for f64.
    pub dtype: DType,
    /// Where it computes.
    pub device: Device,
    /// The form of the layers; f64 has the composed one only.
    pub kernels: Kernels,
    /// The weights of a finished network, which nothing changes any more; none of one that learns.
    pub weights: Option<Arc<Tensors>>,
}

impl Context {
    /// That of a data set, in f32.
    #[must_use]
    pub fn new(data: &Dataset, space: LabelSpace, device: &Device, kernels: Kernels) -> Self {
        Self {
            space,
            widths: data.widths,
            time: data.time.by_modality(),
            statistics: Arc::new(data.statistics()),
            train: data.train.clone(),
            dtype: DType::F32,
            device: device.clone(),
            kernels,
            weights: None,
        }
    }

    /// The store to build a network in: of parameters that start from `seed`, or of the finished network's weights.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn params(&self, seed: u64) -> Result<Params, TrainError> {
        match &self.weights {
            Some(weights) => self.frozen(weights),
            None => Ok(Params::new(seed, self.dtype, &self.device).with(self.kernels)),
        }
    }

    /// The greatest number of frames of any modality.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.time.iter().map(|(_, time)| *time).max().unwrap_or(0)
    }

    /// The finished network's weights, to be put into a computation graph.
    #[must_use]
    pub fn graph_weights(&self) -> Weights<'_> {
        static NONE: Tensors = Tensors::new();
        Weights::new(self.weights.as_deref().unwrap_or(&NONE))
    }

    /// A store of values that nothing changes any more: another network's weights, or a finished one's constants.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn frozen(&self, values: &Tensors) -> Result<Params, TrainError> {
        Ok(Params::frozen(values, self.dtype, &self.device)?.with(self.kernels))
    }

    /// The complete samples of a split at `indices`.
    #[must_use]
    pub fn batch(&self, split: &Split, indices: &[usize]) -> Batch {
        part("batches", || Batch::gather(split, indices, &self.widths))
    }

    /// The samples of a batch as they are with something missing, by the law of a training with this seed.
    #[must_use]
    pub fn masked(&self, batch: &TrainingBatch<'_>, seed: u64, law: &Missing) -> Batch {
        let corruption = |row: &Row<'_>| training_corruption(seed, batch.epoch, row, law, &self.statistics);
        part("masks", || batch.batch.masked(&self.widths, corruption))
    }

    /// A batch as tensors; padding is cleared.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn inputs(&self, batch: &Batch) -> Result<Inputs, TrainError> {
        let Batch { lengths, time, .. } = batch;
        Ok(Inputs::new(batch.features.clone(), lengths, time, &self.widths, self.dtype, &self.device)?)
    }

    /// The labels as a tensor, (B).
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn labels(&self, batch: &Batch) -> Result<Tensor, TrainError> {
        Ok(Tensor::new(batch.labels.as_slice(), &self.device)?.to_dtype(self.dtype)?)
    }

    /// The batch's categories, B.
    #[must_use]
    pub fn categories(&self, batch: &Batch) -> Vec<usize> {
        batch.labels.iter().map(|&label| self.space.category(label)).collect()
    }

    /// Categories as a tensor, (B).
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn targets(&self, categories: &[usize]) -> Result<Tensor, TrainError> {
        let categories: Vec<u32> = categories.iter().map(|&k| k as u32).collect();
        Ok(Tensor::new(categories, &self.device)?)
    }
}
