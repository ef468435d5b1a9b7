//! From an experiment to a folder, which appears when all of it is there.

use crate::asked::{Asked, law_name};
use crate::error::failed;
use crate::manifest::Manifest;
use crate::samples::{write_features, write_order, write_samples};
use crate::view::View;
use crate::views::Views;
use crate::{ProtocolError, size, text};
use corrkd_config::Experiment;
use corrkd_data::{DataError, Dataset, Progress, Trust, load, vacant};
use corrkd_system::{WholeFolder, parent, sweep};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What is to be exported.
pub struct Request<'a> {
    /// The experiment's name.
    pub name: &'a str,
    /// The experiment.
    pub experiment: &'a Experiment,
    /// The folder of the data set's files.
    pub source: Option<&'a Path>,
    /// Where generated files and aligned samples are kept.
    pub cache: &'a Path,
    /// The epochs; the most of any row where nothing is said.
    pub epochs: Option<usize>,
    /// Whether features are written, too.
    pub features: bool,
    /// The digest of the code that decides results, by method.
    pub code: &'a BTreeMap<String, String>,
}

/// Writes the new folder `out`, with a folder for each fold of a cross-validation (`fold1`, ..); the files by their paths in
/// it. How many bytes they take is told to `say` before any is written.
///
/// # Errors
/// [`ProtocolError`]; nothing is left then.
pub fn export(
    request: &Request<'_>,
    out: &Path,
    say: &dyn Fn(u64),
    progress: &Progress<'_>,
) -> Result<Vec<String>, ProtocolError> {
    vacant(out)?;
    let Request { experiment, features, .. } = *request;
    let read = |dataset| load(&dataset, request.source, request.cache, Trust::Remembered, progress);
    let parts: Vec<Dataset> = experiment.datasets().into_iter().map(read).collect::<Result<_, DataError>>()?;
    let asked = |data: &Dataset| Asked::of(experiment, &data.statistics(), request.epochs);
    let asked: Vec<Asked> = parts.iter().map(asked).collect::<Result<_, _>>()?;
    let sizes = parts.iter().zip(&asked).map(|(data, of)| size::bytes(data, of, experiment.seeds.len(), features));
    let bytes = sizes.fold(0, u64::saturating_add);
    if bytes > size::MOST {
        return Err(ProtocolError::Large { bytes, most: size::MOST });
    }
    say(bytes);
    sweep(parent(out));
    let unfinished = WholeFolder::create(out).map_err(failed(out))?;
    let mut files = Vec::new();
    for (number, (data, asked)) in parts.iter().zip(&asked).enumerate() {
        let fold = experiment.folds.as_ref().map(|_| format!("fold{}", number + 1));
        let folder = fold.as_ref().map_or_else(|| unfinished.path().to_owned(), |fold| unfinished.path().join(fold));
        let written = part(request, data, asked, &folder, progress)?;
        let prefix = fold.map(|fold| format!("{fold}/")).unwrap_or_default();
        files.extend(written.into_iter().map(|file| format!("{prefix}{file}")));
    }
    unfinished.publish().map_err(failed(out))?;
    Ok(files)
}

/// Writes what concerns one data set.
fn part(
    request: &Request<'_>,
    data: &Dataset,
    asked: &Asked,
    folder: &Path,
    progress: &Progress<'_>,
) -> Result<Vec<String>, ProtocolError> {
    let Request { name, experiment, features, code, .. } = *request;
    let within = |name: &str| {
        let path = folder.join(name);
        fs::create_dir_all(&path).map_err(failed(&path)).map(|()| path)
    };
    write_samples(&within("samples")?, data)?;
    if features {
        write_features(&within("features")?, data)?;
    }
    let statistics = data.statistics();
    for &seed in &experiment.seeds {
        let of_seed = within(&format!("seed{seed}"))?;
        write_order(&of_seed, &data.train, seed, asked.epochs)?;
        let views = Views { data, statistics: &statistics, seed, features, progress };
        for law in 0..asked.laws.len() {
            views.write(&of_seed, &law_name(law), &data.train, &asked.training(law))?;
        }
        let under = |conditions: &[_]| conditions.iter().copied().map(View::Under).collect::<Vec<_>>();
        views.write(&of_seed, "valid", &data.valid, &under(&asked.validation))?;
        views.write(&of_seed, "test", &data.test, &under(&asked.conditions))?;
    }
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).map_err(failed(&path))
    };
    put("README.md", &text::readme(name, data))?;
    let mut manifest = Manifest::of(name, experiment, data, asked, code, features);
    for path in below(folder).map_err(failed(folder))? {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        manifest.files.insert(name, corrkd_record::digest(&path)?);
    }
    let path = folder.join("protocol.json");
    let json = serde_json::to_string_pretty(&manifest).map_err(|error| failed(&path)(error.into()))?;
    put("protocol.json", &(json + "\n"))?;
    Ok(["protocol.json".to_owned()].into_iter().chain(manifest.files.into_keys()).collect())
}

/// All files below a folder.
fn below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => files.extend(below(&path)?),
            false => files.push(path),
        }
    }
    Ok(files)
}
