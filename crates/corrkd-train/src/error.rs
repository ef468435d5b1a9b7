//! What can end a run.

use corrkd_config::Device;
use corrkd_data::DataError;
use corrkd_nn::NnError;
use corrkd_record::{RecordError, RunId};

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
    /// A number that is not one.
    #[error(
        "epoch {epoch}, step {step}: {term} is {value} on the samples {}; lower the learning rate, or look at these samples' features",
        few(ids)
    )]
    NotFinite {
        /// The loss term, or the gradient's norm.
        term: String,
        /// Its value.
        value: f64,
        /// The epoch, from 1.
        epoch: usize,
        /// The step within the epoch, from 1.
        step: usize,
        /// The batch's samples.
        ids: Vec<String>,
    },
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
    /// A student's teacher is not there.
    #[error("the teacher {id} of this student has no result; run it first")]
    Teacher {
        /// The teacher's run.
        id: RunId,
    },
    /// A student's specification names no teacher.
    #[error("the student {id} names no teacher")]
    NoTeacher {
        /// The student's run.
        id: RunId,
    },
    /// A checkpoint's note cannot be read.
    #[error("{path}: the checkpoint's note is damaged: {reason}; remove the run's directory to start it anew")]
    Checkpoint {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

/// The first samples of a batch, and how many more there are.
fn few(ids: &[String]) -> String {
    match ids {
        [first, second, third, _, ..] => format!("{first}, {second}, {third} and {} more", ids.len() - 3),
        _ => ids.join(", "),
    }
}

impl From<candle_core::Error> for TrainError {
    fn from(error: candle_core::Error) -> Self {
        Self::Nn(error.into())
    }
}

impl TrainError {
    /// The program's exit code: 2 for the user's input, 3 for data absent or damaged, 1 for the rest.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Data(e) if e.is_user_input() => 2,
            Self::Data(_) | Self::Fingerprint { .. } | Self::Checkpoint { .. } => 3,
            Self::Nn(NnError::Archive { .. } | NnError::Parameter { .. }) => 3,
            Self::Record(RecordError::Damaged { .. }) => 3,
            Self::NoDevice { .. }
            | Self::Record(_)
            | Self::Teacher { .. }
            | Self::NoTeacher { .. }
            | Self::Code { .. } => 2,
            Self::Nn(_) | Self::NotFinite { .. } => 1,
        }
    }
}
