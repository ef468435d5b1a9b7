//! Records as indented JSON. A sealed one ends in the hash of all that stands before, so that no bit of it can change unseen.

use crate::RecordError;
use corrkd_system::{read, replace};
use serde::{Serialize, de::DeserializeOwned};
use std::path::Path;

/// More than any record has; what is larger is none.
const LIMIT: u64 = 1 << 30;
/// What stands between an object's other fields and the hash, and behind it.
const SEAL: (&str, &str) = (",\n  \"blake3\": \"", "\"\n}\n");

pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, RecordError> {
    parse(path, &text(path)?)
}

pub(crate) fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), RecordError> {
    write(path, pretty(path, value)? + "\n")
}

/// Reads an object that [`write_sealed`] wrote.
pub(crate) fn read_sealed<T: DeserializeOwned>(path: &Path) -> Result<T, RecordError> {
    let text = text(path)?;
    let (sealed, hash) = text
        .rsplit_once(SEAL.0)
        .and_then(|(sealed, rest)| Some((sealed, rest.strip_suffix(SEAL.1)?)))
        .ok_or_else(|| RecordError::damaged(path, "it does not end in its checksum, the field `blake3`"))?;
    if blake3::hash(sealed.as_bytes()).to_hex().as_str() != hash {
        return Err(RecordError::damaged(path, "its checksum is not that of what it holds"));
    }
    parse(path, &text)
}

/// Writes an object, and as its last field `blake3` the hash of all bytes before.
pub(crate) fn write_sealed<T: Serialize>(path: &Path, value: &T) -> Result<(), RecordError> {
    let text = pretty(path, value)?;
    let sealed = text.strip_suffix("\n}").unwrap_or(&text);
    let hash = blake3::hash(sealed.as_bytes()).to_hex();
    write(path, format!("{sealed}{}{hash}{}", SEAL.0, SEAL.1))
}

fn text(path: &Path) -> Result<String, RecordError> {
    let bytes = read(path, LIMIT).map_err(RecordError::read(path))?;
    String::from_utf8(bytes).map_err(|reason| RecordError::damaged(path, reason))
}

fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, RecordError> {
    serde_json::from_str(text).map_err(|reason| RecordError::damaged(path, reason))
}

fn pretty<T: Serialize>(path: &Path, value: &T) -> Result<String, RecordError> {
    serde_json::to_string_pretty(value).map_err(|reason| RecordError::damaged(path, reason))
}

fn write(path: &Path, text: String) -> Result<(), RecordError> {
    replace(path, text.as_bytes()).map_err(RecordError::io(path, "replace it"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn no_bit_of_a_sealed_record_changes_unseen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        let value = BTreeMap::from([("a".to_owned(), "1".to_owned()), ("b".to_owned(), "ü\n".to_owned())]);
        write_sealed(&path, &value).unwrap();
        assert_eq!(read_sealed::<BTreeMap<String, String>>(&path).unwrap()["b"], "ü\n");
        let bytes = std::fs::read(&path).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut other = bytes.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, other).unwrap();
            assert!(read_sealed::<BTreeMap<String, String>>(&path).is_err(), "bit {bit}");
        }
        for length in 0..bytes.len() {
            std::fs::write(&path, &bytes[..length]).unwrap();
            assert!(read_sealed::<BTreeMap<String, String>>(&path).is_err(), "cut to {length}");
        }
    }
}
