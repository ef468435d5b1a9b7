//! Protocol 0 writes texts as lines: `repr` of Python 2's `str`, and `raw-unicode-escape`.

use crate::error::{Trouble, shown};

/// The bytes of a quoted string of Python 2 (opcode STRING).
pub(super) fn string(line: &[u8]) -> Result<Vec<u8>, Trouble> {
    let quoted = || Trouble::damaged("a quoted string", shown(line));
    let inside = match line {
        [b'\'', inside @ .., b'\''] | [b'"', inside @ .., b'"'] => inside,
        _ => return Err(quoted()),
    };
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next().ok_or_else(quoted)? {
            byte @ (b'\\' | b'\'' | b'"') => byte,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'x' => {
                let digits = [rest.next(), rest.next()];
                hexadecimal(digits).and_then(|value| u8::try_from(value).ok()).ok_or_else(quoted)?
            }
            _ => return Err(quoted()),
        });
    }
    Ok(bytes)
}

/// The text of a line in `raw-unicode-escape` (opcode UNICODE): `\uXXXX` and `\UXXXXXXXX`, and otherwise Latin-1.
pub(super) fn unicode(line: &[u8]) -> Result<String, Trouble> {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((&byte, behind)) = rest.split_first() {
        let digits = match behind.first() {
            Some(b'u') if byte == b'\\' => 4,
            Some(b'U') if byte == b'\\' => 8,
            _ => {
                text.push(char::from(byte));
                rest = behind;
                continue;
            }
        };
        let character = behind.get(1..=digits).and_then(|digits| hexadecimal(digits.iter().map(|&d| Some(d))));
        text.push(
            character
                .and_then(char::from_u32)
                .ok_or_else(|| Trouble::damaged("a character's number behind `\\u`", shown(rest)))?,
        );
        rest = &behind[1 + digits..];
    }
    Ok(text)
}

fn hexadecimal(digits: impl IntoIterator<Item = Option<u8>>) -> Option<u32> {
    digits.into_iter().try_fold(0u32, |value, digit| {
        let digit = char::from(digit?).to_digit(16)?;
        value.checked_mul(16)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python 2: `pickle.dumps(s, 0)`; Python 3: `pickle.dumps(u, 0)`.
    #[test]
    fn lines_of_protocol_0() {
        assert_eq!(string(br"'\x00a\\\'\n\xff'").unwrap(), b"\0a\\'\n\xff");
        assert_eq!(string(br#""it's""#).unwrap(), b"it's");
        assert_eq!(unicode(b"\xe9\\u20ac\\U0001f600 \\u005c").unwrap(), "é€😀 \\");
        for bad in [&b"'"[..], b"a", b"'\\x4'", b"'\\", b"'\\q'"] {
            assert!(string(bad).is_err(), "{bad:?}");
        }
        for bad in [&b"\\u12"[..], b"\\U00110000", b"\\ud800"] {
            assert!(unicode(bad).is_err(), "{bad:?}");
        }
    }
}
