//! Dropout's keys, sites and draws, and what it does to the numbers of a whole tensor.

use super::drops::drop_row;
use super::jobs::each;
use super::lanes::{padded, vectorise};
use corrkd_random::Stream;
use pulp::{Arch, Simd, WithSimd};

/// What dropout in one batch is drawn from; nothing while evaluating.
#[derive(Clone, Copy, Debug)]
pub struct DropoutKey(Option<Stream>);

impl DropoutKey {
    /// Evaluation: nothing is dropped.
    pub const NONE: Self = Self(None);

    /// That of another pass over the same batch, which drops by draws of its own.
    #[must_use]
    pub fn named(self, pass: &str) -> Self {
        Self(self.0.map(|stream| stream.named(pass)))
    }

    /// What a site draws from; nothing while evaluating.
    #[must_use]
    pub fn stream(self, site: &str) -> Option<Stream> {
        self.0.map(|stream| stream.named(site))
    }

    /// Whether this is evaluation.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0.is_none()
    }

    /// The batch `number` (from 0 over the whole training) of a network with this seed.
    #[must_use]
    pub fn new(seed: u64, number: usize) -> Self {
        Self(Some(Stream::new(seed, "dropout").at(number as u64)))
    }
}

/// A named place in a network that drops, and how often. Its mask is a pure function of (seed, step, site, sample, element).
///
/// A sample's element stands in a row (all axes but the last, row-major) and a column (the last). Neighbours in a row,
/// columns 2i and 2i + 1, share the 32 bits that the sample's stream has at position row * ceil(columns / 2) + i, the
/// first the low half of them. An element is dropped if its 16 bits are below p * 2^16, rounded (below 2^16).
#[derive(Clone, Debug)]
pub struct DropoutSite {
    name: String,
    /// Of 2^16.
    threshold: u32,
}

/// A site's dropout in one step.
#[derive(Clone, Copy, Debug)]
pub struct Drops {
    /// The site's stream; a sample's is [`Stream::at`] of it.
    pub stream: Stream,
    /// What 16 random bits must reach for an element to stay.
    pub threshold: u32,
    /// The factor of an element that stays.
    pub kept: f32,
}

impl DropoutSite {
    /// Drops with `probability`, at a site whose name is unique in the network.
    #[must_use]
    pub fn new(name: String, probability: f64) -> Self {
        Self { name, threshold: (probability * ONE).round().min(ONE - 1.0) as u32 }
    }

    /// What it does in a step; none if nothing is dropped.
    #[must_use]
    pub fn drops(&self, key: DropoutKey) -> Option<Drops> {
        let stream = key.stream(&self.name).filter(|_| self.threshold > 0)?;
        let kept = (ONE / (ONE - f64::from(self.threshold))) as f32;
        Some(Drops { stream, threshold: self.threshold, kept })
    }
}

const ONE: f64 = 65_536.0;

/// The numbers of a tensor of this shape, (B, ..), times their factors, in one pass and with the composed form's bits; the
/// gradient is the same of its own numbers. Samples go on different threads.
#[must_use]
pub fn dropped(values: &[f32], shape: &[usize], drops: Drops) -> Vec<f32> {
    let columns = if shape.len() > 1 { shape[shape.len() - 1] } else { 1 };
    let mut dropped = vec![0.0; values.len()];
    let length = (values.len() / shape.first().copied().unwrap_or(1).max(1)).max(1);
    let jobs = values.chunks(length).zip(dropped.chunks_mut(length)).enumerate().collect();
    each(jobs, |(sample, (from, to))| {
        Arch::new().dispatch(Sample { drops, number: sample as u64, columns, from, to });
    });
    dropped
}

/// One sample's rows.
struct Sample<'a> {
    drops: Drops,
    number: u64,
    columns: usize,
    from: &'a [f32],
    to: &'a mut [f32],
}

impl WithSimd for Sample<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { drops, number, columns, from, to } = self;
        let stream = drops.stream.at(number);
        let mut row = vec![0.0; padded(columns)];
        vectorise(
            simd,
            #[inline(always)]
            || {
                for (i, (from, to)) in from.chunks_exact(columns).zip(to.chunks_exact_mut(columns)).enumerate() {
                    row[..columns].copy_from_slice(from);
                    drop_row(simd, &mut row, drops, stream, (i, columns));
                    to.copy_from_slice(&row[..columns]);
                }
            },
        );
    }
}
