//! What a file is, by its first bytes or by what a pickle in it names: the formats that people bring along and that are
//! something else than what is read at the place.

use std::io::Read;
use std::path::Path;

/// Bytes of a file's start that tell what it is.
pub(crate) const HEAD: u64 = 4096;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// A pickle.
    Pickle,
    /// One NumPy array, `.npy`.
    Npy,
    /// NumPy arrays, `.npz`.
    Npz,
    /// HDF5, perhaps a computational sequence.
    Hdf5,
    /// MATLAB's format up to version 7.
    Matlab5,
    /// MATLAB's format 7.3: HDF5 behind a header of its own.
    Matlab73,
    /// What `torch.save` writes, new or old.
    Torch,
    /// A pickle of PyTorch's tensors.
    Tensors,
    /// A pickle of TensorFlow's tensors.
    TensorFlow,
    /// A pickle of pandas' tables.
    Pandas,
    /// A pickle of SciPy's sparse matrices.
    Sparse,
    /// What `joblib.dump` writes.
    Joblib,
    /// Parquet.
    Parquet,
    /// Arrow's or Feather's.
    Arrow,
    /// safetensors.
    Safetensors,
    /// What stands in a Git repository for a file of Git LFS.
    GitLfs,
    /// What stands in a Git repository for a file of git-annex.
    GitAnnex,
    /// A web page, often one that asks to log in or says what went wrong.
    WebPage,
    /// JSON.
    Json,
    /// A table as text: values between commas, semicolons or tabs.
    Table,
    /// Another text.
    Text,
    /// A text in UTF-16.
    Utf16,
    /// A spreadsheet.
    Spreadsheet,
    /// An archive or something compressed.
    Archive(Archive),
    /// Sound, pictures or film.
    Media,
    /// Nothing.
    Empty,
    /// Nothing but zeros, as far as was looked.
    Zeros,
}

/// What something was packed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of programs")]
pub enum Archive {
    Gzip,
    Bzip2,
    Xz,
    Zstandard,
    Zlib,
    Zip,
    Tar,
    SevenZip,
    Rar,
}

/// The first bytes of `.npy`.
pub(crate) const NPY: &[u8] = b"\x93NUMPY";
/// First bytes, at the offsets where they stand.
const MAGIC: [(usize, &[u8], Foreign); 30] = [
    (0, NPY, Foreign::Npy),
    (0, b"\x89HDF\r\n\x1a\n", Foreign::Hdf5),
    (0, b"MATLAB 7.3 MAT-file", Foreign::Matlab73),
    (0, b"MATLAB 5.0 MAT-file", Foreign::Matlab5),
    // The number 0x1950a86a20f9469cfc6c as a pickle of its own.
    (0, b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", Foreign::Torch),
    (0, b"PAR1", Foreign::Parquet),
    (0, b"ARROW1", Foreign::Arrow),
    (0, b"FEA1", Foreign::Arrow),
    (0, b"version https://git-lfs.github.com/spec/", Foreign::GitLfs),
    (0, b"/annex/objects/", Foreign::GitAnnex),
    (0, b"\x1f\x8b", Foreign::Archive(Archive::Gzip)),
    (0, b"BZh", Foreign::Archive(Archive::Bzip2)),
    (0, b"\xfd7zXZ\0", Foreign::Archive(Archive::Xz)),
    (0, b"\x28\xb5\x2f\xfd", Foreign::Archive(Archive::Zstandard)),
    (0, b"\x78\x01", Foreign::Archive(Archive::Zlib)),
    (0, b"\x78\x5e", Foreign::Archive(Archive::Zlib)),
    (0, b"\x78\x9c", Foreign::Archive(Archive::Zlib)),
    (0, b"\x78\xda", Foreign::Archive(Archive::Zlib)),
    (0, b"7z\xbc\xaf\x27\x1c", Foreign::Archive(Archive::SevenZip)),
    (0, b"Rar!\x1a\x07", Foreign::Archive(Archive::Rar)),
    (257, b"ustar", Foreign::Archive(Archive::Tar)),
    // Excel's before it was a zip archive.
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Foreign::Spreadsheet),
    (0, b"RIFF", Foreign::Media),
    (0, b"OggS", Foreign::Media),
    (0, b"fLaC", Foreign::Media),
    (0, b"\xff\xfb", Foreign::Media),
    (4, b"ftyp", Foreign::Media),
    (0, b"\x1a\x45\xdf\xa3", Foreign::Media),
    (0, b"\x89PNG", Foreign::Media),
    (0, b"\xff\xd8\xff", Foreign::Media),
];

/// What the first bytes of a file tell; some four thousand are enough. `None` where they tell nothing.
#[must_use]
pub fn recognise(bytes: &[u8]) -> Option<Foreign> {
    if bytes.is_empty() {
        return Some(Foreign::Empty);
    }
    let starts = |at: usize, magic: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(magic));
    if let Some((.., foreign)) = MAGIC.iter().find(|(at, magic, _)| starts(*at, magic)) {
        return Some(*foreign);
    }
    if starts(0, b"PK\x03\x04") || starts(0, b"PK\x05\x06") {
        return Some(zip(bytes));
    }
    if matches!(bytes, [0x80, 0..=5, ..]) {
        return Some(Foreign::Pickle);
    }
    // A length of eight bytes, and then as much JSON.
    if starts(8, b"{\"") && bytes[4..8] == [0; 4] {
        return Some(Foreign::Safetensors);
    }
    if bytes.len() >= 64 && bytes.iter().all(|&byte| byte == 0) {
        return Some(Foreign::Zeros);
    }
    if is_utf16(bytes) {
        return Some(Foreign::Utf16);
    }
    text(bytes).map(written).or_else(|| begins(bytes).then_some(Foreign::Pickle))
}

/// What an archive's first member tells.
fn zip(bytes: &[u8]) -> Foreign {
    let length = bytes.get(26..28).map_or(0, |length| usize::from(u16::from_le_bytes([length[0], length[1]])));
    let name = bytes.get(30..30 + length).unwrap_or_default();
    of_member(name).unwrap_or(Foreign::Archive(Archive::Zip))
}

/// What an archive with a member of this name is.
pub(crate) fn of_member(name: &[u8]) -> Option<Foreign> {
    let ends = |ending: &[u8]| name.ends_with(ending);
    if ends(b".npy") {
        Some(Foreign::Npz)
    } else if ends(b"/data.pkl") || ends(b"/.format_version") || ends(b"/byteorder") || ends(b"/constants.pkl") {
        Some(Foreign::Torch)
    } else if name == b"[Content_Types].xml" || name == b"mimetype" {
        Some(Foreign::Spreadsheet)
    } else {
        None
    }
}

/// What the values of a pickle belong to, where it names something of this module.
pub(crate) fn of_module(module: &[u8]) -> Option<Foreign> {
    let module = std::str::from_utf8(module).ok()?;
    Some(match module.split('.').next()? {
        "torch" | "torchvision" | "torchaudio" => Foreign::Tensors,
        "tensorflow" => Foreign::TensorFlow,
        "pandas" => Foreign::Pandas,
        "scipy" => Foreign::Sparse,
        "joblib" => Foreign::Joblib,
        "sklearn" if module.contains("joblib") => Foreign::Joblib,
        _ => return None,
    })
}

/// The bytes as a text without control characters, if they are one. The last character may be cut off.
fn text(bytes: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let printed = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    (!text.is_empty() && text.chars().all(printed)).then_some(text)
}

/// Whether a text of two bytes a character begins so, with the mark that says in which order they are.
fn is_utf16(bytes: &[u8]) -> bool {
    let units = |unit: fn([u8; 2]) -> u16| bytes[2..].as_chunks::<2>().0.iter().map(move |&pair| unit(pair));
    let printed = |text: &mut dyn Iterator<Item = u16>| {
        char::decode_utf16(text.take(64))
            .all(|c| c.is_ok_and(|c| (!c.is_control() || c.is_whitespace()) && c < '\u{fffe}'))
    };
    match bytes {
        [0xff, 0xfe, ..] => printed(&mut units(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => printed(&mut units(u16::from_be_bytes)),
        _ => false,
    }
}

/// What a text is. Pickles of protocol 0 are texts, too.
fn written(text: &str) -> Foreign {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let lower = text.to_lowercase();
    let page = ["<!doctype", "<html", "<head", "<body", "<script", "<!--"].iter().any(|tag| lower.starts_with(tag));
    if page || (lower.starts_with("<?xml") && (lower.contains("<html") || lower.contains("<error"))) {
        return Foreign::WebPage;
    }
    if text.starts_with(['{', '[']) {
        return Foreign::Json;
    }
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    if begins(text.as_bytes()) && is_opcode(first, lines.next()) {
        return Foreign::Pickle;
    }
    if first.contains([',', ';', '\t']) { Foreign::Table } else { Foreign::Text }
}

/// Whether these are the first opcodes of a pickle of protocol 0: a mark and what it makes, a name, or one value.
fn is_opcode(first: &str, second: Option<&str>) -> bool {
    let rest = first.get(1..).unwrap_or_default();
    let named = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    match first.as_bytes().first() {
        Some(b'(' | b'}' | b']' | b')') => !first.contains([',', ';', '\t']),
        Some(b'c') => {
            named(rest) && second.is_some_and(|name| named(name) && !name.starts_with(|c: char| c.is_ascii_digit()))
        }
        Some(b'S') => rest.starts_with(['\'', '"']),
        Some(b'V') => second.is_some_and(|line| line.starts_with('p')),
        Some(b'I' | b'L' | b'F') => rest.trim_end_matches('L').parse::<f64>().is_ok(),
        Some(b'N') => rest == ".",
        _ => false,
    }
}

/// Whether the first byte may begin a pickle. From protocol 2 on one says so; before, it begins with one of these.
const fn begins(head: &[u8]) -> bool {
    matches!(
        head,
        [0x80, ..]
            | [
                b'(' | b'c'
                    | b'}'
                    | b']'
                    | b')'
                    | b'N'
                    | b'I'
                    | b'F'
                    | b'S'
                    | b'V'
                    | b'L'
                    | b'K'
                    | b'J'
                    | b'M'
                    | b'G'
                    | b'U'
                    | b'T'
                    | b'X',
                ..
            ]
    )
}

impl Foreign {
    /// What the first bytes of a file tell; `None` also where the file cannot be read.
    #[must_use]
    pub fn of_file(path: &Path) -> Option<Self> {
        let mut head = Vec::new();
        corrkd_system::open(path).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
        recognise(&head)
    }

    /// What it is, as a message says it.
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Self::Pickle => "a pickle",
            Self::Npy => "a NumPy array (.npy)",
            Self::Npz => "NumPy arrays (.npz)",
            Self::Hdf5 => "an HDF5 file",
            Self::Matlab5 => "a file of MATLAB's (.mat)",
            Self::Matlab73 => "a file of MATLAB's (.mat, version 7.3)",
            Self::Torch => "a file of PyTorch's tensors (torch.save)",
            Self::Tensors => "a file of PyTorch's tensors (a pickle)",
            Self::TensorFlow => "a file of TensorFlow's tensors (a pickle)",
            Self::Pandas => "a file of pandas' tables (a pickle)",
            Self::Sparse => "a file of SciPy's sparse matrices (a pickle)",
            Self::Joblib => "a file of joblib's",
            Self::Parquet => "a Parquet file",
            Self::Arrow => "an Arrow or Feather file",
            Self::Safetensors => "a file of safetensors'",
            Self::GitLfs => "a pointer of Git LFS, which stands for the file",
            Self::GitAnnex => "a pointer of git-annex, which stands for the file",
            Self::WebPage => "a web page, not the file (one that asks to log in, or tells an error?)",
            Self::Json => "a text in JSON",
            Self::Table => "a table as text (csv)",
            Self::Text => "a text",
            Self::Utf16 => "a text in UTF-16",
            Self::Spreadsheet => "a spreadsheet",
            Self::Archive(Archive::Gzip) => "something packed by gzip",
            Self::Archive(Archive::Bzip2) => "something packed by bzip2",
            Self::Archive(Archive::Xz) => "something packed by xz",
            Self::Archive(Archive::Zstandard) => "something packed by zstd",
            Self::Archive(Archive::Zlib) => "something packed by zlib, as joblib does",
            Self::Archive(Archive::Zip) => "a zip archive",
            Self::Archive(Archive::Tar) => "a tar archive",
            Self::Archive(Archive::SevenZip) => "a 7z archive",
            Self::Archive(Archive::Rar) => "a rar archive",
            Self::Media => "sound, pictures or film",
            Self::Empty => "an empty file",
            Self::Zeros => "nothing but zeros",
        }
    }
}
