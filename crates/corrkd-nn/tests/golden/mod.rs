//! Compares with a golden file, which a Python script of the same name beside it wrote from what PyTorch computed in
//! f64 (`golden.py` says what a file holds).

use candle_core::{DType, Device, Tensor, Var};
use std::collections::BTreeMap;

/// The largest difference allowed, relative to the largest element of PyTorch's tensor.
const TOLERANCE: f64 = 1e-9;

/// One case of a golden file.
pub(crate) struct Golden {
    case: &'static str,
    /// Inputs, a layer's parameters among them, as they stand in the file.
    pub(crate) inputs: BTreeMap<String, Tensor>,
    outputs: BTreeMap<String, Tensor>,
    gradients: BTreeMap<String, Tensor>,
}

impl Golden {
    /// Reads a case of `tests/golden/FILE.safetensors` of the crate under test.
    pub(crate) fn open(file: &str, case: &'static str) -> Self {
        let path = format!("{}/tests/golden/{file}.safetensors", env!("CARGO_MANIFEST_DIR"));
        let tensors = candle_core::safetensors::load(path, &Device::Cpu).unwrap();
        let of_kind = |kind: &str| {
            let prefix = format!("{case}/{kind}/");
            tensors.iter().filter_map(|(name, x)| Some((name.strip_prefix(&prefix)?.to_owned(), x.clone()))).collect()
        };
        Self { case, inputs: of_kind("input"), outputs: of_kind("output"), gradients: of_kind("gradient") }
    }

    /// An input in f64.
    pub(crate) fn input(&self, name: &str) -> Var {
        Var::from_tensor(&self.inputs[name].to_dtype(DType::F64).unwrap()).unwrap()
    }

    /// An input of whole numbers: lengths, categories.
    pub(crate) fn indices(&self, name: &str) -> Vec<usize> {
        self.inputs[name].to_vec1::<i64>().unwrap().into_iter().map(|i| i as usize).collect()
    }

    /// Holds outputs, the loss and its gradients with respect to `variables` (parameters and inputs by name) to
    /// PyTorch's. A variable whose gradient is not in the file must get none, and the file must hold no others.
    pub(crate) fn check<'a>(
        &self,
        outputs: &[(&str, &Tensor)],
        loss: &Tensor,
        variables: impl IntoIterator<Item = (&'a str, &'a Var)>,
    ) {
        let gradients = loss.backward().unwrap();
        assert_eq!(outputs.len() + 1, self.outputs.len(), "{}: outputs", self.case);
        let mut values = self.difference("loss", loss, &self.outputs["loss"]);
        for (name, output) in outputs {
            values = values.max(self.difference(name, output, &self.outputs[*name]));
        }
        let (mut slopes, mut compared) = (0f64, 0);
        for (name, variable) in variables {
            match (gradients.get(variable.as_tensor()), self.gradients.get(name)) {
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
        let [ours, theirs] = [ours, theirs].map(|x| x.flatten_all().unwrap().to_vec1::<f64>().unwrap());
        let largest = theirs.iter().fold(0f64, |largest, x| largest.max(x.abs()));
        let scale = if largest > 0.0 { largest } else { 1.0 };
        let mut worst = 0f64;
        for (i, (a, b)) in ours.iter().zip(&theirs).enumerate() {
            let difference = (a - b).abs() / scale;
            // Written so that a NaN fails.
            assert!(difference <= TOLERANCE, "{}: `{name}` at {i}: ours {a}, PyTorch's {b}", self.case);
            worst = worst.max(difference);
        }
        worst
    }
}
