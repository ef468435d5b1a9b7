//! The protocol of an experiment as files that any program reads: its samples, the order of each epoch, and what is missing in
//! training, in validation and under each test condition; for models that are not in this workspace, so that they meet
//! exactly what ours do.
//!
//! Nothing is decided here. What is missing is asked of `corrkd-data` as the training loop asks it, for one sample at a time.
//!
//! ```text
//! experiment -> Asked (laws, conditions, epochs) -> size, refused or told -> views of each split -> .npz and .parquet
//! ```
//!
//! A row whose answers another program gives needs no method of ours:
//!
//! ```
//! use corrkd_config::Experiment;
//! use corrkd_data::unseen;
//! use corrkd_protocol::{Request, export};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let text = r#"title = "mine"
//! dataset = "synthetic"
//! size = "small"
//! seeds = [1]
//! reference = "mine"
//! variant = [{ name = "mine", method = "external", predictions = "seed{seed}.csv" }]"#;
//! let experiment = &Experiment::parse(text, &Default::default(), &[])?;
//! let folder = tempfile::tempdir()?;
//! let (cache, out, code) = (&folder.path().join("cache"), folder.path().join("protocol"), &Default::default());
//! let request = Request { name: "mine", experiment, source: None, cache, epochs: Some(1), features: false, code };
//! let files = export(&request, &out, &|bytes| println!("{bytes} bytes"), &unseen)?;
//! assert!(files.iter().all(|file| out.join(file).is_file()));
//! # Ok(())
//! # }
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
