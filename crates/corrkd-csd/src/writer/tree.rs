//! Version 1 B-trees: nodes of up to 2K children, each between two keys.

use std::io;

use super::sink::{NOWHERE, Sink};

/// What a tree's leaves lead to, which is its type in the file.
#[derive(Clone, Copy)]
pub(super) enum Leaves {
    Names = 0,
    Chunks = 1,
}

/// Writes a tree over `children` and says where its root is. `keys` are the bounds of the children, one more than
/// these, all of one length.
pub(super) fn write(
    sink: &mut Sink,
    leaves: Leaves,
    k: u16,
    mut keys: Vec<Vec<u8>>,
    mut children: Vec<u64>,
) -> io::Result<u64> {
    let capacity = 2 * usize::from(k);
    for level in 0u8.. {
        let nodes = children.len().div_ceil(capacity).max(1);
        let key = keys.first().map_or(0, Vec::len);
        let size = 24 + (capacity + 1) * key + capacity * 8;
        let first = sink.at();
        let place = |node: usize| if node < nodes { first + (node * size) as u64 } else { NOWHERE };
        for node in 0..nodes {
            let (from, to) = (node * capacity, ((node + 1) * capacity).min(children.len()));
            let mut bytes = b"TREE".to_vec();
            bytes.extend([leaves as u8, level]);
            bytes.extend(((to - from) as u16).to_le_bytes());
            bytes.extend(node.checked_sub(1).map_or(NOWHERE, place).to_le_bytes());
            bytes.extend(place(node + 1).to_le_bytes());
            for at in from..to {
                bytes.extend(&keys[at]);
                bytes.extend(children[at].to_le_bytes());
            }
            bytes.extend(&keys[to]);
            bytes.resize(size, 0);
            sink.put(&bytes)?;
        }
        if nodes == 1 {
            return Ok(first);
        }
        let last = keys.pop();
        keys = keys.into_iter().step_by(capacity).chain(last).collect();
        children = (0..nodes).map(place).collect();
    }
    unreachable!("each level has fewer nodes than the one below")
}
