//! A run that is proved: its result is whole, and what the report takes of the run is what that names. Its scores are computed from
//! its predictions, and are those of its result.

use crate::answers::Answers;
use corrkd_config::LabelSpace;
use corrkd_record::{Event, RecordError, Representation, RunDir, RunResult, Runs, SweepRun};

/// What mends a run, whatever it lacks.
const REMEDY: &str = "the experiment's `ablate` command, given again, makes this run again";

/// What a run has left behind.
pub(crate) struct Record {
    /// Its result.
    pub(crate) result: RunResult,
    /// What it predicts.
    pub(crate) space: LabelSpace,
    /// What it answers to the test split.
    pub(crate) answers: Answers,
    /// Its training, event by event.
    pub(crate) history: Vec<Event>,
}

impl Record {
    /// Reads a run of a sweep; what keeps it out of the report, in words.
    pub(crate) fn read(runs: &Runs, run: &SweepRun) -> Result<Self, String> {
        if let Some(failure) = &run.failure {
            return Err(failure.clone());
        }
        match Self::prove(&runs.run(&run.id), run) {
            Ok(Some(record)) => Ok(record),
            Ok(None) => Err(format!("it has left no result; {REMEDY}")),
            Err(error) => Err(mended(&error)),
        }
    }

    fn prove(dir: &RunDir, run: &SweepRun) -> Result<Option<Self>, RecordError> {
        let damaged = |reason: String| RecordError::Damaged { path: dir.result_path(), reason };
        let Some(result) = dir.result()? else {
            let there = dir.result_path().exists();
            return if there { Err(damaged("it is the result of another run".to_owned())) } else { Ok(None) };
        };
        let fold = result.spec.dataset.fold.as_ref().map(|fold| fold.test);
        if result.spec.seed != run.seed || fold != run.fold {
            return Err(damaged("its seed or its fold is not the one that the sweep lists".to_owned()));
        }
        let space = result.spec.label_space().map_err(|error| damaged(error.to_string()))?;
        let answers = Answers::read(dir, &result, &space)?;
        let judged = answers.under.iter().map(|answered| (answered.condition, &answered.scores));
        let said = result.test.iter().map(|of| (of.condition, &of.scores));
        if !(judged.clone().count() == said.clone().count()
            && judged.zip(said).all(|(own, said)| own.0 == said.0 && own.1.agree(said.1)))
        {
            return Err(damaged("its scores are not those of its predictions".to_owned()));
        }
        representations(dir, &result, &space)?;
        let history = dir.history(&result)?;
        Ok(Some(Self { result, space, answers, history }))
    }
}

/// A fault, and what to do about it.
pub(crate) fn mended(error: &RecordError) -> String {
    format!("{error}; {REMEDY}")
}

/// What the network makes of test samples, each of a category that there is; none where the run kept nothing.
pub(crate) fn representations(
    dir: &RunDir,
    result: &RunResult,
    space: &LabelSpace,
) -> Result<Vec<Representation>, RecordError> {
    let all = dir.representations(result)?;
    match all.iter().find(|of| of.category >= space.categories()) {
        None => Ok(all),
        Some(of) => {
            let reason = format!("{} is of category {}, and there are {}", of.id, of.category, space.categories());
            Err(RecordError::Damaged { path: dir.representations_path(), reason })
        }
    }
}
