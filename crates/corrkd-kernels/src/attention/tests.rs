//! Vectors of any width give the same, on causal edges and at the ends of sequences too.

use super::*;
use crate::{DropoutKey, DropoutSite};
use proptest::prelude::*;
use pulp::{Arch, WithSimd};

/// Attention of one sample, forward and backward, on numbers from a stream.
#[derive(Clone, Copy, Debug)]
struct Case {
    heads: usize,
    head: usize,
    queries: usize,
    keys: usize,
    /// The number of the first query.
    frame: usize,
    causal: bool,
    dropout: f64,
    seed: u64,
}

impl WithSimd for Case {
    type Output = Vec<f32>;

    /// The answers, and the gradients of Q, K and V.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f32> {
        let Self { heads, head, queries, keys, frame, .. } = self;
        let width = heads * head;
        // Not at the start of their blocks, nor with nothing behind them.
        let columns = |length: usize, start| (padded(start + length + 3), start, length);
        let [of_queries, of_keys] = [(queries, 2, frame), (keys, 5, 0)].map(|(length, start, frame)| {
            let (stride, start, length) = columns(length, start);
            SampleColumns { stride, start, length, frame }
        });
        let numbers = |name: &str, rows: usize, stride: usize| -> Vec<f32> {
            let stream = Stream::new(self.seed, name);
            (0..(rows * stride) as u64).map(|i| stream.normal(i) as f32).collect()
        };
        let q = numbers("queries", width, of_queries.stride);
        let kv = numbers("context", 2 * width, of_keys.stride);
        let slopes = numbers("slopes", width, of_queries.stride);
        let bias: Vec<f32> = (0..keys).map(|key| if key % 7 == 3 { f32::NEG_INFINITY } else { 0.0 }).collect();
        let ahead = self.causal.then_some(keys.abs_diff(queries));
        let times = [frame + queries, keys];
        let sides = Sides { queries: of_queries, keys: of_keys, bias: &bias, ahead, times };
        let drops = DropoutSite::new("here".to_owned(), self.dropout).drops(DropoutKey::new(self.seed, 1));
        let attention = Attention { width, heads, drops: drops.map(|drops| (drops, drops.stream.at(4))) };
        let mut scratch = vec![f32::NAN; attention.scratch(queries, keys)];
        let mut output = vec![0.0; width * of_queries.stride];
        let mut statistics = vec![0.0; 2 * heads * of_queries.stride];
        attention.forward(simd, sides, (&q, &kv), &mut output, &mut statistics, &mut scratch);
        scratch.fill(f32::NAN);
        let (mut dq, mut dkv) = (vec![0.0; q.len()], vec![0.0; kv.len()]);
        let kept = Kept { projected: (&q, &kv), output: &output, statistics: &statistics };
        attention.backward(simd, sides, kept, &slopes, (&mut dq, &mut dkv), &mut scratch);
        [output, dq, dkv].concat()
    }
}

proptest! {
    #[test]
    fn vectors_of_any_width(
        (heads, head, queries, keys) in (1usize..3, 1usize..12, 1usize..40, 1usize..40),
        (frame, causal, dropout, seed) in (0usize..3, any::<bool>(), prop::option::of(0.0..0.7), any::<u64>()),
    ) {
        let case = Case { heads, head, queries, keys, frame, causal, dropout: dropout.unwrap_or(0.0), seed };
        let widest = Arch::new().dispatch(case);
        let mut others = vec![Simd::vectorize(pulp::Scalar::new(), case)];
        #[cfg(target_arch = "x86_64")]
        if let Some(narrower) = pulp::x86::V3::try_new() {
            others.push(Simd::vectorize(narrower, case));
        }
        for other in others {
            for (i, (a, b)) in widest.iter().zip(&other).enumerate() {
                prop_assert!((a - b).abs() <= 1e-4 * (1.0 + b.abs()), "{i}: {a} and {b}");
            }
        }
    }
}
