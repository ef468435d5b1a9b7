//! Version 1 object headers: what a group or dataset is, as a list of messages.

/// What one value of a dataset is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Single precision, little-endian.
    F32,
    /// Double precision, little-endian.
    F64,
    /// Bytes of a text, filled up with zeros.
    Text { size: usize, ascii: bool },
    /// A text of any length in UTF-8, kept in a global heap.
    AnyText,
}

/// Where a dataset's values are.
pub(super) enum Storage {
    /// In one piece.
    Contiguous { at: u64, bytes: u64 },
    /// In compressed chunks under a B-tree, of this shape.
    Chunks { tree: u64, shape: Vec<u64>, level: u32 },
}

impl Kind {
    /// Bytes of one value.
    pub(super) const fn size(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F64 => 8,
            Self::Text { size, .. } => size,
            Self::AnyText => 16,
        }
    }

    /// The datatype message.
    fn message(self) -> Vec<u8> {
        // Class and version, three bytes of flags, size; then what the class asks for.
        let (class, flags, properties): (u8, [u8; 3], &[u8]) = match self {
            // Bits: offset 0, precision; exponent's place and size; mantissa's place and size; exponent's bias.
            Self::F32 => (0x11, [0x20, 31, 0], &[0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]),
            Self::F64 => (0x11, [0x20, 63, 0], &[0, 0, 64, 0, 52, 11, 0, 52, 0xff, 0x03, 0, 0]),
            Self::Text { ascii: true, .. } => (0x13, [0x01, 0, 0], &[]),
            Self::Text { ascii: false, .. } => (0x13, [0x11, 0, 0], &[]),
            // A text of UTF-8, made up of unsigned integers of 8 bits.
            Self::AnyText => (0x19, [0x01, 0x01, 0], &[0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]),
        };
        let mut bytes = vec![class];
        bytes.extend(flags);
        bytes.extend((self.size() as u32).to_le_bytes());
        bytes.extend(properties);
        bytes
    }
}

/// The header of a group: its symbol table.
pub(super) fn group(tree: u64, heap: u64) -> Vec<u8> {
    let mut table = tree.to_le_bytes().to_vec();
    table.extend(heap.to_le_bytes());
    header(&[(0x11, table)])
}

/// The header of a dataset.
pub(super) fn dataset(kind: Kind, shape: &[u64], storage: &Storage) -> Vec<u8> {
    let mut space = vec![1, shape.len() as u8, 0, 0, 0, 0, 0, 0];
    space.extend(shape.iter().flat_map(|axis| axis.to_le_bytes()));
    // Version; space is taken late or chunk by chunk; zeros stand for what was never written.
    let fill = |allocation: u8| vec![2, allocation, 2, 1, 0, 0, 0, 0];
    let mut messages = vec![(0x01, space), (0x03, kind.message())];
    match storage {
        Storage::Contiguous { at, bytes } => {
            let mut layout = vec![3, 1];
            layout.extend(at.to_le_bytes());
            layout.extend(bytes.to_le_bytes());
            messages.extend([(0x05, fill(2)), (0x08, layout)]);
        }
        Storage::Chunks { tree, shape, level } => {
            let mut layout = vec![3, 2, shape.len() as u8 + 1];
            layout.extend(tree.to_le_bytes());
            let axes = shape.iter().map(|&axis| axis as u32).chain([kind.size() as u32]);
            layout.extend(axes.flat_map(u32::to_le_bytes));
            let mut filters = vec![1, 2, 0, 0, 0, 0, 0, 0];
            for (id, name, value) in [(2u16, b"shuffle\0", kind.size() as u32), (1, b"deflate\0", *level)] {
                filters.extend(id.to_le_bytes());
                // The name's length, no flags, one value; then these, and four bytes of padding.
                filters.extend([8, 0, 0, 0, 1, 0]);
                filters.extend(name);
                filters.extend(value.to_le_bytes());
                filters.extend([0; 4]);
            }
            messages.extend([(0x05, fill(3)), (0x08, layout), (0x0b, filters)]);
        }
    }
    header(&messages)
}

/// Messages by type, each filled up to a multiple of 8 bytes.
fn header(messages: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, message) in messages {
        let size = message.len().next_multiple_of(8);
        body.extend(kind.to_le_bytes());
        body.extend((size as u16).to_le_bytes());
        body.extend([0; 4]);
        body.extend(message);
        body.resize(body.len() + size - message.len(), 0);
    }
    let mut bytes = vec![1, 0];
    bytes.extend((messages.len() as u16).to_le_bytes());
    // One link leads here.
    bytes.extend(1u32.to_le_bytes());
    bytes.extend((body.len() as u32).to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(body);
    bytes
}
