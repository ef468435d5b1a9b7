//! Groups as symbol tables: names in a local heap, nodes of links in the names' order, a B-tree over these.

use std::collections::BTreeMap;
use std::io;

use super::header;
use super::sink::{GROUP_LEAF, GROUP_NODE, Sink};
use super::tree::{self, Leaves};

/// Writes a group of links and says where its header is.
pub(super) fn write(sink: &mut Sink, links: &BTreeMap<String, u64>) -> io::Result<u64> {
    // The empty name in front is the tree's lowest key.
    let mut names = vec![0; 8];
    let mut places = Vec::with_capacity(links.len());
    for name in links.keys() {
        places.push(names.len() as u64);
        names.extend(name.as_bytes());
        names.resize((names.len() + 1).next_multiple_of(8), 0);
    }
    let segment = sink.put(&names)?;
    let mut heap = b"HEAP\0\0\0\0".to_vec();
    heap.extend((names.len() as u64).to_le_bytes());
    // No free space.
    heap.extend(1u64.to_le_bytes());
    heap.extend(segment.to_le_bytes());
    let heap = sink.put(&heap)?;

    let capacity = 2 * usize::from(GROUP_LEAF);
    let (mut keys, mut nodes) = (vec![vec![0; 8]], Vec::new());
    let links: Vec<(u64, u64)> = places.into_iter().zip(links.values().copied()).collect();
    for links in links.chunks(capacity) {
        let mut node = b"SNOD\x01\0".to_vec();
        node.extend((links.len() as u16).to_le_bytes());
        for (name, at) in links {
            node.extend(name.to_le_bytes());
            node.extend(at.to_le_bytes());
            // Nothing cached.
            node.extend([0; 24]);
        }
        node.resize(8 + capacity * 40, 0);
        nodes.push(sink.put(&node)?);
        keys.extend(links.last().map(|(name, _)| name.to_le_bytes().to_vec()));
    }
    let tree = tree::write(sink, Leaves::Names, GROUP_NODE, keys, nodes)?;
    sink.put(&header::group(tree, heap))
}
