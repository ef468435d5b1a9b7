//! What three Pythons wrote is read back as they meant it.

use crate::fixture;
use crate::json::{described, sorted};
use corrkd_numpy::{Document, Numbers, Value};
use serde_json::{Value as Json, json};

#[test]
fn every_protocol_of_every_python_means_the_same() {
    let text = std::fs::read_to_string(fixture("values.json")).unwrap();
    let mut expected: Json = serde_json::from_str(&text).unwrap();
    sorted(&mut expected);
    for (python, protocols) in [("py2", 3), ("np1", 6), ("np2", 6)] {
        for protocol in 0..protocols {
            let name = format!("values-{python}-p{protocol}.pkl");
            let document = Document::open(&fixture(&name)).unwrap_or_else(|error| panic!("{error}"));
            let got = described(document.root(), 9).unwrap_or_else(|error| panic!("{error}"));
            let pairs = |json: &Json| json["dict"].as_array().unwrap().clone();
            for (got, expected) in pairs(&got).into_iter().zip(pairs(&expected)) {
                assert_eq!(got, expected, "{name}");
            }
            assert_eq!(got, expected, "{name}");
        }
    }
}

fn numbers(value: Value<'_>) -> Vec<f32> {
    match value.array().unwrap().numbers().unwrap() {
        Some(Numbers::Single(numbers)) => numbers,
        other => panic!("{other:?}"),
    }
}

#[test]
fn npy_by_rows_and_by_columns() {
    let expected: Vec<f32> = (0..12).map(|i| i as f32).collect();
    for name in ["rows.npy", "columns.npy"] {
        let document = Document::open(&fixture(name)).unwrap();
        assert_eq!(document.root().array().unwrap().shape(), [3, 4]);
        assert_eq!(numbers(document.root()), expected, "{name}");
        let rows = document.root().array().unwrap().rows().unwrap().unwrap();
        let rows: Vec<Numbers> = rows.map(Result::unwrap).collect();
        assert_eq!(rows[1], Numbers::Single(vec![4.0, 5.0, 6.0, 7.0]));
        assert_eq!(rows.len(), 3);
    }
    let document = Document::open(&fixture("objects.npy")).unwrap();
    let dict = document.root().items().unwrap().next().unwrap();
    assert_eq!(numbers(dict.get("text").unwrap()), expected);
}

#[test]
fn npz_stored_and_deflated() {
    for (name, keys) in [("stored.npz", 5), ("deflated.npz", 4)] {
        let document = Document::open(&fixture(name)).unwrap();
        let root = document.root();
        assert_eq!(root.entries().unwrap().len(), keys, "{name}");
        assert_eq!(numbers(root.get("train_text").unwrap()), (0..12).map(|i| i as f32).collect::<Vec<_>>());
        assert_eq!(numbers(root.get("train/audio").unwrap()), (0..12).map(|i| 2.0 * i as f32).collect::<Vec<_>>());
        assert_eq!(root.get("id").unwrap().array().unwrap().texts().unwrap().unwrap(), ["a", "bc"]);
        let zeros = root.get("zeros").unwrap().array().unwrap();
        assert_eq!(zeros.numbers().unwrap(), Some(Numbers::Double(vec![0.0; 80])));
    }
    let document = Document::open(&fixture("stored.npz")).unwrap();
    let objects = document.root().get("objects").unwrap();
    assert_eq!(objects.items().unwrap().next().unwrap().text().unwrap().as_deref(), Some("x"));
}

#[test]
fn a_list_that_holds_itself() {
    let document = Document::open(&fixture("circle.pkl")).unwrap();
    let circle = document.root();
    let inner = circle.items().unwrap().nth(1).unwrap();
    assert_eq!(inner.items().unwrap().nth(1).unwrap().items().unwrap().len(), 2);
    assert_eq!(described(circle, 3).unwrap(), json!({"list": [1, {"list": [1, {"list": ["deeper", "deeper"]}]}]}));
    assert!(document.outline(40).lines().count() < 40);
}

#[test]
fn the_tree_of_a_file_is_short() {
    let outline = Document::open(&fixture("values-np2-p5.pkl")).unwrap().outline(30);
    assert!(outline.starts_with("dict of 25\n  plain: list of 13\n    [0]: None\n    … 12 more\n"), "{outline}");
    assert!(outline.lines().count() <= 30, "{outline}");
    assert_eq!(
        Document::open(&fixture("deflated.npz")).unwrap().outline(30),
        "dict of 4\n  train_text: array [3, 4] f4\n  train/audio: array [3, 4] f4\n  id: array [2] U2\n  zeros: array [8, 10] f8"
    );
}

#[test]
fn single_numbers_and_texts() {
    let document = Document::open(&fixture("values-py2-p2.pkl")).unwrap();
    let scalars = document.root().get("scalars").unwrap().items().unwrap();
    let got: Vec<f64> = scalars.map(|value| value.number().unwrap().unwrap()).collect();
    assert_eq!(got, [1.5, 3.0, 1.0, 0.1]);
    assert!(document.root().get("no such key").is_none());
}
