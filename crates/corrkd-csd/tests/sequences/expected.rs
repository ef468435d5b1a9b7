//! Holds entries to what h5py reads of them (`interop/h5py_reads.py`).

use corrkd_csd::{Entry, Features};
use serde_json::Value;

/// Fails where the entry is not as in h5py, to the bit.
pub(crate) fn compare(place: &str, entry: &Entry, expected: &Value) {
    let intervals = entry.intervals.as_flattened().iter().copied();
    assert!(same(intervals, f64::to_le_bytes, &expected["intervals"]), "{place}: intervals {:?}", entry.intervals);
    assert_eq!(serde_json::json!(entry.features.shape()), expected["shape"], "{place}");
    let values = &expected["values"];
    let (kind, equal) = match &entry.features {
        Features::F32(rows) => ("f32", same(rows.values.iter().copied(), f32::to_le_bytes, values)),
        Features::F64(rows) => ("f64", same(rows.values.iter().copied(), f64::to_le_bytes, values)),
        Features::Texts(rows) => ("texts", serde_json::json!(rows.values) == *values),
    };
    assert_eq!(kind, expected["kind"], "{place}");
    assert!(equal, "{place}: {:?}, expected {values}", entry.features);
}

/// Equal to the bit, NaN being NaN.
fn same<T: Into<f64> + Copy, const N: usize>(
    got: impl ExactSizeIterator<Item = T>,
    bytes: impl Fn(T) -> [u8; N],
    expected: &Value,
) -> bool {
    match expected {
        Value::Array(expected) => {
            let equal = |(a, b): (f64, f64)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
            got.len() == expected.len() && got.map(Into::into).zip(expected.iter().map(number)).all(equal)
        }
        crc32 => {
            let mut crc = flate2::Crc::new();
            got.for_each(|value| crc.update(&bytes(value)));
            Some(u64::from(crc.sum())) == crc32.as_u64()
        }
    }
}

fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().expect("nan, inf or -inf"),
        other => other.as_f64().expect("a number"),
    }
}
