//! The framing of TensorBoard's files (TFRecord): length, its checksum, bytes, their checksum; numbers least byte first.

/// Adds a record to a file's bytes.
pub(super) fn add(file: &mut Vec<u8>, bytes: &[u8]) {
    let length = (bytes.len() as u64).to_le_bytes();
    file.extend(length);
    file.extend(masked(&length).to_le_bytes());
    file.extend(bytes);
    file.extend(masked(bytes).to_le_bytes());
}

/// CRC-32C, turned and moved, so that the checksum of bytes that hold checksums is no special case.
fn masked(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes).rotate_right(15).wrapping_add(0xa282_ead8)
}
