//! The protocol of an experiment as files that any program reads: its samples, the order of each epoch, and what is missing in
//! training, in validation and under each test condition; for models that are not in this workspace, so that they meet
//! exactly what ours do.
//!
//! Nothing is decided here. What is missing is asked of `corrkd-data` as the training loop asks it, for one sample at a time.
//!
//! ```text
//! experiment -> Asked (laws, conditions, epochs) -> size, refused or told -> views of each split -> .npz and .parquet
//! ```

mod array_file;
mod asked;
mod error;
mod export;
mod manifest;
mod samples;
mod size;
mod table_file;
mod text;
mod view;
mod views;

pub use error::ProtocolError;
pub use export::{Request, export};
