//! `.npz`: a zip archive of `.npy` files, stored or deflated. The `zip` crate reads the archive's directory, with the
//! features that candle asks of it already; what is deflated is inflated as it is read, by the crate that reads HDF5's.

use std::io::BufReader;
use zip::{CompressionMethod, ZipArchive};

use crate::blob::Member;
use crate::error::{Trouble, shown};
use crate::foreign::{self, Archive, Foreign};
use crate::source::Source;

/// Deflate codes at most 258 bytes in two bits.
const DEFLATE_RATIO: u64 = 1032;
/// Members that one archive may have.
const MEMBERS: usize = 10_000;

/// The archive's `.npy` members by name without that ending, in its order.
pub(crate) fn members(source: &Source) -> Result<Vec<(String, Member)>, Trouble> {
    let damaged = |error: zip::result::ZipError| Trouble::damaged("a readable zip archive", error.to_string());
    let length = source.length();
    let mut archive = ZipArchive::new(BufReader::new(source.span(0, length))).map_err(damaged)?;
    if archive.len() > MEMBERS {
        return Err(Trouble::refused(format!("more than {MEMBERS} members in one archive")));
    }
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(damaged)?;
        let full = file.name().map_err(damaged)?.into_owned();
        let shown = shown(full.as_bytes());
        let Some(name) = full.strip_suffix(".npy") else {
            return Err(match foreign::of_member(full.as_bytes()) {
                Some(format) => Trouble::Foreign(format),
                None if members.is_empty() => Trouble::Foreign(Foreign::Archive(Archive::Zip)),
                None => Trouble::refused(format!("the member `{shown}`, which is no .npy")),
            });
        };
        let deflated = match file.compression() {
            CompressionMethod::STORE => false,
            CompressionMethod::DEFLATE => true,
            method => return Err(Trouble::refused(format!("the compression {method} of `{shown}`"))),
        };
        if file.encrypted() {
            return Err(Trouble::refused(format!("the encrypted member `{shown}`")));
        }
        let (offset, stored, size) = (file.data_start().unwrap_or(length), file.compressed_size(), file.size());
        let fits = offset.checked_add(stored).is_some_and(|end| end <= length);
        let most = if deflated { stored.saturating_mul(DEFLATE_RATIO) } else { stored };
        if !fits || size > most || (!deflated && size != stored) {
            let got = format!("{size} bytes in {stored} at {offset} of a file of {length}");
            return Err(Trouble::damaged(format!("the bytes of `{shown}` in the file"), got));
        }
        members.push((name.to_owned(), Member { offset, stored, length: size, deflated, crc: Some(file.crc32()) }));
    }
    Ok(members)
}
