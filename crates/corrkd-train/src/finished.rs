//! A finished run that answers: opened from its folder alone, without its data and without the runs that it needed.
//!
//! `context.safetensors` holds what the network answers by beside its weights: what it was built by (widths, lengths,
//! modalities), how samples are made for it (the recipe and the scaling of the training fold), and the numbers that its
//! method worked out before it learned, such as another stage's weights.

use crate::device::open_device;
use crate::run::method_of;
use crate::work::digest;
use crate::{Context, Method, Model, Tensors, TrainError, checkpoint};
use corrkd_config::{PerModality, Presence};
use corrkd_data::{DataStatistics, Dataset, Preparation, Split};
use corrkd_nn::Archive;
use corrkd_record::{RunDir, RunResult, digest as file_digest};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// A finished run that answers.
pub struct Finished {
    /// Its result.
    pub result: RunResult,
    /// How samples are made for it.
    pub preparation: Preparation,
    /// What its network is built and fed by. It has no training samples.
    pub context: Context,
    /// The network.
    pub model: Box<dyn Model>,
    /// Its method.
    pub method: &'static dyn Method,
    /// What its method worked out before it learned.
    pub constants: Tensors,
    /// The digest of the program's code, where it is another than the run's: answers may then be others than the run's.
    pub other_code: Option<&'static str>,
}

/// The note of `context.safetensors`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    modalities: Presence,
    widths: PerModality<usize>,
    time: PerModality<usize>,
    words: bool,
    preparation: Preparation,
}

/// Writes what a network answers by beside its weights; the hash of the file.
pub(crate) fn write(path: &Path, data: &Dataset, constants: Tensors) -> Result<String, TrainError> {
    let note = Note {
        modalities: data.modalities,
        widths: data.widths,
        time: data.time.by_modality(),
        words: data.words,
        preparation: data.preparation.clone(),
    };
    let note = serde_json::to_string(&note).map_err(|error| checkpoint::damaged(path, error))?;
    Archive { tensors: constants, note }.save(path)?;
    Ok(file_digest(path)?)
}

impl Finished {
    /// Opens a run, of one of the `methods`, on the device that it was trained on.
    ///
    /// # Errors
    /// [`TrainError::Unfinished`]; [`TrainError::NotOpened`] for a run that keeps no network of its own;
    /// [`TrainError`] for a file that is not the one that the result names, or a device that cannot be had.
    pub fn open(methods: &[&'static dyn Method], dir: &RunDir) -> Result<Self, TrainError> {
        let result = dir.proved()?.ok_or_else(|| TrainError::Unfinished { id: dir.id().clone() })?;
        let spec = &result.spec;
        let kept = result.training.as_ref().and_then(|training| Some((training, training.context.as_ref()?)));
        let Some((training, _)) = kept else { return Err(TrainError::NotOpened { id: dir.id().clone() }) };
        let method = method_of(methods, spec)?;
        let weights = checkpoint::weights(&dir.best_path())?;
        if digest(&weights)? != training.weights {
            return Err(checkpoint::damaged(&dir.best_path(), "its weights are not those that the run's result names"));
        }
        let path = dir.context_path();
        let Archive { tensors: constants, note } = Archive::load(&path)?;
        let Note { modalities, widths, time, words, preparation } =
            serde_json::from_str(&note).map_err(|error| checkpoint::damaged(&path, error))?;
        let space = spec.label_space()?;
        let statistics = DataStatistics::new(modalities, spec.labels.range(), widths, Split::default(), words);
        let context = Context {
            space,
            widths,
            time,
            statistics: Arc::new(statistics),
            train: Split::default(),
            dtype: candle_core::DType::F32,
            device: open_device(spec.device)?,
            kernels: spec.kernels,
            weights: Some(Arc::new(weights)),
        };
        let model = method.finished(&spec.job, &context, &constants)?;
        let other_code = Some(method.code()).filter(|code| *code != spec.code);
        Ok(Self { preparation, context, model, method, constants, other_code, result })
    }
}
