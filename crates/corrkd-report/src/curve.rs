//! The curve of weighted F1 over the share p of dropped frames, as numbers: for a table, a file and a plot.

use crate::ReportError;
use crate::evidence::Evidence;
use crate::scores::AREA;
use crate::standing::mark_best;
use crate::summary::{Estimate, Summary};
use crate::table::{Cell, Table};
use crate::target::Target;
use corrkd_config::Condition;
use corrkd_record::Sweep;
use polars::df;
use polars::prelude::DataFrame;

/// A row's curve.
pub(crate) struct Curve {
    /// The row's name.
    pub(crate) row: String,
    /// The metric of the target it is about.
    pub(crate) metric: String,
    /// What its line in a table is called.
    pub(crate) label: String,
    /// Drop ratio and score (fractions), rising; ratios that the row was not judged at are absent.
    pub(crate) points: Vec<(f64, Estimate)>,
    /// The area under each run's curve.
    pub(crate) area: Option<Estimate>,
}

/// A curve for each row and target that has any point, by target.
pub(crate) fn curves(sweep: &Sweep, evidence: &Evidence, summary: &Summary) -> Vec<Curve> {
    let ratios = evidence.ratios();
    let curve = |row: &str, target: &Target| {
        let score = |p: f64| summary.score(row, &Condition::dropped(p).to_string(), &target.metric);
        Curve {
            row: row.to_owned(),
            metric: target.metric.clone(),
            label: target.label(row),
            points: ratios.iter().filter_map(|&p| Some((p, score(p)?))).collect(),
            area: summary.score(row, AREA, &target.metric),
        }
    };
    let of_target = |target| evidence.rows(sweep).map(move |row| (row, target));
    let curves = evidence.targets.iter().flat_map(of_target).map(|(row, target)| curve(row, target));
    curves.filter(|curve| !curve.points.is_empty()).collect()
}

/// The means, and the area with its spread, by target.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence, summary: &Summary, curves: &[Curve]) -> Table {
    let ratios = evidence.ratios();
    let line = |curve: &Curve| {
        let cell = |&p: &f64| {
            let condition = Condition::dropped(p).to_string();
            let point = curve.points.iter().find(|point| point.0 == p);
            let mean = point.map_or_else(Cell::default, |(_, score)| Cell::plain(100.0 * score.mean, 2));
            mean.of(summary.runs(&curve.row, &condition, &curve.metric))
        };
        let area = Cell::percent(curve.area).of(summary.runs(&curve.row, AREA, &curve.metric));
        [Cell::words(&curve.label)].into_iter().chain(ratios.iter().map(cell)).chain([area]).collect::<Vec<_>>()
    };
    let group = |of_target: &[Curve]| {
        let mut lines: Vec<Vec<Cell>> = of_target.iter().map(line).collect();
        for column in 1..ratios.len() + 2 {
            let own = lines.iter_mut().zip(of_target).filter(|(_, curve)| sweep.rows.contains(&curve.row));
            mark_best(own.map(|(line, _)| &mut line[column]), false);
        }
        lines
    };
    Table {
        name: "curve",
        caption: "Weighted F1 (%) by the share p of dropped frames, and the area under the curve (AUILC)".to_owned(),
        header: ["p".to_owned()]
            .into_iter()
            .chain(ratios.iter().map(|p| format!("{p:?}")))
            .chain(["area".to_owned()])
            .collect(),
        groups: curves.chunk_by(|a, b| a.metric == b.metric).map(group).collect(),
        notes: vec!["Means over the seeds; curve.csv has their spread.".to_owned()],
    }
}

/// The points as a frame: row, metric, p, n, mean, sd.
pub(crate) fn frame(curves: &[Curve]) -> Result<DataFrame, ReportError> {
    let points: Vec<_> = curves.iter().flat_map(|c| c.points.iter().map(move |(p, score)| (c, *p, *score))).collect();
    Ok(df![
        "row" => points.iter().map(|(c, ..)| c.row.as_str()).collect::<Vec<_>>(),
        "metric" => points.iter().map(|(c, ..)| c.metric.as_str()).collect::<Vec<_>>(),
        "p" => points.iter().map(|(_, p, _)| *p).collect::<Vec<_>>(),
        "n" => points.iter().map(|(.., score)| score.n).collect::<Vec<_>>(),
        "mean" => points.iter().map(|(.., score)| score.mean).collect::<Vec<_>>(),
        "sd" => points.iter().map(|(.., score)| score.sd).collect::<Vec<_>>(),
    ]?)
}
