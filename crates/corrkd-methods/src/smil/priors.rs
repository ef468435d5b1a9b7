//! The priors of each modality: the centres of its features over the complete training samples, as the pretrained
//! network has them. They are worked out once and never change.

use super::kmeans::{Point, centres};
use super::network::Network;
use super::settings::Reconstructing;
use candle_core::{DType, Device, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::DropoutKey;
use corrkd_random::Stream;
use corrkd_train::{Context, TrainError};

/// Samples that are encoded at once.
const BATCH: usize = 64;

/// By modality, (K, d). A sample that lacks a modality by nature counts for no prior of it; where all do, they are
/// zero.
///
/// # Errors
/// A tensor operation's.
pub(super) fn priors(
    pretrained: &Network,
    width: usize,
    settings: &Reconstructing,
    seed: u64,
    context: &Context,
) -> Result<PerModality<Tensor>, TrainError> {
    let mut features: PerModality<Vec<Point>> = PerModality::all(Vec::new());
    let samples = &context.train.samples;
    let indices: Vec<usize> = (0..samples.len()).collect();
    for chunk in indices.chunks(BATCH) {
        let inputs = context.inputs(&context.batch(&context.train, chunk))?;
        for (m, encoded) in pretrained.encode(&inputs, DropoutKey::NONE)?.iter() {
            let rows = encoded.to_device(&Device::Cpu)?.to_dtype(DType::F64)?.to_vec2::<f64>()?;
            let there = rows.into_iter().zip(chunk).filter(|&(_, &sample)| !samples[sample].lacks(m));
            features.get_mut(m).extend(there.map(|(row, _)| row));
        }
    }
    let of = |m: Modality| {
        let stream = Stream::new(seed, "k-means").named(m.name());
        let mut centres = centres(features.get(m), settings.priors, settings.iterations, stream);
        centres.resize(settings.priors, vec![0.0; width]);
        let values = Tensor::from_vec(centres.concat(), (settings.priors, width), &context.device)?;
        Ok(values.to_dtype(context.dtype)?)
    };
    PerModality::try_from_fn(of)
}
