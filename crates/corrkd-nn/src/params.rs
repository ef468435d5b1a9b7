//! The parameters of a network by name, in name order.

use crate::{Init, NnError};
use candle_core::{DType, Device, Tensor, Var};
use corrkd_random::Stream;
use std::collections::BTreeMap;

/// Named parameters. A network asks for each one while it is built, through a [`Scope`].
pub struct Params {
    vars: BTreeMap<String, Var>,
    stream: Stream,
    dtype: DType,
    device: Device,
    frozen: bool,
}

impl Params {
    /// An empty store whose parameters will start from `seed`.
    #[must_use]
    pub fn new(seed: u64, dtype: DType, device: &Device) -> Self {
        let stream = Stream::new(seed, "initial value");
        Self { vars: BTreeMap::new(), stream, dtype, device: device.clone(), frozen: false }
    }

    /// A store with the given values that hands out tensors without gradients.
    ///
    /// # Errors
    /// [`NnError::Tensor`] if a value cannot be copied.
    pub fn frozen(values: &BTreeMap<String, Tensor>, dtype: DType, device: &Device) -> Result<Self, NnError> {
        let mut params = Self { frozen: true, ..Self::new(0, dtype, device) };
        for (name, value) in values {
            let value = value.to_device(device)?.to_dtype(dtype)?;
            params.vars.insert(name.clone(), Var::from_tensor(&value)?);
        }
        Ok(params)
    }

    /// The root scope, to build a network in.
    pub fn root(&mut self) -> Scope<'_> {
        Scope { params: self, prefix: String::new() }
    }

    /// Names and variables, in name order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Var)> {
        self.vars.iter().map(|(name, var)| (name.as_str(), var))
    }

    /// The number of scalars.
    #[must_use]
    pub fn count(&self) -> usize {
        self.vars.values().map(|var| var.elem_count()).sum()
    }

    /// A copy of all values.
    ///
    /// # Errors
    /// [`NnError::Tensor`].
    pub fn values(&self) -> Result<BTreeMap<String, Tensor>, NnError> {
        self.iter().map(|(name, var)| Ok((name.to_owned(), var.as_tensor().copy()?.detach()))).collect()
    }

    /// Sets every parameter from `values`.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if one is absent or has another shape.
    pub fn load(&self, values: &BTreeMap<String, Tensor>) -> Result<(), NnError> {
        for (name, var) in self.iter() {
            let value = matching(name, var.dims(), values.get(name))?;
            var.set(&value.to_device(&self.device)?.to_dtype(self.dtype)?)?;
        }
        Ok(())
    }
}

/// The tensor `value` if its shape is `expected`.
pub(crate) fn matching<'a>(name: &str, expected: &[usize], value: Option<&'a Tensor>) -> Result<&'a Tensor, NnError> {
    let fail = |got: String| NnError::Parameter { name: name.to_owned(), got, expected: expected.to_vec() };
    let value = value.ok_or_else(|| fail("absent".to_owned()))?;
    if value.dims() == expected { Ok(value) } else { Err(fail(format!("of shape {:?}", value.dims()))) }
}

/// A place in the tree of names.
pub struct Scope<'a> {
    params: &'a mut Params,
    prefix: String,
}

impl Scope<'_> {
    /// The scope `name` below this one.
    pub fn sub(&mut self, name: &str) -> Scope<'_> {
        let prefix = self.path(name);
        Scope { params: self.params, prefix }
    }

    /// The dotted name of `leaf` here.
    #[must_use]
    pub fn path(&self, leaf: &str) -> String {
        if self.prefix.is_empty() { leaf.to_owned() } else { format!("{}.{leaf}", self.prefix) }
    }

    /// The parameter `leaf`, made from `init` if the store does not hold it yet.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the store is frozen and lacks it, or holds another shape.
    pub fn get(&mut self, leaf: &str, shape: &[usize], init: Init) -> Result<Tensor, NnError> {
        let name = self.path(leaf);
        if !self.params.frozen && !self.params.vars.contains_key(&name) {
            let values = init.values(self.params.stream.named(&name), shape.iter().product());
            let value = Tensor::from_vec(values, shape, &Device::Cpu)?.to_dtype(self.params.dtype)?;
            self.params.vars.insert(name.clone(), Var::from_tensor(&value.to_device(&self.params.device)?)?);
        }
        let tensor = matching(&name, shape, self.params.vars.get(&name).map(Var::as_tensor))?;
        Ok(if self.params.frozen { tensor.detach() } else { tensor.clone() })
    }
}
