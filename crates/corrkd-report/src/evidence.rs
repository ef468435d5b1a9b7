//! The records of a sweep: what its finished runs scored, and why the others did not. In a cross-validation the answers of
//! a row's folds with one seed are pooled, and count like those of one run.

use crate::ReportError;
use crate::answers::{Answers, Sample, same};
use crate::mixture;
use crate::nature::Nature;
use crate::record::{Record, mended};
use crate::target::{Target, targets};
use corrkd_config::{Condition, Cuts, Gaps, LabelSpace, Labels, Presence, Scale, Task};
use corrkd_metrics::Scores;
use corrkd_record::{Event, RecordError, RunDir, RunId, RunResult, Runs, Sweep, SweepRun};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A run that left a result.
pub(crate) struct Trained {
    /// Its row, or its stage on the way to one.
    pub(crate) row: String,
    /// What it left behind; the seed is in its specification.
    pub(crate) result: RunResult,
    /// Its training, event by event.
    pub(crate) history: Vec<Event>,
}

/// A row's answers to the test split with one seed: those of a run, or of its runs on all folds.
pub(crate) struct Finished {
    /// The row, or the stage on the way to one.
    pub(crate) row: String,
    /// Whether it is a part of what answers for a row, and not judged by itself.
    pub(crate) is_part: bool,
    /// The seed.
    pub(crate) seed: u64,
    /// The runs, one for each fold.
    pub(crate) runs: Vec<RunId>,
    /// What is predicted.
    pub(crate) space: LabelSpace,
    /// What it answers to the test split, and what that scores.
    pub(crate) answers: Answers,
    /// The same of each fold; empty where there are none.
    pub(crate) folds: Vec<Answers>,
}

impl Finished {
    /// Its scores under a condition; none where it was not judged under it.
    pub(crate) fn scores(&self, condition: Condition) -> Option<&Scores> {
        self.answers.under.iter().find(|answered| answered.condition == condition).map(|answered| &answered.scores)
    }
}

/// A run without a result.
pub(crate) struct Failed {
    /// Its row, or its stage on the way to one.
    pub(crate) row: String,
    /// Its seed.
    pub(crate) seed: u64,
    /// Its fold, as it is called.
    pub(crate) fold: Option<String>,
    /// Its name.
    pub(crate) id: RunId,
    /// Why.
    pub(crate) message: String,
}

impl Failed {
    /// The run and why, in a line.
    pub(crate) fn told(&self) -> String {
        let Self { row, seed, id, message, .. } = self;
        let fold = self.fold.as_ref().map_or_else(String::new, |fold| format!(", fold {fold}"));
        format!("{row}, seed {seed}{fold} ({id}): {message}")
    }
}

/// All that a report is made of.
pub(crate) struct Evidence {
    /// The runs with a result, in the sweep's order.
    pub(crate) trained: Vec<Trained>,
    /// What they come to, in the order of the first run of each.
    pub(crate) finished: Vec<Finished>,
    /// The runs without, in the sweep's order.
    pub(crate) failed: Vec<Failed>,
    /// The row and seed of each run, or of all folds of one, that were planned.
    planned: Vec<(String, u64)>,
    /// Rows and seeds of which some folds have a result and others not.
    pub(crate) lost: Vec<(String, u64)>,
    /// The questions that weighted F1 is reported of, at least one.
    pub(crate) targets: Vec<Target>,
    /// What is predicted: sentiment's sign where no run is finished. Rows may divide the same labels in other ways.
    pub(crate) space: LabelSpace,
    /// The test split's true labels in the order of the samples' names, N, where any run is finished.
    pub(crate) labels: Vec<f32>,
    /// What test samples lack by nature.
    pub(crate) nature: Nature,
}

impl Evidence {
    /// Reads the records. What is wrong with a run costs that run alone.
    ///
    /// # Errors
    /// [`RecordError::Damaged`] where runs are said to have a result and none has one that stands.
    pub(crate) fn gather(runs: &Runs, sweep: &Sweep) -> Result<Self, ReportError> {
        let mut evidence = Self {
            trained: Vec::new(),
            finished: Vec::new(),
            failed: Vec::new(),
            planned: Vec::new(),
            lost: Vec::new(),
            targets: Vec::new(),
            space: sign(),
            labels: Vec::new(),
            nature: Nature::default(),
        };
        let mut records: Vec<Result<Record, String>> =
            sweep.runs.par_iter().map(|run| Record::read(runs, run)).collect();
        mixture::sift(&sweep.runs, &mut records);
        let mut records: Vec<Option<Result<Record, String>>> = records.into_iter().map(Some).collect();
        let mut first: Option<(LabelSpace, Vec<Sample>)> = None;
        for group in groups(sweep, &records) {
            let (run, seed) = (&sweep.runs[group[0]], sweep.runs[group[0]].seed);
            let row = run.listed_as().to_owned();
            evidence.planned.push((row.clone(), seed));
            let mut whole: Vec<Record> = Vec::new();
            for &place in &group {
                match records[place].take() {
                    Some(Ok(record)) => whole.push(record),
                    Some(Err(message)) => evidence.fails(sweep, &sweep.runs[place], message),
                    None => {}
                }
            }
            if whole.is_empty() {
                continue;
            }
            let pooled = if whole.len() == group.len() { pooled(runs, &mut whole) } else { Ok(None) };
            match pooled {
                Ok(Some((answers, space, folds))) => {
                    let (_, samples) = first.get_or_insert_with(|| (space.clone(), answers.samples.clone()));
                    if same(samples, &answers.samples) {
                        evidence.nature.meet(whole.iter().map(|record| &record.result));
                        let runs = whole.iter().map(|record| record.result.id.clone()).collect();
                        let (row, is_part) = (row.clone(), run.is_part);
                        evidence.finished.push(Finished { row, is_part, seed, runs, space, answers, folds });
                    } else {
                        evidence.lost.push((row.clone(), seed));
                    }
                }
                Ok(None) => evidence.lost.push((row.clone(), seed)),
                Err(error) => {
                    evidence.fails(sweep, run, mended(&error));
                    continue;
                }
            }
            let trained = |Record { result, history, .. }| Trained { row: row.clone(), result, history };
            evidence.trained.extend(whole.into_iter().map(trained));
        }
        // What stands beside another run of its row, seed and fold, and is not like the others.
        for (run, record) in sweep.runs.iter().zip(records) {
            if let Some(Err(message)) = record {
                evidence.fails(sweep, run, message);
            }
        }
        if evidence.trained.is_empty() && sweep.runs.iter().any(|run| run.failure.is_none()) {
            let reason = format!(
                "none of its {} runs has a result that stands, so there is nothing to tabulate; the first: {}",
                sweep.runs.len(),
                evidence.failed.first().map_or_else(String::new, Failed::told)
            );
            return Err(RecordError::Damaged { path: runs.report(&sweep.name), reason }.into());
        }
        if let Some((space, samples)) = first {
            evidence.labels = samples.into_iter().map(|(_, label)| label).collect();
            evidence.space = space;
        }
        evidence.targets = targets(&evidence.space, &evidence.labels);
        Ok(evidence)
    }

    /// Notes why a run is in no table.
    fn fails(&mut self, sweep: &Sweep, run: &SweepRun, message: String) {
        let fold = run.fold.zip(sweep.folds.as_ref()).map(|(fold, cross)| cross.name(fold));
        self.failed.push(Failed { row: run.listed_as().to_owned(), seed: run.seed, fold, id: run.id.clone(), message });
    }

    /// What a row's seeds came to, in the sweep's order.
    pub(crate) fn runs<'a>(&'a self, row: &str) -> impl Iterator<Item = &'a Finished> + Clone {
        self.finished.iter().filter(move |run| run.row == row)
    }

    /// The results of a row's runs, those of all folds, in the sweep's order.
    pub(crate) fn results<'a>(&'a self, row: &str) -> impl Iterator<Item = &'a RunResult> + Clone {
        self.trained.iter().filter(move |run| run.row == row).map(|run| &run.result)
    }

    /// What a row's seeds came to beside those of another with the same seeds, in the order of these.
    pub(crate) fn pairs<'a>(&'a self, sweep: &Sweep, row: &str, other: &str) -> Vec<(&'a Finished, &'a Finished)> {
        let run = |row: &str, seed: u64| self.runs(row).find(|run| run.seed == seed);
        sweep.seeds.iter().filter_map(|&seed| Some((run(row, seed)?, run(other, seed)?))).collect()
    }

    /// The names of the runs that a row's differences from the reference row come from.
    pub(crate) fn paired(&self, sweep: &Sweep, row: &str) -> Vec<RunId> {
        let pairs = self.pairs(sweep, row, &sweep.reference);
        pairs.into_iter().flat_map(|(a, b)| [&a.runs[..], &b.runs].concat()).collect()
    }

    /// How many seeds of a row are finished.
    pub(crate) fn count(&self, row: &str) -> usize {
        self.runs(row).count()
    }

    /// `5`, or `4/5` where one of a row's five seeds has no result.
    pub(crate) fn count_of_planned(&self, row: &str) -> String {
        let count = self.count(row);
        match self.planned.iter().filter(|(planned, _)| planned == row).count() {
            planned if planned == count => count.to_string(),
            planned => format!("{count}/{planned}"),
        }
    }

    /// How many seeds of a row have no result.
    pub(crate) fn missing(&self, row: &str) -> usize {
        self.planned.iter().filter(|(planned, _)| planned == row).count() - self.count(row)
    }

    /// The rows that are judged: the sweep's, then the stages on the way to them.
    pub(crate) fn rows<'a>(&self, sweep: &'a Sweep) -> impl Iterator<Item = &'a str> {
        sweep.rows.iter().map(String::as_str).chain(stages(sweep))
    }

    /// The rows that have runs: those that are judged, then the parts of what answers for them.
    pub(crate) fn trained_rows<'a>(&self, sweep: &'a Sweep) -> impl Iterator<Item = &'a str> {
        self.rows(sweep).chain(on_the_way(sweep, true))
    }

    /// The conditions that runs were judged under, run by run, in the order in which each was.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = Condition> {
        self.finished.iter().flat_map(|run| &run.answers.under).map(|answered| answered.condition)
    }

    /// The frame-drop ratios that any run was judged at with all modalities, rising.
    pub(crate) fn ratios(&self) -> Vec<f64> {
        let mut ratios: Vec<f64> = self.conditions().filter_map(|condition| condition.curve_ratio()).collect();
        ratios.sort_by(f64::total_cmp);
        ratios.dedup();
        ratios
    }

    /// The conditions of the maps of gaps that runs were asked for.
    pub(crate) fn mapped(&self) -> Vec<Condition> {
        let maps = self.trained.iter().filter_map(|run| run.result.spec.job.evaluation.gaps.as_ref());
        maps.flat_map(Gaps::conditions).collect()
    }

    /// Whether any row predicts the score itself.
    pub(crate) fn regresses(&self) -> bool {
        self.finished.iter().any(|run| run.space.task() == Task::Regression)
    }

    /// What a condition is called where readers see it: of samples that lack something by nature the complete one shows
    /// them as they are.
    pub(crate) fn called<'a>(&self, condition: &'a str) -> &'a str {
        if self.nature.is_lacking() && condition == Presence::COMPLETE.to_string() { "as they are" } else { condition }
    }
}

/// The answers of the runs on all parts of a data set, what they predict, and the answers of each part where there are several;
/// always something.
fn pooled(runs: &Runs, records: &mut [Record]) -> Result<Option<(Answers, LabelSpace, Vec<Answers>)>, RecordError> {
    let space = records[0].space.clone();
    if let [one] = records {
        let answers = Answers { samples: Vec::new(), under: Vec::new() };
        return Ok(Some((std::mem::replace(&mut one.answers, answers), space, Vec::new())));
    }
    let of: Vec<(RunDir, &RunResult)> =
        records.iter().map(|record| (runs.run(&record.result.id), &record.result)).collect();
    let (answers, folds) = Answers::pooled(&of, &space)?;
    Ok(Some((answers, space, folds)))
}

/// The places of a sweep's runs, those of a row's folds with one seed together. What is listed twice counts once, and rather
/// where it has a record.
fn groups(sweep: &Sweep, records: &[Option<Result<Record, String>>]) -> Vec<Vec<usize>> {
    let stands = |place: usize| matches!(records[place], Some(Ok(_)));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut of_seed: BTreeMap<(&str, u64), usize> = BTreeMap::new();
    for (place, run) in sweep.runs.iter().enumerate() {
        let group = *of_seed.entry((run.listed_as(), run.seed)).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(group) => match group.iter_mut().find(|other| sweep.runs[**other].fold == run.fold) {
                Some(other) if stands(place) && !stands(*other) => *other = place,
                Some(_) => {}
                None => group.push(place),
            },
            None => groups.push(vec![place]),
        }
    }
    groups
}

/// What is predicted where nothing says so.
fn sign() -> LabelSpace {
    let scale = Scale { range: [-1.0, 1.0], neutral: 0.0, cuts: Cuts::default() };
    LabelSpace::new(Task::Binary, &Labels::Score(scale)).expect("a scale has two sides of its neutral value")
}

/// The stages on the way to the sweep's rows, in the order of their runs; without those that are no more than a part of
/// what answers for one.
pub(crate) fn stages(sweep: &Sweep) -> Vec<&str> {
    on_the_way(sweep, false)
}

/// The stages on the way that are such parts, or the others.
fn on_the_way(sweep: &Sweep, is_part: bool) -> Vec<&str> {
    let mut stages: Vec<&str> = Vec::new();
    for run in sweep.runs.iter().filter(|run| run.row.is_none() && run.is_part == is_part) {
        if !stages.contains(&run.stage.as_str()) {
            stages.push(&run.stage);
        }
    }
    stages
}
