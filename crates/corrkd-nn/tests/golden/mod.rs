//! Compares with a golden file, which a Python script of the same name beside it wrote from what PyTorch computed in
//! f64 (`golden.py` says what a file holds). We compute each case in f64, and in f32 in both forms, from the same inputs.

use candle_core::{DType, Device, Tensor, Var};
use corrkd_nn::{Gradients, Kernels, Params};
use std::collections::BTreeMap;

/// The largest differences allowed, relative to the largest element of PyTorch's tensor. In f32 most differ by less than
/// 1e-6, the worst by 3e-6.
const WAYS: [(DType, Kernels, f64); 3] =
    [(DType::F64, Kernels::Composed, 1e-9), (DType::F32, Kernels::Composed, 1e-4), (DType::F32, Kernels::Fused, 1e-4)];

/// PyTorch's tensors whose largest element is below this are zero but for rounding, and are compared as such.
const ZERO: f64 = 1e-12;

/// One case of a golden file, to be computed in one type and form.
pub(crate) struct Golden {
    case: String,
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

impl Golden {
    /// Runs `test` on a case of `FILE.safetensors` in the folder of the crate under test, in each type and form.
    pub(crate) fn each(file: &str, case: &str, test: impl Fn(&Self)) {
        let path = format!("{}/{file}.safetensors", env!("CARGO_MANIFEST_DIR"));
        let tensors = candle_core::safetensors::load(path, &Device::Cpu).unwrap();
        let of_kind = |kind: &str| {
            let prefix = format!("{case}/{kind}/");
            tensors.iter().filter_map(|(name, x)| Some((name.strip_prefix(&prefix)?.to_owned(), x.clone()))).collect()
        };
        for (dtype, kernels, tolerance) in WAYS {
            test(&Self {
                case: format!("{case} in {}, {kernels:?}", dtype.as_str()),
                dtype,
                kernels,
                tolerance,
                inputs: of_kind("input"),
                outputs: of_kind("output"),
                gradients: of_kind("gradient"),
            });
        }
    }

    /// An input of real numbers.
    pub(crate) fn input(&self, name: &str) -> Var {
        Var::from_tensor(&self.inputs[name].to_dtype(self.dtype).unwrap()).unwrap()
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
        println!("{}: values differ by {values:.1e}, {compared} gradients by {slopes:.1e}", self.case);
    }

    /// The largest difference relative to PyTorch's largest element (to one where all are zero).
    fn difference(&self, name: &str, ours: &Tensor, theirs: &Tensor) -> f64 {
        assert_eq!(ours.dims(), theirs.dims(), "{}: shape of `{name}`", self.case);
        assert_eq!(ours.dtype(), self.dtype, "{}: type of `{name}`", self.case);
        let [ours, theirs] =
            [ours, theirs].map(|x| x.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1::<f64>().unwrap());
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
