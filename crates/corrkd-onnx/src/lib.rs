//! Computation graphs as ONNX files: operators are added to a [`Graph`] one by one, and its [`Graph::bytes`] are the file.
//!
//! ```
//! use corrkd_onnx::{Axis, Graph, Kind};
//!
//! let mut graph = Graph::new("twice");
//! let x = graph.input("x", Kind::F32, &[Axis::Named("batch"), Axis::Fixed(3)]);
//! let two = graph.constant(&[1], &[2.0]);
//! let twice = graph.op("Mul", &[&x, &two], &[]);
//! graph.output("y", &twice, Kind::F32, &[Axis::Named("batch"), Axis::Fixed(3)]);
//! assert!(!graph.bytes(&[("author", "nobody")]).is_empty());
//! ```

mod graph;
mod proto;

pub use graph::{Attribute, Axis, Graph, Kind, Value};
