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
    /// A picture cannot be drawn.
    #[error("picture `{picture}`: {reason}")]
    Draw {
        /// Its name.
        picture: String,
        /// The drawing library's message.
        reason: String,
    },
    /// The page cannot be made.
    #[error("report.html: {reason}")]
    Page {
        /// The template library's message.
        reason: String,
    },
}
