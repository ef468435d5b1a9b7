//! The text of a file that people write: UTF-8, with or without a byte order mark.

use std::io;

/// Bytes of a message's excerpt.
const SHOWN: usize = 8;

/// The bytes of a file as text, without a byte order mark.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] with the line where they are not UTF-8, and how to write the file anew.
pub fn utf8(bytes: Vec<u8>) -> io::Result<String> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let (valid, rest) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
        let line = valid.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let shown: Vec<String> = rest.iter().take(SHOWN).map(|byte| format!("{byte:02x}")).collect();
        let reason = format!(
            "line {line}: expected text in UTF-8, got the bytes {}; if the file is in another encoding, write it anew with \
             `iconv -f GB18030 -t UTF-8 FILE > NEW` (with its own instead of GB18030)",
            shown.join(" ")
        );
        io::Error::new(io::ErrorKind::InvalidData, reason)
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_no_text_and_other_encodings_are_named_with_their_line() {
        let read = |bytes: &[u8]| utf8(bytes.to_vec());
        assert_eq!(read(b"\xef\xbb\xbfa = 1\n").unwrap(), "a = 1\n");
        assert_eq!(read("très".as_bytes()).unwrap(), "très");
        let error = read(b"a = 1\nb = \"\xba\xc3\"\n").unwrap_err();
        assert!(
            error.to_string().starts_with("line 2: expected text in UTF-8, got the bytes ba c3 22 0a; "),
            "{error}"
        );
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
