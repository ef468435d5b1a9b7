//! What encoders have said already, while a network that does not change is asked about the same samples under one condition
//! after another. A modality that a condition leaves as it is has the encoding that it had before, and a missing one has the same
//! for all samples of its length.

use crate::{Context, TrainError};
use candle_core::{DType, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_data::Batch;
use std::collections::BTreeMap;

/// Encodings by what they are of, for as long as the network stays as it is.
pub struct Known {
    /// How many of a modality are kept; what comes beyond is worked out and let go.
    room: usize,
    encodings: PerModality<BTreeMap<Sequence, Vec<f32>>>,
}

/// The hash of a sequence's features, of which frames are there, and of their number.
type Sequence = [u8; blake3::OUT_LEN];

impl Known {
    /// Room for the encodings of `samples` as they are, and without each modality. What is dropped frame by frame is seldom
    /// seen twice.
    #[must_use]
    pub fn of(samples: usize) -> Self {
        Self { room: 2 * samples, encodings: PerModality::default() }
    }

    /// The encodings (B, d) of a batch by modality. `encode` is asked about sequences that are new, each once: about a batch
    /// that has samples of its own for each modality, and may have none of one. Where answers are not f32 on the processor nothing
    /// is kept, and it is asked about the whole batch.
    ///
    /// # Errors
    /// That of `encode`; a tensor operation's.
    pub fn encode(
        &mut self,
        batch: &Batch,
        context: &Context,
        encode: impl FnOnce(&Batch) -> Result<PerModality<Tensor>, TrainError>,
    ) -> Result<PerModality<Tensor>, TrainError> {
        if !context.device.is_cpu() || context.dtype != DType::F32 {
            return encode(batch);
        }
        let sequences = PerModality::from_fn(|m| sequences(batch, m));
        let rows = sequences.map(|m, sequences| {
            let known = self.encodings.get(m);
            let mut new: BTreeMap<Sequence, usize> = BTreeMap::new();
            for (row, sequence) in sequences.iter().enumerate().filter(|(_, sequence)| !known.contains_key(*sequence)) {
                new.entry(*sequence).or_insert(row);
            }
            let mut rows: Vec<usize> = new.into_values().collect();
            rows.sort_unstable();
            rows
        });
        let encoded = encode(&batch.picked(&rows))?;
        PerModality::try_from_fn(|m| {
            let (sequences, known) = (sequences.get(m), self.encodings.get_mut(m));
            let values = encoded.get(m).to_vec2::<f32>()?;
            let new: BTreeMap<_, _> = rows.get(m).iter().map(|&row| sequences[row]).zip(values).collect();
            let of = |sequence| new.get(sequence).or_else(|| known.get(sequence)).map_or(&[][..], Vec::as_slice);
            let all: Vec<f32> = sequences.iter().flat_map(of).copied().collect();
            let encodings = Tensor::from_vec(all, (sequences.len(), encoded.get(m).dim(1)?), &context.device)?;
            let left = self.room.saturating_sub(known.len());
            known.extend(new.into_iter().take(left));
            Ok(encodings)
        })
    }
}

/// What each sample of a batch has of a modality.
fn sequences(batch: &Batch, m: Modality) -> Vec<Sequence> {
    let (time, features, present) = (*batch.time.get(m), batch.features.get(m), batch.present.get(m));
    let lengths = batch.lengths.get(m);
    let width = features.len() / (lengths.len() * time).max(1);
    let sequence = |(row, &length): (usize, &usize)| {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(length as u64).to_le_bytes());
        hasher.update(bytemuck::cast_slice(&features[row * time * width..][..length * width]));
        hasher.update(bytemuck::cast_slice(&present[row * time..][..length]));
        *hasher.finalize().as_bytes()
    };
    lengths.iter().enumerate().map(sequence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;
    use corrkd_config::{Cuts, Kernels, LabelSpace, Labels, Presence, Scale, Task};
    use corrkd_data::{DataStatistics, Split};
    use std::sync::Arc;

    const FRAMES: usize = 3;

    fn context() -> Context {
        let scale = Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() };
        let statistics =
            DataStatistics::new(Presence::ALL[6], [-3.0, 3.0], PerModality::all(1), Split::default(), false);
        Context {
            space: LabelSpace::new(Task::Binary, &Labels::Score(scale)).unwrap(),
            widths: PerModality::all(1),
            time: PerModality::all(FRAMES),
            statistics: Arc::new(statistics),
            train: Split::default(),
            dtype: DType::F32,
            device: Device::Cpu,
            kernels: Kernels::Fused,
            weights: None,
        }
    }

    /// Sequences of one number a frame; language as given, audio missing, vision of the same numbers with its first frame missing.
    fn batch(rows: &[(&[f32], usize)]) -> Batch {
        let lengths: Vec<usize> = rows.iter().map(|&(_, length)| length).collect();
        let there = |first: usize| {
            let present = |&length: &usize| (0..FRAMES).map(move |t| t >= first && t < length);
            lengths.iter().flat_map(present).collect::<Vec<bool>>()
        };
        let values: Vec<f32> = rows.iter().flat_map(|(values, _)| values.iter().copied()).collect();
        Batch {
            ids: rows.iter().map(|_| String::new()).collect(),
            labels: vec![0.0; rows.len()],
            time: PerModality::all(FRAMES),
            present: PerModality { language: there(0), audio: there(FRAMES), vision: there(1) },
            features: PerModality { audio: vec![0.0; values.len()], vision: values.clone(), language: values },
            lengths: PerModality::all(lengths),
        }
    }

    /// Sums of sequences as their encodings; how many sequences of each modality were asked about.
    fn ask(known: &mut Known, batch: &Batch) -> (PerModality<Vec<f32>>, PerModality<usize>) {
        let mut asked = PerModality::all(0);
        let sums = |new: &Batch| {
            asked = new.lengths.map(|_, lengths| lengths.len());
            PerModality::try_from_fn(|m| {
                let sums: Vec<f32> = new.features.get(m).chunks(FRAMES).map(|frames| frames.iter().sum()).collect();
                Ok(Tensor::from_vec(sums, (*asked.get(m), 1), &Device::Cpu)?)
            })
        };
        let encodings = known.encode(batch, &context(), sums).unwrap();
        (encodings.map(|_, of| of.flatten_all().unwrap().to_vec1().unwrap()), asked)
    }

    #[test]
    fn each_sequence_is_encoded_once() {
        let known = &mut Known::of(3);
        let first = batch(&[(&[1.0, 2.0, 3.0], 3), (&[4.0, 5.0, 0.0], 2), (&[1.0, 2.0, 3.0], 3)]);
        let (encodings, asked) = ask(known, &first);
        assert_eq!(asked, PerModality::all(2));
        assert_eq!(encodings.language, [6.0, 9.0, 6.0]);
        assert_eq!(encodings.audio, [0.0; 3]);
        // Another order, one sequence that is new, one that differs in its length alone.
        let second = batch(&[(&[4.0, 5.0, 0.0], 2), (&[4.0, 5.0, 0.0], 3), (&[7.0, 0.0, 0.0], 3)]);
        let (encodings, asked) = ask(known, &second);
        assert_eq!(asked, PerModality { language: 2, audio: 0, vision: 2 });
        assert_eq!(encodings.vision, [9.0, 9.0, 7.0]);
        assert_eq!(ask(known, &first).1, PerModality::all(0));
        // The same numbers with other frames missing are another sequence.
        let mut missing = second.clone();
        missing.present.language[0] = false;
        assert_eq!(ask(known, &missing).1, PerModality { language: 1, audio: 0, vision: 0 });
    }

    #[test]
    fn what_has_no_room_is_worked_out_again() {
        let known = &mut Known::of(0);
        let samples = batch(&[(&[1.0, 2.0, 3.0], 3), (&[1.0, 2.0, 3.0], 3)]);
        for _ in 0..2 {
            let (encodings, asked) = ask(known, &samples);
            assert_eq!((encodings.language, asked), (vec![6.0; 2], PerModality::all(1)));
        }
    }
}
