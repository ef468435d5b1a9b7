//! A network for other programs.

use corrkd_config::{Modality, PerModality};
use corrkd_nn::plain;
use corrkd_system::WholeFolder;
use corrkd_train::Tensors;
use serde_json::{Value, json};
use std::io;
use std::path::Path;

use crate::{PredictError, Predictor};

/// The weights.
const WEIGHTS: &str = "model.safetensors";

impl Predictor {
    /// Writes a folder for PyTorch: `model.safetensors` with the weights under PyTorch's names, `model.py` with the module that
    /// they are of, `config.json` with sizes, names and scaling, and `MODEL.md` with `card`. It must be new or empty, and appears
    /// when all is there.
    ///
    /// # Errors
    /// [`PredictError::Train`] for a method that has no module; [`PredictError::Io`].
    pub fn export_pytorch(&self, folder: &Path, card: &str) -> Result<(), PredictError> {
        let finished = self.finished();
        let pytorch = finished.method.pytorch()?;
        let failed = |cause| PredictError::Io { path: folder.to_owned(), cause };
        if folder.read_dir().is_ok_and(|mut files| files.next().is_some()) {
            return Err(failed(io::Error::other("it has files in it, expected a new or an empty folder")));
        }
        let weights = finished.context.weights.iter().flat_map(|weights| weights.iter()).chain(&finished.constants);
        let named = weights.filter_map(|(name, tensor)| Some(((pytorch.name)(name)?, tensor.clone())));
        let weights =
            plain(&named.collect::<Tensors>(), &folder.join(WEIGHTS)).map_err(corrkd_train::TrainError::from)?;
        let mut config = self.config();
        let (answers, numbers) = (pytorch.answers)(&finished.context.space);
        (config["answers"], config["numbers"]) = (json!(answers), json!(numbers));
        let config = serde_json::to_string_pretty(&config).map_err(|error| failed(error.into()))?;
        let unfinished = WholeFolder::create(folder).map_err(failed)?;
        let files: [(&str, &[u8]); 4] = [
            (WEIGHTS, &weights),
            ("config.json", config.as_bytes()),
            ("model.py", pytorch.module.as_bytes()),
            ("MODEL.md", card.as_bytes()),
        ];
        for (name, bytes) in files {
            std::fs::write(unfinished.path().join(name), bytes).map_err(failed)?;
        }
        unfinished.publish().map_err(failed)
    }

    /// Writes the network as an ONNX file: `corrkd-train/src/onnx.rs` says what its inputs and outputs are. Its metadata are the
    /// fields of `config.json`, each as JSON.
    ///
    /// # Errors
    /// [`PredictError::Train`] for a method that has no graph; [`PredictError::Io`].
    pub fn export_onnx(&self, file: &Path) -> Result<(), PredictError> {
        let config = self.config();
        let about: Vec<(String, String)> =
            config.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.to_string())).collect();
        let about: Vec<(&str, &str)> = about.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let bytes = self.finished().onnx(&about)?;
        corrkd_system::replace(file, &bytes).map_err(|cause| PredictError::Io { path: file.to_owned(), cause })
    }

    /// What another program needs to know of the network beside its weights: sizes, names, scaling.
    fn config(&self) -> Value {
        let finished = self.finished();
        let (context, spec) = (&finished.context, &finished.result.spec);
        let space = &context.space;
        let scaling = |m: Modality| {
            let (mean, deviation) = finished.preparation.scaling()?.columns(m);
            Some((m.name().to_owned(), json!({ "mean": mean, "deviation": deviation })))
        };
        let has = context.statistics.modalities();
        let modalities: Vec<Modality> = Modality::ALL.into_iter().filter(|&m| has.has(m)).collect();
        let scaling: serde_json::Map<String, Value> = modalities.iter().filter_map(|&m| scaling(m)).collect();
        let by_name = |of: &PerModality<usize>| -> Value {
            of.iter().map(|(m, number)| (m.name().to_owned(), json!(number))).collect::<serde_json::Map<_, _>>().into()
        };
        json!({
            "run": finished.result.id.to_string(),
            "method": spec.job.method,
            "stage": spec.job.stage,
            "settings": spec.job.settings,
            "data": spec.dataset.name,
            "modalities": modalities,
            "widths": by_name(&context.widths),
            "time": by_name(&context.time),
            "aligned": finished.preparation.recipe().time.is_aligned(),
            "task": space.task(),
            "names": space.names(),
            "targets": space.targets(),
            "neutral": space.scale().map(|scale| scale.neutral),
            "standardise": finished.preparation.recipe().standardise,
            "scaling": scaling,
            "masks": "1 is present",
        })
    }
}
