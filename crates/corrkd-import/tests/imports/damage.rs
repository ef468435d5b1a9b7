//! Damaged files are imported or refused: never a panic, and never a part of one left behind.

use crate::fixture;
use corrkd_data::unseen;
use corrkd_import::{Choices, import};
use proptest::prelude::*;

const FILES: [&str; 6] = [
    "mult-mosi-py2-p2.pkl",
    "mult-mosei-np2-p4.pkl",
    "mmsa-unaligned-np2-p5.pkl",
    "lmf-np2-p3.pkl",
    "npz-flat.npz",
    "ragged-np2-p5.pkl",
];

/// Imports these bytes, and says whether that went well.
fn survives(bytes: &[u8]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, bytes).unwrap();
    let out = folder.path().join("out");
    let done = import(&file, &out, &Choices::default(), &unseen).is_ok();
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, if done { 2 } else { 1 }, "nothing but the file and the whole folder");
    done
}

#[test]
fn truncated_anywhere() {
    for name in FILES {
        let whole = std::fs::read(fixture(name)).unwrap();
        assert!(survives(&whole), "{name}");
        for length in (0..whole.len()).step_by(13) {
            assert!(!survives(&whole[..length]), "{name} of {length} bytes");
        }
    }
}

/// The same large array many times over would take for ever, at two bytes each time.
#[test]
fn what_is_shared_without_end_is_refused() {
    let frames = 4096u32;
    let mut array =
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tU\x01btR(K\x01(M\0\x10K\x01t".to_vec();
    array.extend(b"cnumpy\ndtype\n(U\x02f8K\0K\x01tR(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb\x89T");
    array.extend((8 * frames).to_le_bytes());
    array.extend(vec![1; 8 * frames as usize]);
    array.extend(b"tbq\0");
    let mut fold = b"}(U\x04text](".to_vec();
    fold.extend(array);
    fold.extend(b"h\0".repeat(100_000));
    fold.extend(b"eU\x06labels](");
    // -1.
    fold.extend(b"J\xff\xff\xff\xff".repeat(100_001));
    fold.extend(b"euq\x01");
    let bytes = [b"\x80\x02}(U\x05train", &fold[..], b"U\x05validh\x01U\x04testh\x01u."].concat();
    assert!(!survives(&bytes));
    // A few times over it is what it seems to be.
    let few = |part: &[u8], times: usize| {
        let long = part.repeat(100_000);
        let at = bytes.windows(long.len()).position(|window| window == long).unwrap();
        (at, at + long.len(), part.repeat(times))
    };
    let mut less = bytes.clone();
    for part in [&b"J\xff\xff\xff\xff"[..], b"h\0"] {
        let (from, to, new) = few(part, 3);
        less.splice(from..to, new);
    }
    assert!(survives(&less));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn arbitrary_damage(
        file in 0..FILES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = std::fs::read(fixture(FILES[file])).unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = survives(&bytes);
    }
}
