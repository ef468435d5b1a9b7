//! What a reader must know to read the tables.

use crate::evidence::{Evidence, TEACHER};
use crate::paper::PaperTable;
use corrkd_record::Sweep;

/// Sentences under the tables.
pub(crate) fn notes(
    sweep: &Sweep,
    evidence: &Evidence,
    paper: Option<&Result<PaperTable, Vec<String>>>,
) -> Vec<String> {
    let reference = &sweep.reference;
    let mut notes = vec![
        match sweep.seeds.len() {
            1 => "Scores of n = 1 seed; one run has no spread.".to_owned(),
            n => format!(
                "Mean ± sample standard deviation (divisor n - 1) over the finished runs of n = {n} seeds. The 95 % \
                 interval of a mean is Student's t; table.csv has it for every column (low, high)."
            ),
        },
        "F1 is weighted, positive against negative, with labels of exactly zero left out; l language, a audio, \
         v vision; avg is each run's mean over the six incomplete sets, lav is complete."
            .to_owned(),
        format!(
            "\"vs {reference}\": mean ± sample standard deviation of the differences between runs of the same seed, \
             in percentage points."
        ),
    ];
    if sweep.runs.iter().any(|run| run.row.is_none()) {
        notes.push(format!("\"{TEACHER}\": the teacher, trained on complete samples, under the same conditions."));
    }
    if !evidence.labels.is_empty() {
        notes.push("\"all negative\", \"all positive\": constant predictions for the same test split.".to_owned());
    }
    match paper {
        Some(Ok(paper)) => notes.push(format!(
            "\"(paper)\": {}, as printed there for its data and features, not for this data.",
            paper.caption
        )),
        Some(Err(known)) => notes.push(format!(
            "The paper's table `{}` is not known and left out; known: {}.",
            sweep.paper.as_deref().unwrap_or_default(),
            known.join(", ")
        )),
        None => {}
    }
    notes
}

/// A line for each run without a result.
pub(crate) fn failures(evidence: &Evidence) -> Vec<String> {
    let line = |run: &crate::evidence::Failed| format!("{}, seed {} ({}): {}", run.row, run.seed, run.id, run.message);
    evidence.failed.iter().map(line).collect()
}
