//! Damaged files give a value or an error: never a panic, an endless loop, or memory that the file does not pay for.

use crate::fixture;
use crate::json::described;
use corrkd_numpy::{Document, NumpyError};
use proptest::prelude::*;
use std::path::Path;

const FILES: [&str; 10] = [
    "values-py2-p0.pkl",
    "values-py2-p2.pkl",
    "values-np1-p2.pkl",
    "values-np1-p3.pkl",
    "values-np2-p4.pkl",
    "values-np2-p5.pkl",
    "columns.npy",
    "objects.npy",
    "stored.npz",
    "deflated.npz",
];

/// Everything that a caller can ask of a file.
fn exercise(bytes: Vec<u8>) -> Result<(), NumpyError> {
    let document = Document::from_bytes(Path::new("x"), bytes)?;
    let _ = document.outline(50);
    described(document.root(), 6).map(drop)
}

#[test]
fn truncated_anywhere() {
    for name in FILES {
        let whole = std::fs::read(fixture(name)).unwrap();
        assert!(exercise(whole.clone()).is_ok(), "{name}");
        for length in 0..whole.len() {
            assert!(exercise(whole[..length].to_vec()).is_err(), "{name} of {length} bytes");
        }
    }
}

/// Each byte set to another value; often a length's or a shape's byte becomes absurd that way.
#[test]
fn every_byte_flipped() {
    for name in FILES {
        let whole = std::fs::read(fixture(name)).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] = [0xff, 0x00, 0x80, whole[at].wrapping_add(1)][at % 4];
            let _ = exercise(bytes);
        }
    }
}

/// A byte of an archive's data that changed is found by its checksum.
#[test]
fn an_archives_data_are_checked() {
    for (name, behind) in [("stored.npz", 170), ("deflated.npz", 80)] {
        let whole = std::fs::read(fixture(name)).unwrap();
        let text = b"train_text.npy";
        let start = whole.windows(text.len()).position(|window| window == text).unwrap() + behind;
        let mut bytes = whole.clone();
        bytes[start] ^= 1;
        assert!(exercise(bytes).is_err(), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn arbitrary_damage(
        file in 0..FILES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 1..9), any::<bool>()), 1..6),
    ) {
        let mut bytes = std::fs::read(fixture(FILES[file])).unwrap();
        for (at, new, insert) in changes {
            let at = at.index(bytes.len());
            let end = if insert { at } else { (at + new.len()).min(bytes.len()) };
            bytes.splice(at..end, new);
        }
        let _ = exercise(bytes);
    }

    /// Opcodes at random reach states that no damage to a sound file reaches.
    #[test]
    fn arbitrary_opcodes(parts in prop::collection::vec(part(), 0..80)) {
        let mut bytes = parts.concat();
        bytes.push(b'.');
        let _ = exercise(bytes);
    }
}

fn part() -> impl Strategy<Value = Vec<u8>> {
    let single = prop::sample::select(b"(.012N)]}tldaesuRboJ\x85\x86\x87\x88\x89\x8f\x90\x91\x93\x94".to_vec());
    let named = prop::sample::select(vec![
        "cnumpy\ndtype\n",
        "cnumpy\nndarray\n",
        "cnumpy.core.multiarray\n_reconstruct\n",
        "cnumpy.core.multiarray\nscalar\n",
        "cnumpy._core.numeric\n_frombuffer\n",
        "c_codecs\nencode\n",
        "ccollections\nOrderedDict\n",
        "c__builtin__\nset\n",
        "c__builtin__\nbytearray\n",
        "S'f4'\n",
        "S'<'\n",
        "S'O8'\n",
        "Vlatin1\n",
        "K\u{1}K\u{2}\u{86}",
    ]);
    prop_oneof![
        4 => single.prop_map(|byte| vec![byte]),
        3 => named.prop_map(|text| text.chars().map(|c| c as u8).collect()),
        2 => (prop::sample::select(b"KqhUC\x8c\x8a".to_vec()), 0u8..6).prop_map(|(code, byte)| vec![code, byte]),
        1 => prop::collection::vec(any::<u8>(), 1..5),
    ]
}
