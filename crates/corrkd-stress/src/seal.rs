//! Sealed records, sealed again after a change: what somebody would do who means it.

/// What stands before the hash that a sealed record ends in.
const SEAL: &[u8] = b",\n  \"blake3\": \"";

/// The record with the hash of its own bytes; as it is where it ends in none.
pub(crate) fn seal(bytes: &[u8]) -> Vec<u8> {
    match bytes.windows(SEAL.len()).rposition(|window| window == SEAL) {
        Some(at) => {
            let hash = blake3::hash(&bytes[..at]).to_hex();
            [&bytes[..at], SEAL, hash.as_bytes(), b"\"\n}\n"].concat()
        }
        None => bytes.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_record::Sweep;

    #[test]
    fn what_is_sealed_again_is_read() {
        let folder = std::env::temp_dir().join(format!("corrkd-stress-seal-{}", std::process::id()));
        let text = |text: &str| text.to_owned();
        let sweep = Sweep {
            name: text("a"),
            title: text("title"),
            dataset: text("d"),
            reference: text("r"),
            paper: None,
            rows: vec![],
            folds: None,
            seeds: vec![1],
            runs: vec![],
            search: Vec::new(),
        };
        sweep.write(&folder).unwrap();
        let path = folder.join("sweep.json");
        let other = std::fs::read_to_string(&path).unwrap().replace("title\": \"title", "title\": \"other");
        std::fs::write(&path, seal(other.as_bytes())).unwrap();
        let read = Sweep::read(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(read.unwrap().title, "other");
    }
}
