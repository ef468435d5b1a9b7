//! The files that the campaigns work on: a tiny data set, two experiments, what is imported and embedded.

use anyhow::Result;
use corrkd_csd::{Entry, Features, Rows, Sequence};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

/// A data set of twelve videos with eight segments of up to three frames; language tells the label, the rest is noise.
pub(crate) const RECIPE: &str = r#"title = "tiny"
time = 3
keep = "first"
standardise = "train"
[labels]
file = "labels.csd"
columns = ["sentiment"]
column = "sentiment"
range = [-3.0, 3.0]
[features.language]
file = "language.csd"
width = 5
[features.audio]
file = "audio.csd"
width = 3
[features.vision]
file = "vision.csd"
width = 4
[folds]
file = "folds.toml"
"#;

const FOLDS: &str = r#"train = ["v00", "v01", "v02", "v03", "v04", "v05", "v06", "v07"]
valid = ["v08", "v09"]
test = ["v10", "v11"]
"#;

/// Four runs: a teacher and three students.
pub(crate) const EXPERIMENT: &str = r#"title = "own"
dataset = "recipe.toml"
seeds = [1]
reference = "full"
network = { width = 8, heads = 2, layers = 1, feed_forward = 8 }
teacher = { epochs = 6, batch = 8, learning_rate = 1e-2 }
student = { epochs = 6, batch = 8, learning_rate = 1e-2 }
losses.rcd.hidden = 4
[evaluation]
ratios = [0.0, 0.5]
representations = ["lav"]
[[variant]]
name = "full"
[[variant]]
name = "without-scd"
losses.scd.weight = 0.0
[[variant]]
name = "kl"
losses.rcd.form = "kl"
"#;

/// The rows of which the experiment `other` has the one that it shares, and one of its own.
const OTHER: [(&str, &str); 2] = [("title = \"own\"", "title = \"other\""), ("weight = 0.0", "weight = 0.25")];

const GENERATED: &str = r#"title = "generated"
dataset = "synthetic"
size = "small"
seeds = [1]
reference = "full"
network = { width = 8, heads = 2, layers = 1, feed_forward = 8 }
teacher.epochs = 2
student.epochs = 2
losses.rcd.hidden = 4
[evaluation]
ratios = [0.0, 0.5]
[[variant]]
name = "full"
"#;

/// Names of the data set's sequences.
pub(crate) const SEQUENCES: [&str; 4] = ["labels", "language", "audio", "vision"];

/// Writes everything into a folder.
pub(crate) fn write(folder: &Path) -> Result<()> {
    let data = folder.join("data");
    fs::create_dir_all(&data)?;
    let other = OTHER.iter().fold(EXPERIMENT.to_owned(), |text, (from, to)| text.replace(from, to));
    for (name, text) in [
        ("own.toml", EXPERIMENT),
        ("other.toml", other.as_str()),
        ("generated.toml", GENERATED),
        ("recipe.toml", RECIPE),
        ("data/folds.toml", FOLDS),
        ("vectors.txt", VECTORS),
    ] {
        fs::write(folder.join(name), text)?;
    }
    fs::write(folder.join("bundle.npz"), npz(&arrays(12), false)?)?;
    // So many that the import takes a moment.
    fs::write(folder.join("bundle.pkl"), pickle(&arrays(400)))?;
    loose(&folder.join("loose"))?;
    sequences(&data)?;
    words(&folder.join("words.csd"))
}

fn sequences(data: &Path) -> Result<()> {
    let label = |video: usize, segment: usize| ((video * 8 + segment) * 7 % 13) as f32 / 2.0 - 3.0;
    let noise = |a: usize, b: usize, c: usize, d: usize| (((a * 31 + b) * 37 + c) * 41 + d * d) as f32 % 7.0;
    for (name, width) in SEQUENCES.into_iter().zip([1, 5, 3, 4]) {
        let mut entries = BTreeMap::new();
        for (video, segment) in (0..12).flat_map(|video| (0..8).map(move |segment| (video, segment))) {
            let rows = if name == "labels" { 1 } else { 1 + segment % 3 };
            let value = |frame: usize, column: usize| match name {
                "labels" => label(video, segment),
                "language" => label(video, segment) * (column as f32 - 2.0) + noise(video, segment, frame, column),
                "audio" => noise(video, segment, frame, column),
                _ => noise(column, frame, segment, video),
            };
            let places = (0..rows).flat_map(|frame| (0..width).map(move |column| (frame, column)));
            let values = places.map(|(frame, column)| value(frame, column)).collect();
            let intervals = (0..rows).map(|row| [(segment * 4 + row) as f64, (segment * 4 + row + 1) as f64]);
            let entry = Entry { intervals: intervals.collect(), features: Features::F32(Rows::flat(width, values)) };
            entries.insert(format!("v{video:02}[{segment}]"), entry);
        }
        sequence(&data.join(format!("{name}.csd")), name, entries)?;
    }
    Ok(())
}

/// Writes a sequence without metadata.
pub(crate) fn sequence(path: &Path, root: &str, entries: BTreeMap<String, Entry>) -> Result<()> {
    Ok(corrkd_csd::write(path, &Sequence { root: root.to_owned(), metadata: BTreeMap::new(), entries })?)
}

const VECTORS: &str = "the 0.1 -0.2 0.3\ngood 1e-3 2 3\nn't 0.5 0.25 -1\ndo 4 5 6\n";

fn words(path: &Path) -> Result<()> {
    let texts = |words: &[&str]| Features::Texts(Rows::flat(1, words.iter().map(|&word| word.to_owned()).collect()));
    let entry = |words: &[&str]| Entry {
        intervals: (0..words.len()).map(|row| [row as f64, row as f64 + 0.5]).collect(),
        features: texts(words),
    };
    let entries = [("v1", &["the", "good", "sp", "dont"][..]), ("v2", &["Good", "unheard"][..])];
    sequence(path, "words", entries.map(|(id, words)| (id.to_owned(), entry(words))).into())
}

/// An array: where it belongs, NumPy's code of its numbers, axes, bytes.
pub(crate) struct Array {
    fold: &'static str,
    field: &'static str,
    code: String,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

/// The arrays of three folds with so many samples each.
pub(crate) fn arrays(count: usize) -> Vec<Array> {
    let mut arrays = Vec::new();
    for (number, fold) in ["train", "valid", "test"].into_iter().enumerate() {
        let mut add = |field, code: &str, shape, bytes| {
            arrays.push(Array { fold, field, code: code.to_owned(), shape, bytes });
        };
        for (width, field) in ["text", "audio", "vision"].into_iter().enumerate() {
            let width = width + 2;
            let values = (0..count * 4 * width).map(|k| (k * (2 * width + 3) % 17) as f32 - 8.5);
            add(field, "<f4", vec![count, 4, width], values.flat_map(f32::to_le_bytes).collect());
        }
        let labels = (0..count).map(|k| (k * 5 % 13) as f64 / 2.0 - 3.0);
        add("labels", "<f8", vec![count], labels.flat_map(f64::to_le_bytes).collect());
        let ids = (0..count).map(|k| format!("{number}v{:02}[{}]", k / 3, k % 3));
        add("id", "|S8", vec![count], ids.flat_map(|id| format!("{id:\0<8}").into_bytes()).collect());
    }
    arrays
}

/// A `.npy` file with these axes and bytes.
pub(crate) fn npy(code: &str, shape: &[usize], bytes: &[u8]) -> Vec<u8> {
    let shape: String = shape.iter().map(|axis| format!("{axis}, ")).collect();
    let header = format!("{{'descr': '{code}', 'fortran_order': False, 'shape': ({shape}), }}");
    let header = format!("{header:<117}\n");
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), bytes].concat()
}

/// An `.npz` of arrays named `FOLD_FIELD`, packed or not (PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16).
pub(crate) fn npz(arrays: &[Array], packed: bool) -> Result<Vec<u8>> {
    let (mut members, mut directory) = (Vec::new(), Vec::new());
    for array in arrays {
        let name = format!("{}_{}.npy", array.fold, array.field);
        let bytes = npy(&array.code, &array.shape, &array.bytes);
        let mut sum = Crc::new();
        sum.update(&bytes);
        let mut stored = bytes.clone();
        if packed {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&bytes)?;
            stored = encoder.finish()?;
        }
        let start = (members.len() as u32).to_le_bytes();
        let sizes = [stored.len(), bytes.len()].map(|size| (size as u32).to_le_bytes()).concat();
        let method = if packed { 8_u16 } else { 0 }.to_le_bytes();
        // Flags, method, time and date, checksum, sizes, length of the name, none of extra fields.
        let about =
            [&[0; 2], &method[..], &[0, 0, 0x21, 0], &sum.sum().to_le_bytes(), &sizes, &[name.len() as u8, 0, 0, 0]]
                .concat();
        members.extend([b"PK\x03\x04\x14\0", &about[..], name.as_bytes(), &stored].concat());
        directory.extend([b"PK\x01\x02\x14\0\x14\0", &about[..], &[0; 10], &start, name.as_bytes()].concat());
    }
    let count = (arrays.len() as u16).to_le_bytes();
    let [size, start] = [directory.len(), members.len()].map(|number| (number as u32).to_le_bytes());
    Ok([&members, &directory, &b"PK\x05\x06\0\0\0\0"[..], &count, &count, &size, &start, &[0; 2]].concat())
}

/// A pickle of `{fold: {field: array}}`, as protocol 3 writes arrays.
pub(crate) fn pickle(arrays: &[Array]) -> Vec<u8> {
    let mut bytes = b"\x80\x03}".to_vec();
    let text = |text: &str| [b"X", &(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat();
    for fold in arrays.chunk_by(|a, b| a.fold == b.fold) {
        bytes.extend([text(fold[0].fold), b"}".to_vec()].concat());
        for Array { field, code, shape, bytes: data, .. } in fold {
            bytes.extend(text(field));
            bytes.extend(b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R(K\x01(");
            shape.iter().for_each(|&axis| bytes.extend([b"J", &(axis as i32).to_le_bytes()[..]].concat()));
            bytes.extend([b"tcnumpy\ndtype\n", &text(&code[1..])[..], b"K\x00K\x01\x87R(K\x03"].concat());
            bytes.extend([text(&code[..1]), b"NNN".to_vec()].concat());
            // Texts have a size, numbers have that of their kind.
            let size = code.strip_prefix("|S").and_then(|size| size.parse().ok()).unwrap_or(-1_i32);
            let align = if size < 0 { size } else { 1 };
            [size, align].iter().for_each(|n| bytes.extend([b"J", &n.to_le_bytes()[..]].concat()));
            bytes.extend([b"K\x00tb\x89B", &(data.len() as u32).to_le_bytes()[..], data, b"tbs"].concat());
        }
        bytes.push(b's');
    }
    bytes.push(b'.');
    bytes
}

/// A folder of single files: labels in a table, and a file for each sample and modality.
fn loose(folder: &Path) -> Result<()> {
    let mut labels = "id,split,sentiment\n".to_owned();
    for (number, fold) in ["train", "train", "valid", "test"].into_iter().enumerate() {
        labels.push_str(&format!("a{number},{fold},{}\n", number as f64 - 1.5));
        for modality in ["language", "audio", "vision"] {
            fs::create_dir_all(folder.join(modality))?;
            let (name, bytes) = match modality {
                "vision" => ("csv", "0.5,1\n-1,2e-3\n".as_bytes().to_vec()),
                _ => ("npy", npy("<f4", &[2, 2], &[0, 0, 128, 63].repeat(4))),
            };
            fs::write(folder.join(modality).join(format!("a{number}.{name}")), bytes)?;
        }
    }
    Ok(fs::write(folder.join("labels.csv"), labels)?)
}
