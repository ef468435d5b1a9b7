//! The labels of the training samples, and those that Self-MM generates for each modality alone (section 3.3, the unimodal
//! label generation module).
//!
//! Labels lie around zero, which says neither yes nor no: y_m is the one that was given, y_s the one of the modality s, and
//! y_s = y_m at first. Behind each batch of epoch n > 1, for the features F_m and F_s that the network has just made of its
//! samples: D_p and D_n are the Euclidean distances of F from the mean features of all training samples whose label is above
//! zero, or below; r = (D_n - D_p) / (D_p + eps);
//!
//! ```text
//! new = (r_s / (r_m + eps) * y_m + y_m + r_s - r_m) / 2, cut to +-H
//! y_s <- (n - 1)/(n + 1) * y_s + 2/(n + 1) * new
//! ```
//!
//! The means are over what was last seen of each sample, and by the labels of that modality, as generated so far; zero is on
//! neither side. Then the batch's features are kept. Where a modality, or all together, has samples on one side alone, there is
//! nothing to measure by, and no label of it changes.
//!
//! The means are worked out when they are asked for, in the order of the samples. That gives the authors' numbers, who do it
//! behind each batch: nothing changes between. They are no state, so that a training that goes on has the same bits. It takes
//! N d additions for each batch and target, from the second epoch on.

use candle_core::{DType, Device, Result, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::{NnError, read};
use std::collections::BTreeMap;

/// What keeps quotients finite.
const EPSILON: f64 = 1e-8;

/// The labels of N training samples towards R targets, and what was last seen of them.
pub(super) struct Labels {
    targets: usize,
    /// H.
    most: f64,
    /// y_m, (N, R).
    given: Vec<f64>,
    /// y_s, (N, R).
    generated: PerModality<Vec<f64>>,
    /// F_m.
    fused: Seen,
    /// F_s.
    unimodal: PerModality<Seen>,
    /// What numbers are rounded to when they are kept: a checkpoint must hold them exactly.
    dtype: DType,
}

/// What was last seen of each sample, (N, d); zeros at first.
struct Seen {
    width: usize,
    values: Vec<f64>,
}

/// The features of a batch's B samples, (B, d) each.
pub(super) struct Features {
    /// F_m.
    pub(super) fused: Vec<f64>,
    /// F_s.
    pub(super) unimodal: PerModality<Vec<f64>>,
}

/// How wide features are, d.
pub(super) struct Widths {
    /// F_m's.
    pub(super) fused: usize,
    /// F_s's.
    pub(super) unimodal: PerModality<usize>,
}

/// The mean features on a target's two sides: below zero and above.
type Centres = [Vec<f64>; 2];

impl Labels {
    /// Those that were `given` (N, R), for each modality too; generated ones are within +-`most`.
    pub(super) fn new(given: Vec<f64>, targets: usize, most: f64, widths: &Widths, dtype: DType) -> Self {
        let given: Vec<f64> = given.into_iter().map(|label| kept(label, dtype)).collect();
        let samples = given.len() / targets.max(1);
        Self {
            targets,
            most,
            generated: PerModality::all(given.clone()),
            given,
            fused: Seen::none(samples, widths.fused),
            unimodal: widths.unimodal.map(|_, &width| Seen::none(samples, width)),
            dtype,
        }
    }

    /// The labels that were given to samples, (B, R).
    pub(super) fn given(&self, samples: &[usize]) -> Vec<f64> {
        rows(&self.given, self.targets, samples)
    }

    /// The labels of samples for a modality alone, (B, R).
    pub(super) fn generated(&self, m: Modality, samples: &[usize]) -> Vec<f64> {
        rows(self.generated.get(m), self.targets, samples)
    }

    /// Learns from what the network said of a batch's samples in an epoch, from 1.
    pub(super) fn update(&mut self, samples: &[usize], features: &Features, epoch: usize) {
        if epoch > 1 {
            self.generate(samples, features, epoch as f64);
        }
        self.fused.keep(samples, &features.fused);
        for m in Modality::ALL {
            self.unimodal.get_mut(m).keep(samples, features.unimodal.get(m));
        }
    }

    /// New labels for the samples of a batch.
    fn generate(&mut self, samples: &[usize], features: &Features, epoch: f64) {
        let lean_m = leans(&features.fused, &self.fused, &self.given, self.targets);
        for m in Modality::ALL {
            let lean_s = leans(features.unimodal.get(m), self.unimodal.get(m), self.generated.get(m), self.targets);
            let labels = self.generated.get_mut(m);
            for (row, &sample) in samples.iter().enumerate() {
                for target in 0..self.targets {
                    let (at, of_batch) = (sample * self.targets + target, row * self.targets + target);
                    let (Some(r_m), Some(r_s)) = (lean_m[of_batch], lean_s[of_batch]) else { continue };
                    let y = self.given[at];
                    let new = (0.5 * (r_s / (r_m + EPSILON) * y + y + r_s - r_m)).clamp(-self.most, self.most);
                    let label = (epoch - 1.0) / (epoch + 1.0) * labels[at] + 2.0 / (epoch + 1.0) * new;
                    labels[at] = kept(label, self.dtype);
                }
            }
        }
    }

    /// What changes in a training, by name.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn state(&self) -> Result<BTreeMap<String, Tensor>> {
        let mut state = BTreeMap::new();
        let mut add = |name: String, values: &[f64], width: usize| -> Result<()> {
            let tensor = Tensor::from_slice(values, (values.len() / width, width), &Device::Cpu)?;
            state.insert(name, tensor.to_dtype(self.dtype)?);
            Ok(())
        };
        add(features_of("fused"), &self.fused.values, self.fused.width)?;
        for m in Modality::ALL {
            add(labels_of(m), self.generated.get(m), self.targets)?;
            add(features_of(m.name()), &self.unimodal.get(m).values, self.unimodal.get(m).width)?;
        }
        Ok(state)
    }

    /// Takes up what [`state`](Self::state) gave.
    ///
    /// # Errors
    /// [`NnError::Parameter`] naming what is absent or has another shape.
    pub(super) fn restore(&mut self, state: &BTreeMap<String, Tensor>) -> std::result::Result<(), NnError> {
        let take = |name: String, values: &mut Vec<f64>, width: usize| {
            let expected = vec![values.len() / width, width];
            let got = match state.get(&name) {
                Some(tensor) if tensor.dims() == expected => {
                    *values = read(&[tensor])?;
                    return Ok(());
                }
                Some(tensor) => format!("of shape {:?}", tensor.dims()),
                None => "absent".to_owned(),
            };
            Err(NnError::Parameter { name, got, expected })
        };
        take(features_of("fused"), &mut self.fused.values, self.fused.width)?;
        for m in Modality::ALL {
            take(labels_of(m), self.generated.get_mut(m), self.targets)?;
            let seen = self.unimodal.get_mut(m);
            take(features_of(m.name()), &mut seen.values, seen.width)?;
        }
        Ok(())
    }
}

impl Seen {
    fn none(samples: usize, width: usize) -> Self {
        Self { width, values: vec![0.0; samples * width] }
    }

    fn keep(&mut self, samples: &[usize], features: &[f64]) {
        for (&sample, new) in samples.iter().zip(features.chunks_exact(self.width)) {
            self.values[sample * self.width..][..self.width].copy_from_slice(new);
        }
    }

    /// The mean features on the two sides of each of R targets, by labels (N, R); none where one has no sample.
    fn centres(&self, labels: &[f64], targets: usize) -> Vec<Option<Centres>> {
        let mut sums = vec![[(); 2].map(|()| vec![0.0; self.width]); targets];
        let mut counts = vec![[0usize; 2]; targets];
        for (features, labels) in self.values.chunks_exact(self.width).zip(labels.chunks_exact(targets)) {
            for (target, &label) in labels.iter().enumerate() {
                let side = match label {
                    label if label > 0.0 => 1,
                    label if label < 0.0 => 0,
                    _ => continue,
                };
                counts[target][side] += 1;
                sums[target][side].iter_mut().zip(features).for_each(|(sum, x)| *sum += x);
            }
        }
        let mean = |(mut sums, counts): (Centres, [usize; 2])| {
            for (sum, count) in sums.iter_mut().zip(counts) {
                sum.iter_mut().for_each(|sum| *sum /= count as f64);
            }
            counts.iter().all(|&count| count > 0).then_some(sums)
        };
        sums.into_iter().zip(counts).map(mean).collect()
    }
}

/// r of features (B, d) towards each of R targets, (B, R): how much nearer they lie to samples above zero than to those below,
/// among what was seen and by labels (N, R).
fn leans(features: &[f64], seen: &Seen, labels: &[f64], targets: usize) -> Vec<Option<f64>> {
    let centres = seen.centres(labels, targets);
    let lean = |features: &[f64], [below, above]: &Centres| {
        let [below, above] = [below, above].map(|centre| distance(features, centre));
        (below - above) / (above + EPSILON)
    };
    let of_sample = |features| centres.iter().map(move |centres| centres.as_ref().map(|of| lean(features, of)));
    features.chunks_exact(seen.width).flat_map(of_sample).collect()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// The rows of `values` (N, width) at `samples`.
fn rows(values: &[f64], width: usize, samples: &[usize]) -> Vec<f64> {
    samples.iter().flat_map(|&sample| &values[sample * width..][..width]).copied().collect()
}

/// A number as it is kept.
fn kept(x: f64, dtype: DType) -> f64 {
    match dtype {
        DType::F64 => x,
        _ => f64::from(x as f32),
    }
}

fn labels_of(m: Modality) -> String {
    format!("labels.{m}")
}

fn features_of(stream: &str) -> String {
    format!("features.{stream}")
}
