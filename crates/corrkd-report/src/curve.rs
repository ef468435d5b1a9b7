//! The curve of each measure over the share p of dropped frames, as numbers: for a table, a file and a plot. Weighted F1 has
//! one for each target.

use crate::ReportError;
use crate::evidence::Evidence;
use crate::measure::{Measure, shown};
use crate::scores::{AREA, RETENTION};
use crate::standing::mark_best;
use crate::summary::{Estimate, Summary};
use crate::table::{Cell, Table};
use corrkd_config::Condition;
use corrkd_record::Sweep;
use polars::df;
use polars::prelude::DataFrame;

/// A row's curve.
pub(crate) struct Curve<'a> {
    /// The row's name.
    pub(crate) row: String,
    /// What it is of.
    pub(crate) measure: &'a Measure,
    /// Drop ratio and score, rising; ratios that the row was not judged at are absent.
    pub(crate) points: Vec<(f64, Estimate)>,
    /// The area under each run's curve.
    area: Option<Estimate>,
    /// The area under each run's retention curve, where all have one.
    retention: Option<Estimate>,
}

/// A curve for each row and measure that has any point, by measure.
pub(crate) fn curves<'a>(
    sweep: &Sweep,
    evidence: &Evidence,
    summary: &Summary,
    measures: &'a [Measure],
) -> Vec<Curve<'a>> {
    let ratios = evidence.ratios();
    let curve = |row: &str, measure: &'a Measure| {
        let score = |condition: &str| summary.score(row, condition, &measure.metric);
        let area = score(AREA);
        Curve {
            row: row.to_owned(),
            measure,
            points: ratios.iter().filter_map(|&p| Some((p, score(&Condition::dropped(p).to_string())?))).collect(),
            area,
            retention: score(RETENTION).filter(|of| area.is_some_and(|area| area.n == of.n)),
        }
    };
    let of_measure = |measure| evidence.rows(sweep).map(move |row| (row, measure));
    let curves = measures.iter().flat_map(of_measure).map(|(row, measure)| curve(row, measure));
    curves.filter(|curve| !curve.points.is_empty()).collect()
}

/// The means, and both areas with their spread, by measure.
pub(crate) fn table(
    sweep: &Sweep,
    evidence: &Evidence,
    summary: &Summary,
    measures: &[Measure],
    curves: &[Curve],
) -> Table {
    let ratios = evidence.ratios();
    let line = |curve: &Curve| {
        let Curve { row, measure, .. } = curve;
        let cell = |&p: &f64| {
            let condition = Condition::dropped(p).to_string();
            let point = curve.points.iter().find(|point| point.0 == p);
            let mean = point.map(|(_, score)| Estimate { sd: None, ..*score });
            measure.cell(mean).of(summary.runs(row, &condition, &measure.metric))
        };
        let runs = |of: &str| summary.runs(row, of, &measure.metric);
        let area = measure.cell(curve.area).of(runs(AREA));
        let retention = Cell::scaled(curve.retention, 1.0, 3).of(runs(RETENTION));
        let label = Cell::words(measure.label(row));
        [label].into_iter().chain(ratios.iter().map(cell)).chain([area, retention]).collect::<Vec<_>>()
    };
    let group = |of_measure: &[Curve]| {
        let mut lines: Vec<Vec<Cell>> = of_measure.iter().map(line).collect();
        for column in 1..ratios.len() + 3 {
            let own = lines.iter_mut().zip(of_measure).filter(|(_, curve)| sweep.rows.contains(&curve.row));
            // What is retained is good also where the score is an error.
            let low_is_good = of_measure[0].measure.low_is_good && column < ratios.len() + 2;
            mark_best(own.map(|(line, _)| &mut line[column]), low_is_good);
        }
        lines
    };
    let scores = shown(measures).replacen('w', "W", 1);
    Table {
        name: "curve",
        caption: format!("{scores} by the share p of dropped frames, and the area under the curve (AUILC)"),
        header: ["p".to_owned()]
            .into_iter()
            .chain(ratios.iter().map(|p| format!("{p:?}")))
            .chain(["area", "AUDC"].map(str::to_owned))
            .collect(),
        groups: curves.chunk_by(|a, b| a.measure.metric == b.measure.metric).map(group).collect(),
        notes: notes(evidence, measures),
    }
}

/// What a reader must know to read it.
fn notes(evidence: &Evidence, measures: &[Measure]) -> Vec<String> {
    let constant = |measure: &Measure| {
        let (name, score) = measure.constant.as_ref()?;
        let of = measure.name.as_ref().map_or_else(String::new, |of| format!(" ({of})"));
        Some(format!("{name}, {:.*}{of}", measure.decimals, measure.factor * score))
    };
    let start = if evidence.nature.is_lacking() { ", at p = 0 of the samples as they are" } else { "" };
    let constants: Vec<String> = measures.iter().filter_map(constant).collect();
    let constants =
        if constants.is_empty() { String::new() } else { format!(" The best constants: {}.", constants.join("; ")) };
    vec![
        format!("Means over the seeds{start}; curve.csv has their spread."),
        format!(
            "AUDC: the area under the chance-corrected retention curve, (s(p) - c) / (s(0) - c) by trapezoids over p, with s(p) \
             the score and c that of the best constant answer; none where s(0) of a run is no better than c.{constants}"
        ),
    ]
}

/// The points as a frame: row, metric, p, n, mean, sd.
pub(crate) fn frame(curves: &[Curve]) -> Result<DataFrame, ReportError> {
    let points: Vec<_> = curves.iter().flat_map(|c| c.points.iter().map(move |(p, score)| (c, *p, *score))).collect();
    Ok(df![
        "row" => points.iter().map(|(c, ..)| c.row.as_str()).collect::<Vec<_>>(),
        "metric" => points.iter().map(|(c, ..)| c.measure.metric.as_str()).collect::<Vec<_>>(),
        "p" => points.iter().map(|(_, p, _)| *p).collect::<Vec<_>>(),
        "n" => points.iter().map(|(.., score)| score.n).collect::<Vec<_>>(),
        "mean" => points.iter().map(|(.., score)| score.mean).collect::<Vec<_>>(),
        "sd" => points.iter().map(|(.., score)| score.sd).collect::<Vec<_>>(),
    ]?)
}
