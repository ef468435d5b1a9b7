//! A value of a document, and the ways to look at it. How long ones are read is said where they are: numbers in `rows`, texts in
//! `texts`, words in `words`.

use crate::arena::Node;
use crate::array::{Array, Data};
use crate::blob::Storage;
use crate::document::Document;
use crate::dtype::Dtype;
use crate::error::{NumpyError, Trouble};
use crate::slot::Slot;

/// A value of a document.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    document: &'a Document,
    slot: Slot,
}

/// What a value is. Containers tell how many values they hold, texts and bytes how many bytes they take.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// `None`.
    None,
    /// A truth value.
    Bool(bool),
    /// An integer of at most 64 bits.
    Int(i64),
    /// A greater integer, rounded.
    Long(f64),
    /// A number of 64 bits.
    Float(f64),
    /// Bytes; in Python 2 also texts.
    Bytes(u64),
    /// A text.
    Text(u64),
    /// A list.
    List(usize),
    /// A tuple.
    Tuple(usize),
    /// A set or frozen set.
    Set(usize),
    /// A dictionary of any kind.
    Dict(usize),
    /// An array; a single value of NumPy's has no axes.
    Array(ArrayView<'a>),
    /// Something that is not data, by its name.
    Other(&'static str),
}

/// An array of a document.
#[derive(Clone, Copy)]
pub struct ArrayView<'a> {
    pub(crate) document: &'a Document,
    pub(crate) array: &'a Array,
}

impl Document {
    /// The value that the file holds.
    #[must_use]
    pub const fn root(&self) -> Value<'_> {
        Value::new(self, self.root)
    }
}

impl<'a> Value<'a> {
    const fn new(document: &'a Document, slot: Slot) -> Self {
        Self { document, slot }
    }

    pub(crate) fn node(self) -> Option<&'a Node> {
        self.document.arena.node(self.slot)
    }

    /// The document that the value is of.
    #[must_use]
    pub const fn document(self) -> &'a Document {
        self.document
    }

    /// What the value is.
    #[must_use]
    pub fn view(self) -> View<'a> {
        match (self.slot, self.node()) {
            (Slot::None, _) => View::None,
            (Slot::Bool(value), _) => View::Bool(value),
            (Slot::Int(value), _) => View::Int(value),
            (Slot::Float(value), _) => View::Float(value),
            (_, Some(Node::Long(digits))) => View::Long(digits.parse().unwrap_or(f64::NAN)),
            (_, Some(Node::Bytes(blob))) => View::Bytes(blob.length),
            (_, Some(Node::Text { blob, .. })) => View::Text(blob.length),
            (_, Some(Node::List(items))) => View::List(items.len()),
            (_, Some(Node::Tuple(items))) => View::Tuple(items.len()),
            (_, Some(Node::Set(items))) => View::Set(items.len()),
            (_, Some(Node::Dict(entries))) => View::Dict(entries.len()),
            (_, Some(Node::Array(array))) => View::Array(ArrayView { document: self.document, array }),
            _ => View::Other(self.document.arena.name(self.slot)),
        }
    }

    /// What Python calls such a value.
    #[must_use]
    pub fn kind(self) -> &'static str {
        self.document.arena.name(self.slot)
    }

    /// The value as an array, if it is one.
    #[must_use]
    pub fn array(self) -> Option<ArrayView<'a>> {
        match self.view() {
            View::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The values in a list, tuple, set or array of objects.
    #[must_use]
    pub fn items(self) -> Option<impl ExactSizeIterator<Item = Self>> {
        let mut node = self.node()?;
        if let Node::Array(Array { data: Data::Items(list), .. }) = node {
            node = self.document.arena.node(*list)?;
        }
        match node {
            Node::List(items) | Node::Tuple(items) | Node::Set(items) => {
                Some(items.iter().map(move |&slot| Self::new(self.document, slot)))
            }
            _ => None,
        }
    }

    /// The keys and values of a dictionary, in its order. A key that was set twice is there twice.
    #[must_use]
    pub fn entries(self) -> Option<impl ExactSizeIterator<Item = (Self, Self)> + DoubleEndedIterator> {
        match self.node()? {
            Node::Dict(entries) => Some(
                entries
                    .iter()
                    .map(move |&(key, value)| (Self::new(self.document, key), Self::new(self.document, value))),
            ),
            _ => None,
        }
    }

    /// The value of a key, a text or bytes, in a dictionary; of one that was set twice, the last.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        self.entries()?.rev().find(|(other, _)| other.is(key)).map(|(_, value)| value)
    }

    /// Whether the value is this short text, or bytes that spell it.
    #[must_use]
    pub fn is(self, text: &str) -> bool {
        match self.node() {
            Some(Node::Text { blob, .. } | Node::Bytes(blob)) => {
                matches!(&blob.place, Storage::Held(bytes) if bytes[..] == *text.as_bytes())
            }
            _ => false,
        }
    }

    /// All bytes of a value that is bytes. `None` for any other.
    ///
    /// # Errors
    /// [`NumpyError`] where the file cannot be read.
    pub fn bytes(self) -> Result<Option<Vec<u8>>, NumpyError> {
        let Some(Node::Bytes(blob)) = self.node() else { return Ok(None) };
        let bytes = blob.bytes(&self.document.source).map(Some);
        bytes.map_err(|error| Trouble::from(error).at(&self.document.path, blob.offset(), "bytes"))
    }
}

impl<'a> ArrayView<'a> {
    /// Type of the items.
    #[must_use]
    pub const fn dtype(self) -> Dtype {
        self.array.dtype
    }

    /// Lengths of the axes.
    #[must_use]
    pub fn shape(self) -> &'a [usize] {
        &self.array.shape
    }

    /// Number of items.
    #[must_use]
    pub fn len(self) -> usize {
        self.array.shape.iter().product()
    }

    /// Whether there are no items.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    pub(crate) fn trouble(self, trouble: Trouble) -> NumpyError {
        let offset = match &self.array.data {
            Data::Bytes(blob) => blob.offset(),
            Data::Items(_) => 0,
        };
        trouble.at(&self.document.path, offset, format!("an array of shape {:?}", self.array.shape))
    }
}
