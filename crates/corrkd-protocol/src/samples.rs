//! What does not depend on a seed: each split's samples, and their features; and the order of each epoch, which does.

use crate::ProtocolError;
use crate::array_file::ArrayFile;
use crate::table_file::{TableFile, present};
use crate::views::{longest, modalities};
use corrkd_config::Modality;
use corrkd_data::{Dataset, Fold, Split, epoch_order};
use corrkd_numpy::Item;
use polars::prelude::Column;
use std::path::Path;

/// Writes `FOLD.npz` and `FOLD.parquet` of each fold: ids, labels, lengths, and which frames hold data by nature.
pub(crate) fn write_samples(folder: &Path, data: &Dataset) -> Result<(), ProtocolError> {
    for fold in Fold::ALL {
        let Split { samples } = data.split(fold);
        let ids = || samples.iter().map(|sample| sample.id.as_str());
        let labels: Vec<f32> = samples.iter().map(|sample| sample.label).collect();
        let held = |m: Modality| samples.iter().map(move |sample| sample.present.get(m).as_slice());
        let lengths = |m: Modality| held(m).map(|frames| frames.len() as i64);
        let all: Vec<i64> =
            samples.iter().flat_map(|sample| modalities(data).map(|m| sample.length(m) as i64)).collect();

        let mut arrays = ArrayFile::create(&folder.join(format!("{fold}.npz")))?;
        arrays.texts("ids", ids())?;
        arrays.numbers("labels", Item::F32, &[samples.len()], bytemuck::cast_slice(&labels))?;
        let shape = [samples.len(), modalities(data).count()];
        arrays.numbers("lengths", Item::I64, &shape, bytemuck::cast_slice(&all))?;
        for modality in modalities(data) {
            arrays.present(modality.name(), longest(data, modality), held(modality))?;
        }
        arrays.finish()?;

        let column = |m: Modality| Column::new(format!("{m}_length").into(), lengths(m).collect::<Vec<_>>());
        let first = [Column::new("id".into(), ids().collect::<Vec<_>>()), Column::new("label".into(), labels)];
        let masks = modalities(data).map(|m| present(m.name(), held(m)));
        let mut table = TableFile::create(&folder.join(format!("{fold}.parquet")));
        table.write(first.into_iter().chain(modalities(data).map(column)).chain(masks).collect())?;
        table.finish()?;
    }
    Ok(())
}

/// Writes `FOLD.npz` of each fold: the features of each modality, (N, T, D), as networks see them where nothing is missing.
pub(crate) fn write_features(folder: &Path, data: &Dataset) -> Result<(), ProtocolError> {
    for fold in Fold::ALL {
        let samples = &data.split(fold).samples;
        let mut arrays = ArrayFile::create(&folder.join(format!("{fold}.npz")))?;
        for modality in modalities(data) {
            let shape = [longest(data, modality), *data.widths.get(modality)];
            let frames = samples.iter().map(|sample| &**sample.features.get(modality));
            arrays.frames(modality.name(), shape, frames)?;
        }
        arrays.finish()?;
    }
    Ok(())
}

/// Writes `order.npz` and `order.parquet`: in which order each epoch visits the training samples, (E, N).
pub(crate) fn write_order(folder: &Path, train: &Split, seed: u64, epochs: usize) -> Result<(), ProtocolError> {
    let samples = train.samples.len();
    let mut all: Vec<i64> = Vec::with_capacity(epochs * samples);
    let mut table = TableFile::create(&folder.join("order.parquet"));
    for epoch in 1..=epochs {
        let order = epoch_order(samples, seed, epoch);
        all.extend(order.iter().map(|&index| index as i64));
        let ids: Vec<&str> = order.iter().map(|&index| train.samples[index].id.as_str()).collect();
        let positions: Vec<u32> = (0..samples as u32).collect();
        table.write(vec![
            Column::new("epoch".into(), vec![epoch as u32; samples]),
            Column::new("position".into(), positions),
            Column::new("id".into(), ids),
        ])?;
    }
    table.finish()?;
    let mut arrays = ArrayFile::create(&folder.join("order.npz"))?;
    arrays.numbers("order", Item::I64, &[epochs, samples], bytemuck::cast_slice(&all))?;
    arrays.finish()
}
