//! Each oddity is found where it is, and one bad entry hides no other.

use std::path::{Path, PathBuf};

use corrkd_csd::{CsdError, Entry, Features, Finding, Oddity, Reader, Rows, Sequence, check_file, read, write};
use hdf5::FileBuilder;
use tempfile::TempDir;

fn entry(intervals: Vec<[f64; 2]>, width: usize, value: impl Fn(usize) -> f32) -> Entry {
    let values = (0..intervals.len() * width).map(value).collect();
    Entry { features: Features::F32(Rows::flat(width, values)), intervals }
}

fn sequence(entries: Vec<(&str, Entry)>) -> Sequence {
    let entries = entries.into_iter().map(|(id, entry)| (id.to_owned(), entry)).collect();
    Sequence { root: "S".into(), metadata: [("root name".into(), "S".into())].into(), entries }
}

/// The findings' texts without the path in front.
fn findings(path: &Path) -> Vec<String> {
    let findings = check_file(path).expect("a sequence");
    let front = format!("{}: ", path.display());
    findings.iter().map(|finding| finding.to_string().strip_prefix(&front).expect("the path").to_owned()).collect()
}

fn written(sequence: &Sequence) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("s.csd");
    write(&path, sequence).expect("a sound sequence");
    (dir, path)
}

#[test]
fn a_sound_sequence_has_no_findings() {
    let sound = entry(vec![[0.0, 1.0], [1.0, 2.0], [1.0, 3.0]], 3, |i| i as f32);
    let (_dir, path) = written(&sequence(vec![("a", sound.clone()), ("b[0]", sound)]));
    assert_eq!(check_file(&path).unwrap(), []);
}

#[test]
fn each_oddity_is_found_where_it_is() {
    let texts = Features::Texts(Rows { shape: vec![3, 1], values: vec!["w".into(), "caf\u{fffd}".into(), "w".into()] });
    let (_dir, path) = written(&sequence(vec![
        ("a", entry(vec![[0.0, 1.0], [1.0, 2.0]], 3, |i| if i % 3 == 1 { 7.0 } else { i as f32 })),
        (
            "b",
            entry(
                vec![[1.0, 1.0], [0.5, 0.2], [0.9, 1.5], [2.0, 2.0], [f64::NAN, 1.0], [3.0, f64::INFINITY], [1.0, 0.0]],
                2,
                |i| if [5, 8, 9].contains(&i) { f32::NEG_INFINITY } else { i as f32 },
            ),
        ),
        ("c", entry(vec![], 3, |_| 0.0)),
        ("d", Entry { intervals: vec![[0.0, 1.0]], features: texts }),
        ("e", entry(vec![[0.0, 1.0]], 3, |i| if i == 1 { 7.0 } else { 0.5 })),
    ]));
    assert_eq!(
        findings(&path),
        [
            "at `b` row 4: interval NaN to 1 is not finite (2 rows of this entry)",
            "at `b` row 1: interval 0.5 to 0.2 ends before it starts (2 rows of this entry)",
            "at `b` row 0: interval of no length at 1 (2 rows of this entry)",
            "at `b` row 1: starts before the row above (2 rows of this entry)",
            "at `b`: rows of shape [2], but [3] in the first entry",
            "at `b` row 2: 3 values are NaN or infinite, in columns 0-1 (2 rows of this entry)",
            "at `c`: no rows",
            "at `d`: texts, but numbers in the first entry",
            "at `d`: rows of shape [3, 1], but [3] in the first entry",
            "at `d` row 0: text \"caf\u{fffd}\" was not UTF-8",
            "the same value throughout in column 1",
        ]
    );
    let sixth: &Finding = &check_file(&path).unwrap()[5];
    assert_eq!((&*sixth.path, sixth.id.as_deref(), &sixth.rows[..]), (&*path, Some("b"), &[2, 4][..]));
    assert_eq!(sixth.what, Oddity::NonFinite { values: 3, columns: vec![0, 1] });
}

#[test]
fn a_file_without_entries() {
    let (_dir, path) = written(&sequence(vec![]));
    assert_eq!(findings(&path), ["no entries"]);
}

/// What `read` refuses at once is found entry by entry, and the sound entry beside it can be read.
#[test]
fn a_bad_entry_hides_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.csd");
    let mut file = FileBuilder::new();
    let mut root = file.create_group("S");
    let mut metadata = root.create_group("metadata");
    metadata.create_dataset("root name").with_vlen_strings(&["\"T\""]).with_shape(&[1]);
    metadata.create_dataset("number").with_f64_data(&[1.0]);
    root.add_group(metadata.finish());
    let mut data = root.create_group("data");
    for (id, features, intervals) in [("a", &[2, 3][..], &[2, 2][..]), ("b", &[2, 3], &[3, 2]), ("c", &[2], &[2, 2])] {
        let mut entry = data.create_group(id);
        for (name, shape) in [("features", features), ("intervals", intervals)] {
            let values: Vec<f64> = (0..shape.iter().product()).map(|i: u64| i as f64).collect();
            entry.create_dataset(name).with_f64_data(&values).with_shape(shape);
        }
        data.add_group(entry.finish());
    }
    let lone = data.create_group("d").finish();
    data.add_group(lone);
    data.create_dataset("stray").with_f64_data(&[0.0]);
    root.add_group(data.finish());
    file.add_group(root.finish());
    let other = file.create_group("Z").finish();
    file.add_group(other);
    file.write(&path).unwrap();

    assert!(matches!(read(&path), Err(CsdError::Damaged { id, .. }) if id == "b/features"));
    let reader = Reader::open(&path).unwrap();
    assert_eq!(reader.ids().collect::<Vec<_>>(), ["a", "b", "c", "d", "stray"]);
    assert_eq!(reader.entry("a").unwrap().intervals, [[0.0, 1.0], [2.0, 3.0]]);
    assert_eq!(
        findings(&path),
        [
            "the root is `S`, but the metadata say \"T\"",
            "beside the root, never read: Z",
            "metadata that are no texts, left out: number",
            "at `b`: features: expected 3 rows, as many as intervals, got 2 rows",
            "at `c`: features: expected two axes or more, rows first, got shape [2]",
            "at `d`: intervals: expected a dataset of this name, got none",
            "at `stray`: expected a group with `features` and `intervals`, got a dataset",
        ]
    );
}
