//! Layer normalisation of feature-major blocks (d rows of frames): y = g x^ + b with x^ = (x - mean) / spread, mean and
//! spread over the features of a frame, which are lanes.

use super::lanes::{dot, load, store, sum, vectorise};
use pulp::Simd;

const EPSILON: f32 = 1e-5;

/// A normalisation over d numbers.
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a> {
    /// What each is multiplied by (d).
    pub gain: &'a [f32],
    /// What is added to each (d).
    pub bias: &'a [f32],
}

impl Norm<'_> {
    /// x^, 1 / spread and y of each frame of x.
    pub(super) fn forward<S: Simd>(self, simd: S, x: &[f32], (normal, scale): (&mut [f32], &mut [f32]), y: &mut [f32]) {
        let (features, stride) = (self.gain.len(), scale.len());
        vectorise(
            simd,
            #[inline(always)]
            || {
                let share = simd.splat_f32s(1.0 / features as f32);
                for at in (0..stride).step_by(S::F32_LANES) {
                    let mut total = simd.splat_f32s(0.0);
                    for f in 0..features {
                        total = simd.add_f32s(total, load::<S>(x, f * stride + at));
                    }
                    let mean = simd.mul_f32s(total, share);
                    let mut squares = simd.splat_f32s(0.0);
                    for f in 0..features {
                        let centred = simd.sub_f32s(load::<S>(x, f * stride + at), mean);
                        squares = simd.mul_add_f32s(centred, centred, squares);
                    }
                    let variance = simd.mul_add_f32s(squares, share, simd.splat_f32s(EPSILON));
                    let inverse = simd.div_f32s(simd.splat_f32s(1.0), simd.sqrt_f32s(variance));
                    store::<S>(scale, at, inverse);
                    for f in 0..features {
                        let centred = simd.sub_f32s(load::<S>(x, f * stride + at), mean);
                        let value = simd.mul_f32s(centred, inverse);
                        store::<S>(normal, f * stride + at, value);
                        let (gain, bias) = (simd.splat_f32s(self.gain[f]), simd.splat_f32s(self.bias[f]));
                        store::<S>(y, f * stride + at, simd.mul_add_f32s(value, gain, bias));
                    }
                }
            },
        );
    }

    /// y of x^.
    pub(super) fn apply<S: Simd>(self, simd: S, normal: &[f32], y: &mut [f32], stride: usize) {
        vectorise(
            simd,
            #[inline(always)]
            || {
                for (f, (&gain, &bias)) in self.gain.iter().zip(self.bias).enumerate() {
                    let (gain, bias) = (simd.splat_f32s(gain), simd.splat_f32s(bias));
                    for at in (f * stride..(f + 1) * stride).step_by(S::F32_LANES) {
                        store::<S>(y, at, simd.mul_add_f32s(load::<S>(normal, at), gain, bias));
                    }
                }
            },
        );
    }

    /// Adds the gradient of x to `dx`, of the gain and bias to theirs, given y's.
    pub(super) fn backward<S: Simd>(
        self,
        simd: S,
        dy: &[f32],
        (normal, scale): (&[f32], &[f32]),
        dx: &mut [f32],
        (dgain, dbias): (&mut [f32], &mut [f32]),
    ) {
        let (features, stride) = (self.gain.len(), scale.len());
        vectorise(
            simd,
            #[inline(always)]
            || {
                let share = simd.splat_f32s(1.0 / features as f32);
                for at in (0..stride).step_by(S::F32_LANES) {
                    let (mut plain, mut along) = (simd.splat_f32s(0.0), simd.splat_f32s(0.0));
                    for f in 0..features {
                        let slope = simd.mul_f32s(load::<S>(dy, f * stride + at), simd.splat_f32s(self.gain[f]));
                        plain = simd.add_f32s(plain, slope);
                        along = simd.mul_add_f32s(slope, load::<S>(normal, f * stride + at), along);
                    }
                    let (plain, along) = (simd.mul_f32s(plain, share), simd.mul_f32s(along, share));
                    let scale = load::<S>(scale, at);
                    for f in 0..features {
                        let slope = simd.mul_f32s(load::<S>(dy, f * stride + at), simd.splat_f32s(self.gain[f]));
                        let rest = simd.sub_f32s(slope, plain);
                        let rest = simd.negate_mul_add_f32s(load::<S>(normal, f * stride + at), along, rest);
                        let sum = simd.mul_add_f32s(rest, scale, load::<S>(dx, f * stride + at));
                        store::<S>(dx, f * stride + at, sum);
                    }
                }
                for f in 0..features {
                    let row = f * stride..(f + 1) * stride;
                    dgain[f] += dot(simd, &dy[row.clone()], &normal[row.clone()]);
                    dbias[f] += sum(simd, &dy[row]);
                }
            },
        );
    }
}
