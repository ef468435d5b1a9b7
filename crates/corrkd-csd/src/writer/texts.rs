//! The metadata group: one text of any length for each key, all kept in one global heap.

use std::collections::BTreeMap;
use std::io;

use super::group;
use super::header::{self, Kind, Storage};
use super::sink::Sink;

/// Bytes of the smallest heap.
const HEAP: usize = 4096;

/// Writes the group and says where its header is.
pub(super) fn write(sink: &mut Sink, texts: &BTreeMap<String, String>) -> io::Result<u64> {
    let mut heap = b"GCOL\x01\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    for (index, text) in (1u16..).zip(texts.values()) {
        heap.extend(index.to_le_bytes());
        heap.extend([0; 6]);
        heap.extend((text.len() as u64).to_le_bytes());
        heap.extend(text.as_bytes());
        heap.resize(heap.len().next_multiple_of(8), 0);
    }
    // Object 0 is the space that is left, its own 16 bytes included.
    let left = HEAP.saturating_sub(heap.len()).max(16);
    let end = heap.len() + left;
    heap.extend([0; 8]);
    heap.extend((left as u64).to_le_bytes());
    heap.resize(end, 0);
    heap[8..16].copy_from_slice(&(end as u64).to_le_bytes());
    let heap = sink.put(&heap)?;

    let mut places = BTreeMap::new();
    for (index, (key, text)) in (1u32..).zip(texts) {
        let mut reference = (text.len() as u32).to_le_bytes().to_vec();
        reference.extend(heap.to_le_bytes());
        reference.extend(index.to_le_bytes());
        let at = sink.put(&reference)?;
        let header = header::dataset(Kind::AnyText, &[1], &Storage::Contiguous { at, bytes: 16 });
        places.insert(key.clone(), sink.put(&header)?);
    }
    group::write(sink, &places)
}
