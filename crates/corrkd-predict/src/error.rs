//! What can keep a network from answering.

use corrkd_config::{Condition, Exit};
use corrkd_data::DataError;
use corrkd_import::ImportError;
use corrkd_record::RecordError;
use corrkd_train::TrainError;
use std::path::PathBuf;

/// No answer.
#[derive(Debug, thiserror::Error)]
pub enum PredictError {
    /// The run, its network, or a sample.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// A file that samples are imported from.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A line of samples that is none.
    #[error(
        "line {line}: {reason}; expected {{\"id\": TEXT, \"language\": [[NUMBER, ...], ...], \"audio\": ..., \"vision\": ...}}, \
         with null for what is missing (JSON has no NaN)"
    )]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The samples cannot be read.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The labels are of another kind than those that the network learned from.
    #[error("recipe `{recipe}`: its labels are {got}, expected those that the network learned from, {expected}")]
    Labels {
        /// The recipe's name.
        recipe: String,
        /// What the network's are.
        expected: String,
        /// What the recipe's are.
        got: String,
    },
    /// A condition cannot be told from others on the data.
    #[error(
        "recipe `{recipe}`: the condition `{condition}` concerns nothing that its data have: a modality is not there, or \
         language frames are no words"
    )]
    Condition {
        /// The recipe's name.
        recipe: String,
        /// The condition.
        condition: Box<Condition>,
    },
    /// There are no samples where they were looked for.
    #[error("{}: no sample in it has a frame, expected one at least", path.display())]
    None {
        /// The file or folder.
        path: PathBuf,
    },
}

impl From<DataError> for PredictError {
    fn from(error: DataError) -> Self {
        Self::Train(error.into())
    }
}

impl From<RecordError> for PredictError {
    fn from(error: RecordError) -> Self {
        Self::Train(error.into())
    }
}

impl PredictError {
    /// What the program ends with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Train(error) => error.exit(),
            Self::Import(ImportError::Interrupted) => Exit::Interrupted,
            Self::Import(error) if error.is_user_input() => Exit::Input,
            Self::Io { .. } | Self::Labels { .. } | Self::Condition { .. } => Exit::Input,
            Self::Import(_) | Self::Line { .. } | Self::None { .. } => Exit::Data,
        }
    }
}
