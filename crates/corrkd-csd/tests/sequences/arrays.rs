//! Plain arrays: what a file has is listed and read, and what it only claims is not allocated.

use corrkd_csd::{Array, Arrays, Content, CsdError};
use hdf5::FileBuilder;
use proptest::prelude::*;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// `data` (2, 3) f64, `old/d1` (4) f32, `names` (2) texts.
fn sample() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("x.h5");
    let mut file = FileBuilder::new();
    file.create_dataset("data").with_f64_data(&[0.0, 1.0, 2.0, 3.0, 4.0, f64::NEG_INFINITY]).with_shape(&[2, 3]);
    let mut group = file.create_group("old");
    group.create_dataset("d1").with_f32_data(&[1.5; 4]).with_shape(&[4]).with_chunks(&[2]).with_deflate(4);
    file.add_group(group.finish());
    file.create_dataset("names").with_strings(&["a", "bc"]).expect("short texts").with_shape(&[2]);
    file.write(&path).expect("a small file");
    (dir, path)
}

#[test]
fn arrays_of_any_rank_by_name() {
    let (_dir, path) = sample();
    let arrays = Arrays::open(&path).unwrap();
    assert_eq!(arrays.names().collect::<Vec<_>>(), ["data", "names", "old/d1"]);
    assert_eq!(arrays.outline(2), "data: [2, 3] f64\nnames: [2] string\n… 1 more");
    let Array { shape, content } = arrays.read("data").unwrap();
    let Content::F64(values) = content else { panic!("f64") };
    assert_eq!((shape, values), (vec![2, 3], vec![0.0, 1.0, 2.0, 3.0, 4.0, f64::NEG_INFINITY]));
    let Array { shape, content } = arrays.read("old/d1").unwrap();
    let Content::F32(values) = content else { panic!("f32") };
    assert_eq!((shape, values), (vec![4], vec![1.5; 4]));
    let Content::Texts(texts) = arrays.read("names").unwrap().content else { panic!("texts") };
    assert_eq!(texts, ["a", "bc"]);
    let Err(error) = arrays.read("none") else { panic!("there is none") };
    assert!(error.to_string().contains("at `none`: expected a dataset of this name, got none"), "{error}");
}

#[test]
fn truncated_and_foreign_files() {
    let (_dir, path) = sample();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert!(matches!(Arrays::open(&path), Err(CsdError::Truncated { .. })));
    fs::write(&path, "text").unwrap();
    assert!(matches!(Arrays::open(&path), Err(CsdError::NotHdf5 { .. })));
    fs::remove_file(&path).unwrap();
    assert!(matches!(Arrays::open(&path), Err(CsdError::Absent { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    /// Any damage gives arrays or an error, never a panic, an abort or an endless loop.
    #[test]
    fn arbitrary_damage_is_survived(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let (_dir, path) = sample();
        let mut bytes = fs::read(&path).unwrap();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        fs::write(&path, &bytes).unwrap();
        if let Ok(arrays) = Arrays::open(&path) {
            let _ = arrays.outline(10);
            let names: Vec<&str> = arrays.names().collect();
            for name in names {
                let _ = arrays.read(name);
            }
        }
    }
}
