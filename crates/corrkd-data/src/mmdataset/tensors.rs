//! `get_tensors`: samples of equal length, stacked by fold.

use corrkd_csd::Features;

use super::{Mmdataset, MmdatasetError, by_key};
use crate::Pad;
use crate::gather::video;

/// A dense array, (samples, T, D) for most.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// The sequence.
    pub name: String,
    /// Axes; `[0]` where there is no sample.
    pub shape: Vec<usize>,
    /// Values, the last axis fastest.
    pub values: Vec<f64>,
}

impl Mmdataset {
    /// For each fold, the features of each sequence with `time` rows a sample, in the order of the first sequence's
    /// entries (SDK `get_tensors`).
    ///
    /// Zeros go in front and the last rows stay with [`Pad::Front`] (the SDK's `direction=False`), else zeros go behind
    /// and the first rows stay. Sequences in `unpadded` (the SDK's `non_sequences`) stay as they are. A sample goes to
    /// the first fold that has its video, or is left out; without folds there is one of all. Begins with
    /// [`hard_unify`](Self::hard_unify).
    ///
    /// # Errors
    /// [`MmdatasetError::NoStack`] where samples differ in shape, or are texts.
    pub fn tensors(
        &mut self,
        time: usize,
        unpadded: &[&str],
        pad: Pad,
        folds: Option<&[Vec<String>]>,
    ) -> Result<Vec<Vec<Tensor>>, MmdatasetError> {
        self.hard_unify(true)?;
        let keys: Vec<&str> = match self.sequences.first() {
            None => Vec::new(),
            Some((_, entries)) => entries.iter().map(|(key, _)| key.as_str()).collect(),
        };
        let mut by_fold: Vec<Vec<&str>> = vec![Vec::new(); folds.map_or(1, <[_]>::len)];
        for key in keys {
            let fold = match folds {
                None => Some(0),
                Some(folds) => folds.iter().position(|fold| fold.iter().any(|id| id == video(key))),
            };
            if let Some(fold) = fold {
                by_fold[fold].push(key);
            }
        }
        let stack = |keys: &Vec<&str>| {
            let of = |(name, entries): &(String, Vec<_>)| {
                let (entries, padded) = (by_key(entries), !unpadded.contains(&name.as_str()));
                let mut tensor = Tensor { name: name.clone(), shape: vec![0], values: Vec::new() };
                for (count, &key) in keys.iter().enumerate() {
                    let Some(features) = entries.get(key).map(|entry| &entry.features) else { continue };
                    let (shape, values) = sample(features, padded.then_some((time, pad)));
                    let no_stack = |got| MmdatasetError::NoStack {
                        name: name.clone(),
                        key: key.to_owned(),
                        got,
                        expected: tensor.shape[1..].to_vec(),
                    };
                    let Some(values) = values else { return Err(no_stack(shape)) };
                    if count > 0 && tensor.shape[1..] != shape {
                        return Err(no_stack(shape));
                    }
                    tensor.shape = std::iter::once(count + 1).chain(shape).collect();
                    tensor.values.extend(values);
                }
                Ok(tensor)
            };
            self.sequences.iter().map(of).collect()
        };
        by_fold.iter().map(stack).collect()
    }
}

/// A sample's shape and values, padded or cut if asked to; no values for texts.
fn sample(features: &Features, to: Option<(usize, Pad)>) -> (Vec<usize>, Option<Vec<f64>>) {
    let (rows, width) = (features.rows(), features.width());
    let time = to.map_or(rows, |(time, _)| time);
    let shape = std::iter::once(time).chain(features.shape().iter().copied()).collect();
    let values: Vec<f64> = match features {
        Features::F32(rows) => rows.values.iter().map(|&value| value.into()).collect(),
        Features::F64(rows) => rows.values.clone(),
        Features::Texts(_) => return (shape, None),
    };
    let kept = rows.min(time);
    let zeros = vec![0.0; (time - kept) * width];
    let values = match to {
        Some((_, Pad::Front)) => [&zeros[..], &values[(rows - kept) * width..]].concat(),
        Some((_, Pad::Back)) => [&values[..kept * width], &zeros[..]].concat(),
        None => values,
    };
    (shape, Some(values))
}
