//! One direction of a recurrent layer, frame by frame. A sequence keeps its state behind its end: the direction that begins
//! there comes to the last frame with the first state, which is zero.

use super::{RecurrentShape, States};
use crate::{Cell, Init, NnError, Scope};
use candle_core::{D, Result, Tensor};

/// A direction's parameters.
pub(super) struct Direction {
    cell: Cell,
    input: Gates,
    hidden: Gates,
    reverse: bool,
}

/// What frames, or states, bring to the gates.
struct Gates {
    weight: Tensor,
    bias: Tensor,
}

/// A state h (B, H), and an LSTM's memory c (B, H).
#[derive(Clone)]
struct State {
    h: Tensor,
    c: Option<Tensor>,
}

impl Direction {
    pub(super) fn new(
        mut scope: Scope<'_>,
        shape: &RecurrentShape,
        reverse: bool,
    ) -> std::result::Result<Self, NnError> {
        let RecurrentShape { cell, inputs, width, .. } = *shape;
        let init = Init::Uniform { bound: 1.0 / (width as f64).sqrt() };
        let mut gates = |name: &str, inputs: usize| {
            let mut scope = scope.sub(name);
            Ok::<_, NnError>(Gates {
                weight: scope.get("weight", &[cell.gates() * width, inputs], init)?,
                bias: scope.get("bias", &[cell.gates() * width], init)?,
            })
        };
        Ok(Self { cell, input: gates("input", inputs)?, hidden: gates("hidden", width)?, reverse })
    }

    /// The states of x (B, T, D).
    pub(super) fn states(&self, x: &Tensor, frames: Option<&Tensor>) -> Result<States> {
        let (batch, time, _) = x.dims3()?;
        let zero = Tensor::zeros((batch, self.hidden.weight.dim(1)?), x.dtype(), x.device())?;
        let mut state = State { c: (self.cell == Cell::Lstm).then(|| zero.clone()), h: zero.clone() };
        let mut all = vec![zero; time];
        for step in 0..time {
            let t = if self.reverse { time - 1 - step } else { step };
            let next = self.step(&x.narrow(1, t, 1)?.squeeze(1)?, &state)?;
            (state, all[t]) = match frames {
                None => (next.clone(), next.h),
                Some(frames) => {
                    let exists = frames.narrow(1, t, 1)?; // (B, 1)
                    (state.moved(&next, &exists)?, next.h.broadcast_mul(&exists)?)
                }
            };
        }
        Ok(States { all: Tensor::stack(&all, 1)?, last: state.h })
    }

    /// The next state by a frame x (B, D).
    fn step(&self, x: &Tensor, State { h, c }: &State) -> Result<State> {
        let (x, hidden) = (self.input.of(x)?, self.hidden.of(h)?);
        match c {
            Some(c) => {
                let [i, f, g, o] = parts(&(x + hidden)?)?;
                let c = ((sigmoid(&f)? * c)? + (sigmoid(&i)? * g.tanh()?)?)?;
                Ok(State { h: (sigmoid(&o)? * c.tanh()?)?, c: Some(c) })
            }
            None => {
                let [[x_r, x_z, x_n], [h_r, h_z, h_n]] = [parts(&x)?, parts(&hidden)?];
                let (r, z) = (sigmoid(&(x_r + h_r)?)?, sigmoid(&(x_z + h_z)?)?);
                let n = (x_n + (r * h_n)?)?.tanh()?;
                Ok(State { h: (&n + (z * (h - &n)?)?)?, c: None })
            }
        }
    }
}

impl Gates {
    /// W x + b.
    fn of(&self, x: &Tensor) -> Result<Tensor> {
        x.matmul(&self.weight.t()?)?.broadcast_add(&self.bias)
    }
}

impl State {
    /// The next state where a frame exists (B, 1), else this one.
    fn moved(&self, next: &Self, exists: &Tensor) -> Result<Self> {
        let absent = exists.affine(-1.0, 1.0)?;
        let choice = |next: &Tensor, this: &Tensor| next.broadcast_mul(exists)? + this.broadcast_mul(&absent)?;
        let c = self.c.as_ref().zip(next.c.as_ref()).map(|(this, next)| choice(next, this)).transpose()?;
        Ok(Self { h: choice(&next.h, &self.h)?, c })
    }
}

/// The gates' parts of (B, N H).
fn parts<const N: usize>(gates: &Tensor) -> Result<[Tensor; N]> {
    let parts = gates.chunk(N, D::Minus1)?;
    parts
        .try_into()
        .map_err(|parts: Vec<Tensor>| candle_core::Error::Msg(format!("{} gates, expected {N}", parts.len())))
}

/// 1 / (1 + e^-x).
fn sigmoid(x: &Tensor) -> Result<Tensor> {
    (x * 0.5)?.tanh()?.affine(0.5, 0.5)
}
