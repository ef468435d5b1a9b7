//! A cross-validation's folds one by one. All other tables are of their pooled predictions: each sample of the data set is
//! tested once, and a score is that of all answers together, not a mean of the folds' scores.

use crate::evidence::{Evidence, Finished};
use crate::measure::Measure;
use crate::standing::mark_best;
use crate::summary::Estimate;
use crate::table::{Cell, Table};
use corrkd_config::Presence;
use corrkd_record::{RunId, Sweep};

/// For each measure a line for each row: each fold's score with nothing taken away, mean over the seeds; the mean over the
/// folds; the pooled score. None without folds.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence, measures: &[Measure]) -> Option<Table> {
    let cross = sweep.folds.as_ref()?;
    let parts = cross.parts();
    let complete = Presence::COMPLETE.to_string();
    let line = |row: &str, measure: &Measure| {
        let runs: Vec<&Finished> = evidence.runs(row).collect();
        let ids = |fold: usize| runs.iter().filter_map(|run| run.runs.get(fold).cloned()).collect::<Vec<RunId>>();
        let of_fold = |run: &Finished, fold: usize| {
            let answered = run.folds.get(fold)?.under(&complete)?;
            measure.value(&answered.scores, evidence)
        };
        let estimate = |values: Vec<Option<f64>>| Estimate::of(&values.into_iter().flatten().collect::<Vec<_>>());
        let folds = (0..parts)
            .map(|fold| measure.cell(estimate(runs.iter().map(|run| of_fold(run, fold)).collect())).of(&ids(fold)));
        // Of each seed first, so that the spread is that of the seeds.
        let mean = |run: &&Finished| {
            let scores: Option<Vec<f64>> = (0..parts).map(|fold| of_fold(run, fold)).collect();
            corrkd_metrics::mean(&scores?)
        };
        let pooled = |run: &&Finished| measure.value(&run.answers.under(&complete)?.scores, evidence);
        let all: Vec<RunId> = (0..parts).flat_map(ids).collect();
        let sums = [runs.iter().map(mean).collect(), runs.iter().map(pooled).collect()];
        let sums = sums.map(|values: Vec<Option<f64>>| measure.cell(estimate(values)).of(&all));
        let label = [Cell::words(measure.label(row)), Cell::words(evidence.count_of_planned(row))];
        label.into_iter().chain(folds).chain(sums).collect::<Vec<_>>()
    };
    let group = |measure: &Measure| {
        let mut lines: Vec<Vec<Cell>> = evidence.rows(sweep).map(|row| line(row, measure)).collect();
        for place in 2..parts + 4 {
            let own = lines.iter_mut().take(sweep.rows.len());
            mark_best(own.map(|line| &mut line[place]), measure.low_is_good);
        }
        lines
    };
    let first = evidence.finished.first();
    let tested = |fold: usize| {
        let samples = first.and_then(|run| run.folds.get(fold)).map(|answers| answers.samples.len());
        samples.map_or_else(Cell::default, Cell::words)
    };
    let samples: Vec<Cell> = [Cell::words("test samples"), Cell::default()]
        .into_iter()
        .chain((0..parts).map(tested))
        .chain([Cell::default(), Cell::words(evidence.labels.len())])
        .collect();
    Some(Table {
        name: "folds",
        caption: format!("Scores by fold, {}", evidence.called(&complete)),
        header: ["", "n"]
            .into_iter()
            .map(str::to_owned)
            .chain((0..parts).map(|fold| cross.name(fold)))
            .chain(["mean", "pooled"].map(str::to_owned))
            .collect(),
        groups: [vec![samples]].into_iter().chain(measures.iter().map(group)).collect(),
        notes: vec![
            "Each column is a fold, tested by networks that were trained and chosen on the others; mean: over the folds; pooled: the \
             score of all folds' answers together, as in the other tables. ± is over the seeds."
                .to_owned(),
        ],
    })
}
