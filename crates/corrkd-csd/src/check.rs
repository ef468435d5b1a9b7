//! What looks wrong in a sequence's file, entry by entry in bounded memory.
//!
//! Goes beyond the SDK's `integrity_check.py`, which holds only ranks and numbers of rows against each other, and
//! passes over an entry that lacks a dataset: intervals of two finite columns, in order and of some length; features
//! of one shape and kind, finite and not constant. An entry that cannot be read is a finding like the others.

use std::path::Path;
use std::sync::Arc;

use crate::metadata::ROOT_NAME;
use crate::{CsdError, Entry, Features, Finding, Oddity, Reader, Rows};

/// Everything odd about a file, the file itself first, then entry by entry in order.
///
/// # Errors
/// As [`Reader::open`]: a file in which there are no entries to look for.
pub fn check_file(path: &Path) -> Result<Vec<Finding>, CsdError> {
    let reader = Reader::open(path)?;
    let mut check = Check::new(&reader);
    for id in reader.ids() {
        check.entry(id, reader.entry(id).as_ref());
    }
    Ok(check.finish())
}

/// A file's check under way, for those who read the entries for other reasons, too.
///
/// Memory holds the findings, of which an entry has few, with the numbers of their rows, and one row.
pub struct Check {
    path: Arc<Path>,
    findings: Vec<Finding>,
    /// Row shape and kind of the first readable entry with rows.
    first: Option<(Vec<usize>, &'static str)>,
    entries: usize,
    /// Rows seen in `columns`.
    rows: usize,
    /// Each column's first value, nothing once another one was seen.
    columns: Vec<Option<f64>>,
}

impl Check {
    /// Starts with the file itself: its roots and metadata.
    #[must_use]
    pub fn new(reader: &Reader) -> Self {
        let path = Arc::from(reader.path());
        let mut check = Self { path, findings: Vec::new(), first: None, entries: 0, rows: 0, columns: Vec::new() };
        match reader.metadata().get(ROOT_NAME) {
            None => check.find(None, Vec::new(), Oddity::NoRootName),
            Some(name) if name.as_str() == Some(reader.root()) => {}
            Some(name) => {
                let what = Oddity::RootName { group: reader.root().to_owned(), metadata: name.clone() };
                check.find(None, Vec::new(), what);
            }
        }
        if !reader.other_roots().is_empty() {
            check.find(None, Vec::new(), Oddity::OtherRoots { names: reader.other_roots().to_vec() });
        }
        if !reader.unreadable_metadata().is_empty() {
            check.find(None, Vec::new(), Oddity::UnreadableMetadata { keys: reader.unreadable_metadata().to_vec() });
        }
        check
    }

    /// Looks at one entry, as [`Reader::entry`] gave it.
    pub fn entry(&mut self, id: &str, entry: Result<&Entry, &CsdError>) {
        self.entries += 1;
        match entry {
            Ok(entry) => {
                self.intervals(id, &entry.intervals);
                self.features(id, &entry.features);
            }
            Err(error) => self.find(Some(id), Vec::new(), unreadable(id, error)),
        }
    }

    /// All findings.
    #[must_use]
    pub fn finish(mut self) -> Vec<Finding> {
        if self.entries == 0 {
            self.find(None, Vec::new(), Oddity::NoEntries);
        }
        let constant = |(column, value): (usize, &Option<f64>)| value.is_some().then_some(column);
        let columns: Vec<usize> = self.columns.iter().enumerate().filter_map(constant).collect();
        if self.rows > 1 && !columns.is_empty() {
            self.find(None, Vec::new(), Oddity::Constant { columns });
        }
        self.findings
    }

    fn find(&mut self, id: Option<&str>, rows: Vec<usize>, what: Oddity) {
        self.findings.push(Finding { path: Arc::clone(&self.path), id: id.map(str::to_owned), rows, what });
    }

    fn intervals(&mut self, id: &str, intervals: &[[f64; 2]]) {
        let mut fault = |faulty: &dyn Fn(usize) -> bool, what: &dyn Fn([f64; 2]) -> Oddity| {
            let rows: Vec<usize> = (0..intervals.len()).filter(|&row| faulty(row)).collect();
            if let Some(&first) = rows.first() {
                self.find(Some(id), rows, what(intervals[first]));
            }
        };
        let finite = |row: usize| intervals[row].iter().all(|bound| bound.is_finite());
        let length = |row: usize| intervals[row][1] - intervals[row][0];
        fault(&|row| !finite(row), &|got| Oddity::IntervalNonFinite { got });
        fault(&|row| finite(row) && length(row) < 0.0, &|got| Oddity::IntervalReversed { got });
        fault(&|row| finite(row) && length(row) == 0.0, &|got| Oddity::Moment { at: got[0] });
        fault(&|row| row > 0 && intervals[row][0] < intervals[row - 1][0], &|_| Oddity::Unsorted);
    }

    fn features(&mut self, id: &str, features: &Features) {
        if features.rows() == 0 {
            self.find(Some(id), Vec::new(), Oddity::NoRows);
            return;
        }
        let (shape, kind) = (features.shape(), kind(features));
        let (first_shape, first_kind) = self.first.get_or_insert_with(|| (shape.to_vec(), kind)).clone();
        if kind != first_kind {
            self.find(Some(id), Vec::new(), Oddity::Kind { expected: first_kind, got: kind });
        }
        let alike = shape == first_shape;
        if !alike {
            self.find(Some(id), Vec::new(), Oddity::Shape { expected: first_shape, got: shape.to_vec() });
        }
        match features {
            Features::F32(rows) => self.numbers(id, rows, alike),
            Features::F64(rows) => self.numbers(id, rows, alike),
            Features::Texts(rows) => self.texts(id, rows),
        }
    }

    fn texts(&mut self, id: &str, rows: &Rows<String>) {
        let replaced = |text: &&String| text.contains(char::REPLACEMENT_CHARACTER);
        let texts = rows.values.chunks_exact(rows.width()).enumerate();
        let faulty = texts.filter(|(_, texts)| texts.iter().any(|text| replaced(&text))).map(|(row, _)| row).collect();
        if let Some(text) = rows.values.iter().find(replaced) {
            self.find(Some(id), faulty, Oddity::NotUtf8 { got: text.clone() });
        }
    }

    /// Finds what is not finite; compares columns where the shape is as in the first entry.
    fn numbers<T: Copy + Into<f64>>(&mut self, id: &str, rows: &Rows<T>, alike: bool) {
        let width = rows.width();
        let (mut values, mut faulty_rows) = (0, Vec::new());
        let mut columns = vec![false; width];
        for (row, numbers) in rows.values.chunks_exact(width).enumerate() {
            let before = values;
            for (column, &number) in columns.iter_mut().zip(numbers) {
                let faulty = !number.into().is_finite();
                values += usize::from(faulty);
                *column |= faulty;
            }
            if values > before {
                faulty_rows.push(row);
            }
        }
        if values > 0 {
            let columns = columns.iter().enumerate().filter_map(|(column, &faulty)| faulty.then_some(column)).collect();
            self.find(Some(id), faulty_rows, Oddity::NonFinite { values, columns });
        }
        if alike {
            self.compare(rows);
        }
    }

    fn compare<T: Copy + Into<f64>>(&mut self, rows: &Rows<T>) {
        if self.columns.is_empty() {
            self.columns = rows.values.iter().take(rows.width()).map(|&value| Some(value.into())).collect();
        }
        self.rows += rows.len();
        for numbers in rows.values.chunks_exact(rows.width()) {
            for (column, &number) in self.columns.iter_mut().zip(numbers) {
                // NaN is never the same as the next one, which is right: it has its own finding.
                *column = column.filter(|&value| value == number.into());
            }
        }
    }
}

const fn kind(features: &Features) -> &'static str {
    match features {
        Features::F32(_) | Features::F64(_) => "numbers",
        Features::Texts(_) => "texts",
    }
}

fn unreadable(id: &str, error: &CsdError) -> Oddity {
    let part = |place: &str| place.strip_prefix(id).unwrap_or(place).trim_start_matches('/').to_owned();
    match error {
        CsdError::Damaged { id: place, expected, got, .. } => {
            Oddity::Unreadable { part: part(place), expected: expected.clone(), got: got.clone() }
        }
        CsdError::Unsupported { id: place, got, remedy, .. } => Oddity::Unreadable {
            part: part(place),
            expected: "a kind that can be read".into(),
            got: format!("{got}; {remedy}"),
        },
        other => {
            Oddity::Unreadable { part: String::new(), expected: "a readable entry".into(), got: other.to_string() }
        }
    }
}
