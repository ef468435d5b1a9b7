//! The values of a file, side by side: a value within a value is an index. So what the file shares is shared here, a
//! list may hold itself, and values nested a million deep are dropped without recursion.

use crate::array::Array;
use crate::blob::Blob;
use crate::dtype::Dtype;
use crate::error::Trouble;
use crate::pickle::Global;
use crate::slot::Slot;

/// Objects that one file may make. The greatest data sets of the field make a tenth; at 64 bytes or so each, they take
/// less than a gigabyte.
const LIMIT: usize = 1 << 24;

/// A value that takes more than a few bytes, or that can grow.
#[derive(Debug)]
pub(crate) enum Node {
    /// An integer beyond 64 bits, in decimal.
    Long(Box<str>),
    Bytes(Blob),
    Text {
        /// UTF-8.
        blob: Blob,
        /// The number of characters, if all are at most U+00FF.
        latin1: Option<u64>,
    },
    List(Vec<Slot>),
    Tuple(Vec<Slot>),
    Set(Vec<Slot>),
    Dict(Vec<(Slot, Slot)>),
    Array(Array),
    /// An array that no BUILD has filled yet.
    Unfilled,
    Dtype(Dtype),
    Global(Global),
}

/// All nodes of a file.
#[derive(Default)]
pub(crate) struct Arena {
    nodes: Vec<Node>,
    objects: usize,
}

impl Arena {
    /// Adds a node.
    pub(crate) fn add(&mut self, node: Node) -> Result<Slot, Trouble> {
        self.spend()?;
        let index = self.nodes.len() as u32; // at most LIMIT
        self.nodes.push(node);
        Ok(Slot::Node(index))
    }

    /// Counts an object that is about to be held somewhere.
    pub(crate) fn spend(&mut self) -> Result<(), Trouble> {
        self.objects += 1;
        if self.objects > LIMIT {
            return Err(Trouble::refused(format!("more than {LIMIT} objects in one file")));
        }
        Ok(())
    }

    /// The node of a slot that is one.
    pub(crate) fn node(&self, slot: Slot) -> Option<&Node> {
        match slot {
            Slot::Node(index) => self.nodes.get(index as usize),
            _ => None,
        }
    }

    /// The same, to change.
    pub(crate) fn node_mut(&mut self, slot: Slot) -> Option<&mut Node> {
        match slot {
            Slot::Node(index) => self.nodes.get_mut(index as usize),
            _ => None,
        }
    }

    /// What Python calls such a value.
    pub(crate) fn name(&self, slot: Slot) -> &'static str {
        match slot {
            Slot::None => "None",
            Slot::Bool(_) => "bool",
            Slot::Int(_) => "int",
            Slot::Float(_) => "float",
            Slot::Node(_) => match self.node(slot) {
                Some(Node::Long(_)) => "int",
                Some(Node::Bytes(_)) => "bytes",
                Some(Node::Text { .. }) => "str",
                Some(Node::List(_)) => "list",
                Some(Node::Tuple(_)) => "tuple",
                Some(Node::Set(_)) => "set",
                Some(Node::Dict(_)) => "dict",
                Some(Node::Array(_)) => "array",
                Some(Node::Unfilled) => "array without data",
                Some(Node::Dtype(_)) => "dtype",
                Some(Node::Global(_)) | None => "class or function",
            },
        }
    }
}
