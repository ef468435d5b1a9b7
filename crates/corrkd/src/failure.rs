//! An error and the exit code it ends the program with.

use corrkd_data::DataError;
use corrkd_record::RecordError;
use corrkd_report::ReportError;
use corrkd_train::TrainError;

/// Why the program ends without having done its work.
pub(crate) struct Failure {
    /// 1 our fault, 2 the user's input, 3 data absent or damaged, 4 a verified run came out otherwise.
    pub(crate) code: u8,
    /// The message.
    pub(crate) error: anyhow::Error,
}

impl From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        Self { code: error.exit_code(), error: error.into() }
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

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Record(error) => error.into(),
            ReportError::Frame(_) | ReportError::Draw { .. } | ReportError::Page { .. } => {
                Self { code: 1, error: error.into() }
            }
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self { code: 1, error: error.into() }
    }
}
