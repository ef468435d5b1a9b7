//! Numbers and texts as words, digit by digit, whatever their type.

use corrkd_numpy::{Document, Value};
use std::path::Path;

fn document(bytes: &[u8]) -> Document {
    Document::from_bytes(Path::new("x"), bytes.to_vec()).unwrap_or_else(|error| panic!("{error}"))
}

/// An array of one axis as a `.npy` file has it.
fn npy(descr: &str, count: usize, bytes: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({count},), }}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.bytes());
    file.extend(bytes);
    file
}

fn words(descr: &str, count: usize, bytes: &[u8]) -> Option<Vec<String>> {
    document(&npy(descr, count, bytes)).root().array().unwrap().words().unwrap()
}

#[test]
fn arrays_of_any_type() {
    let bytes = |numbers: &[u64]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let wide = [0, u64::MAX, (1 << 53) + 1];
    assert_eq!(words("<u8", 3, &bytes(&wide)).unwrap(), ["0", "18446744073709551615", "9007199254740993"]);
    assert_eq!(words("<i8", 3, &bytes(&wide)).unwrap(), ["0", "-1", "9007199254740993"]);
    assert_eq!(words(">i4", 2, &[0, 0, 1, 0, 0xff, 0xff, 0xff, 0xfe]).unwrap(), ["256", "-2"]);
    assert_eq!(words("|u1", 2, &[7, 255]).unwrap(), ["7", "255"]);
    let floats = |numbers: &[f64]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    assert_eq!(words("<f8", 3, &floats(&[3.0, -0.0, 2.5])).unwrap(), ["3", "0", "2.5"]);
    assert_eq!(words("<f8", 2, &floats(&[3.0, 9_007_199_254_740_992.0])), None, "it may have been one more");
    assert_eq!(words("<f4", 1, &16_777_216f32.to_le_bytes()), None);
    assert_eq!(words("|S4", 2, b"01\0\0a b ").unwrap(), ["01", "a b "]);
    assert_eq!(words("|b1", 1, &[1]), None, "a truth value names nothing");
}

#[test]
fn single_values() {
    let root = document(
        b"\x80\x02(K\x07U\x0201X\x03\0\0\0a/bG@\x08\0\0\0\0\0\0\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\0N\x88t.",
    );
    let got: Vec<Option<String>> = root.root().items().unwrap().map(|value: Value<'_>| value.word().unwrap()).collect();
    let expected = [Some("7"), Some("01"), Some("a/b"), Some("3"), Some("18446744073709551615"), None, None];
    assert_eq!(got, expected.map(|word| word.map(str::to_owned)));
}
