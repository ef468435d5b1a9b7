//! The moments of several variables, one behind the other, and the step of all of them at once.

use super::adam;
use candle_core::{Result, Tensor, Var};
use corrkd_kernels::Rates;

/// A variable that is stepped, with its name and its gradient.
pub(super) type Stepped<'a> = (&'a str, &'a Var, &'a Tensor);

/// The moments of these variables, one behind the other, row-major.
pub(super) struct Packed {
    names: Vec<String>,
    moments: [Tensor; 2],
}

impl Packed {
    /// Those of the last step where it was of the same variables; otherwise each variable's own are put together.
    pub(super) fn of<'a>(
        last: Option<Self>,
        stepped: &[Stepped<'_>],
        moments: impl Fn(&str) -> Option<&'a [Tensor; 2]>,
    ) -> Result<Self> {
        if let Some(last) = last.filter(|last| last.names.iter().eq(stepped.iter().map(|(name, ..)| name))) {
            return Ok(last);
        }
        let pack = |which: usize| flat(stepped.iter().filter_map(|(name, ..)| Some(&moments(name)?[which])));
        Ok(Self { names: stepped.iter().map(|(name, ..)| (*name).to_owned()).collect(), moments: [pack(0)?, pack(1)?] })
    }

    /// Steps the variables, and gives the moments behind it, also each variable's.
    pub(super) fn step(self, rates: Rates, stepped: &[Stepped<'_>]) -> Result<(Self, Vec<[Tensor; 2]>)> {
        let gradient = flat(stepped.iter().map(|(_, _, gradient)| *gradient))?;
        let values = match rates.decay {
            0.0 => None,
            _ => Some(flat(stepped.iter().map(|(_, var, _)| var.as_tensor()))?),
        };
        let mut moments = self.moments;
        let step = adam::step(rates, &gradient, values.as_ref(), &mut moments)?;
        let (mut start, mut parts) = (0, Vec::with_capacity(stepped.len()));
        for (_, var, _) in stepped {
            let of = |flat: &Tensor| flat.narrow(0, start, var.elem_count())?.reshape(var.dims());
            var.set(&(var.as_detached_tensor() - of(&step)?)?)?;
            parts.push([of(&moments[0])?, of(&moments[1])?]);
            start += var.elem_count();
        }
        Ok((Self { names: self.names, moments }, parts))
    }
}

fn flat<'a>(tensors: impl Iterator<Item = &'a Tensor>) -> Result<Tensor> {
    Tensor::cat(&tensors.map(|tensor| tensor.detach().flatten_all()).collect::<Result<Vec<_>>>()?, 0)
}
