//! Scores of sentiment analysis over plain slices, and what can be said of their differences between runs.
//!
//! Every score is a fraction in 0..1 unless its documentation says otherwise. Slices that belong together are read
//! side by side up to the shorter one's end; over no samples a rate is 0. Nothing here fails: a value that does not
//! exist is `None`.
//!
//! ```
//! use corrkd_metrics::{accuracy, mean, standard_deviation, t_interval, weighted_f1};
//!
//! let (truth, predicted) = ([0, 1, 1, 0, 1], [0, 1, 0, 0, 1]);
//! assert_eq!(accuracy(&truth, &predicted), 0.8);
//! assert!((weighted_f1(&truth, &predicted, 2) - 0.8).abs() < 1e-12);
//!
//! // What three seeds say of the mean over all.
//! let seeds = [0.81, 0.79, 0.83];
//! let spread = mean(&seeds).zip(standard_deviation(&seeds));
//! let interval = spread.and_then(|(mean, deviation)| t_interval(seeds.len(), mean, deviation));
//! assert!(interval.is_some_and(|interval| interval.holds(0.8) && interval.low < 0.77));
//! ```

mod accuracy;
mod area;
mod confusion;
mod constant;
mod contrast;
mod f1;
mod holm;
mod interval;
mod jackknife;
mod kendall;
mod mae;
mod pearson;
mod recall;
mod resolution;
mod retention;
mod scores;
mod sign;
mod sign_flip;
mod spearman;
mod spread;

pub use accuracy::{accuracy, divided_accuracy};
pub use area::area;
pub use confusion::confusion;
pub use constant::constant_f1;
pub use contrast::{Contrasts, Pair, f1_contrasts};
pub use f1::{category_f1, weighted_f1};
pub use holm::holm;
use interval::student_t;
pub use interval::{Interval, t_interval};
pub use jackknife::jackknife_interval;
pub use kendall::kendall_tau;
pub use mae::mean_absolute_error;
pub use pearson::{is_constant, pearson};
pub use recall::{category_recall, mean_recall};
pub use resolution::pairs_to_resolve;
pub use retention::retention_area;
pub use scores::{Division, Judged, OnScale, Scores, Target};
pub use sign::{Zeros, sign_accuracy, sign_f1, swapped_sign_f1};
pub use sign_flip::{DRAWS, MOST_PAIRS, least_sign_flip_p, sign_flip_p};
pub use spearman::spearman;
pub use spread::{mean, standard_deviation};
