//! What is written is read back, and written the same way twice.

use std::collections::BTreeMap;
use std::fs;

use corrkd_csd::{CsdError, Entry, Features, Reader, Rows, Sequence, read, write};
use proptest::prelude::*;

fn features(rows: usize) -> impl Strategy<Value = Features> {
    let shape = prop::collection::vec(1usize..4, 1..4);
    let numbers = (shape, any::<bool>()).prop_flat_map(move |(shape, double)| {
        let number = prop_oneof![
            8 => any::<f64>().prop_filter("NaN never equals", |v| !v.is_nan()),
            1 => Just(f64::NEG_INFINITY)
        ];
        prop::collection::vec(number, rows * shape.iter().product::<usize>()).prop_map(move |values| {
            let shape = shape.clone();
            match double {
                true => Features::F64(Rows { shape, values }),
                false => Features::F32(Rows { shape, values: values.iter().map(|&v| v as f32).collect() }),
            }
        })
    });
    let texts = (1usize..3).prop_flat_map(move |width| {
        prop::collection::vec("[a-zé' ]{0,5}[a-z]|", rows * width)
            .prop_map(move |values| Features::Texts(Rows::flat(width, values)))
    });
    prop_oneof![numbers, texts]
}

fn entry() -> impl Strategy<Value = Entry> {
    (0usize..40).prop_flat_map(|rows| {
        let intervals = prop::collection::vec([-10.0..1e4, -10.0..1e4f64], rows);
        (intervals, features(rows)).prop_map(|(intervals, features)| Entry { intervals, features })
    })
}

fn sequence() -> impl Strategy<Value = Sequence> {
    let entries = prop::collection::btree_map(r"[A-Za-z0-9_-]{1,11}(\[[0-9]{1,2}\])?", entry(), 0..12);
    let value = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        "[ -~é]{0,30}".prop_map(Into::into),
    ];
    let metadata = prop::collection::btree_map("[a-z ]{1,20}", value, 0..6);
    ("[A-Za-z][A-Za-z0-9_. ]{0,15}", metadata, entries).prop_map(|(root, mut metadata, entries)| {
        metadata.insert("root name".into(), root.clone().into());
        Sequence { root, metadata, entries }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn write_then_read(sequence in sequence()) {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (dir.path().join("one.csd"), dir.path().join("two.csd"));
        write(&one, &sequence).unwrap();
        write(&two, &sequence).unwrap();
        prop_assert_eq!(&read(&one).unwrap(), &sequence);
        prop_assert!(fs::read(&one).unwrap() == fs::read(&two).unwrap(), "bytes differ");
        let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
        prop_assert_eq!(names.len(), 2, "temporary files stayed: {:?}", names);
    }
}

/// More entries than one node of a group's index holds, and features of more than one chunk.
#[test]
fn many_entries_and_many_chunks() {
    let entry = |rows: usize| Entry {
        intervals: (0..rows).map(|row| [row as f64, row as f64 + 1.0]).collect(),
        features: Features::F32(Rows::flat(74, (0..rows * 74).map(|i| (i % 1009) as f32).collect())),
    };
    let mut entries: BTreeMap<String, Entry> = (0..2500).map(|i| (format!("video{i}"), entry(2))).collect();
    entries.insert("long".into(), entry(5000));
    let metadata = [("root name".to_owned(), "COVAREP".into())].into();
    let sequence = Sequence { root: "COVAREP".into(), metadata, entries };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("many.csd");
    write(&path, &sequence).unwrap();
    assert_eq!(read(&path).unwrap(), sequence);
    let reader = Reader::open(&path).unwrap();
    assert_eq!(reader.ids().count(), 2501);
    assert_eq!(reader.entry("long").unwrap(), sequence.entries["long"]);
}

#[test]
fn rows_that_disagree_are_not_written() {
    let entry = Entry { intervals: vec![[0.0, 1.0]], features: Features::F32(Rows::flat(2, vec![0.0; 3])) };
    let sequence = Sequence { root: "r".into(), metadata: BTreeMap::new(), entries: [("v".into(), entry)].into() };
    let dir = tempfile::tempdir().unwrap();
    let error = write(&dir.path().join("r.csd"), &sequence).unwrap_err();
    assert!(matches!(error, CsdError::Unwritable { .. }));
    assert_eq!(error.to_string(), "cannot write entry `v`: expected 1 rows of 2 (at least 1) values, got 3");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}
