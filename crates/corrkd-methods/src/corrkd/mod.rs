//! CorrKD: Li et al., *Correlation-Decoupled Knowledge Distillation for Multimodal Sentiment Analysis with Incomplete
//! Modalities*, CVPR 2024.
//!
//! A teacher is trained on complete samples. A student of the same structure sees copies from which frames or whole
//! modalities were taken away, and learns from the labels and from the teacher, by three losses (`corrkd-losses`). A
//! student whose losses ask no teacher has none.

mod consistency;
mod graph;
mod idle;
mod memory;
mod network;
mod pytorch;
mod response;
mod settings;
mod statistics;
mod student;
mod teacher;
#[cfg(test)]
mod tests;

pub use network::{Network, Output};
pub use settings::{ClassWeights, Cpd, Losses, Probabilities, Rcd, RcdForm, Scd, Settings, Size, TaskLoss, Training};
pub use statistics::StatisticsNetwork;
pub use student::Student;
pub use teacher::Teacher;

use corrkd_config::{ConfigError, Job, MethodPlan, Protocol, Shape, Stage, typed};
use corrkd_onnx::Graph;
use corrkd_train::{Context, Learner, Method, Model, Needed, PyTorch, Seen, Tensors, Told, TrainError};
use toml::Table;

/// The method.
pub struct CorrKd;

const NAME: &str = "corrkd";
const TEACHER: &str = "teacher";
const STUDENT: &str = "student";

impl MethodPlan for CorrKd {
    fn name(&self) -> &'static str {
        NAME
    }

    fn defaults(&self) -> Table {
        Settings::default().table()
    }

    fn stages(&self, whose: &str, settings: Table, protocol: &Protocol) -> Result<Vec<Stage>, ConfigError> {
        let settings: Settings = typed(whose, settings)?;
        settings.check(whose, protocol.task)?;
        let without = |other: &str| {
            let mut table = settings.table();
            table.remove(other);
            table
        };
        let student = Stage {
            name: STUDENT,
            training: STUDENT,
            settings: without(TEACHER),
            sees_missing: true,
            needs: Vec::new(),
            is_part: false,
        };
        if !settings.losses.ask_a_teacher() {
            return Ok(vec![student]);
        }
        let mut of_teacher = without(STUDENT);
        of_teacher.insert("losses".to_owned(), settings.losses.of_teacher().into());
        let student = Stage { needs: vec![0], ..student };
        let teacher = Stage {
            name: TEACHER,
            training: TEACHER,
            settings: of_teacher,
            sees_missing: false,
            needs: Vec::new(),
            is_part: false,
        };
        Ok(vec![teacher, student])
    }

    fn memory(&self, stage: &str, settings: &Table, shape: &Shape) -> u64 {
        let settings = typed::<Settings>(NAME, settings.clone());
        settings.map_or(0, |settings| memory::least(&settings, stage == STUDENT, shape))
    }
}

impl Method for CorrKd {
    fn code(&self) -> &'static str {
        env!("CORRKD_CODE_CORRKD")
    }

    fn open(&self, job: &Job, seed: u64, context: &Context, needs: &[Needed]) -> Result<Box<dyn Learner>, TrainError> {
        let settings: Settings = typed(NAME, job.settings.clone()).map_err(|error| TrainError::job(NAME, &error))?;
        match (job.stage.as_str(), job.missing, needs) {
            (TEACHER, None, []) => Ok(Box::new(Teacher::new(settings, seed, context.clone())?)),
            (STUDENT, Some(law), [] | [_]) if needs.len() == usize::from(settings.losses.ask_a_teacher()) => {
                let teacher = needs.first().map(|teacher| Teacher::frozen(&settings, &teacher.weights, context));
                let student = Student::new(settings, law, seed, teacher.transpose()?.as_ref(), context.clone())?;
                Ok(Box::new(student))
            }
            (stage, missing, needs) => {
                let missing = if missing.is_some() { "missing" } else { "complete" };
                let reason = format!("a stage `{stage}` on {missing} samples that needs {} runs", needs.len());
                Err(TrainError::Job { method: NAME, reason })
            }
        }
    }

    fn graph(
        &self,
        job: &Job,
        context: &Context,
        _constants: &Tensors,
        graph: &mut Graph,
        seen: &Seen,
    ) -> Result<Told, TrainError> {
        let settings: Settings = typed(NAME, job.settings.clone()).map_err(|error| TrainError::job(NAME, &error))?;
        graph::graph(&job.stage, &settings, context, graph, seen)
    }

    fn pytorch(&self) -> Result<PyTorch, TrainError> {
        Ok(pytorch::PYTORCH)
    }

    /// A student that answers asks no teacher.
    fn finished(&self, job: &Job, context: &Context, _constants: &Tensors) -> Result<Box<dyn Model>, TrainError> {
        let settings: Settings = typed(NAME, job.settings.clone()).map_err(|error| TrainError::job(NAME, &error))?;
        match job.missing {
            Some(law) => Ok(Box::new(Student::new(settings, law, 0, None, context.clone())?)),
            None => Ok(Box::new(Teacher::new(settings, 0, context.clone())?)),
        }
    }
}
