//! Each module and each loss by itself: values and gradients, against PyTorch's.

use super::super::decoupling::Decoupling;
use super::super::ensemble::Ensemble;
use super::super::graph::{Design, Graph, HETEROGENEOUS, HOMOGENEOUS, vertices};
use super::super::heterogeneous::Heterogeneous;
use super::super::homogeneous::Homogeneous;
use super::super::margin::margin_loss;
use super::super::objective::orthogonality;
use super::super::reader::{Read, Reader};
use super::super::settings::{Coded, Orthogonality, Probabilities, Size};
use super::super::transformers::Transformers;
use super::WIDTHS;
use crate::golden::{Golden, Place};
use candle_core::{DType, Device, Result, Tensor, Var};
use corrkd_config::{Modality, PerModality};
use corrkd_nn::{DropoutKey, NnError, Params, Scope};

const FILE: &[u8] = include_bytes!("../golden/modules.safetensors");
const SIZE: Size = Size {
    width: 4,
    heads: 2,
    layers: 1,
    kernels: PerModality { language: 3, audio: 1, vision: 2 },
    positions: Coded::NonZero,
};
const NONE: Probabilities = Probabilities {
    language: 0.0,
    attention: PerModality { language: 0.0, audio: 0.0, vision: 0.0 },
    embedding: 0.0,
    feed_forward: 0.0,
    residual: 0.0,
    output: 0.0,
};
const TRANSFORMERS: Transformers<'_> = Transformers { size: &SIZE, dropout: &NONE };

/// Named outputs.
type Outputs = Vec<(String, Tensor)>;

/// A module's case: its outputs, and the gradients of their sum weighted by the file's numbers.
fn module<M>(
    case: &str,
    inputs: &[&str],
    build: impl Fn(Scope<'_>) -> std::result::Result<M, NnError>,
    outputs: impl Fn(&M, &[&Tensor]) -> Result<Outputs>,
) {
    Golden::each(&Place::of_tests(), FILE, case, |golden| {
        let mut params = golden.params();
        let module = build(params.root()).unwrap();
        // Parts that the case does not ask keep their initial values.
        let mut values = params.values().unwrap();
        values.extend(golden.inputs.clone());
        params.load(&values).unwrap();
        let x: Vec<Var> = inputs.iter().map(|name| golden.input(name)).collect();
        let outputs = outputs(&module, &x.iter().map(Var::as_tensor).collect::<Vec<_>>()).unwrap();
        let weighted = outputs.iter().map(|(name, output)| {
            let weights = golden.input(&format!("weight.{name}"));
            (output * weights.as_tensor()).unwrap().sum_all().unwrap()
        });
        let loss = weighted.reduce(|sum, term| (sum + term).unwrap()).unwrap();
        let outputs: Vec<_> = outputs.iter().map(|(name, output)| (name.as_str(), output)).collect();
        let named: Vec<_> = inputs.iter().copied().zip(&x).collect();
        golden.check(&outputs, &loss, &[&params], &named);
    });
}

const BY_NAME: [&str; 3] = ["language", "audio", "vision"];

fn by_modality(x: &[&Tensor]) -> PerModality<Tensor> {
    PerModality::from_fn(|m| x[m as usize].clone())
}

/// Outputs named after the modalities.
fn named(name: &str, of: impl Fn(Modality) -> Tensor) -> Outputs {
    Modality::ALL.map(|m| (format!("{name}.{m}"), of(m))).to_vec()
}

fn read_out(read: &PerModality<Read>) -> Outputs {
    let mut all = named("hidden", |m| read.get(m).hidden.clone());
    all.extend(named("sum", |m| read.get(m).sum.clone()));
    all.extend(named("own", |m| read.get(m).numbers.clone()));
    all
}

#[test]
fn decoupling() {
    for case in ["decoupling", "decoupling_short"] {
        let build = |scope: Scope<'_>| Decoupling::new(scope, &WIDTHS, &SIZE, &NONE);
        module(case, &BY_NAME, build, |module, x| {
            let parts = module.forward(&by_modality(x), DropoutKey::NONE)?;
            let again = module.rebuild(&parts)?;
            let all = [
                ("projected", parts.projected),
                ("specific", parts.specific),
                ("common", parts.common),
                ("rebuilt", again.projected),
                ("again", again.specific),
            ];
            Ok(all.into_iter().flat_map(|(name, of)| named(name, |m| of.get(m).clone())).collect())
        });
    }
}

/// A sequence shorter than its kernel is an error, not a panic; the network pads it.
#[test]
fn fewer_frames_than_the_kernel() {
    let mut params = Params::new(0, DType::F32, &Device::Cpu);
    let module = Decoupling::new(params.root(), &WIDTHS, &SIZE, &NONE).unwrap();
    let x = PerModality::from_fn(|m| Tensor::zeros((1, 2, *WIDTHS.get(m)), DType::F32, &Device::Cpu).unwrap());
    let error = module.forward(&x, DropoutKey::NONE).err().unwrap().to_string();
    assert!(error.contains("2 frames, expected at least 3"), "{error}");
}

#[test]
fn readers() {
    let build = |scope: Scope<'_>| Reader::new(scope, 6, 4, 2, 0.0);
    module("reader", &["x"], build, |module, x| {
        let Read { hidden, sum, numbers } = module.forward(x[0], DropoutKey::NONE)?;
        Ok([("hidden", hidden), ("sum", sum), ("numbers", numbers)].map(|(name, x)| (name.to_owned(), x)).to_vec())
    });
}

#[test]
fn the_homogeneous_branch() {
    let frames = PerModality { language: 4, audio: 6, vision: 5 };
    let build = |scope: Scope<'_>| Homogeneous::new(scope, &frames, 2, &TRANSFORMERS);
    module("homogeneous", &BY_NAME, build, |module, x| {
        let common = by_modality(x);
        let fused = module.fused(&common, DropoutKey::NONE)?;
        let of = module.forward(&common, &fused, DropoutKey::NONE)?;
        let mut all = named("aligned", |m| of.aligned.get(m).clone());
        all.extend(read_out(&of.read));
        all.extend([("fused".to_owned(), fused), ("numbers".to_owned(), of.numbers)]);
        Ok(all)
    });
}

#[test]
fn the_heterogeneous_branch() {
    let build = |scope: Scope<'_>| Heterogeneous::new(scope, 2, &TRANSFORMERS);
    module("heterogeneous", &BY_NAME, build, |module, x| {
        let gathered = module.gathered(&by_modality(x), DropoutKey::NONE)?;
        let mut all = named("gathered", |m| gathered.get(m).clone());
        all.extend(read_out(&module.read(&gathered, DropoutKey::NONE)?));
        Ok(all)
    });
}

#[test]
fn the_ensemble() {
    let build = |scope: Scope<'_>| Ensemble::new(scope, &SIZE, 2, 0.0);
    module("ensemble", &["language", "audio", "vision", "common"], build, |module, x| {
        let Read { sum, numbers, .. } = module.forward(&by_modality(x), x[3], DropoutKey::NONE)?;
        Ok(vec![("representation".to_owned(), sum), ("numbers".to_owned(), numbers)])
    });
}

#[test]
fn both_graphs() {
    let inputs = ["numbers", "representation"].map(|name| Modality::ALL.map(|m| format!("{name}.{m}"))).concat();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let graph = |case: &str, design: &Design| {
        let build = |scope: Scope<'_>| Graph::new(scope, 3, 6, design);
        module(case, &inputs, build, |module, x| {
            let numbers = vertices(PerModality::from_fn(|m| x[m as usize]))?;
            let representations = vertices(PerModality::from_fn(|m| x[3 + m as usize]))?;
            let edges = module.edges(&numbers, &representations)?;
            let losses = module.losses(&numbers, &representations, &edges)?;
            let all = [
                ("of_prior", losses.prior),
                ("of_numbers", losses.numbers),
                ("of_representations", losses.representations),
                ("edges", edges),
            ];
            Ok(all.map(|(name, x)| (name.to_owned(), x)).to_vec())
        });
    };
    graph("graph_homogeneous", &HOMOGENEOUS);
    graph("graph_heterogeneous", &HETEROGENEOUS);
}

#[test]
fn orthogonality_of_features_that_are_missing_or_alike() {
    for (case, form) in [("orthogonality", Orthogonality::Positive), ("cosine", Orthogonality::Signed)] {
        Golden::each(&Place::of_tests(), FILE, case, |golden| {
            let (specific, common) = (golden.input("specific"), golden.input("common"));
            let loss = orthogonality(&specific, &common, form).unwrap();
            golden.check(&[], &loss, &[], &[("specific", &specific), ("common", &common)]);
        });
    }
}

#[test]
fn the_margin_loss() {
    let loss = |case: &str, margin: &dyn Fn(f32, f32) -> f64| {
        Golden::each(&Place::of_tests(), FILE, case, |golden| {
            let x = golden.input("x");
            let ids: Vec<f32> = match golden.inputs["ids"].dtype() {
                DType::I64 => golden.indices("ids").into_iter().map(|category| category as f32).collect(),
                _ => golden.inputs["ids"].to_dtype(DType::F32).unwrap().to_vec1().unwrap(),
            };
            let labels: Vec<f32> = ids.iter().flat_map(|&id| [id; 3]).collect();
            golden.check(&[], &margin_loss(&x, &labels, margin).unwrap(), &[], &[("x", &x)]);
        });
    };
    let by_distance = |a: f32, b: f32| 0.15 * f64::from((a - b).abs());
    loss("margin_scores", &by_distance);
    loss("margin_emotions", &|_, _| 0.15);
    loss("margin_of_one_label", &by_distance);
}
