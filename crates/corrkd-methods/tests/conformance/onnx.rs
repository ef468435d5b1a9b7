//! A finished network as an ONNX graph gives the answers that we give, under every condition: by tract, which is told the
//! batch's shapes, since it plans with numbers; and, in the long tests, by onnxruntime, which is told none.

use super::{SEED, cases, methods};
use corrkd_config::{Condition, Modality};
use corrkd_data::{Batch, Dataset, Split, test_corruption};
use corrkd_record::{Answer, Runs};
use corrkd_train::{Finished, TrainError, predict};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tract_onnx::prelude::{
    Framework, InferenceFact, InferenceModelExt, IntoRunnable, IntoTensor, TValue, Tensor, TypedRunnableModel,
    tract_ndarray,
};

/// Methods without a graph: one whose answers are not those of one network, and the template.
const WITHOUT: [&str; 2] = ["mctn", "means"];

/// Samples that onnxruntime is asked about.
const FEW: usize = 3;

#[test]
fn graphs_answer_as_networks_do() {
    let mut asked = Asked::new();
    for case in cases() {
        let home = tempfile::tempdir().unwrap();
        let runs = Runs::open(home.path()).unwrap();
        let result = case.run(&runs, &mut |_, _| {}).pop().unwrap();
        let finished = Finished::open(&methods(), &runs.run(&result.id)).unwrap();
        let bytes = match finished.onnx(&[("run", result.id.as_str())]) {
            Err(TrainError::NoGraph { method, .. }) if WITHOUT.contains(&method) => continue,
            bytes => bytes.unwrap_or_else(|error| panic!("{}: {error}", case.name)),
        };
        let split = Split { samples: case.data.test.samples[..7].to_vec() };
        let graph = Runnable::of(&bytes, &inputs(&case.data, &split, Condition::COMPLETE, SEED));
        for condition in result.test.iter().map(|scores| scores.condition) {
            let ours = predict(&*finished.model, &split, condition, result.spec.seed, &finished.context).unwrap();
            let theirs = graph.answers(inputs(&case.data, &split, condition, result.spec.seed));
            let some = ours.answers[..FEW].iter().flat_map(numbers).collect();
            let few = Split { samples: split.samples[..FEW].to_vec() };
            asked.add(&bytes, inputs(&case.data, &few, condition, result.spec.seed), some);
            let ours: Vec<f32> = ours.answers.iter().flat_map(numbers).collect();
            assert_eq!(ours.len(), theirs.len(), "{} under {condition}", case.name);
            for (ours, theirs) in ours.iter().zip(&theirs) {
                // Of a score's size, where that is above 1.
                assert!(
                    (ours - theirs).abs() < 1e-5 * ours.abs().max(1.0),
                    "{} under {condition}: {ours} beside {theirs}",
                    case.name
                );
            }
        }
    }
    asked.judge();
}

/// Probabilities, or a score.
fn numbers(answer: &Answer) -> Vec<f32> {
    match answer {
        Answer::Categories { probabilities, .. } => probabilities.clone(),
        other => other.numbers(),
    }
}

/// The graph's inputs for samples under a condition. What is missing holds a number that must not matter.
fn inputs(data: &Dataset, split: &Split, condition: Condition, seed: u64) -> Vec<Tensor> {
    let statistics = data.statistics();
    let indices: Vec<usize> = (0..split.samples.len()).collect();
    let batch = Batch::gather(split, &indices, &data.widths);
    let batch = batch.masked(&data.widths, |row| test_corruption(seed, row, &condition, &statistics));
    let mut inputs: Vec<Tensor> = Vec::new();
    for m in Modality::ALL.into_iter().filter(|&m| data.modalities.has(m)) {
        let (count, time, width) = (indices.len(), *batch.time.get(m), *data.widths.get(m));
        let present = batch.present.get(m).clone();
        let mut values = batch.features.get(m).clone();
        for (frame, _) in
            values.chunks_exact_mut(width).zip(&present).filter(|(frame, there)| !**there && is_zero(frame))
        {
            frame.fill(0.5);
        }
        let lengths = batch.lengths.get(m).iter().map(|&length| length as i64).collect();
        inputs.push(tract_ndarray::Array3::from_shape_vec((count, time, width), values).unwrap().into_tensor());
        inputs.push(tract_ndarray::Array2::from_shape_vec((count, time), present).unwrap().into_tensor());
        inputs.push(tract_ndarray::Array1::from_vec(lengths).into_tensor());
    }
    inputs
}

/// A graph that is planned for inputs of some shapes.
struct Runnable(Arc<TypedRunnableModel>);

impl Runnable {
    fn of(bytes: &[u8], inputs: &[Tensor]) -> Self {
        let mut model = tract_onnx::onnx().model_for_read(&mut &bytes[..]).unwrap();
        for (place, input) in inputs.iter().enumerate() {
            let fact = InferenceFact::dt_shape(input.datum_type(), input.shape());
            model.set_input_fact(place, fact).unwrap();
        }
        Self(model.into_optimized().unwrap().into_runnable().unwrap())
    }

    fn answers(&self, inputs: Vec<Tensor>) -> Vec<f32> {
        let outputs = self.0.run(inputs.into_iter().map(TValue::from).collect()).unwrap();
        outputs[0].to_plain_array_view::<f32>().unwrap().iter().copied().collect()
    }
}

fn is_zero(frame: &[f32]) -> bool {
    frame.iter().all(|&value| value == 0.0)
}

/// What onnxruntime is asked, in the long tests: files beside a list of them.
struct Asked {
    folder: tempfile::TempDir,
    list: Vec<serde_json::Value>,
}

impl Asked {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), list: Vec::new() }
    }

    fn add(&mut self, graph: &[u8], inputs: Vec<Tensor>, expected: Vec<f32>) {
        if !long() {
            return;
        }
        let name = format!("{}.onnx", blake3::hash(graph).to_hex());
        fs::write(self.folder.path().join(&name), graph).unwrap();
        let number = self.list.len();
        let of = |(place, input): (usize, &Tensor)| {
            let file = format!("{number}-{place}");
            fs::write(self.folder.path().join(&file), input.as_bytes()).unwrap();
            serde_json::json!({ "file": file, "shape": input.shape(), "type": format!("{:?}", input.datum_type()) })
        };
        let inputs: Vec<_> = inputs.iter().enumerate().map(of).collect();
        self.list.push(serde_json::json!({ "graph": name, "inputs": inputs, "expected": expected }));
    }

    /// Has onnxruntime answer, and each graph checked by ONNX's own checker.
    fn judge(&self) {
        if !long() {
            eprintln!("skipped: onnxruntime's answers, which CORRKD_LONG_TESTS=1 asks for");
            return;
        }
        let Some(python) = python() else {
            eprintln!("skipped: onnxruntime could not be installed here");
            return;
        };
        fs::write(self.folder.path().join("list.json"), serde_json::to_vec(&self.list).unwrap()).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/judge.py");
        let output = Command::new(python).arg("-B").arg(script).arg(self.folder.path()).output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert!(output.status.success(), "{said}");
        assert!(said.contains(&format!("{} answers", self.list.len())), "{said}");
    }
}

/// A Python with onnxruntime, made once for a target folder; none where it cannot be had.
fn python() -> Option<PathBuf> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("onnxruntime");
    let python = place.join("bin/python");
    let done = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    let ready = || done(Command::new(&python).args(["-c", "import numpy, onnx, onnxruntime"]));
    let install = ["-m", "pip", "install", "--quiet", "numpy==2.4.6", "onnx==1.23.2", "onnxruntime==1.32.0"];
    let made = ready()
        || done(Command::new("python3").args(["-m", "venv"]).arg(&place)) && done(Command::new(&python).args(install));
    (made && ready()).then_some(python)
}

fn long() -> bool {
    std::env::var_os("CORRKD_LONG_TESTS").is_some_and(|value| value == "1")
}
