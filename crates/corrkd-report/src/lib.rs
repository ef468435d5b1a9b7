//! Tables and pictures over run records.
//!
//! All scores are computed from the runs' predictions, so that a new one needs no new run. They become one long frame (a
//! line for each run, condition and metric), that becomes a frame of means over seeds, and the main table is read off the
//! second, but for the differences between rows: these come, with their intervals and tests, from the answers themselves.
//! Frames hold scores as fractions; tables and pictures show them in percent. A table's cells know the runs behind them,
//! whatever format they are written in.
//!
//! ```
//! use corrkd_config::{Condition, Cuts, LabelSpace, Labels, Scale, Task};
//! use corrkd_metrics::Scores;
//! use corrkd_record::ConditionScores;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let labels = Labels::Score(Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() });
//! let space = LabelSpace::new(Task::Binary, &labels)?;
//! let under = |condition: &str, f1| -> Result<ConditionScores, corrkd_config::ConfigError> {
//!     Ok(ConditionScores { condition: condition.parse()?, scores: Scores { f1, ..Scores::default() } })
//! };
//! let table = corrkd_report::evaluation(&space, &[under("lav", 0.8)?, under("la", 0.75)?])?;
//! assert!(table.terminal.contains("80.0") && table.terminal.contains("75.0"));
//! assert!(table.csv.starts_with(b"condition,metric,value"));
//! # Ok(())
//! # }
//! ```

mod answers;
mod beyond;
mod card;
mod categories;
mod comparison;
mod conditions;
mod constant;
mod cost;
mod curve;
mod differences;
mod document;
mod error;
mod evaluation;
mod evidence;
mod folder;
mod folds;
mod frame_file;
mod listed;
mod matched;
mod means;
mod measure;
mod metrics;
mod mixture;
mod nature;
mod notes;
mod overall;
mod page;
mod paper;
mod parquet_rows;
mod parts;
mod picture;
mod ranks;
mod record;
mod render;
mod scores;
mod search;
mod silent;
mod standing;
mod summary;
mod table;
mod target;
mod terms;
mod warnings;
mod write;

pub use card::card;
pub use error::ReportError;
pub use evaluation::{Evaluation, evaluation};
pub use parquet_rows::{Cell, Kind, ParquetRows};
pub use write::{Report, write};
