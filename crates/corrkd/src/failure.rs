//! An error and the exit code it ends the program with.

use corrkd_config::Exit;
use corrkd_data::DataError;
use corrkd_predict::PredictError;
use corrkd_protocol::ProtocolError;
use corrkd_record::RecordError;
use corrkd_report::ReportError;
use corrkd_train::TrainError;

/// Why the program ends without having done its work.
pub(crate) struct Failure {
    /// What it ends with.
    pub(crate) exit: Exit,
    /// The message.
    pub(crate) error: anyhow::Error,
}

impl From<corrkd_runner::Failure> for Failure {
    fn from(corrkd_runner::Failure { exit, error }: corrkd_runner::Failure) -> Self {
        Self { exit, error }
    }
}

impl From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        Self { exit: error.exit(), error: error.into() }
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        TrainError::from(error).into()
    }
}

impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        TrainError::from(error).into()
    }
}

impl From<PredictError> for Failure {
    fn from(error: PredictError) -> Self {
        Self { exit: error.exit(), error: error.into() }
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Record(error) => error.into(),
            ReportError::Frame(_) | ReportError::Draw { .. } | ReportError::Page { .. } => {
                Self { exit: Exit::Fault, error: error.into() }
            }
        }
    }
}

impl From<ProtocolError> for Failure {
    fn from(error: ProtocolError) -> Self {
        match error {
            ProtocolError::Data(error) => error.into(),
            ProtocolError::Record(error) => error.into(),
            ProtocolError::Large { .. } | ProtocolError::NoEpochs => Self { exit: Exit::Input, error: error.into() },
            ProtocolError::Io { .. } | ProtocolError::Table { .. } => Self { exit: Exit::Data, error: error.into() },
        }
    }
}

/// What neither the user nor the data can help.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { exit: Exit::Fault, error }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self { exit: Exit::Fault, error: error.into() }
    }
}
