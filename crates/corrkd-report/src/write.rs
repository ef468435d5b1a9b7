//! The report: everything in `runs/reports/NAME/`, and what the terminal shows.

use crate::comparison::{self, compare};
use crate::conditions::{self, Sources};
use crate::document::{Document, List};
use crate::evidence::Evidence;
use crate::folder::Folder;
use crate::render::latex;
use crate::summary::Summary;
use crate::warnings::warnings;
use crate::{
    ReportError, beyond, categories, constant, cost, curve, differences, folds, frame_file, means, measure, metrics,
    notes, overall, page, paper, picture, ranks, scores, search, summary, terms,
};
use corrkd_record::{Runs, Sweep};
use std::path::PathBuf;

/// A written report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Tables, notes, failures and warnings, at most 120 columns wide but for names and messages.
    pub terminal: String,
    /// The files, in the order they were written.
    pub files: Vec<PathBuf>,
}

/// Writes the report of a sweep from the predictions of its runs: `scores.{csv,parquet}` (a line for each run, condition
/// and metric), `table.{csv,parquet}` (means over seeds), `comparison.{csv,parquet}` (differences from the reference row),
/// `curve.csv`, `report.html` (all of it on one page), `table.md` (all tables and notes), `table.txt` (what the terminal shows), a `.tex` for each table
/// (`table.tex` is the main one), each picture as `.svg` and `.png`. What an earlier report of the sweep wrote and this one
/// does not is removed.
///
/// # Errors
/// [`ReportError`]: a directory that cannot be written to, or a sweep of whose runs none has a result that stands. What is wrong
/// with a run costs that run and a line.
pub fn write(runs: &Runs, sweep: &Sweep) -> Result<Report, ReportError> {
    let evidence = Evidence::gather(runs, sweep)?;
    let known = sweep.paper.as_deref().map(paper::table);
    let paper = known.as_ref().and_then(|paper| paper.as_ref().ok());
    let constants = constant::constants(&evidence);
    let measures = measure::measures(&evidence, &constants);
    let scores = scores::frame(&evidence, &measures)?;
    let means = summary::frame(&scores, sweep, &evidence, paper)?;
    let summary = Summary::of(&means, &scores)?;
    let curves = curve::curves(sweep, &evidence, &summary, &measures);
    let compared = compare(sweep, &evidence);
    let comparisons = comparison::frame(&compared)?;

    let sources = Sources { sweep, evidence: &evidence, summary: &summary, compared: &compared, paper };
    let of_main = notes::notes(sweep, &evidence, &summary, &compared, known.as_ref());
    let all_scores = metrics::table(sweep, &evidence, &summary, &constants);
    let mut tables = vec![conditions::table(&sources, of_main)];
    // Of a regression it is what the field prints.
    let (first, last) = if evidence.regresses() { (Some(all_scores), None) } else { (None, Some(all_scores)) };
    tables.extend(first);
    tables.extend(overall::table(sweep, &evidence, &summary, &measures));
    tables.extend(paper.and_then(|paper| ranks::table(sweep, &evidence, &summary, paper)));
    tables.extend(means::table(sweep, &evidence, &summary));
    tables.extend(differences::table(sweep, &evidence, &compared));
    tables.extend(search::moved(sweep, &evidence));
    tables.extend(search::trials(runs, sweep));
    tables.extend(folds::table(sweep, &evidence, &measures));
    tables.extend(beyond::table(sweep, &evidence, &measures));
    tables.extend(last);
    tables.extend(categories::tables(sweep, &evidence, &summary, &constants));
    tables.push(curve::table(sweep, &evidence, &summary, &measures, &curves));
    tables.extend(terms::table(sweep, &evidence));
    tables.push(cost::table(sweep, &evidence));
    let pictures = picture::pictures(&sources, runs, &measures, &curves)?;
    let lists = [
        List { heading: "Without a result", lines: notes::failures(&evidence) },
        List { heading: "Warnings", lines: warnings(runs, sweep, &evidence, &compared) },
    ];
    let document = Document { sweep, tables: &tables, pictures: &pictures, lists: &lists };

    let mut folder = Folder::open(runs.report(&sweep.name))?;
    for (name, frame) in [("scores", &scores), ("table", &means), ("comparison", &comparisons)] {
        folder.write(&format!("{name}.parquet"), &frame_file::parquet(frame)?)?;
        folder.write(&format!("{name}.csv"), &frame_file::csv(frame)?)?;
    }
    folder.write("curve.csv", &frame_file::csv(&curve::frame(&curves)?)?)?;
    folder.write("report.html", page::page(runs, &evidence, &document)?.as_bytes())?;
    folder.write("table.md", document.markdown().as_bytes())?;
    let terminal = document.terminal();
    folder.write("table.txt", corrkd_system::shown(&terminal).as_bytes())?;
    for table in &tables {
        folder.write(&format!("{}.tex", table.name), latex(table, &lists[1].lines).as_bytes())?;
    }
    for picture in &pictures {
        folder.write(&format!("{}.svg", picture.name), picture.svg.as_bytes())?;
        folder.write(&format!("{}.png", picture.name), &picture.png)?;
    }
    Ok(Report { terminal, files: folder.close()? })
}
