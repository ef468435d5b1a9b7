//! How an input is mutated: what disks, copies and editors do to files, and what those write who mean harm.

use crate::seal::seal;
use corrkd_random::Stream;
use std::cell::Cell;

/// No mutant is longer.
const LONGEST: usize = 1 << 20;
/// Bytes that mean something in one format or another.
const TELLING: &[u8] = b"\x00\xff\x7f\x80\x01\x1b\n\r\t \"'`[]{}(),.:;=#-+/\\_09eE~\xc0\xed";
/// Numbers and words that parsers and sums stumble over.
const EXTREMES: [&str; 22] = [
    "0",
    "-1",
    "-0.0",
    "1e308",
    "-1e308",
    "1e309",
    "5e-324",
    "1e-400",
    "NaN",
    "inf",
    "-inf",
    "null",
    "true",
    "255",
    "65536",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
];

/// One of the inputs with one to four mutations; a sealed one is mostly sealed again, or nobody would look further.
pub(super) fn mutated(seeds: &[Vec<u8>], stream: Stream, sealed: bool) -> Vec<u8> {
    let drawn = Cell::new(0);
    let below = |n: usize| stream.below(drawn.replace(drawn.get() + 1), n.max(1));
    let Some(mut bytes) = seeds.get(below(seeds.len())).cloned() else { return Vec::new() };
    for _ in 0..=below(4) {
        let length = bytes.len();
        let at = below(length);
        let end = (at + 1 + below([4, 32, 512][below(3)])).min(length);
        match below(12) {
            _ if length == 0 => bytes.extend(EXTREMES[below(EXTREMES.len())].bytes()),
            0 | 1 => bytes[at] ^= 1 << below(8),
            2 => bytes[at] = TELLING[below(TELLING.len())],
            3 => bytes[at] = below(256) as u8,
            4 => bytes.truncate(at),
            5 => drop(bytes.drain(at..end)),
            6 => {
                let other = &seeds[below(seeds.len())];
                let from = below(other.len());
                let piece = &other[from..(from + 1 + below(512)).min(other.len())];
                bytes.splice(at..if below(2) == 0 { at } else { end }, piece.iter().copied());
            }
            7 => {
                let piece = bytes[at..end].to_vec();
                let times = 1 + below([2, 50, 1000][below(3)]);
                bytes.splice(at..at, piece.repeat(times.min(LONGEST / piece.len().max(1))));
            }
            8 | 9 => {
                // In place of the next number.
                let digit = |byte: &u8| byte.is_ascii_digit();
                let start = bytes[at..].iter().position(digit).map_or(at, |place| at + place);
                let stop = bytes[start..].iter().position(|byte| !digit(byte)).map_or(length, |place| start + place);
                bytes.splice(start..stop, EXTREMES[below(EXTREMES.len())].bytes());
            }
            10 => {
                let sizes =
                    [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 1 << 31, u64::from(u32::MAX), 1 << 62, 1 << 63, u64::MAX];
                let value = [sizes[below(sizes.len())], length as u64, at as u64][below(3)];
                let width = [2, 4, 8][below(3)].min(length - at);
                bytes[at..at + width].copy_from_slice(&value.to_le_bytes()[..width]);
            }
            _ => {
                let opens = [b'[', b'{', b'(', b'"', 0x85, b'.'][below(6)];
                bytes.splice(at..at, std::iter::repeat_n(opens, [3, 200, 30_000][below(3)]));
            }
        }
        bytes.truncate(LONGEST);
    }
    if sealed && below(4) > 0 { seal(&bytes) } else { bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_draws_make_the_same_mutant_and_others_another() {
        let seeds = [b"{\"a\": 12, \"b\": [1, 2]}".to_vec(), b"x,y\n1,2\n".to_vec()];
        let of = |number| mutated(&seeds, Stream::new(1, "test").at(number), false);
        let mutants: Vec<_> = (0..1000).map(of).collect();
        assert_eq!(mutants, (0..1000).map(of).collect::<Vec<_>>());
        assert!(mutants.iter().filter(|mutant| seeds.contains(mutant)).count() < 20);
        assert!(mutants.iter().all(|mutant| mutant.len() <= LONGEST));
        let mut different = mutants.clone();
        different.sort();
        different.dedup();
        assert!(different.len() > 800, "{}", different.len());
    }
}
