//! The word that stands for a pause.

/// The text of a pause in the SDK's sequences of words.
pub const PAUSE: &str = "sp";
