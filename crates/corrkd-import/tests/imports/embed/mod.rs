//! Words become vectors: what the look-up finds, what becomes of the rest, and what is refused.

mod genuine;
mod golden;
mod refused;
mod world;
