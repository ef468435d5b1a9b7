//! What every method must keep, whatever it is: each new one is held to it without a line of its own. It runs with the
//! settings that `experiments/methods-quick.toml` gives it, on each kind of labels and sequences.

mod answers;
mod bits;
mod finished;
mod folder;
mod kinds;
mod learning;
mod onnx;
mod template;

use candle_core::Device;
use corrkd_config::{DatasetRef, Experiment, Job, Kernels, LabelSpace, MethodPlan, Row};
use corrkd_data::Dataset;
use corrkd_methods::METHODS;
use corrkd_record::{Event, RunDir, RunResult, RunSpec, Runs};
use corrkd_train::{Context, Learner, Method, Needed, Stop, TrainError, Work};
use std::collections::BTreeMap;

const SEED: u64 = 3;

/// A method's row on data, and the data.
struct Case {
    name: String,
    method: &'static dyn Method,
    row: Row,
    data: Dataset,
}

#[test]
fn a_method_of_ones_own_takes_less_than_a_page_and_a_half() {
    assert!(include_str!("template.rs").lines().count() < 120);
}

/// Every method there is, and the template of one's own.
fn methods() -> Vec<&'static dyn Method> {
    METHODS.iter().copied().chain([&template::Means as &dyn Method]).collect()
}

/// Every method, on each kind of data.
fn cases() -> Vec<Case> {
    let text = include_str!("../../../../experiments/methods-quick.toml");
    let own = "[[variant]]\nname = \"one's own\"\nmethod = \"means\"";
    let plans: Vec<&dyn MethodPlan> = methods().into_iter().map(|method| method as &dyn MethodPlan).collect();
    let mut cases = Vec::new();
    for (kind, task, data) in kinds::KINDS.iter() {
        let text = &format!("task = \"{task}\"\n{text}\n{own}");
        for row in Experiment::parse(text, &BTreeMap::new(), &plans).unwrap().rows {
            let method = methods().into_iter().find(|method| method.name() == row.method).unwrap();
            cases.push(Case { name: format!("{} on {kind}", row.name), method, row, data: data.clone() });
        }
    }
    assert_eq!(cases.len(), kinds::KINDS.len() * methods().len(), "a method has no row in methods-quick.toml");
    cases
}

impl Case {
    fn context(&self) -> Context {
        let space = LabelSpace::new(self.row.protocol.task, &self.data.labels).unwrap();
        Context::new(&self.data, space, &Device::Cpu, Kernels::Fused)
    }

    fn job(&self, stage: usize) -> Job {
        Job::of(&self.row, &self.row.stages[stage])
    }

    /// What learns in each stage, fresh; a stage that needs others gets them as they start.
    fn learners(&self) -> Vec<Box<dyn Learner>> {
        let mut learners: Vec<Box<dyn Learner>> = Vec::new();
        for (number, stage) in self.row.stages.iter().enumerate() {
            let needs: Vec<Needed> = stage
                .needs
                .iter()
                .map(|&need| Needed { job: self.job(need), weights: learners[need].params().values().unwrap() })
                .collect();
            learners.push(self.method.open(&self.job(number), SEED, &self.context(), &needs).unwrap());
        }
        learners
    }

    /// Does the runs of all stages in a folder; `listen` hears of each with its directory.
    fn run(&self, runs: &Runs, listen: &mut dyn FnMut(&RunDir, &Event)) -> Vec<RunResult> {
        self.run_first(self.row.stages.len(), runs, listen)
    }

    /// The same of so many stages from the first.
    fn run_first(&self, count: usize, runs: &Runs, listen: &mut dyn FnMut(&RunDir, &Event)) -> Vec<RunResult> {
        self.run_stopped(count, runs, &Stop::new(), listen)
    }

    /// The same where a run that is told to stop goes on.
    fn run_stopped(
        &self,
        count: usize,
        runs: &Runs,
        stop: &Stop,
        listen: &mut dyn FnMut(&RunDir, &Event),
    ) -> Vec<RunResult> {
        let mut results: Vec<RunResult> = Vec::new();
        for (number, stage) in self.row.stages.iter().take(count).enumerate() {
            let spec = RunSpec {
                job: self.job(number),
                seed: SEED,
                dataset: DatasetRef { name: self.data.name.clone(), size: None, fold: None },
                fingerprint: self.data.fingerprint.clone(),
                labels: self.data.labels.clone(),
                code: self.method.code().to_owned(),
                device: corrkd_config::Device::Cpu,
                kernels: Kernels::Fused,
                needs: stage.needs.iter().map(|&need| results[need].id.clone()).collect(),
            };
            let dir = runs.run(&spec.id());
            dir.prepare(&spec).unwrap();
            let (method, data, device) = (self.method, &self.data, Device::Cpu);
            let work = Work { method, dir: &dir, spec: &spec, data, runs, device, stop };
            let result = loop {
                match work.finish(&mut |event| listen(&dir, event)) {
                    Err(TrainError::Stopped { .. }) => {}
                    result => break result.unwrap(),
                }
            };
            results.push(result);
        }
        results
    }
}
