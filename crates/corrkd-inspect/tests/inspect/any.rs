//! Whatever numbers and times a file holds, it is told without a panic, and the counts add up.

use crate::world::{of_files, sequence};
use corrkd_csd::{Entry, Features, Rows, Sequence, write};
use proptest::prelude::*;

fn number() -> impl Strategy<Value = f64> {
    let odd = [0.0, -0.0, 1e-300, f64::MAX, f64::MIN, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 9.3e18, 0.5];
    prop_oneof![prop::sample::select(odd.to_vec()), -4.0..4.0f64, (-6i32..6).prop_map(f64::from)]
}

fn entry(width: usize) -> impl Strategy<Value = Entry> {
    (0..6usize).prop_flat_map(move |rows| {
        let intervals = prop::collection::vec([number(), number()], rows);
        let values = prop::collection::vec(number(), rows * width);
        (intervals, values).prop_map(move |(intervals, values)| Entry {
            intervals,
            features: Features::F64(Rows::flat(width, values)),
        })
    })
}

fn words() -> impl Strategy<Value = Entry> {
    let word = prop::sample::select(&["sp", "", "word", "a word that is longer than any that is spoken"][..]);
    prop::collection::vec(([number(), number()], word), 0..6).prop_map(|rows| {
        let (intervals, values): (Vec<_>, Vec<&str>) = rows.into_iter().unzip();
        let values = values.into_iter().map(str::to_owned).collect();
        Entry { intervals, features: Features::Texts(Rows { shape: vec![1], values }) }
    })
}

fn file(root: &'static str, entry: impl Strategy<Value = Entry>) -> impl Strategy<Value = Sequence> {
    let id = prop::sample::select(&["a", "b", "a[0]", "a[1]", "c[", ""][..]);
    let entries = prop::collection::btree_map(id, entry, 0..4);
    entries.prop_map(move |entries| {
        let entries = entries.into_iter().filter(|(id, _)| !id.is_empty());
        sequence(root, entries.map(|(id, entry)| (id.to_owned(), entry)).collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_numbers_are_told(
        labels in file("All Labels", entry(2)),
        words in file("words", words()),
        audio in file("COVAREP", entry(3)),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let sequences = [("audio.csd", &audio), ("words.csd", &words), ("labels.csd", &labels)];
        let paths = sequences.map(|(name, sequence)| {
            let path = dir.path().join(name);
            write(&path, sequence).unwrap();
            path
        });
        let seen = of_files(&paths);
        let texts = [seen.description.to_string(), seen.findings.to_string()];
        prop_assert!(texts.iter().all(|text| !text.is_empty()));
        serde_json::to_string(&seen.description).unwrap();
        serde_json::to_string(&seen.findings).unwrap();
        for ((_, sequence), described) in sequences.iter().zip(&seen.description.files) {
            let contents = described.contents.as_ref().unwrap();
            let rows: usize = sequence.entries.values().map(|entry| entry.intervals.len()).sum();
            prop_assert_eq!(contents.rows, rows);
            if let Some(values) = &contents.values {
                let counted = |c: &corrkd_inspect::Column| {
                    c.finite + c.nan + c.positive_infinite + c.negative_infinite + c.too_large
                };
                prop_assert!(values.columns.iter().all(|column| counted(column) == rows));
                let not_finite: usize = values.columns.iter().map(|column| counted(column) - column.finite).sum();
                prop_assert_eq!(values.not_finite, not_finite);
            }
        }
        let column = seen.description.files[2].labels.as_ref().unwrap().columns.first();
        if let Some(spread) = column.map(|column| &column.all) {
            let binned: usize = spread.bins.iter().map(|bin| bin.rows).sum();
            prop_assert_eq!(binned + spread.not_finite, spread.rows);
            prop_assert_eq!(spread.negative + spread.zero + spread.positive, binned);
        }
    }
}
