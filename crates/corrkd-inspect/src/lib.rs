//! What sequences and data sets hold, and what is wrong with them.
//!
//! [`inspect`] reads each file once, entry by entry, and gives two views of it: a [`Description`] of what is there, and the
//! [`Findings`] of what is wrong or worth knowing. Both are shown as text (`to_string`) and serialised as JSON.
//!
//! ```
//! use corrkd_csd::{Entry, Features, Rows, Sequence, write};
//! use corrkd_data::unseen;
//! use corrkd_inspect::{Target, inspect};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("COVAREP.csd");
//! let features = Features::F32(Rows::flat(2, vec![0.1, f32::NAN]));
//! let entries = [("video".to_owned(), Entry { intervals: vec![[0.0, 0.5]], features })].into();
//! write(&path, &Sequence { root: "COVAREP".to_owned(), entries, ..Sequence::default() })?;
//!
//! let seen = inspect(Target::Files(&[path]), &unseen)?;
//! println!("{}{}", seen.description, seen.findings);
//! assert!(seen.findings.to_string().contains("video"), "the value that is no number is found");
//! # Ok(())
//! # }
//! ```

mod clock;
mod column;
mod contents;
mod description;
mod divisions;
mod durations;
mod finding;
mod findings;
mod ids;
mod inspect;
mod labelled;
mod labels;
mod large;
mod look;
mod meaning;
mod part;
mod quantiles;
mod render;
mod samples;
mod segmented;
mod segments;
mod sha256;
mod times;
mod unfit;
mod units;
mod values;
mod words;

pub use column::Column;
pub use contents::Contents;
pub use description::{DataSet, Described, Description, FoldCount, Missing};
pub use divisions::{Category, Division};
pub use finding::{Finding, Kind, Severity};
pub use findings::Findings;
pub use inspect::{Inspection, Target, inspect};
pub use labels::{Bin, LabelColumn, Labels, Spread};
pub use quantiles::Quantiles;
pub use segments::{LabelRow, Lengths, Pair, Segments};
pub use times::Times;
pub use values::Values;
pub use words::Words;
