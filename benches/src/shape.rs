//! The shapes that are measured, and data of them: whole sequences of random features. All else is as the paper has it.

use anyhow::Result;
use candle_core::{DType, Device, Tensor};
use corrkd_config::{Kernels, Modality, PerModality};
use corrkd_data::{Sample, Split};
use corrkd_methods::corrkd::{Network, Probabilities, Size};
use corrkd_nn::Scope;
use corrkd_random::Stream;
use corrkd_train::Inputs;
use std::fmt;

/// The features' widths D: GloVe, COVAREP and FACET.
pub const WIDTHS: PerModality<usize> = PerModality { language: 300, audio: 74, vision: 35 };

/// Both forms of a layer, by the names that `cargo xtask bench` looks for.
pub const FORMS: [(&str, Kernels); 2] = [("composed", Kernels::Composed), ("fused", Kernels::Fused)];

/// B samples of T frames of each modality, and L layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// B.
    pub batch: usize,
    /// T of language, audio and vision.
    pub time: [usize; 3],
    /// L.
    pub layers: usize,
}

impl Shape {
    /// A batch of MOSI's word-aligned sequences.
    pub const WORDS: Self = Self { batch: 64, time: [50; 3], layers: 2 };
    /// The same through the default's number of layers.
    pub const DEEP: Self = Self { layers: 4, ..Self::WORDS };
    /// A smaller batch of shorter sequences.
    pub const SMALL: Self = Self { batch: 32, time: [20; 3], layers: 2 };
    /// A batch of sequences as they are published unaligned: tokens, and the frames of audio and vision.
    pub const UNALIGNED: Self = Self { time: [50, 375, 500], ..Self::WORDS };

    /// T of each modality.
    #[must_use]
    pub fn times(self) -> PerModality<usize> {
        PerModality::from_fn(|m: Modality| self.time[m as usize])
    }

    /// T as it is written: once where it is one for all modalities, as 50 or 50,375,500.
    #[must_use]
    pub fn frames(self) -> String {
        let [language, audio, vision] = self.time;
        match language == audio && audio == vision {
            true => language.to_string(),
            false => format!("{language},{audio},{vision}"),
        }
    }

    /// The network's size.
    #[must_use]
    pub fn size(self) -> Size {
        Size { layers: self.layers, ..Size::default() }
    }

    /// A network of two categories at a place, with dropout or without.
    ///
    /// # Errors
    /// If the store does not let it be built.
    pub fn network(self, scope: Scope<'_>, dropout: bool) -> Result<Network> {
        Ok(Network::new(scope, &WIDTHS, &self.size(), &self.dropout(dropout), 2)?)
    }

    /// The default's dropout, or none.
    #[must_use]
    pub fn dropout(self, on: bool) -> Probabilities {
        let none = Probabilities { language: 0.0, attention: 0.0, feed_forward: 0.0, residual: 0.0, output: 0.0 };
        if on { Probabilities::default() } else { none }
    }

    /// The same samples as a data set has them, negative and positive by turns.
    #[must_use]
    pub fn split(self) -> Split {
        let features = self.features();
        let sample = |i: usize| {
            let label = if i.is_multiple_of(2) { -1.0 } else { 1.0 };
            let features = PerModality::from_fn(|m| {
                let room = self.times().get(m) * WIDTHS.get(m);
                features.get(m)[i * room..][..room].to_vec().into()
            });
            let present = self.times().map(|_, &time| vec![true; time]);
            Sample { id: format!("video[{i}]"), label, present, features }
        };
        Split { samples: (0..self.batch).map(sample).collect() }
    }

    /// Features, B x T x D values of each modality.
    #[must_use]
    pub fn features(self) -> PerModality<Vec<f32>> {
        WIDTHS.map(|m, width| normal(m.name(), self.batch * self.times().get(m) * width))
    }

    /// A network's inputs.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn inputs(self) -> Result<Inputs> {
        let lengths = self.times().map(|_, &time| vec![time; self.batch]);
        Ok(Inputs::new(self.features(), &lengths, &self.times(), &WIDTHS, DType::F32, &Device::Cpu)?)
    }

    /// The samples' categories: both, by turns.
    #[must_use]
    pub fn categories(self) -> Vec<usize> {
        (0..self.batch).map(|i| i % 2).collect()
    }

    /// The categories as a tensor (B).
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn targets(self) -> Result<Tensor> {
        let categories = self.categories().into_iter().map(|k| k as u32).collect();
        Ok(Tensor::from_vec(categories, self.batch, &Device::Cpu)?)
    }

    /// Random numbers (B, `width`).
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn rows(self, name: &str, width: usize) -> Result<Tensor> {
        Ok(Tensor::from_vec(normal(name, self.batch * width), (self.batch, width), &Device::Cpu)?)
    }
}

/// As it stands in a benchmark's name.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "B{}-T{}-L{}", self.batch, self.frames(), self.layers)
    }
}

fn normal(name: &str, count: usize) -> Vec<f32> {
    let stream = Stream::new(1, name);
    (0..count as u64).map(|i| stream.normal(i) as f32).collect()
}
