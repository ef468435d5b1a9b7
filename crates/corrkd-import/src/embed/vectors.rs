//! Word vectors in text: a word and D numbers a line, separated by spaces or tabs, as GloVe and word2vec write them.
//!
//! The text is UTF-8, with or without a byte order mark, and may be packed with gzip. The file is read once, from front to back, and every number in it; memory holds the vectors that are wanted. GloVe's
//! 840B has words with spaces in them (`. . .`), so the numbers are the last D fields. word2vec's and fastText's files
//! begin with a line of their own, the number of vectors and D.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::ops::ControlFlow;
use std::path::Path;

use super::EmbedError;
use super::encoding::{self, Text};
use corrkd_data::Progress;
use flate2::read::MultiGzDecoder;

/// Bytes of a line at most: GloVe's have 3,000, and a file without line ends must not fill the memory.
const LINE: u64 = 1 << 17;
/// Numbers in a vector at most.
const WIDTH: usize = 4096;
/// Lines between two words on how far it is.
const PAUSE: usize = 1000;

/// The vectors of the words that were wanted.
pub(super) struct Vectors {
    /// Vectors in the file.
    pub(super) count: usize,
    wanted: BTreeMap<String, Vec<f32>>,
    /// Of each column over all vectors of the file, D.
    sums: Vec<f64>,
    /// The sum of all squared numbers.
    squares: f64,
}

impl Vectors {
    /// Reads a file, and keeps the vectors of the words in `wanted`; of two vectors of a word, the first. `progress` is
    /// told how many MiB of how many were read.
    pub(super) fn read(path: &Path, wanted: &BTreeSet<String>, progress: &Progress<'_>) -> Result<Self, EmbedError> {
        let io = |cause| EmbedError::Io { path: path.to_owned(), cause };
        let mut file = corrkd_system::open(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        let packed = is_gzip(&mut file).map_err(io)?;
        let source: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(&file)) } else { Box::new(&file) };
        let mut reader = BufReader::with_capacity(1 << 20, source);
        let mut vectors = Self { count: 0, wanted: BTreeMap::new(), sums: Vec::new(), squares: 0.0 };
        let (mut text, mut stated) = (Vec::new(), None);
        for line in 1.. {
            text.clear();
            let wrong = |expected: String, got: String| EmbedError::Line { path: path.to_owned(), line, expected, got };
            reader.by_ref().take(LINE).read_until(b'\n', &mut text).map_err(io)?;
            if text.is_empty() {
                break;
            }
            let text = match encoding::text(&text, line) {
                Ok(text) => text,
                Err(Text::Packed { kind }) => return Err(wrong("text".to_owned(), kind.to_owned())),
                Err(Text::Encoded { got, remedy }) => {
                    return Err(EmbedError::Encoding { path: path.to_owned(), line, got, remedy });
                }
            };
            if text.len() as u64 == LINE {
                return Err(wrong("a line of text".to_owned(), format!("{LINE} bytes without an end of the line")));
            }
            let text = text.trim_ascii_end();
            if line == 1 {
                stated = header(text);
                let width = stated.map_or_else(|| numbers_at_the_end(text), |(_, width)| width);
                if !(1..=WIDTH).contains(&width) {
                    return Err(wrong(format!("a word and its vector, 1 to {WIDTH} numbers"), excerpt(text)));
                }
                vectors.sums = vec![0.0; width];
                if stated.is_some() {
                    continue;
                }
            }
            let width = vectors.width();
            let (word, vector) = split(text, width).ok_or_else(|| {
                wrong(format!("a word and {width} numbers, a space or a tab before each"), excerpt(text))
            })?;
            vectors.add(word, vector, wanted);
            if line % PAUSE == 0 {
                let mib = |bytes: u64| (bytes >> 20) as usize;
                let read = (&file).stream_position().map_err(io)?;
                if progress(mib(read), mib(length)) == ControlFlow::Break(()) {
                    return Err(EmbedError::Interrupted);
                }
            }
        }
        let expected = stated.map_or(vectors.count.max(1), |(count, _)| count);
        if vectors.count != expected {
            let line = vectors.count + usize::from(stated.is_some()) + 1;
            let (expected, got) = (format!("{expected} vectors"), format!("the end after {}", vectors.count));
            return Err(EmbedError::Line { path: path.to_owned(), line, expected, got });
        }
        Ok(vectors)
    }

    fn add(&mut self, word: &str, vector: Vec<f32>, wanted: &BTreeSet<String>) {
        self.count += 1;
        for (sum, &number) in self.sums.iter_mut().zip(&vector) {
            *sum += f64::from(number);
            self.squares += f64::from(number) * f64::from(number);
        }
        if wanted.contains(word) {
            self.wanted.entry(word.to_owned()).or_insert(vector);
        }
    }

    /// Numbers in a vector, D.
    pub(super) fn width(&self) -> usize {
        self.sums.len()
    }

    /// The vector of a word that was wanted.
    pub(super) fn get(&self, word: &str) -> Option<&[f32]> {
        self.wanted.get(word).map(Vec::as_slice)
    }

    /// The mean of all vectors in the file.
    pub(super) fn mean(&self) -> Vec<f32> {
        self.sums.iter().map(|sum| (sum / self.count as f64) as f32).collect()
    }

    /// The variance of all numbers in the file.
    pub(super) fn variance(&self) -> f64 {
        let numbers = (self.count * self.width()) as f64;
        let mean = self.sums.iter().sum::<f64>() / numbers;
        (self.squares / numbers - mean * mean).max(0.0)
    }
}

/// Whether a file begins as gzip's do; it is at its start again afterwards.
fn is_gzip(file: &mut File) -> std::io::Result<bool> {
    let mut magic = Vec::new();
    file.by_ref().take(2).read_to_end(&mut magic)?;
    file.rewind()?;
    Ok(magic == [0x1f, 0x8b])
}

/// Whether a byte stands between two fields.
fn separates(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The number of vectors and D of a first line that says nothing else.
fn header(line: &str) -> Option<(usize, usize)> {
    let (count, width) = line.split_once([' ', '\t'])?;
    Some((count.parse().ok()?, width.parse().ok()?))
}

/// How many fields at the end of a line are numbers; the first is none.
fn numbers_at_the_end(line: &str) -> usize {
    let fields = line.split([' ', '\t']);
    let numbers = fields.clone().rev().take_while(|field| number(field).is_some()).count();
    numbers.min(fields.count() - 1)
}

/// A line's word and vector.
fn split(line: &str, width: usize) -> Option<(&str, Vec<f32>)> {
    let (space, _) = line.bytes().enumerate().rev().filter(|(_, byte)| separates(byte)).nth(width - 1)?;
    let (word, numbers) = (&line[..space], &line[space + 1..]);
    // What looks like a word and a number is a vector that is too long.
    let too_long = word.rfind([' ', '\t']).is_some_and(|space| number(&word[space + 1..]).is_some());
    let vector = numbers.split([' ', '\t']).map(number).collect::<Option<Vec<f32>>>()?;
    (!too_long).then_some((word, vector))
}

/// A field as a finite number.
fn number(field: &str) -> Option<f32> {
    field.parse::<f32>().ok().filter(|number| number.is_finite())
}

/// The start and the end of a line, for a message.
fn excerpt(text: &str) -> String {
    let fields = text.split([' ', '\t']).count();
    let start: String = text.chars().take(40).collect();
    let more = if start.len() < text.len() { "..." } else { "" };
    format!("{fields} fields starting \"{}{more}\"", start.escape_debug())
}
