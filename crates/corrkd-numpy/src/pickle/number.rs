//! Numbers as bytes and as lines of text.

use crate::error::{Trouble, shown};

/// What an integer's opcode may mean.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Integer {
    Bool(bool),
    Fits(i64),
    /// Beyond 64 bits, in decimal.
    Digits(String),
}

/// Digits of a decimal number that are worked out at once.
const GROUP: u32 = 9;

/// An integer in two's complement, the least significant byte first.
pub(super) fn long(bytes: &[u8]) -> Integer {
    let negative = bytes.last().is_some_and(|&byte| byte >= 0x80);
    if bytes.len() <= 8 {
        let mut wide = [if negative { 0xff } else { 0 }; 8];
        wide[..bytes.len()].copy_from_slice(bytes);
        return Integer::Fits(i64::from_le_bytes(wide));
    }
    let sign = if negative { "-" } else { "" };
    Integer::Digits(format!("{sign}{}", digits(bytes, negative)))
}

/// The decimal digits of an integer in two's complement, without its sign.
fn digits(bytes: &[u8], negative: bool) -> String {
    let mut carry = negative;
    // -x is what the inverted bits and 1 make.
    let absolute = bytes.iter().map(|&byte| {
        let (byte, over) = if negative { (!byte).overflowing_add(u8::from(carry)) } else { (byte, false) };
        carry = over;
        byte
    });
    let mut left: Vec<u8> = absolute.collect();
    let mut groups = Vec::new();
    while let Some(top) = left.iter().rposition(|&byte| byte != 0) {
        left.truncate(top + 1);
        let mut rest = 0;
        for byte in left.iter_mut().rev() {
            let value = rest * 256 + u64::from(*byte);
            *byte = (value / 10u64.pow(GROUP)) as u8; // below 256, for `rest` is below the divisor
            rest = value % 10u64.pow(GROUP);
        }
        groups.push(rest);
    }
    let mut text = groups.pop().unwrap_or(0).to_string();
    groups.iter().rev().for_each(|group| text.push_str(&format!("{group:09}")));
    text
}

/// An integer as a line, perhaps with Python 2's `L` at its end, or a truth value as `00` or `01`.
pub(super) fn decimal(line: &[u8]) -> Result<Integer, Trouble> {
    let wrong = || Trouble::damaged("an integer", shown(line));
    let number = match line {
        b"00" => return Ok(Integer::Bool(false)),
        b"01" => return Ok(Integer::Bool(true)),
        line => line.strip_suffix(b"L").unwrap_or(line),
    };
    let digits = number.strip_prefix(b"-").unwrap_or(number);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(wrong());
    }
    let text = std::str::from_utf8(number).map_err(|_| wrong())?;
    match text.parse() {
        Ok(value) => Ok(Integer::Fits(value)),
        Err(_) => Ok(Integer::Digits(text.to_owned())),
    }
}

/// A floating-point number as a line.
pub(super) fn float(line: &[u8]) -> Result<f64, Trouble> {
    let value = std::str::from_utf8(line).ok().and_then(|text| text.trim().parse().ok());
    value.ok_or_else(|| Trouble::damaged("a number", shown(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `pickle.encode_long(n)`
    #[test]
    fn integers_of_any_length() {
        assert_eq!(long(b""), Integer::Fits(0));
        assert_eq!(long(b"\xff"), Integer::Fits(-1));
        assert_eq!(long(b"\xff\x00"), Integer::Fits(255));
        assert_eq!(long(b"\x00\x80"), Integer::Fits(-32768));
        assert_eq!(long(&[0xff; 8]), Integer::Fits(-1));
        let digits = |text: &str| Integer::Digits(text.into());
        assert_eq!(long(b"\0\0\0\0\0\0\0\0\x01"), digits("18446744073709551616"));
        assert_eq!(long(b"\0\0\0\0\0\0\0\0\xc0"), digits("-1180591620717411303424"));
        assert_eq!(long(b"\xff\xff\xff\xff\xff\xff\xff\xff\0"), digits("18446744073709551615"));
        assert_eq!(long(b"\0\0\0\0\0\0\0\0\0"), digits("0"));
        // 10**30 + 7
        let bytes = b"\x07\x00\x00\x40\xea\xed\x74\x46\xd0\x9c\x2c\x9f\x0c";
        assert_eq!(long(bytes), digits("1000000000000000000000000000007"));
    }

    #[test]
    fn integers_as_lines() {
        assert_eq!(decimal(b"01").unwrap(), Integer::Bool(true));
        assert_eq!(decimal(b"-9223372036854775808").unwrap(), Integer::Fits(i64::MIN));
        assert_eq!(decimal(b"18446744073709551616L").unwrap(), Integer::Digits("18446744073709551616".into()));
        for bad in [&b""[..], b"L", b"-", b"1e5", b"inf", b"0x1", b" 1"] {
            assert!(decimal(bad).is_err(), "{bad:?}");
        }
        assert_eq!(float(b"-1e300").unwrap(), -1e300);
        assert!(float(b"inf").unwrap().is_infinite());
        assert!(float(b"1,5").is_err());
    }
}
