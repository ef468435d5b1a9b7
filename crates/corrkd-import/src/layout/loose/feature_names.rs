//! Names of columns that are no features.

use super::table::plain;

/// Columns that are no features, in lower case and without what is neither letter nor digit.
const NO_FEATURES: [&str; 18] = [
    "frame",
    "frameno",
    "framenum",
    "framenumber",
    "frameindex",
    "frameid",
    "frametime",
    "faceid",
    "timestamp",
    "timestamps",
    "time",
    "start",
    "end",
    "name",
    "file",
    "filename",
    "confidence",
    SUCCESS,
];
/// OpenFace's column that is 0 where it found no face.
pub(super) const SUCCESS: &str = "success";

/// Whether a column of this name is no feature.
pub(super) fn is_no_feature(name: &str) -> bool {
    NO_FEATURES.contains(&&plain(name)[..])
}
