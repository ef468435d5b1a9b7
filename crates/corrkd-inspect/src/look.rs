//! The pass over all files: what each holds, what is wrong with it, and how many rows lie in each labelled segment.

use corrkd_config::Modality;
use corrkd_csd::{Check, Entry, Features, Reader};
use corrkd_data::{DataError, Fold, Folds, Located, PAUSE, Pauses, Progress, Recipe, Reference, Time, Zeros, video};
use corrkd_system::in_one_line;
use std::collections::BTreeMap;

use crate::clock::Clock;
use crate::contents::{Contents, contents};
use crate::description::Described;
use crate::divisions::DivisionCount;
use crate::finding::{Finding, Kind};
use crate::labelled::Labelled;
use crate::labels::{LabelCount, Labels, is_labels};
use crate::large::too_large;
use crate::meaning::meaning;
use crate::part::Part;
use crate::render::count;
use crate::segments::{Counting, SegmentCount};
use crate::sha256::sha256;
use crate::unfit::unfit;

/// The files, and what was seen so far.
pub(crate) struct Look<'a> {
    pub(crate) parts: Vec<Part<'a>>,
    /// Nothing for a file that cannot be read.
    pub(crate) readers: Vec<Option<Reader>>,
    pub(crate) files: Vec<Described>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) count: SegmentCount,
    pub(crate) recipe: Option<&'a Recipe>,
    folds: Option<BTreeMap<&'a str, Fold>>,
    /// The folds of each part of a cross-validation.
    crossed: &'a [Folds],
    /// The file of the labels.
    pub(crate) labels: Option<usize>,
    /// The file whose rows become the frames.
    pub(crate) frames: Option<usize>,
    /// The file of the words.
    pub(crate) words: Option<usize>,
    /// Modalities that have frames of their own, with T of each.
    pub(crate) own: Vec<(Modality, usize)>,
    /// What the labelled segments cover, where rows are aligned to them.
    labelled: Option<Labelled>,
    /// When the videos of each file are, where rows are aligned by that.
    pub(crate) clocks: Vec<Option<Clock>>,
}

impl<'a> Look<'a> {
    /// Opens the files; `crossed` has the folds of each part of a cross-validation.
    pub(crate) fn open(parts: Vec<Part<'a>>, located: Option<&'a Located>, crossed: &'a [Folds]) -> Self {
        let mut findings = Vec::new();
        let (mut readers, mut files) = (Vec::new(), Vec::new());
        for part in &parts {
            let bytes = std::fs::metadata(&part.path).ok().map(|about| about.len());
            let reader = Reader::open(&part.path);
            let problem = reader.as_ref().err().map(|error| part.problem(error));
            if let Some(problem) = &problem {
                findings.push(Finding::new(Kind::Unusable, Some(&part.name), problem));
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
        let own = match recipe.map(|recipe| recipe.time) {
            Some(time @ Time::Unaligned(_)) => {
                recipe.into_iter().flat_map(Recipe::modalities).map(|(m, _)| (m, time.of(m))).collect()
            }
            _ => Vec::new(),
        };
        Self {
            crossed,
            own,
            labelled: None,
            clocks: parts.iter().map(|_| None).collect(),
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
            if Some(number) == self.labels && self.aligns() {
                self.labelled = Some(self.count.labelled());
            }
        }
        if self.recipe.is_some_and(|recipe| recipe.pauses == Pauses::Drop) {
            self.count.drop_pauses();
        }
        Ok(())
    }

    /// Whether rows are found by their times: where a recipe has a reference, or of files where not all are keyed by segment.
    fn aligns(&self) -> bool {
        let by_video = |reader: &Reader| reader.ids().any(|id| !id.contains('['));
        match self.recipe {
            Some(recipe) => recipe.reference.is_some(),
            None => self.parts.len() > 1 && self.readers.iter().flatten().any(by_video),
        }
    }

    fn file(&mut self, number: usize, reader: &Reader, progress: &Progress<'_>) -> Result<(), DataError> {
        let Part { path, name, width, download, .. } = &self.parts[number];
        let (name, width) = (name.clone(), *width);
        let aligned_to = self.labelled.take();
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
        let mut divisions = self.recipe.filter(|_| labelled).map(|recipe| DivisionCount::of(&recipe.labels));
        let mut check = Check::new(reader);
        let (contents, clock) = contents(reader, aligned_to.as_ref(), progress, |id, entry| {
            check.entry(id, entry);
            let Ok(entry) = entry else { return };
            let got = entry.features.width();
            if let Some(width) = width.filter(|&width| width != got && entry.features.rows() > 0) {
                let message = format!("{got} columns, but the recipe says {width}");
                found.push(Finding::new(Kind::OtherWidth, Some(&name), message).at(id));
            }
            let fold = self.folds.as_ref().and_then(|folds| folds.get(video(id)).copied());
            labels.iter_mut().for_each(|labels| labels.add(entry, fold));
            divisions.iter_mut().for_each(|divisions| divisions.add(video(id), entry, fold));
            found.extend(too_large(&name, id, entry));
            if self.labels == Some(number) {
                self.count.add(id, entry);
                found.extend(self.recipe.into_iter().flat_map(|recipe| unfit(&recipe.labels, &name, id, entry)));
            }
            self.count(number, id, entry);
        })?;
        self.labelled = aligned_to;
        let found = check.finish().into_iter().map(|finding| Finding::of(&name, finding)).chain(found);
        self.findings.extend(found);
        let zeros = self.zeros(number, &contents).filter(|_| !labelled);
        self.findings.extend(zeros);
        if let Some(labels) = labels {
            let given = reader.metadata().get("dimension names").and_then(|names| names.as_array());
            let given =
                given.into_iter().flatten().filter_map(|name| Some(in_one_line(name.as_str()?).into_owned())).collect();
            let names: Vec<String> = self.recipe.map_or(given, |recipe| recipe.labels.columns.clone());
            let told = self.recipe.map(|recipe| recipe.labels.telling().map(|(_, name)| name.to_owned()).collect());
            // Several columns tell which category it is, and one the score or the category's number.
            let column = told.filter(|told: &Vec<String>| told.len() == 1).and_then(|told| told.into_iter().next());
            for (part, folds) in self.crossed.iter().enumerate().skip(1) {
                let only = divisions.as_ref().and_then(|divisions| divisions.only(&folds.train));
                let message = only.map(|only| {
                    format!("all labels of the training fold are {only} where part {} is tested", part + 1)
                });
                self.findings.extend(message.map(|message| Finding::new(Kind::OneCategory, Some(&name), message)));
            }
            let (categories, divisions) = divisions.map(DivisionCount::finish).unwrap_or_default();
            let labels = Labels { column, categories, divisions, ..labels.labels(&names, self.folds.is_some()) };
            self.findings.extend(self.recipe.into_iter().flat_map(|recipe| meaning(&name, &recipe.labels, &labels)));
            self.files[number].labels = Some(labels);
        }
        if labelled && self.recipe.is_none() {
            self.files[number].roles.push("labels");
        }
        self.files[number].contents = Some(contents);
        self.clocks[number] = Some(clock).filter(|_| self.aligns());
        Ok(())
    }

    /// Rows of nothing but zeros, where the recipe does not say that they stand for missing data.
    fn zeros(&self, number: usize, contents: &Contents) -> Option<Finding> {
        let Part { name, roles, zeros, .. } = &self.parts[number];
        let values = contents.values.as_ref().filter(|values| values.zero_rows > 0 && contents.width != Some(1))?;
        if *zeros == Zeros::Missing {
            return None;
        }
        let (rows, entries) = (count(values.zero_rows, "row"), count(values.entries_with_zero_rows, "entry"));
        let whole = match values.zero_entries {
            0 => String::new(),
            some => format!(", {some} of which hold nothing else"),
        };
        let place = match roles.iter().find(|role| Modality::ALL.iter().any(|modality| modality.name() == **role)) {
            Some(role) => format!("[features.{role}]"),
            None => "a recipe's [features.*]".to_owned(),
        };
        let message = format!(
            "{rows} of {entries} of nothing but zeros{whole}; `zeros = \"missing\"` in {place} makes them missing"
        );
        Some(Finding { count: values.zero_rows, ..Finding::new(Kind::ZeroRows, Some(name), message) })
    }

    fn is_modality(&self, number: usize) -> bool {
        Modality::ALL.iter().any(|modality| self.parts[number].roles.contains(&modality.name()))
    }

    /// Whether a video takes part: it is in a fold, or these are not known.
    pub(crate) fn takes_part(&self, id: &str) -> bool {
        self.folds.as_ref().is_none_or(|folds| folds.contains_key(video(id)))
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
        // Files that are aligned already lead together: a segment has frames where any modality has.
        let together = self.recipe.is_some_and(|recipe| recipe.reference.is_none()) && self.is_modality(number);
        if self.frames == Some(number) || together {
            self.count.count(Counting::Frames, id, &entry.intervals);
        }
        for &(modality, _) in
            self.own.iter().filter(|(modality, _)| self.parts[number].roles.contains(&modality.name()))
        {
            self.count.count(Counting::Modality(modality), id, &entry.intervals);
        }
    }
}
