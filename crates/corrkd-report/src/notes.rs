//! What a reader must know to read the main table, and which runs it lacks.

use crate::comparison::{self, Compared, LEVEL};
use crate::evidence::{Evidence, Failed, stages};
use crate::paper::PaperTable;
use crate::scores::AVERAGE;
use crate::summary::Summary;
use crate::table::Mark;
use corrkd_config::{Presence, Scale, digest_of, predictions_of};
use corrkd_metrics::least_sign_flip_p;
use corrkd_record::Sweep;

/// Digits of a digest in a sentence.
const DIGITS: usize = 12;

/// Sentences under the main table.
pub(crate) fn notes(
    sweep: &Sweep,
    evidence: &Evidence,
    summary: &Summary,
    compared: &[Compared],
    paper: Option<&Result<PaperTable, Vec<String>>>,
) -> Vec<String> {
    let reference = &sweep.reference;
    let mut notes = vec![
        match sweep.seeds.len() {
            1 => "Scores of n = 1 seed; one run has no spread.".to_owned(),
            n => format!(
                "Mean ± sample standard deviation (divisor n - 1) over the finished runs of n = {n} seeds. table.csv names \
                 the runs behind each number."
            ),
        },
        columns(evidence),
    ];
    notes.extend(evidence.nature.told());
    notes.extend(sweep.folds.as_ref().map(|cross| {
        format!(
            "Cross-validation over {} folds: of each seed the answers of all folds to their test samples are pooled, and count \
             like those of one run. The folds one by one are in the table of scores by fold.",
            cross.parts()
        )
    }));
    notes.extend(no_average(evidence, summary));
    if sweep.rows.len() > 1 {
        notes.extend(marks(sweep, compared));
        notes.push(format!(
            "\"vs {reference}\": mean ± sample standard deviation of the differences between runs of the same seed, in \
             percentage points."
        ));
    }
    notes.extend(stages(sweep).into_iter().map(|name| stage(evidence, name)));
    notes.extend(external(sweep, evidence));
    if !evidence.labels.is_empty() {
        notes.push(match evidence.targets[0].name {
            None => "\"all negative\", \"all positive\": constant predictions for the same test split.".to_owned(),
            Some(_) => {
                "\"never ...\": a prediction that never names that category, for the same test split.".to_owned()
            }
        });
    }
    notes.extend(paper.map(|paper| printed(sweep, evidence, paper)));
    notes
}

/// What the columns and the numbers in them are.
fn columns(evidence: &Evidence) -> String {
    let sides = |scale: &Scale| match scale.cuts.binary {
        Some([cut]) => format!("positive (above {cut}) against negative, none left out"),
        None if scale.neutral == 0.0 => "positive against negative, with labels of exactly zero left out".to_owned(),
        None => format!("positive (above {0}) against negative, with labels of exactly {0} left out", scale.neutral),
    };
    let f1 = match evidence.space.scale() {
        Some(scale) => sides(scale),
        None => "of each category against all others".to_owned(),
    };
    let complete = Presence::COMPLETE.to_string();
    let complete = match evidence.called(&complete) {
        "lav" => "lav is complete",
        _ => "\"as they are\" is all that there is",
    };
    format!(
        "F1 is weighted, {f1}; l language, a audio, v vision; avg is each run's mean over the six incomplete sets, {complete}."
    )
}

/// What a line is that no row of the sweep's has.
fn stage(evidence: &Evidence, name: &str) -> String {
    let missing = evidence.results(name).next().map(|result| result.spec.job.missing.is_some());
    let trained = match missing {
        Some(false) => ", trained on complete samples",
        Some(true) => ", trained on samples that lose something",
        None => "",
    };
    format!("\"{name}\": a stage on the way to the rows{trained}, under the same conditions.")
}

/// Why there is no average.
fn no_average(evidence: &Evidence, summary: &Summary) -> Option<String> {
    let sets: Vec<String> = comparison::incomplete().into_iter().filter(|set| !summary.has(set)).collect();
    (!evidence.finished.is_empty() && !summary.has(AVERAGE)).then(|| {
        format!(
            "avg, the mean over all six incomplete sets, does not exist here: no run was judged under {}, because the data \
             set lacks a modality.",
            sets.join(", ")
        )
    })
}

/// What the signs behind numbers mean.
fn marks(sweep: &Sweep, compared: &[Compared]) -> Vec<String> {
    let [best, tie, significant] = [Mark::Best, Mark::Tie, Mark::Significant].map(Mark::sign);
    let seeds = compared.iter().map(|c| c.seeds).max();
    let rows = sweep.rows.len() - 1;
    let hopeless = seeds.filter(|&seeds| least_sign_flip_p(seeds) * rows as f64 > LEVEL);
    let few = hopeless.map(|seeds| {
        format!(
            " With {seeds} shared seed{} and {rows} row{} to compare no difference can be: every row ties.",
            if seeds == 1 { "" } else { "s" },
            if rows == 1 { "" } else { "s" },
        )
    });
    vec![format!(
        "Bold, or {best} in plain text: the best mean of our rows in its column; {tie}: not significantly different from it; \
         {significant}: a difference from {} that is significant. Significant: the 95 % interval of the difference is clear \
         of 0 and its p, corrected by Holm for all rows of the column, at most {LEVEL}.{}",
        sweep.reference,
        few.unwrap_or_default()
    )]
}

/// Which figures of the paper stand beside ours, and for which data they are.
fn printed(sweep: &Sweep, evidence: &Evidence, paper: &Result<PaperTable, Vec<String>>) -> String {
    let name = sweep.paper.as_deref().unwrap_or_default();
    match paper {
        Err(known) => {
            format!("The paper's table `{name}` is not known and left out; known: {}.", known.join(", "))
        }
        Ok(paper) if evidence.targets.iter().all(|target| paper.rows(&target.metric).next().is_none()) => {
            format!("The paper's table `{name}` is of another task than these runs' and left out.")
        }
        Ok(paper) => {
            let data = paper.dataset.to_uppercase();
            let ours = if sweep.dataset == paper.dataset {
                format!("Ours are for the data set {data} as its recipe makes it.")
            } else {
                format!(
                    "Ours are for {}, not for this data of the paper: a twin, to compare the shape of the table and not \
                     its numbers.",
                    sweep.dataset
                )
            };
            format!(
                "\"paper\", beneath a row of the same name with the \"difference\" of ours from it, and \"(paper)\": {} of \
                 the paper, printed for {data} (means over five seeds, no spread). {ours}",
                paper.title
            )
        }
    }
}

/// A line for each run without a result, and for each seed of which only some folds have one.
pub(crate) fn failures(evidence: &Evidence) -> Vec<String> {
    let lost = |(row, seed): &(String, u64)| {
        format!("{row}, seed {seed}: left out of all tables, since not all of its folds have a result")
    };
    evidence.failed.iter().map(Failed::told).chain(evidence.lost.iter().map(lost)).collect()
}

/// The rows whose answers are another program's.
fn external(sweep: &Sweep, evidence: &Evidence) -> Option<String> {
    let of = |row: &String| {
        let first = evidence.results(row).find(|result| result.training.is_none())?;
        let (settings, seed) = (&first.spec.job.settings, first.spec.seed);
        let digest: String = digest_of(settings).chars().take(DIGITS).collect();
        Some(format!("{row} ({}, BLAKE3 {digest})", predictions_of(settings, seed)))
    };
    let rows: Vec<String> = sweep.rows.iter().filter_map(of).collect();
    (!rows.is_empty()).then(|| {
        format!(
            "External, predictions of another program, of which nothing is known here but the answers: {}; the file and digest of \
             the first seed.",
            rows.join(", ")
        )
    })
}
