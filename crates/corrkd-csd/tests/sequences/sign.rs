//! Makes the checksums of newer HDF5 files right again after bytes were changed, so that damage gets past them.

/// Structures of one length: their letters, and the bytes before the checksum where addresses have 8 bytes.
const FIXED: [(&[u8; 4], usize); 4] = [(b"FAHD", 24), (b"EAHD", 68), (b"BTHD", 34), (b"FRHP", 142)];

/// Signs the superblock and every header that is found.
pub(crate) fn sign(bytes: &mut [u8]) {
    if bytes.len() > 48 && bytes.starts_with(b"\x89HDF\r\n\x1a\n") && bytes[8] >= 2 {
        sign_part(bytes, 0, 44);
    }
    for at in 0..bytes.len().saturating_sub(4) {
        if bytes[at..].starts_with(b"OHDR") {
            if let Some(length) = header_length(&bytes[at..]) {
                sign_part(bytes, at, length);
            }
        } else if let Some((_, length)) = FIXED.iter().find(|(letters, _)| bytes[at..].starts_with(*letters)) {
            sign_part(bytes, at, *length);
        }
    }
}

/// Bytes of a version 2 object header before its checksum.
fn header_length(bytes: &[u8]) -> Option<usize> {
    let flags = *bytes.get(5)?;
    let size_at = 6 + if flags & 0x20 == 0 { 0 } else { 16 } + if flags & 0x10 == 0 { 0 } else { 4 };
    let width = 1 << (flags & 3);
    let mut size = [0; 8];
    size[..width].copy_from_slice(bytes.get(size_at..size_at + width)?);
    usize::try_from(u64::from_le_bytes(size)).ok()?.checked_add(size_at + width)
}

fn sign_part(bytes: &mut [u8], at: usize, length: usize) {
    let Some(end) = at.checked_add(length).filter(|&end| end <= bytes.len().saturating_sub(4)) else { return };
    let checksum = lookup3(&bytes[at..end]);
    bytes[end..end + 4].copy_from_slice(&checksum.to_le_bytes());
}

/// Bob Jenkins' `hashlittle` with an initial value of 0, HDF5's checksum of its own structures.
fn lookup3(bytes: &[u8]) -> u32 {
    let start = 0xdead_beef_u32.wrapping_add(bytes.len() as u32);
    let (mut a, mut b, mut c) = (start, start, start);
    // The last block, full or not, gets another mixing.
    let blocks = bytes.len().div_ceil(12);
    for (number, block) in bytes.chunks(12).enumerate() {
        let mut words = [0; 12];
        words[..block.len()].copy_from_slice(block);
        let word = |i: usize| u32::from_le_bytes([words[i], words[i + 1], words[i + 2], words[i + 3]]);
        a = a.wrapping_add(word(0));
        b = b.wrapping_add(word(4));
        c = c.wrapping_add(word(8));
        if number + 1 < blocks {
            for (shift, next) in [4, 6, 8, 16, 19, 4].into_iter().enumerate() {
                let (x, y, z) = match shift % 3 {
                    0 => (&mut a, &mut c, &mut b),
                    1 => (&mut b, &mut a, &mut c),
                    _ => (&mut c, &mut b, &mut a),
                };
                *x = x.wrapping_sub(*y) ^ y.rotate_left(next);
                *y = y.wrapping_add(*z);
            }
        } else {
            for (shift, next) in [14, 11, 25, 16, 4, 14, 24].into_iter().enumerate() {
                let (x, y) = match shift % 3 {
                    0 => (&mut c, b),
                    1 => (&mut a, c),
                    _ => (&mut b, a),
                };
                *x = (*x ^ y).wrapping_sub(y.rotate_left(next));
            }
        }
    }
    c
}
