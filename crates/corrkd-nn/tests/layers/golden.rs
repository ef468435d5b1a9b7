//! Compares with golden files, which Python scripts in `golden` folders wrote from what PyTorch computed in f64
//! (`corrkd-nn/tests/golden/golden.py` says what a file holds). We compute each case from the same inputs, in each type and form
//! that the device has.
//!
//! Proofs are functions of a [`Place`]: tests run them where `CORRKD_TEST_DEVICE` says, and `corrkd selftest` where its user asks
//! for it (`corrkd-selftest`, which takes these files in as they are).

use candle_core::{DType, Device, Tensor, Var};
use corrkd_nn::{Gradients, Kernels, Params};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A type and a form to compute in, and the largest difference allowed, relative to the largest element of PyTorch's tensor. In
/// f32 most differ by less than 1e-6, the worst by 3e-6.
pub(crate) type Way = (DType, Kernels, f64);

/// PyTorch's tensors whose largest element is below this are zero but for rounding, and are compared as such.
pub(crate) const ZERO: f64 = 1e-12;

/// Where proofs compute, and how far from PyTorch they came.
pub(crate) struct Place {
    /// Where they compute.
    pub(crate) device: Device,
    differences: RefCell<Vec<(DType, Kernels, f64)>>,
}

impl Place {
    /// Proofs on a device.
    pub(crate) const fn on(device: Device) -> Self {
        Self { device, differences: RefCell::new(Vec::new()) }
    }

    /// Where tests compute: the processor, or what `CORRKD_TEST_DEVICE` says: `cuda`, `metal`.
    #[cfg(test)]
    pub(crate) fn of_tests() -> Self {
        Self::on(match std::env::var("CORRKD_TEST_DEVICE").as_deref() {
            Err(_) | Ok("cpu") => Device::Cpu,
            Ok("cuda") => Device::new_cuda(0).unwrap(),
            Ok("metal") => Device::new_metal(0).unwrap(),
            Ok(other) => panic!("CORRKD_TEST_DEVICE is `{other}`, expected cpu, cuda or metal"),
        })
    }

    /// The types and forms there are: f64 nowhere but on processors and NVIDIA cards, fused kernels on processors alone.
    pub(crate) fn ways(&self) -> impl Iterator<Item = Way> + use<> {
        let (cpu, metal) = (self.device.is_cpu(), self.device.is_metal());
        let all: [(bool, Way); 3] = [
            (!metal, (DType::F64, Kernels::Composed, 1e-9)),
            (true, (DType::F32, Kernels::Composed, 1e-4)),
            (cpu, (DType::F32, Kernels::Fused, 1e-4)),
        ];
        all.into_iter().filter_map(|(there, way)| there.then_some(way))
    }

    /// Notes the largest difference of a comparison.
    pub(crate) fn note(&self, dtype: DType, kernels: Kernels, difference: f64) {
        self.differences.borrow_mut().push((dtype, kernels, difference));
    }

    /// All that was noted.
    #[allow(dead_code, reason = "the self test asks for it")]
    pub(crate) fn differences(self) -> Vec<(DType, Kernels, f64)> {
        self.differences.into_inner()
    }
}

/// One case of a golden file, to be computed in one type and form.
pub(crate) struct Golden<'a> {
    place: &'a Place,
    case: String,
    /// Where to compute.
    pub(crate) device: Device,
    /// The type to compute in.
    pub(crate) dtype: DType,
    /// The form to compute in.
    pub(crate) kernels: Kernels,
    tolerance: f64,
    /// Inputs, a layer's parameters among them, as they stand in the file.
    pub(crate) inputs: BTreeMap<String, Tensor>,
    outputs: BTreeMap<String, Tensor>,
    gradients: BTreeMap<String, Tensor>,
}

impl<'a> Golden<'a> {
    /// Runs `test` on a case of a golden file, in each type and form.
    pub(crate) fn each(place: &'a Place, file: &[u8], case: &str, test: impl Fn(&Self)) {
        let tensors = candle_core::safetensors::load_buffer(file, &Device::Cpu).unwrap();
        let of_kind = |kind: &str| {
            let prefix = format!("{case}/{kind}/");
            tensors.iter().filter_map(|(name, x)| Some((name.strip_prefix(&prefix)?.to_owned(), x.clone()))).collect()
        };
        for (dtype, kernels, tolerance) in place.ways() {
            test(&Self {
                place,
                case: format!("{case} in {}, {kernels:?}", dtype.as_str()),
                device: place.device.clone(),
                dtype,
                kernels,
                tolerance,
                inputs: of_kind("input"),
                outputs: of_kind("output"),
                gradients: of_kind("gradient"),
            });
        }
    }

    /// A store of parameters for a layer.
    pub(crate) fn params(&self) -> Params {
        Params::new(0, self.dtype, &self.device).with(self.kernels)
    }

    /// An input of real numbers.
    pub(crate) fn input(&self, name: &str) -> Var {
        let input = self.inputs[name].to_dtype(self.dtype).unwrap();
        Var::from_tensor(&input.to_device(&self.device).unwrap()).unwrap()
    }

    /// An input of whole numbers: lengths, categories.
    pub(crate) fn indices(&self, name: &str) -> Vec<usize> {
        self.inputs[name].to_vec1::<i64>().unwrap().into_iter().map(|i| i as usize).collect()
    }

    /// Holds outputs, the loss and its gradients with respect to parameters and to `inputs` by name to PyTorch's. What
    /// has no gradient in the file must get none, and the file must hold no others.
    pub(crate) fn check(
        &self,
        outputs: &[(&str, &Tensor)],
        loss: &Tensor,
        networks: &[&Params],
        inputs: &[(&str, &Var)],
    ) {
        let mut store = loss.backward().unwrap();
        let mut gradients: BTreeMap<String, Option<Tensor>> = BTreeMap::new();
        for (name, input) in inputs {
            gradients.insert((*name).to_owned(), store.remove(input.as_tensor()));
        }
        for params in networks {
            let mut of_params = Gradients::of(params, &mut store).by_parameter(params).unwrap();
            for name in params.values().unwrap().into_keys() {
                let gradient = of_params.remove(&name);
                gradients.insert(name, gradient);
            }
        }
        assert_eq!(outputs.len() + 1, self.outputs.len(), "{}: outputs", self.case);
        let mut values = self.difference("loss", loss, &self.outputs["loss"]);
        for (name, output) in outputs {
            values = values.max(self.difference(name, output, &self.outputs[*name]));
        }
        let (mut slopes, mut compared) = (0f64, 0);
        for (name, ours) in &gradients {
            match (ours, self.gradients.get(name)) {
                (Some(ours), Some(theirs)) => {
                    slopes = slopes.max(self.difference(name, ours, theirs));
                    compared += 1;
                }
                (None, None) => {}
                (ours, _) => panic!(
                    "{}: `{name}` gets a gradient: ours {}, PyTorch's {}",
                    self.case,
                    ours.is_some(),
                    ours.is_none()
                ),
            }
        }
        assert_eq!(compared, self.gradients.len(), "{}: gradients", self.case);
        self.place.note(self.dtype, self.kernels, values.max(slopes));
    }

    /// The largest difference relative to PyTorch's largest element (to one where all are zero).
    fn difference(&self, name: &str, ours: &Tensor, theirs: &Tensor) -> f64 {
        assert_eq!(ours.dims(), theirs.dims(), "{}: shape of `{name}`", self.case);
        assert_eq!(ours.dtype(), self.dtype, "{}: type of `{name}`", self.case);
        let [ours, theirs] = [ours, theirs].map(numbers);
        let largest = theirs.iter().fold(0f64, |largest, x| largest.max(x.abs()));
        let scale = if largest > ZERO { largest } else { 1.0 };
        let mut worst = 0f64;
        for (i, (a, b)) in ours.iter().zip(&theirs).enumerate() {
            let difference = (a - b).abs() / scale;
            // Written so that a NaN fails.
            assert!(difference <= self.tolerance, "{}: `{name}` at {i}: ours {a}, PyTorch's {b}", self.case);
            worst = worst.max(difference);
        }
        worst
    }
}

/// A tensor's numbers, row-major, wherever it lies.
pub(crate) fn numbers(x: &Tensor) -> Vec<f64> {
    let here = x.to_device(&Device::Cpu).unwrap();
    here.flatten_all().unwrap().to_dtype(DType::F64).unwrap().to_vec1().unwrap()
}
