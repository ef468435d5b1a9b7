//! The pass over all files: what each holds, what is wrong with it, and how many rows lie in each labelled segment.

use corrkd_csd::{Check, Entry, Features, Reader};
use corrkd_data::{DataError, Fold, LabelFile, LabelKind, Located, PAUSE, Pauses, Progress, Recipe, Reference, video};
use std::collections::{BTreeMap, BTreeSet};

use crate::categories::CategoryCount;
use crate::contents::contents;
use crate::description::Described;
use crate::finding::{Finding, Kind, Severity};
use crate::labels::{LabelCount, Labels, is_labels};
use crate::part::Part;
use crate::render::count;
use crate::segments::{Counting, SegmentCount, Segments};
use crate::sha256::sha256;

/// The files, and what was seen so far.
pub(crate) struct Look<'a> {
    parts: Vec<Part<'a>>,
    /// Nothing for a file that cannot be read.
    pub(crate) readers: Vec<Option<Reader>>,
    pub(crate) files: Vec<Described>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) count: SegmentCount,
    recipe: Option<&'a Recipe>,
    folds: Option<BTreeMap<&'a str, Fold>>,
    /// The file of the labels.
    pub(crate) labels: Option<usize>,
    /// The file whose rows become the frames.
    frames: Option<usize>,
    /// The file of the words.
    words: Option<usize>,
}

impl<'a> Look<'a> {
    /// Opens the files.
    pub(crate) fn open(parts: Vec<Part<'a>>, located: Option<&'a Located>) -> Self {
        let mut findings = Vec::new();
        let (mut readers, mut files) = (Vec::new(), Vec::new());
        for part in &parts {
            let bytes = std::fs::metadata(&part.path).ok().map(|about| about.len());
            let reader = Reader::open(&part.path);
            let problem = reader.as_ref().err().map(ToString::to_string);
            if let Some(problem) = &problem {
                let message = problem.strip_prefix(&format!("{}: ", part.name)).unwrap_or(problem);
                findings.push(Finding::new(Kind::Unusable, Some(&part.name), message));
            }
            let (file, roles) = (part.name.clone(), part.roles.clone());
            files.push(Described { file, roles, bytes, problem, ..Described::default() });
            readers.push(reader.ok());
        }
        let recipe = located.map(|located| &located.recipe);
        let with = |role: &str| parts.iter().position(|part| part.roles.contains(&role));
        let named = || readers.iter().position(|r| r.as_ref().is_some_and(|reader| is_labels(reader.root())));
        let labels = if recipe.is_some() { with("labels") } else { named() };
        let leading = recipe.and_then(|recipe| match recipe.reference {
            Some(Reference::Labels) => None,
            Some(reference) => reference.modality(),
            None => recipe.modalities().next().map(|(modality, _)| modality),
        });
        let frames = leading.and_then(|modality| with(modality.name()));
        let folds = located.map(|located| located.folds.by_video());
        Self {
            words: with("words"),
            count: SegmentCount::default(),
            parts,
            readers,
            files,
            findings,
            recipe,
            folds,
            labels,
            frames,
        }
    }

    /// Reads all files, the labels first, for the others are held against them.
    pub(crate) fn read(&mut self, progress: &Progress<'_>) -> Result<(), DataError> {
        let mut order: Vec<usize> = (0..self.parts.len()).collect();
        order.sort_by_key(|&number| Some(number) != self.labels);
        for number in order {
            let Some(reader) = self.readers[number].take() else { continue };
            self.file(number, &reader, progress)?;
            self.readers[number] = Some(reader);
        }
        if self.recipe.is_some_and(|recipe| recipe.pauses == Pauses::Drop) {
            self.count.drop_pauses();
        }
        Ok(())
    }

    fn file(&mut self, number: usize, reader: &Reader, progress: &Progress<'_>) -> Result<(), DataError> {
        let Part { path, name, width, download, .. } = &self.parts[number];
        let (name, width) = (name.clone(), *width);
        let mut found = Vec::new();
        if let Some(download) = download.filter(|download| !download.accepts(reader.root())) {
            let (roots, got) = (download.roots.join(" or "), reader.root());
            let message = format!("expected a sequence named {roots}, got `{got}`");
            found.push(Finding::new(Kind::OtherSequence, Some(&name), message));
        }
        if let Some(wanted) = download.and_then(|download| download.sha256) {
            let got = sha256(path, progress)?;
            let same = got.eq_ignore_ascii_case(wanted);
            if !same {
                let message = format!("expected sha256 {wanted}, got {got}");
                found.push(Finding::new(Kind::OtherBytes, Some(&name), message));
            }
            self.files[number].sha256 = Some(got);
            self.files[number].as_expected = Some(same);
        }
        let labelled = self.labels == Some(number) || (self.recipe.is_none() && is_labels(reader.root()));
        let mut labels = labelled.then(LabelCount::default);
        let mut categories = self.recipe.filter(|_| labelled).and_then(|recipe| CategoryCount::of(&recipe.labels));
        let mut check = Check::new(reader);
        let contents = contents(reader, progress, |id, entry| {
            check.entry(id, entry);
            let Ok(entry) = entry else { return };
            let got = entry.features.width();
            if let Some(width) = width.filter(|&width| width != got && entry.features.rows() > 0) {
                let message = format!("{got} columns, but the recipe says {width}");
                found.push(Finding::new(Kind::OtherWidth, Some(&name), message).at(id));
            }
            let fold = self.folds.as_ref().and_then(|folds| folds.get(video(id)).copied());
            labels.iter_mut().for_each(|labels| labels.add(entry, fold));
            categories.iter_mut().for_each(|categories| categories.add(entry, fold));
            if self.labels == Some(number) {
                self.count.add(id, entry);
                found.extend(self.recipe.into_iter().flat_map(|recipe| unfit(&recipe.labels, &name, id, entry)));
            }
            self.count(number, id, entry);
        })?;
        let found = check.finish().into_iter().map(|finding| Finding::of(&name, finding)).chain(found);
        self.findings.extend(found);
        if let Some(values) = contents.values.as_ref().filter(|values| values.zero_rows > 0 && !labelled) {
            let (rows, entries) = (count(values.zero_rows, "row"), count(values.entries_with_zero_rows, "entry"));
            let message = format!("{rows} of {entries} of nothing but zeros");
            let finding = Finding { count: values.zero_rows, ..Finding::new(Kind::ZeroRows, Some(&name), message) };
            self.findings.extend((contents.width != Some(1)).then_some(finding));
        }
        self.files[number].labels = labels.map(|labels| {
            let given = reader.metadata().get("dimension names").and_then(|names| names.as_array());
            let given = given.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect();
            let names: Vec<String> = self.recipe.map_or(given, |recipe| recipe.labels.columns.clone());
            let column = self.recipe.and_then(|recipe| match &recipe.labels.kind {
                LabelKind::Score { column, .. } => Some(column.clone()),
                LabelKind::Category { .. } => None,
            });
            let categories = categories.map(CategoryCount::finish);
            Labels { column, categories, ..labels.labels(&names, self.folds.is_some()) }
        });
        if labelled && self.recipe.is_none() {
            self.files[number].roles.push("labels");
        }
        self.files[number].contents = Some(contents);
        Ok(())
    }

    /// Counts an entry's rows in the labelled segments, where they are frames or words.
    fn count(&mut self, number: usize, id: &str, entry: &Entry) {
        if let Features::Texts(rows) = &entry.features {
            // Without a recipe, the first texts are the words, and they are what others are aligned to.
            if self.recipe.is_none() {
                self.frames.get_or_insert(number);
            }
            let known = self.words.get_or_insert(number);
            if *known == number {
                let texts = rows.values.chunks_exact(rows.width().max(1));
                let spoken = entry.intervals.iter().zip(texts).filter(|(_, texts)| *texts != [PAUSE]);
                let spoken: Vec<[f64; 2]> = spoken.map(|(&interval, _)| interval).collect();
                self.count.count(Counting::Words, id, &spoken);
            }
        }
        if self.frames == Some(number) {
            self.count.count(Counting::Frames, id, &entry.intervals);
        }
    }

    /// The labelled segments; finds what is odd about them.
    pub(crate) fn segments(&mut self, time: Option<usize>) -> Option<Segments> {
        let labels = self.labels.filter(|&labels| self.readers[labels].is_some())?;
        let name = |number: Option<usize>| {
            let number = number.filter(|&number| self.readers[number].is_some())?;
            Some(self.parts[number].name.clone())
        };
        let segments = self.count.finish(name(self.frames), name(self.words), time);
        let file = &self.parts[labels].name;
        let place = |kind, place: &crate::LabelRow, message: &str| {
            Finding::new(kind, Some(file), message).at(&place.id).rows(vec![place.row])
        };
        for pair in &segments.overlapping {
            let message = match &pair.second {
                next if next.id == pair.first.id => format!("ends {:.3} s after row {} starts", pair.seconds, next.row),
                next => format!("ends {:.3} s after `{}` starts", pair.seconds, next.id),
            };
            self.findings.push(place(Kind::Overlap, &pair.first, &message));
        }
        for short in &segments.short {
            let [start, end] = short.interval;
            self.findings.push(place(Kind::Short, short, &format!("the segment lasts {:.3} s", end - start)));
        }
        for empty in &segments.without_frames {
            self.findings.push(place(Kind::NoFrames, empty, "no row of the reference lies in the segment"));
        }
        let told: BTreeSet<(&str, usize)> = segments.without_frames.iter().map(|at| (at.id.as_str(), at.row)).collect();
        for empty in segments.without_words.iter().filter(|at| !told.contains(&(at.id.as_str(), at.row))) {
            self.findings.push(place(Kind::NoWords, empty, "the segment holds pauses alone"));
        }
        if let (Some(longer @ 1..), Some(time)) = (segments.longer_than_time, time) {
            let message = format!("{} of more than {time} frames, of which {time} stay", count(longer, "segment"));
            self.findings.push(Finding { count: longer, ..Finding::new(Kind::Truncated, None, message) });
        }
        Some(segments)
    }
}

/// The labels of an entry that are not what the recipe says: those that will be clipped, and those that cannot be used.
fn unfit(labels: &LabelFile, file: &str, id: &str, entry: &Entry) -> Vec<Finding> {
    let (kind, expected) = match &labels.kind {
        LabelKind::Score { range: [low, high], .. } => (Kind::LabelRange, format!("a number within {low} and {high}")),
        LabelKind::Category { .. } => (Kind::LabelCategory, "one of them to be 1 and the others 0".to_owned()),
    };
    if entry.features.width() != labels.columns.len() {
        return Vec::new();
    }
    let Some(rows) = entry.features.clone().into_f32() else {
        return vec![Finding::new(kind, Some(file), "texts, no numbers").at(id)];
    };
    let [mut unusable, mut clipped] = [Vec::new(), Vec::new()];
    for (number, row) in rows.values.chunks_exact(labels.columns.len()).enumerate() {
        match labels.label(row) {
            None => unusable.push(number),
            Some(label) if label.clipped => clipped.push(number),
            Some(_) => {}
        }
    }
    let mut findings = Vec::new();
    for (severity, faulty) in [(Severity::Error, unusable), (Severity::Warning, clipped)] {
        let Some(row) = faulty.first().and_then(|&first| rows.row(first)) else { continue };
        let (columns, got): (Vec<usize>, Vec<String>) =
            labels.telling().map(|(column, name)| (column, format!("{name} is {}", row[column]))).unzip();
        let message = format!("{}, expected {expected}", got.join(", "));
        let finding = Finding::new(kind, Some(file), message).at(id).rows(faulty);
        findings.push(Finding { severity, columns, ..finding });
    }
    findings
}
