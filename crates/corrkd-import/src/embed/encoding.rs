//! Lines as text in UTF-8, and what they are where they are not.

/// A byte order mark in UTF-8, which some editors put before a text.
const MARK: &str = "\u{feff}";
/// Marks of other encodings, the longer ones first: UTF-32's in one order begins as UTF-16's does.
const MARKS: [(&[u8], &str); 4] =
    [(b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16")];
/// How archives begin, which hold a text.
const PACKED: [(&[u8], &str); 4] = [
    (b"PK\x03\x04", "a zip archive: unpack it with unzip"),
    (b"BZh91AY", "a file packed with bzip2: unpack it with bunzip2"),
    (b"\xfd7zXZ\0", "a file packed with xz: unpack it with unxz"),
    (b"\x28\xb5\x2f\xfd", "a file packed with Zstandard: unpack it with unzstd"),
];
/// What to do with vectors that are no text.
const BINARY: &str = "if it is word2vec's binary form, write it anew with gensim: \
                      `KeyedVectors.load_word2vec_format(FILE, binary=True).save_word2vec_format(NEW)`";
/// Bytes of a message's excerpt.
const SHOWN: usize = 8;

/// What a line is that is no text in UTF-8.
pub(super) enum Text {
    /// Part of an archive.
    Packed { kind: &'static str },
    /// In another encoding, or in none.
    Encoded { got: String, remedy: String },
}

/// A line, from 1, as text; the first without its byte order mark.
pub(super) fn text(bytes: &[u8], line: usize) -> Result<&str, Text> {
    if line == 1 {
        if let Some((_, kind)) = PACKED.iter().find(|(magic, _)| bytes.starts_with(magic)) {
            return Err(Text::Packed { kind });
        }
        if let Some((_, name)) = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
            let remedy = format!("write it anew with `iconv -f {name} -t UTF-8 FILE > NEW`");
            return Err(Text::Encoded { got: format!("{name}, by its byte order mark"), remedy });
        }
    }
    if bytes.contains(&0) {
        let remedy = format!("if it is UTF-16, write it anew with `iconv -f UTF-16LE -t UTF-8 FILE > NEW`; {BINARY}");
        return Err(Text::Encoded { got: "bytes of zero".to_owned(), remedy });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let bytes = &bytes[error.valid_up_to()..];
        let shown: Vec<String> = bytes.iter().take(SHOWN).map(|byte| format!("{byte:02x}")).collect();
        let remedy = format!(
            "if the file is in another encoding, write it anew with `iconv -f GB18030 -t UTF-8 FILE > NEW` (with its own \
             instead of GB18030); if it is UTF-8 but for single words, leave those out with \
             `iconv -c -f UTF-8 -t UTF-8 FILE > NEW`; {BINARY}"
        );
        let got = format!("the bytes {} at byte {}", shown.join(" "), error.valid_up_to() + 1);
        Text::Encoded { got, remedy }
    })?;
    Ok(if line == 1 { text.strip_prefix(MARK).unwrap_or(text) } else { text })
}
