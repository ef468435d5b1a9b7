//! What a run leaves behind: events, result, predictions, and how `runs/` is laid out.
//!
//! ```text
//! runs/
//!   student-s3-0a1b2c3d4e5f/    one folder for each run, named by its content (RunId)
//!     spec.json                 everything that decides the result
//!     events.jsonl              progress, one line for each event
//!     last.safetensors          where to resume
//!     best.safetensors          the weights of the best epoch
//!     predictions.csv           the test split under every condition
//!     representations.csv       what the network makes of test samples, where the settings ask for it
//!     result.json               written last, by rename: there is one exactly if the run is finished; it holds the hashes of
//!                               the weights, predictions, representations and the history of events, and its own
//!     log.txt                   what the process said
//!     lock, claim               held while a process works here
//!   reports/NAME/               sweep.json, which holds its own hash, and the tables of an experiment
//! ```
//!
//! ```
//! use corrkd_config::{Cuts, LabelSpace, Labels, Scale, Task};
//! use corrkd_record::{Answer, Prediction, scores};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let labels = Labels::Score(Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() });
//! let space = LabelSpace::new(Task::Regression, &labels)?;
//! let predicted = |id: &str, label: f32, score: f32| {
//!     let (condition, id, category) = ("lav".to_owned(), id.to_owned(), space.category(label));
//!     Prediction { condition, id, label, category, answer: Answer::Score(score) }
//! };
//! let predictions = [predicted("v[0]", 1.0, 0.5), predicted("v[1]", -2.0, -1.0), predicted("v[2]", 2.0, -0.5)];
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("predictions.csv");
//! let hash = Prediction::write(&file, &predictions)?;
//! assert_eq!(Prediction::read(&file, &hash)?, predictions);
//! assert_eq!(scores(&space, &predictions.iter().collect::<Vec<_>>()).accuracy, 2.0 / 3.0);
//! # Ok(())
//! # }
//! ```

mod answer;
mod claim;
mod digest;
mod error;
mod event;
mod events;
mod external;
mod json;
mod lines;
mod lock;
mod prediction;
mod prepared;
mod replace;
mod representation;
mod result;
mod run_dir;
mod run_id;
mod runs;
mod scoring;
mod spec;
mod sweep;

pub use answer::Answer;
pub use digest::digest;
pub use error::RecordError;
pub use event::{Event, SplitSizes, Validation};
pub use external::{EXTERNAL_CODE, External};
pub use lock::Lock;
pub use prediction::Prediction;
pub use prepared::Prepared;
pub use replace::replace;
pub use representation::Representation;
pub use result::{ConditionScores, Environment, Lacking, RunResult, Trained};
pub use run_dir::RunDir;
pub use run_id::RunId;
pub use runs::Runs;
pub use scoring::scores;
pub use spec::RunSpec;
pub use sweep::{SearchedRow, Sweep, SweepRun, TrialRun};
