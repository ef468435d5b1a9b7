//! What can keep a report from being written.

use corrkd_record::RecordError;

/// A report that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A record cannot be read, or a file not be written.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A frame cannot be computed or encoded.
    #[error("frame of the scores: {0}")]
    Frame(#[from] polars::error::PolarsError),
    /// The curve cannot be drawn.
    #[error("curve of the scores: {reason}")]
    Draw {
        /// The drawing library's message.
        reason: String,
    },
}
