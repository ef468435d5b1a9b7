//! Archives come back bit for bit, other tools read them, and no bit of them changes unseen.

use candle_core::{Device, Tensor};
use corrkd_nn::{Archive, NnError};
use safetensors::SafeTensors;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const NOTE: &str = "{\"epoch\":3,\"name\":\"\u{e4}\"}";
const VALUES: [f32; 4] = [0.1, -0.0, f32::MIN_POSITIVE, 3.5];

fn small(path: &Path) -> Vec<u8> {
    let values = Tensor::new(&VALUES[..3], &Device::Cpu).unwrap();
    let other = Tensor::new(&[[VALUES[3]]], &Device::Cpu).unwrap();
    let tensors = BTreeMap::from([("x.y".to_owned(), values), ("a".to_owned(), other)]);
    Archive { tensors, note: NOTE.to_owned() }.save(path).unwrap();
    fs::read(path).unwrap()
}

#[test]
fn they_come_back_bit_for_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("best.safetensors");
    let bytes = small(&path);
    let back = Archive::load(&path).unwrap();
    let bits: Vec<u32> = back.tensors["x.y"].to_vec1::<f32>().unwrap().into_iter().map(f32::to_bits).collect();
    assert_eq!(bits, VALUES[..3].iter().map(|x| x.to_bits()).collect::<Vec<_>>());
    assert_eq!((back.tensors["a"].dims(), back.note.as_str()), (&[1, 1][..], NOTE));
    // Another tool sees the tensors and nothing else.
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mut names = file.names();
    names.sort_unstable();
    assert_eq!(names, ["a", "x.y"]);
    // The same tensors and note are the same bytes.
    assert_eq!(small(&path), bytes);
}

#[test]
fn no_bit_changes_and_no_end_is_cut_unseen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("best.safetensors");
    let bytes = small(&path);
    let refused = |bytes: &[u8], what: &str| {
        fs::write(&path, bytes).unwrap();
        let error = Archive::load(&path).err().unwrap_or_else(|| panic!("{what} was not seen"));
        assert!(matches!(error, NnError::Archive { .. }), "{what}: {error}");
        assert!(error.to_string().contains("best.safetensors: damaged"), "{what}: {error}");
    };
    for bit in 0..bytes.len() * 8 {
        let mut other = bytes.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        refused(&other, &format!("bit {bit}"));
    }
    for length in 0..bytes.len() {
        refused(&bytes[..length], &format!("a cut to {length}"));
    }
    refused(&[&bytes[..], b"\0"].concat(), "a byte more");
    refused(&[0; 4096], "zeros");
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let message = Archive::load(folder.path()).err().unwrap().to_string();
    assert!(message.contains("it is a folder, expected a regular file"), "{message}");
    assert!(matches!(Archive::load(&folder.path().join("none")), Err(NnError::Io { .. })));
}
