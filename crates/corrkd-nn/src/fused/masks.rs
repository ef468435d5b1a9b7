//! What masks of frames say: how long sequences are, and what is added to the scores of a sample's keys: zero, or minus
//! infinity where a key is not attended to.

use candle_core::{Result, Tensor, bail};

/// For each row of a mask (B, T), the places of its ones.
fn ones(mask: &Tensor, shape: (usize, usize)) -> Result<Vec<Vec<usize>>> {
    if mask.dims2()? != shape {
        bail!("a mask of {:?}, expected {shape:?}", mask.dims());
    }
    let places = |row: Vec<f32>| row.iter().enumerate().filter(|(_, x)| **x != 0.0).map(|(t, _)| t).collect();
    Ok(mask.to_vec2::<f32>()?.into_iter().map(places).collect())
}

/// The frames that exist of each sample: the ones of a mask (B, T), or all T where there is none.
pub(super) fn lengths(frames: Option<&Tensor>, (batch, time): (usize, usize)) -> Result<Vec<usize>> {
    match frames {
        None => Ok(vec![time; batch]),
        Some(frames) => Ok(ones(frames, (batch, time))?.iter().map(Vec::len).collect()),
    }
}

/// What is added to the scores of samples' keys, T for each, or for all where `attended` (B, T) says nothing. `lengths`
/// are the frames that exist.
pub(super) fn key_biases(attended: Option<&Tensor>, lengths: &[usize], time: usize) -> Result<Vec<f32>> {
    match attended {
        None => Ok(vec![0.0; time]),
        Some(attended) => Ok(biases(&ones(attended, (lengths.len(), time))?, lengths, time)),
    }
}

/// A sample must attend to something: to all of it, if nothing is said.
fn biases(attended: &[Vec<usize>], lengths: &[usize], time: usize) -> Vec<f32> {
    let mut biases = Vec::with_capacity(attended.len() * time);
    for (attended, &length) in attended.iter().zip(lengths) {
        let start = biases.len();
        let none = attended.first().is_none_or(|&key| key >= length);
        biases.resize(start + time, if none { 0.0 } else { f32::NEG_INFINITY });
        attended.iter().for_each(|&key| biases[start + key] = 0.0);
    }
    biases
}
