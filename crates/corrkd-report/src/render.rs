//! A table in each format.

mod latex;
mod markdown;
mod terminal;

pub(crate) use latex::latex;
pub(crate) use markdown::{escape, item, markdown};
pub(crate) use terminal::terminal;
