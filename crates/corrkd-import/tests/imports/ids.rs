//! A sample keeps its name: digit by digit whatever type the file gives it, and another one for another id.

use crate::made::Made;
use corrkd_import::Choices;
use proptest::prelude::*;
use std::collections::BTreeSet;

const COUNTS: [usize; 3] = [4, 2, 2];

/// Adds an array of this name with these ids.
type Filled<'a> = &'a dyn Fn(Made, String, Vec<i64>) -> Made;

fn labelled() -> Made {
    let labels: Vec<f64> = (0..8).map(|k| f64::from(k) / 2.0 - 1.75).collect();
    Made::new(COUNTS).labelled(COUNTS, &labels)
}

/// The samples' names that come of a file, in order.
fn named(made: &Made) -> Vec<String> {
    let imported = made.import(&Choices::default()).unwrap_or_else(|error| panic!("{error}"));
    let labels = corrkd_csd::read(&imported.out().join("labels.csd")).unwrap();
    let names: Vec<String> = labels.entries.into_keys().collect();
    for modality in ["language", "audio", "vision"] {
        let other = corrkd_csd::read(&imported.out().join(format!("{modality}.csd"))).unwrap();
        assert!(other.entries.into_keys().eq(names.iter().cloned()), "{modality}");
    }
    assert_eq!(imported.load().summary.samples.train, COUNTS[0]);
    names
}

/// `numpy.arange(8, 16)` as ids, of each type and shape that numbers come in.
#[test]
fn numbers_of_any_type_are_the_same_ids() {
    let expected: Vec<String> = (8..16).map(|id: i64| format!("{id}[0]")).collect();
    let sorted: BTreeSet<String> = expected.iter().cloned().collect();
    let folds = [("train", 8..12), ("valid", 12..14), ("test", 14..16)];
    let each = |of: Filled<'_>| {
        folds.iter().fold(labelled(), |made, (fold, ids)| of(made, format!("{fold}_id"), ids.clone().collect()))
    };
    let of = |dtype: &'static str, bytes: fn(i64) -> Vec<u8>| {
        move |made: Made, name: String, ids: Vec<i64>| {
            made.array(&name, dtype, &[ids.len()], ids.iter().flat_map(|&id| bytes(id)).collect())
        }
    };
    let column = |made: Made, name: String, ids: Vec<i64>| {
        made.array(&name, "<i8", &[ids.len(), 1], ids.iter().flat_map(|id| id.to_le_bytes()).collect())
    };
    let timed = |made: Made, name: String, ids: Vec<i64>| {
        let rows = ids.iter().flat_map(|&id| [id as f64, 0.5, 2.5]).collect::<Vec<f64>>();
        made.doubles(&name, &[ids.len(), 3], &rows)
    };
    let texts = |made: Made, name: String, ids: Vec<i64>| {
        made.texts(&name, &ids.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let variants: [(&str, Filled<'_>); 8] = [
        ("i8", &of("<i8", |id| id.to_le_bytes().to_vec())),
        ("u1", &of("|u1", |id| vec![id as u8])),
        (">i4", &of(">i4", |id| (id as i32).to_be_bytes().to_vec())),
        ("f4", &of("<f4", |id| (id as f32).to_le_bytes().to_vec())),
        ("U3", &of("<U3", |id| format!("{id}\0\0\0").chars().take(3).flat_map(|c| (c as u32).to_le_bytes()).collect())),
        ("(N, 1)", &column),
        ("(N, 3)", &timed),
        ("S", &texts),
    ];
    for (name, of) in variants {
        assert_eq!(named(&each(of)).into_iter().collect::<BTreeSet<_>>(), sorted, "{name}");
    }
}

#[test]
fn not_a_digit_is_lost() {
    let wide = [u64::MAX, u64::MAX - 1, (1 << 53) + 1, 1 << 53];
    let bytes = wide.iter().flat_map(|id| id.to_le_bytes()).collect();
    let names = named(&labelled().array("train_id", "<u8", &[4], bytes));
    for id in wide {
        assert!(names.contains(&format!("{id}[0]")), "{id}: {names:?}");
    }
    // Where the type has rounded, two ids may have become one.
    let floats: Vec<u8> = [1.0f32, 2.0, 3.0, 16_777_216.0].iter().flat_map(|id| id.to_le_bytes()).collect();
    labelled().array("train_id", "<f4", &[4], floats).refused(
        &Choices::default(),
        &["at `train/train_id`: expected ids of 4 samples, texts or numbers that are exact in their type, got an array of shape [4] of f4"],
    );
}

#[test]
fn what_names_nothing_is_refused() {
    for (bad, got) in [("a\tb", "\"a\\tb\""), ("", "\"\""), ("nan", "\"nan\"")] {
        let ids = ["a", "b", "c", bad].map(str::to_owned);
        labelled().texts("train_id", &ids).refused(&Choices::default(), &["at `train/train_id`: expected ", got]);
    }
}

#[test]
fn ids_that_look_alike_stay_apart() {
    let ids = ["01", "1", "a/b", "a_b"].map(str::to_owned);
    let names = named(&labelled().texts("train_id", &ids).texts("valid_id", &["1 ".into(), "A_b".into()]));
    for name in ["01[0]", "1[0]", "1 [0]", "a%2Fb[0]", "a_b[0]", "A_b[0]"] {
        assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
    }
    // The two forms of é are one in Unicode's eyes, and the file systems' of some machines.
    let names = named(&labelled().texts("train_id", &["\u{e9}", "e\u{301}", "E\u{301}", "e"].map(str::to_owned)));
    assert_eq!(names.len(), 8);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Different ids become different samples, and the folds' videos differ.
    #[test]
    fn different_ids_stay_different(ids in prop::collection::btree_set("[a01/%2F5B\\[\\]_ $.]{1,6}", 8)) {
        let mut ids: Vec<String> = ids.into_iter().collect();
        ids.sort_by_key(|id| id.len());
        let rest = ids.split_off(4);
        let made = labelled().texts("train_id", &ids).texts("valid_id", &rest[..2]).texts("test_id", &rest[2..]);
        prop_assert_eq!(named(&made).len(), 8);
    }
}
