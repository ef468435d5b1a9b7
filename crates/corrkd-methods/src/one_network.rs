//! Methods that are one network, learnt in one training which needs no other run: what such a method says of itself, and
//! what is the same for all of them.

use corrkd_config::{ConfigError, Missing, Shape, Stage, typed};
use corrkd_onnx::Graph;
use corrkd_train::{Context, Learner, PyTorch, Seen, Told, TrainError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::Table;

/// What such a method says of itself; `one_network!` makes a method of it.
pub(crate) trait OneNetwork {
    /// What an experiment may set.
    type Settings: Default + Serialize + DeserializeOwned;
    /// The name of the method and of its one stage.
    const NAME: &'static str;
    /// The digest of the code that decides its results.
    const CODE: &'static str;
    /// The network in PyTorch.
    const PYTORCH: PyTorch;

    /// The settings of a table; `whose` names the row in errors.
    fn read(whose: &str, settings: Table) -> Result<Self::Settings, ConfigError> {
        typed(whose, settings)
    }

    /// Checks what types cannot say.
    fn check(settings: &Self::Settings, whose: &str) -> Result<(), ConfigError>;

    /// Whether its training samples lose something.
    fn sees_missing(settings: &Self::Settings) -> bool;

    /// The memory that a training takes at least, in bytes.
    fn memory(settings: &Self::Settings, shape: &Shape) -> u64;

    /// What learns, from scratch; `missing` is what its training samples lose.
    fn learner(
        settings: &Self::Settings,
        missing: Option<Missing>,
        seed: u64,
        context: &Context,
    ) -> Result<Box<dyn Learner>, TrainError>;

    /// The finished network in a computation graph.
    fn graph(settings: &Self::Settings, context: &Context, graph: &mut Graph, seen: &Seen) -> Result<Told, TrainError>;

    /// Settings as a table, in the order of the fields.
    fn table(settings: &Self::Settings) -> Table {
        Table::try_from(settings).expect("numbers, texts and tables have a form in TOML")
    }

    /// The one stage.
    fn stage(whose: &str, settings: Table) -> Result<Stage, ConfigError> {
        let settings = Self::read(whose, settings)?;
        Self::check(&settings, whose)?;
        Ok(Stage {
            name: Self::NAME,
            training: "training",
            settings: Self::table(&settings),
            sees_missing: Self::sees_missing(&settings),
            needs: Vec::new(),
            is_part: false,
        })
    }

    /// The settings of a job.
    fn of_job(settings: &Table) -> Result<Self::Settings, TrainError> {
        Self::read(Self::NAME, settings.clone()).map_err(|error| TrainError::job(Self::NAME, &error))
    }

    /// What samples lose in a method that learns from no others.
    fn law(missing: Option<Missing>) -> Result<Missing, TrainError> {
        let reason = || "a stage that sees complete samples".to_owned();
        missing.ok_or_else(|| TrainError::Job { method: Self::NAME, reason: reason() })
    }
}

/// Makes a [`Method`](corrkd_train::Method) of what is a [`OneNetwork`].
macro_rules! one_network {
    ($method:ty) => {
        impl corrkd_config::MethodPlan for $method {
            fn name(&self) -> &'static str {
                <Self as OneNetwork>::NAME
            }

            fn defaults(&self) -> toml::Table {
                Self::table(&Default::default())
            }

            fn stages(
                &self,
                whose: &str,
                settings: toml::Table,
                _protocol: &corrkd_config::Protocol,
            ) -> Result<Vec<corrkd_config::Stage>, corrkd_config::ConfigError> {
                Ok(vec![Self::stage(whose, settings)?])
            }

            fn memory(&self, _stage: &str, settings: &toml::Table, shape: &corrkd_config::Shape) -> u64 {
                Self::of_job(settings).map_or(0, |settings| <Self as OneNetwork>::memory(&settings, shape))
            }
        }

        impl corrkd_train::Method for $method {
            fn code(&self) -> &'static str {
                <Self as OneNetwork>::CODE
            }

            fn open(
                &self,
                job: &corrkd_config::Job,
                seed: u64,
                context: &corrkd_train::Context,
                needs: &[corrkd_train::Needed],
            ) -> Result<Box<dyn corrkd_train::Learner>, corrkd_train::TrainError> {
                let settings = Self::of_job(&job.settings)?;
                if job.stage != <Self as OneNetwork>::NAME || !needs.is_empty() {
                    let reason = format!("a stage `{}` that needs {} runs", job.stage, needs.len());
                    return Err(corrkd_train::TrainError::Job { method: <Self as OneNetwork>::NAME, reason });
                }
                Self::learner(&settings, job.missing, seed, context)
            }

            fn graph(
                &self,
                job: &corrkd_config::Job,
                context: &corrkd_train::Context,
                _constants: &corrkd_train::Tensors,
                graph: &mut corrkd_onnx::Graph,
                seen: &corrkd_train::Seen,
            ) -> Result<corrkd_train::Told, corrkd_train::TrainError> {
                <Self as OneNetwork>::graph(&Self::of_job(&job.settings)?, context, graph, seen)
            }

            fn pytorch(&self) -> Result<corrkd_train::PyTorch, corrkd_train::TrainError> {
                Ok(<Self as OneNetwork>::PYTORCH)
            }
        }
    };
}
pub(crate) use one_network;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use crate::cubemlp::CubeMlp;
    use crate::dmd::Dmd;
    use crate::gcnet::GcNet;
    use crate::proof::{context, jobs, scores, table};
    use crate::selfmm::SelfMm;
    use crate::transm::TransM;
    use candle_core::{DType, Device};
    use corrkd_config::{Condition, Job, Kernels, Missing, PerModality, Presence, Task};
    use corrkd_data::Split;
    use corrkd_train::{Context, Method, TrainError};

    fn empty() -> Context {
        let (space, time) = (scores(Task::Binary, 0.0), PerModality::all(5));
        let way = (DType::F32, Kernels::Fused);
        context(&Device::Cpu, space, Presence::COMPLETE, time, Split::default(), way)
    }

    fn job(method: &dyn Method, lines: &str) -> Job {
        jobs(method, Task::Binary, lines).remove(0)
    }

    #[test]
    fn a_job_of_another_method_is_an_error() {
        let complete: [&dyn Method; 3] = [&SelfMm, &CubeMlp, &Dmd];
        let incomplete: [&dyn Method; 2] = [&TransM, &GcNet];
        for method in complete.iter().chain(&incomplete) {
            let right = job(*method, "");
            let stage = Job { stage: "teacher".to_owned(), ..right.clone() };
            let settings = Job { settings: table("loss = 1"), ..right };
            for job in [stage, settings] {
                let error = method.open(&job, 1, &empty(), &[]).err().unwrap();
                assert!(matches!(error, TrainError::Job { method: of, .. } if of == method.name()), "{error}");
            }
        }
        for method in incomplete {
            let error = method.open(&Job { missing: None, ..job(method, "") }, 1, &empty(), &[]).err().unwrap();
            assert!(
                matches!(error, TrainError::Job { .. }) && error.to_string().contains("complete samples"),
                "{error}"
            );
        }
    }

    #[test]
    fn training_samples_lose_something_only_where_asked_for() {
        let methods: [&dyn Method; 3] = [&SelfMm, &CubeMlp, &Dmd];
        for method in methods {
            let validated = |lines: &str| {
                let job = job(method, lines);
                let learner = method.open(&job, 1, &empty(), &[]).unwrap();
                (job.missing, learner.training().validated_on.clone())
            };
            assert_eq!(validated(""), (None, vec![Condition::COMPLETE]), "{}", method.name());
            let all = Presence::ALL.into_iter().map(Condition::only).collect();
            assert_eq!(validated("train_missing = \"mrm\""), (Some(Missing::default()), all), "{}", method.name());
        }
    }
}
