//! A trained network at work: the folder of a finished run is opened, and samples are answered. Nothing else is needed: not the
//! data set, not the teacher, no file of settings.
//!
//! ```no_run
//! use corrkd_config::PerModality;
//! use corrkd_predict::Predictor;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let network = Predictor::open("runs/student-s1-0a1b2c3d4e5f".as_ref())?;
//! // Twelve words of 300 numbers each; of audio nothing is there, and of vision every second frame.
//! let given = PerModality {
//!     language: Some(vec![Some(vec![0.1; 300]); 12]),
//!     audio: None,
//!     vision: Some((0..12).map(|t| (t % 2 == 0).then(|| vec![0.5; 35])).collect()),
//! };
//! let said = network.answer(network.sample("clip 7", given)?)?;
//! println!("{}: {} {:?}", said.id, said.category, said.probabilities);
//! # Ok(())
//! # }
//! ```
//!
//! Frames are handed in as the data set's files have them: they are cut to the network's length and scaled as its training
//! samples were. What is not there is missing, and the network knows it. A [`Predictor`] may be asked by several threads at
//! once. [`Source`] reads samples of files: everything that `corrkd data import` reads and recipes describe, and JSON lines.
//!
//! ```
//! use corrkd_predict::JsonLines;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let lines = r#"{"id": "clip 7", "language": [[0.1, 0.2], null], "vision": null}"#;
//! let (id, given) = JsonLines::new(lines.as_bytes(), "-".into()).next().expect("a line")?;
//! assert_eq!(id, "clip 7");
//! // Two words, of which one is missing, and nothing that was heard or seen.
//! assert_eq!(given.language, Some(vec![Some(vec![0.1, 0.2]), None]));
//! assert!(given.audio.is_none() && given.vision.is_none());
//! # Ok(())
//! # }
//! ```

mod answered;
mod error;
mod evaluate;
mod export;
mod json_lines;
mod predictor;
mod source;

pub use answered::Answered;
pub use corrkd_data::{Given, Met, Sample};
pub use error::PredictError;
pub use json_lines::JsonLines;
pub use predictor::Predictor;
pub use source::{Source, recipe_beside};
