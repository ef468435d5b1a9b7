//! The views of a split as files: a `.npz` with an array for each view and modality, and a table with a row for each view and
//! sample.

use crate::ProtocolError;
use crate::array_file::ArrayFile;
use crate::table_file::{TableFile, present};
use crate::view::View;
use corrkd_config::{Modality, PerModality};
use corrkd_data::{Corruption, DataError, DataStatistics, Dataset, Fold, Progress, Row, Sample, Split};
use polars::prelude::Column;
use rayon::prelude::*;
use std::ops::ControlFlow;
use std::path::Path;

/// What all views of a data set and a seed have in common.
pub(crate) struct Views<'a> {
    pub(crate) data: &'a Dataset,
    pub(crate) statistics: &'a DataStatistics,
    pub(crate) seed: u64,
    /// Whether the features are written that a view alters.
    pub(crate) features: bool,
    pub(crate) progress: &'a Progress<'a>,
}

impl Views<'_> {
    /// Writes `NAME.npz` and `NAME.parquet` into a folder, and `features/NAME.npz` where a view alters features and they are
    /// asked for.
    pub(crate) fn write(&self, folder: &Path, name: &str, split: &Split, views: &[View]) -> Result<(), ProtocolError> {
        let mut arrays = ArrayFile::create(&folder.join(format!("{name}.npz")))?;
        let mut table = TableFile::create(&folder.join(format!("{name}.parquet")));
        let altering = views.iter().any(|view| modalities(self.data).any(|m| view.alters(m)));
        let mut features = match self.features && altering {
            false => None,
            true => {
                let folder = folder.join("features");
                std::fs::create_dir_all(&folder).map_err(crate::error::failed(&folder))?;
                Some(ArrayFile::create(&folder.join(format!("{name}.npz")))?)
            }
        };
        for (done, view) in views.iter().enumerate() {
            if (self.progress)(done, views.len()) == ControlFlow::Break(()) {
                return Err(DataError::Interrupted.into());
            }
            let (seed, statistics) = (self.seed, self.statistics);
            let corruption = |sample: &Sample| view.corruption(seed, &Row::of(sample), statistics);
            let corruptions: Vec<PerModality<Corruption<'_>>> = split.samples.par_iter().map(corruption).collect();
            let of = |m: Modality| corruptions.iter().map(move |of| of.get(m).present());
            for modality in modalities(self.data) {
                arrays.present(&format!("{view}/{modality}"), longest(self.data, modality), of(modality))?;
            }
            let rows = split.samples.len();
            let key = match view {
                View::Epoch(epoch, _) => Column::new(view.key().into(), vec![*epoch as u32; rows]),
                View::Under(condition) => Column::new(view.key().into(), vec![condition.to_string(); rows]),
            };
            let ids: Vec<&str> = split.samples.iter().map(|sample| sample.id.as_str()).collect();
            let masks = modalities(self.data).map(|m| present(m.name(), of(m)));
            table.write([key, Column::new("id".into(), ids)].into_iter().chain(masks).collect())?;
            let Some(file) = &mut features else { continue };
            for modality in modalities(self.data).filter(|&m| view.alters(m)) {
                let width = *self.data.widths.get(modality);
                let seen = split.samples.iter().zip(&corruptions).map(|(sample, of)| {
                    let mut frames = sample.features.get(modality).to_vec();
                    of.get(modality).apply(&mut frames, width);
                    frames
                });
                file.frames(&format!("{view}/{modality}"), [longest(self.data, modality), width], seen)?;
            }
        }
        arrays.finish()?;
        table.finish()?;
        features.map_or(Ok(()), ArrayFile::finish)
    }
}

/// The modalities that a data set has, in order.
pub(crate) fn modalities(data: &Dataset) -> impl Iterator<Item = Modality> + use<> {
    let has = data.modalities;
    Modality::ALL.into_iter().filter(move |&modality| has.has(modality))
}

/// The most frames of a modality that any sample has: T, to which arrays are padded.
pub(crate) fn longest(data: &Dataset, modality: Modality) -> usize {
    let samples = Fold::ALL.into_iter().flat_map(|fold| &data.split(fold).samples);
    samples.map(|sample| sample.length(modality)).max().unwrap_or(0)
}
