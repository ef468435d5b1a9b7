//! The parameters of a network by name, in name order.

use crate::fused::available;
use crate::{Init, Kernels, NnError};
use candle_core::{DType, Device, Tensor, Var};
use corrkd_random::Stream;
use std::collections::BTreeMap;
use std::ops::Range;

/// Named parameters. A network asks for each one while it is built, through a [`Scope`].
///
/// A variable holds one parameter or a *pack* of several, one behind the other, as a fused kernel takes them. Values are
/// written and read by the parameters' names in either case.
pub struct Params {
    vars: BTreeMap<String, Var>,
    packs: BTreeMap<String, Pack>,
    stream: Stream,
    dtype: DType,
    device: Device,
    kernels: Kernels,
    frozen: bool,
}

/// The parameters in a packed variable: by name, in the variable's order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pack {
    pub(crate) parameters: BTreeMap<String, PackedParameter>,
}

/// One parameter's elements in a pack, row-major, and its shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PackedParameter {
    pub(crate) range: Range<usize>,
    pub(crate) shape: Vec<usize>,
}

impl Params {
    /// An empty store whose parameters will start from `seed`, for layers in their fastest form.
    #[must_use]
    pub fn new(seed: u64, dtype: DType, device: &Device) -> Self {
        let stream = Stream::new(seed, "initial value");
        Self {
            vars: BTreeMap::new(),
            packs: BTreeMap::new(),
            stream,
            dtype,
            device: device.clone(),
            kernels: available(Kernels::Fused, dtype, device),
            frozen: false,
        }
    }

    /// A store with the given values that hands out tensors without gradients.
    ///
    /// # Errors
    /// [`NnError::Tensor`] if a value cannot be copied.
    pub fn frozen(values: &BTreeMap<String, Tensor>, dtype: DType, device: &Device) -> Result<Self, NnError> {
        let mut params = Self { frozen: true, ..Self::new(0, dtype, device) };
        for (name, value) in values {
            let value = value.to_dtype(dtype)?.to_device(device)?;
            params.vars.insert(name.clone(), Var::from_tensor(&value)?);
        }
        Ok(params)
    }

    /// The same store for layers in the form asked for. To be said before a network is built in it.
    #[must_use]
    pub fn with(self, kernels: Kernels) -> Self {
        Self { kernels: available(kernels, self.dtype, &self.device), ..self }
    }

    /// The form of the layers that are built in this store.
    #[must_use]
    pub const fn kernels(&self) -> Kernels {
        self.kernels
    }

    /// The root scope, to build a network in.
    pub fn root(&mut self) -> Scope<'_> {
        Scope { params: self, prefix: String::new() }
    }

    /// Names and variables, in name order; a packed variable has the name of the layer it belongs to.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Var)> {
        self.vars.iter().map(|(name, var)| (name.as_str(), var))
    }

    /// The names of the parameters in the variable `name`.
    pub(crate) fn names_in<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let pack = self.packs.get(name);
        let single = pack.is_none().then_some(name);
        single.into_iter().chain(pack.into_iter().flat_map(|pack| pack.parameters.keys().map(String::as_str)))
    }

    /// The number of scalars.
    #[must_use]
    pub fn count(&self) -> usize {
        self.vars.values().map(|var| var.elem_count()).sum()
    }

    /// A copy of all parameters' values.
    ///
    /// # Errors
    /// [`NnError::Tensor`].
    pub fn values(&self) -> Result<BTreeMap<String, Tensor>, NnError> {
        let mut values = BTreeMap::new();
        for (name, var) in self.iter() {
            values.append(&mut self.unpacked(name, &var.as_tensor().copy()?.detach())?);
        }
        Ok(values)
    }

    /// What lies in a tensor of the variable `name`, a value or a gradient, by parameter.
    pub(crate) fn unpacked(&self, name: &str, tensor: &Tensor) -> candle_core::Result<BTreeMap<String, Tensor>> {
        match self.packs.get(name) {
            Some(pack) => pack.parameters.iter().map(|(name, part)| Ok((name.clone(), part.of(tensor)?))).collect(),
            None => Ok([(name.to_owned(), tensor.clone())].into()),
        }
    }

    /// Sets every parameter from `values`.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if one is absent or has another shape.
    pub fn load(&self, values: &BTreeMap<String, Tensor>) -> Result<(), NnError> {
        let place = |value: &Tensor| value.to_dtype(self.dtype)?.to_device(&self.device);
        for (name, var) in self.iter() {
            match self.packs.get(name) {
                Some(pack) => var.set(&place(&pack.packed(values)?)?)?,
                None => var.set(&place(matching(name, var.dims(), values.get(name))?)?)?,
            }
        }
        Ok(())
    }
}

impl Pack {
    /// The pack of these parameters, in name order.
    fn of<'a>(parameters: impl Iterator<Item = (&'a String, &'a Var)>) -> Self {
        let mut end = 0;
        let parameters = parameters.map(|(name, var)| {
            let start = end;
            end += var.elem_count();
            (name.clone(), PackedParameter { range: start..end, shape: var.dims().to_vec() })
        });
        Self { parameters: parameters.collect() }
    }

    /// Where the parameter `name` lies, which must have this shape.
    pub(crate) fn range(&self, name: &str, shape: &[usize]) -> Result<Range<usize>, NnError> {
        of_shape(name, shape, self.parameters.get(name).map(|part| (part.range.clone(), part.shape.as_slice())))
    }

    /// The values by name as one tensor.
    pub(crate) fn packed(&self, values: &BTreeMap<String, Tensor>) -> Result<Tensor, NnError> {
        let flat: Result<Vec<Tensor>, NnError> = self
            .parameters
            .iter()
            .map(|(name, part)| Ok(matching(name, &part.shape, values.get(name))?.flatten_all()?))
            .collect();
        Ok(Tensor::cat(&flat?, 0)?)
    }
}

impl PackedParameter {
    fn of(&self, packed: &Tensor) -> candle_core::Result<Tensor> {
        packed.narrow(0, self.range.start, self.range.len())?.reshape(self.shape.as_slice())
    }
}

/// The tensor `value` if its shape is `expected`.
pub(crate) fn matching<'a>(name: &str, expected: &[usize], value: Option<&'a Tensor>) -> Result<&'a Tensor, NnError> {
    of_shape(name, expected, value.map(|value| (value, value.dims())))
}

/// What was found under a name if its shape is `expected`.
fn of_shape<T>(name: &str, expected: &[usize], found: Option<(T, &[usize])>) -> Result<T, NnError> {
    let fail = |got: String| NnError::Parameter { name: name.to_owned(), got, expected: expected.to_vec() };
    match found {
        Some((value, shape)) if shape == expected => Ok(value),
        Some((_, shape)) => Err(fail(format!("of shape {shape:?}"))),
        None => Err(fail("absent".to_owned())),
    }
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

    /// The form of the layers that are built here.
    #[must_use]
    pub const fn kernels(&self) -> Kernels {
        self.params.kernels
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
        Ok(self.handed_out(tensor))
    }

    /// All parameters that a layer's composed form, built by `build` at this place, asks for, as one tensor, and where
    /// each lies in it.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub(crate) fn pack<L>(
        &mut self,
        build: impl FnOnce(Scope<'_>) -> Result<L, NnError>,
    ) -> Result<(Tensor, Pack), NnError> {
        let below = self.path("");
        if !self.params.packs.contains_key(&self.prefix) {
            let all = std::mem::take(&mut self.params.vars);
            let (given, others) = all.into_iter().partition(|(name, _)| name.starts_with(&below));
            let Params { stream, dtype, kernels, frozen, .. } = *self.params;
            self.params.vars = others;
            let device = self.params.device.clone();
            let mut apart = Params { vars: given, packs: BTreeMap::new(), stream, dtype, device, kernels, frozen };
            build(Scope { params: &mut apart, prefix: self.prefix.clone() })?;
            let pack = Pack::of(apart.vars.iter());
            let packed = Var::from_tensor(&pack.packed(&apart.values()?)?)?;
            self.params.vars.insert(self.prefix.clone(), packed);
            self.params.packs.insert(self.prefix.clone(), pack);
        }
        let packed = self.params.vars[&self.prefix].as_tensor();
        Ok((self.handed_out(packed), self.params.packs[&self.prefix].clone()))
    }

    fn handed_out(&self, tensor: &Tensor) -> Tensor {
        if self.params.frozen { tensor.detach() } else { tensor.clone() }
    }
}
