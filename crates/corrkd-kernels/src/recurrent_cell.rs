//! The steps of an LSTM and a GRU on rows of four blocks, there and back, and the sums of columns.

use super::lanes::{load, sigmoid, store, tanh, vectorise};
use super::recurrent_weights::Size;
use pulp::Simd;

/// What a recurrent layer's step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Long short-term memory (Hochreiter and Schmidhuber 1997; the forget gate is Gers et al. 2000's), gates i, f, g, o:
    /// c' = f c + i g, h' = o tanh(c').
    Lstm,
    /// Gated recurrent unit (Cho et al. 2014), gates r, z, n with n = tanh(W x + b + r (U h + d)):
    /// h' = (1 - z) n + z h.
    Gru,
}

impl Cell {
    /// Gates of a step.
    #[must_use]
    pub const fn gates(self) -> usize {
        match self {
            Self::Lstm => 4,
            Self::Gru => 3,
        }
    }
}

/// A row's blocks.
#[inline(always)]
fn blocks(row: &mut [f32], lanes: usize) -> [&mut [f32]; 4] {
    let (first, others) = row.split_at_mut(lanes);
    let (second, others) = others.split_at_mut(lanes);
    let (third, others) = others.split_at_mut(lanes);
    [first, second, third, &mut others[..lanes]]
}

/// The gradient before a sigmoid whose value is `s`.
#[inline(always)]
fn through_sigmoid<S: Simd>(simd: S, slope: S::f32s, s: S::f32s) -> S::f32s {
    simd.mul_f32s(slope, simd.sub_f32s(s, simd.mul_f32s(s, s)))
}

/// The gradient before a hyperbolic tangent whose value is `t`.
#[inline(always)]
fn through_tanh<S: Simd>(simd: S, slope: S::f32s, t: S::f32s) -> S::f32s {
    simd.mul_f32s(slope, simd.sub_f32s(simd.splat_f32s(1.0), simd.mul_f32s(t, t)))
}

/// An LSTM's step: turns the rows into i, f, g and o, and the memory c before it into that behind it, its hyperbolic tangent
/// and the state h.
pub(super) fn lstm<S: Simd>(
    simd: S,
    size: Size,
    rows: &mut [f32],
    before: &[f32],
    (memory, tangent, states): (&mut [f32], &mut [f32], &mut [f32]),
) {
    let lanes = size.lanes();
    vectorise(
        simd,
        #[inline(always)]
        || {
            let rows = rows.chunks_mut(size.row()).zip(before.chunks_exact(lanes));
            let results = memory.chunks_exact_mut(lanes).zip(tangent.chunks_exact_mut(lanes));
            let results = results.zip(states.chunks_exact_mut(lanes));
            for ((row, before), ((memory, tangent), state)) in rows.zip(results) {
                let [i, f, g, o] = blocks(row, lanes);
                for at in (0..lanes).step_by(S::F32_LANES) {
                    let in_gate = sigmoid(simd, load::<S>(i, at));
                    let forget = sigmoid(simd, load::<S>(f, at));
                    let new = tanh(simd, load::<S>(g, at));
                    let out = sigmoid(simd, load::<S>(o, at));
                    let c = simd.mul_add_f32s(forget, load::<S>(before, at), simd.mul_f32s(in_gate, new));
                    let bent = tanh(simd, c);
                    store::<S>(i, at, in_gate);
                    store::<S>(f, at, forget);
                    store::<S>(g, at, new);
                    store::<S>(o, at, out);
                    store::<S>(memory, at, c);
                    store::<S>(tangent, at, bent);
                    store::<S>(state, at, simd.mul_f32s(out, bent));
                }
            }
        },
    );
}

/// Back: turns i, f, g and o into their gradients, and the gradient of the memory behind the step, as later steps have it,
/// into that of the memory before it.
pub(super) fn lstm_back<S: Simd>(
    simd: S,
    size: Size,
    rows: &mut [f32],
    (before, tangent): (&[f32], &[f32]),
    dstates: &[f32],
    dmemory: &mut [f32],
) {
    let lanes = size.lanes();
    vectorise(
        simd,
        #[inline(always)]
        || {
            let rows = rows.chunks_mut(size.row()).zip(before.chunks_exact(lanes).zip(tangent.chunks_exact(lanes)));
            let slopes = dstates.chunks_exact(lanes).zip(dmemory.chunks_exact_mut(lanes));
            for ((row, (before, tangent)), (dstate, dmemory)) in rows.zip(slopes) {
                let [i, f, g, o] = blocks(row, lanes);
                for at in (0..lanes).step_by(S::F32_LANES) {
                    let (in_gate, forget) = (load::<S>(i, at), load::<S>(f, at));
                    let (new, out) = (load::<S>(g, at), load::<S>(o, at));
                    let (bent, dh) = (load::<S>(tangent, at), load::<S>(dstate, at));
                    let through = through_tanh(simd, simd.mul_f32s(dh, out), bent);
                    let dc = simd.add_f32s(load::<S>(dmemory, at), through);
                    let of_forget = simd.mul_f32s(dc, load::<S>(before, at));
                    store::<S>(o, at, through_sigmoid(simd, simd.mul_f32s(dh, bent), out));
                    store::<S>(f, at, through_sigmoid(simd, of_forget, forget));
                    store::<S>(i, at, through_sigmoid(simd, simd.mul_f32s(dc, new), in_gate));
                    store::<S>(g, at, through_tanh(simd, simd.mul_f32s(dc, in_gate), new));
                    store::<S>(dmemory, at, simd.mul_f32s(dc, forget));
                }
            }
        },
    );
}

/// A GRU's step: turns the first three blocks of the rows into n, r and z, and the state before it into that behind it.
pub(super) fn gru<S: Simd>(simd: S, size: Size, rows: &mut [f32], before: &[f32], states: &mut [f32]) {
    let lanes = size.lanes();
    vectorise(
        simd,
        #[inline(always)]
        || {
            let states = before.chunks_exact(lanes).zip(states.chunks_exact_mut(lanes));
            for (row, (before, state)) in rows.chunks_mut(size.row()).zip(states) {
                let [n, r, z, q] = blocks(row, lanes);
                for at in (0..lanes).step_by(S::F32_LANES) {
                    let reset = sigmoid(simd, load::<S>(r, at));
                    let update = sigmoid(simd, load::<S>(z, at));
                    let new = tanh(simd, simd.mul_add_f32s(reset, load::<S>(q, at), load::<S>(n, at)));
                    let apart = simd.sub_f32s(load::<S>(before, at), new);
                    store::<S>(n, at, new);
                    store::<S>(r, at, reset);
                    store::<S>(z, at, update);
                    store::<S>(state, at, simd.mul_add_f32s(update, apart, new));
                }
            }
        },
    );
}

/// Back: turns the four blocks into their gradients, and that of the state behind the step into what z passes on of it.
pub(super) fn gru_back<S: Simd>(simd: S, size: Size, rows: &mut [f32], before: &[f32], dstates: &mut [f32]) {
    let lanes = size.lanes();
    vectorise(
        simd,
        #[inline(always)]
        || {
            let states = before.chunks_exact(lanes).zip(dstates.chunks_exact_mut(lanes));
            for (row, (before, dstate)) in rows.chunks_mut(size.row()).zip(states) {
                let [n, r, z, q] = blocks(row, lanes);
                for at in (0..lanes).step_by(S::F32_LANES) {
                    let (new, reset) = (load::<S>(n, at), load::<S>(r, at));
                    let (update, dh) = (load::<S>(z, at), load::<S>(dstate, at));
                    let passed = simd.mul_f32s(dh, update);
                    let dn = through_tanh(simd, simd.sub_f32s(dh, passed), new);
                    let apart = simd.sub_f32s(load::<S>(before, at), new);
                    let of_reset = simd.mul_f32s(dn, load::<S>(q, at));
                    store::<S>(n, at, dn);
                    store::<S>(r, at, through_sigmoid(simd, of_reset, reset));
                    store::<S>(z, at, through_sigmoid(simd, simd.mul_f32s(dh, apart), update));
                    store::<S>(q, at, simd.mul_f32s(dn, reset));
                    store::<S>(dstate, at, passed);
                }
            }
        },
    );
}

/// Adds the columns' sums over the rows.
pub(super) fn add_rows<S: Simd>(simd: S, rows: &[f32], stride: usize, sums: &mut [f32]) {
    vectorise(
        simd,
        #[inline(always)]
        || {
            for row in rows.chunks_exact(stride) {
                sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            }
        },
    );
}
