//! What can end a run.

use corrkd_config::{Condition, ConfigError, Device, Exit, Modality};
use corrkd_data::DataError;
use corrkd_nn::NnError;
use corrkd_record::{RecordError, RunId};
use std::io::ErrorKind;

/// Why a run has no result.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A tensor or archive.
    #[error(transparent)]
    Nn(#[from] NnError),
    /// The data set.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The run's directory.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The device is not there.
    #[error("no device `{device}`: {reason}")]
    NoDevice {
        /// The device that was asked for.
        device: Device,
        /// What was looked for, and how to have it.
        reason: String,
    },
    /// A loss or gradient that is not a finite number.
    #[error("epoch {epoch}, step {step}: {term} is {value} on a batch of {samples}; {blame}")]
    NotFinite {
        /// The loss term, or the gradient's norm.
        term: &'static str,
        /// Its value.
        value: f64,
        /// The epoch, from 1.
        epoch: usize,
        /// The step within the epoch, from 1.
        step: usize,
        /// The samples of the batch.
        samples: usize,
        /// Where it comes from.
        blame: Blame,
    },
    /// Logits that are not finite numbers, on the validation or the test split.
    #[error("the logits under the condition `{condition}` are not finite; {blame}")]
    NoAnswer {
        /// What was missing.
        condition: Box<Condition>,
        /// Where they come from.
        blame: Blame,
    },
    /// A setting, or labels that cannot have the task.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data changed between planning and running.
    #[error(
        "the data's fingerprint is {got}, expected {expected}: the files changed since the run was planned; plan again"
    )]
    Fingerprint {
        /// Of the run's specification.
        expected: String,
        /// Of the data as read.
        got: String,
    },
    /// The code changed between planning and running.
    #[error("this program's code is {got}, expected {expected}: it was rebuilt since the run was planned; plan again")]
    Code {
        /// Of the run's specification.
        expected: String,
        /// Of this program.
        got: &'static str,
    },
    /// A run that this one needs is not there.
    #[error("the run {id}, which this one needs, has no result; run it first")]
    Needed {
        /// The run that is needed.
        id: RunId,
    },
    /// No method of the name.
    #[error("no method `{got}`, expected one of {}", known.join(", "))]
    NoMethod {
        /// Of the run's specification.
        got: String,
        /// The methods there are.
        known: Vec<&'static str>,
    },
    /// A specification that its method cannot have made.
    #[error("the run's specification is not one of the method {method}: {reason}; plan again")]
    Job {
        /// The method.
        method: &'static str,
        /// What does not fit.
        reason: String,
    },
    /// A run is not finished.
    #[error("the run {id} has no result; finish it first")]
    Unfinished {
        /// The run.
        id: RunId,
    },
    /// A run has no network that could be asked.
    #[error(
        "the run {id} keeps no network that can be asked: it is of another program's predictions, or an earlier version \
         made it; train it again with this one"
    )]
    NotOpened {
        /// The run.
        id: RunId,
    },
    /// A training was told to stop, and did.
    #[error("told to stop in epoch {epoch}, of which {step} steps are done; the same run goes on from there")]
    Stopped {
        /// The epoch, from 1.
        epoch: usize,
        /// The steps of it that are done.
        step: usize,
    },
    /// A method's network is no computation graph.
    #[error("the method {method} has no ONNX graph: {reason}")]
    NoGraph {
        /// The method.
        method: &'static str,
        /// Why.
        reason: String,
    },
    /// A method's network is no PyTorch module.
    #[error("the method {method} has no PyTorch module: {reason}")]
    NoPyTorch {
        /// The method.
        method: &'static str,
        /// Why.
        reason: String,
    },
    /// A finished run does not prove itself.
    #[error(
        "{cause}; `corrkd train` of the run {id}, or the same `ablate` command as before, makes good what is damaged of it"
    )]
    Unproved {
        /// The run.
        id: RunId,
        /// What is damaged.
        cause: Box<TrainError>,
    },
    /// A checkpoint, or what belongs to it, is not what the run left there.
    #[error("{path}: damaged: {reason}")]
    Checkpoint {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

/// Where a number that is not finite comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Blame {
    /// From these samples: each gives it by itself, and not all of the batch do.
    Samples(Vec<Culprit>),
    /// From every sample by itself, as from this one.
    All(Culprit),
    /// From no sample by itself.
    Together,
}

impl Blame {
    /// Of the samples that gave no finite number by themselves, out of `samples`.
    pub(crate) fn on(mut culprits: Vec<Culprit>, samples: usize) -> Self {
        match culprits.len() {
            0 => Self::Together,
            n if n == samples && n > 1 => Self::All(culprits.swap_remove(0)),
            _ => Self::Samples(culprits),
        }
    }
}

impl std::fmt::Display for Blame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Samples(culprits) => {
                let few: Vec<String> = culprits.iter().take(3).map(ToString::to_string).collect();
                write!(f, "it comes from {}", few.join(", "))?;
                if culprits.len() > 3 {
                    write!(f, " and {} more", culprits.len() - 3)?;
                }
                f.write_str("; correct or scale the features, or lower the learning rate")
            }
            Self::All(one) => write!(
                f,
                "every sample gives it by itself, {one} as any other: the features are too large, or the weights have \
                 grown too large; scale the features, or lower the learning rate"
            ),
            Self::Together => f.write_str("no sample gives it by itself; lower the learning rate"),
        }
    }
}

/// A sample from which no finite number comes.
#[derive(Clone, Debug, PartialEq)]
pub struct Culprit {
    /// The sample.
    pub id: String,
    /// The modality with its largest feature.
    pub modality: Modality,
    /// That feature.
    pub value: f32,
}

impl std::fmt::Display for Culprit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` (its largest feature is {:e}, in {})", self.id, self.value, self.modality)
    }
}

impl TrainError {
    /// What a setting that cannot be read makes of a run's specification.
    #[must_use]
    pub fn job(method: &'static str, error: &ConfigError) -> Self {
        Self::Job { method, reason: error.to_string() }
    }
}

impl From<candle_core::Error> for TrainError {
    fn from(error: candle_core::Error) -> Self {
        Self::Nn(error.into())
    }
}

impl TrainError {
    /// What the program ends with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Data(DataError::Interrupted) => Exit::Interrupted,
            Self::Stopped { .. } => Exit::Unfinished,
            Self::Data(e) if e.is_user_input() => Exit::Input,
            Self::Data(_) | Self::Fingerprint { .. } | Self::Checkpoint { .. } | Self::Unproved { .. } => Exit::Data,
            Self::Nn(NnError::Archive { .. } | NnError::Parameter { .. }) => Exit::Data,
            Self::NotFinite { blame: Blame::Samples(_), .. } | Self::NoAnswer { blame: Blame::Samples(_), .. } => {
                Exit::Data
            }
            Self::Record(RecordError::Damaged { .. }) => Exit::Data,
            Self::Nn(NnError::Io { .. })
            | Self::NoDevice { .. }
            | Self::Config(_)
            | Self::Record(_)
            | Self::Needed { .. }
            | Self::NoMethod { .. }
            | Self::Job { .. }
            | Self::Code { .. }
            | Self::Unfinished { .. }
            | Self::NotOpened { .. }
            | Self::NoGraph { .. }
            | Self::NoPyTorch { .. }
            | Self::NotFinite { .. }
            | Self::NoAnswer { .. } => Exit::Input,
            Self::Nn(_) => Exit::Fault,
        }
    }

    /// Whether a file is not what it should be, or absent where it belongs, rather than kept from being read.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::Nn(NnError::Io { cause, .. }) => cause.kind() == ErrorKind::NotFound,
            Self::Nn(NnError::Archive { .. }) | Self::Checkpoint { .. } | Self::Record(RecordError::Damaged { .. }) => {
                true
            }
            _ => false,
        }
    }

    /// The same of a finished run, with what mends it where it is damage.
    pub(crate) fn of(self, id: &RunId) -> Self {
        match self.is_damage() {
            true => Self::Unproved { id: id.clone(), cause: self.into() },
            false => self,
        }
    }
}
