//! The attention of a fused [`AttentionDecoder`](crate::AttentionDecoder): of each sample, m = sum over s of a_s E_s
//! with a = softmax(E w). It is the same at every step.

use super::lanes::{exp, load, padded, store, vectorise};
use pulp::Simd;

/// m of a sample whose frames, rows of `w`'s length, are `frames`; its attention, padded, goes to `attention`.
pub(super) fn forward<S: Simd>(simd: S, w: &[f32], frames: &[f32], attention: &mut [f32], context: &mut [f32]) {
    let length = frames.len() / w.len();
    let whole = padded(length);
    context.fill(0.0);
    if length == 0 {
        return;
    }
    vectorise(
        simd,
        #[inline(always)]
        || {
            let mut largest = f32::NEG_INFINITY;
            for (a, frame) in attention.iter_mut().zip(frames.chunks_exact(w.len())) {
                *a = dot(simd, frame, w);
                largest = largest.max(*a);
            }
            attention[length..whole].fill(f32::NEG_INFINITY);
            let mut sum = simd.splat_f32s(0.0);
            for at in (0..whole).step_by(S::F32_LANES) {
                let below = simd.sub_f32s(load::<S>(attention, at), simd.splat_f32s(largest));
                // Nothing is left of it, but its frame may hold what is no number, which must not be hidden.
                let nothing = simd.less_than_f32s(below, simd.splat_f32s(-87.0));
                let e = simd.select_f32s(nothing, simd.splat_f32s(0.0), exp(simd, below));
                sum = simd.add_f32s(sum, e);
                store::<S>(attention, at, e);
            }
            let share = 1.0 / simd.reduce_sum_f32s(sum);
            for (a, frame) in attention.iter_mut().zip(frames.chunks_exact(w.len())) {
                *a *= share;
                add(context, *a, frame);
            }
        },
    );
}

/// From the gradient of m: adds that of w to `dw`, and writes that of the frames, if it is wanted.
pub(super) fn backward<S: Simd>(
    simd: S,
    (w, frames): (&[f32], &[f32]),
    attention: &[f32],
    dcontext: &[f32],
    dw: &mut [f32],
    mut dframes: Option<&mut [f32]>,
) {
    let dcontext = &dcontext[..w.len()];
    vectorise(
        simd,
        #[inline(always)]
        || {
            // The attention's gradients count from that of the frame with most of it: where it has nearly all, the rest
            // is what its score's gradient is made of, and would be lost beside its own.
            let frames = || attention.iter().zip(frames.chunks_exact(w.len()));
            let Some((_, most)) = frames().max_by(|(a, _), (b, _)| a.total_cmp(b)) else { return };
            let most = dot(simd, most, dcontext);
            let mut mean = 0.0;
            for (a, frame) in frames() {
                mean += a * (dot(simd, frame, dcontext) - most);
            }
            for (s, (a, frame)) in frames().enumerate() {
                let dscore = a * (dot(simd, frame, dcontext) - most - mean);
                add(dw, dscore, frame);
                if let Some(dframes) = &mut dframes {
                    let dframe = dframes[s * w.len()..][..w.len()].iter_mut();
                    dframe.zip(dcontext).zip(w).for_each(|((d, dm), w)| *d = a * dm + dscore * w);
                }
            }
        },
    );
}

/// The sum of the products of two rows that need not be whole vectors.
#[inline(always)]
fn dot<S: Simd>(simd: S, a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (S::as_simd_f32s(a), S::as_simd_f32s(b));
    let mut total = simd.mul_f32s(simd.partial_load_f32s(a_rest), simd.partial_load_f32s(b_rest));
    for (&a, &b) in a.iter().zip(b) {
        total = simd.mul_add_f32s(a, b, total);
    }
    simd.reduce_sum_f32s(total)
}

/// sum += factor * row.
#[inline(always)]
fn add(sum: &mut [f32], factor: f32, row: &[f32]) {
    sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += factor * x);
}
