//! The report: everything in `runs/reports/NAME/`, and what the terminal shows.

use crate::comparison::{self, compare};
use crate::evidence::Evidence;
use crate::render::{escape, latex, markdown, terminal};
use crate::summary::Summary;
use crate::table::Table;
use crate::warnings::warnings;
use crate::{
    ReportError, conditions, curve, differences, frame_file, means, metrics, notes, paper, plot, scores, summary,
};
use corrkd_record::{RecordError, Runs, Sweep, replace};
use std::path::PathBuf;

/// A written report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Tables, notes, failures and warnings, at most 120 columns wide but for names and messages.
    pub terminal: String,
    /// The files, in the order they were written.
    pub files: Vec<PathBuf>,
}

/// Writes the report of a sweep from its records: `scores.{csv,parquet}` (a line for each run, condition and metric),
/// `table.{csv,parquet}` (means over seeds), `comparison.{csv,parquet}` (differences from the reference row), `table.md`,
/// `table.tex` (the main table), `curve.{csv,svg}`.
///
/// # Errors
/// [`ReportError`]: a damaged record, or a directory that cannot be written to.
pub fn write(runs: &Runs, sweep: &Sweep) -> Result<Report, ReportError> {
    let evidence = Evidence::gather(runs, sweep)?;
    let scores = scores::frame(&evidence)?;
    let means = summary::frame(&scores, &sweep.reference)?;
    let summary = Summary::of(&means, &scores)?;
    let paper = sweep.paper.as_deref().map(paper::table);
    let curves = curve::curves(sweep, &evidence, &summary);
    let printed = paper.as_ref().and_then(|paper| paper.as_ref().ok());
    let compared = compare(sweep, &evidence);
    let comparisons = comparison::frame(&compared)?;
    let mut tables = vec![conditions::table(sweep, &evidence, &summary, printed)];
    tables.extend(means::table(sweep, &evidence, &summary));
    tables.extend(differences::table(sweep, &compared));
    tables.extend([metrics::table(sweep, &evidence, &summary), curve::table(&evidence, &curves)]);
    let of_scores = notes::notes(sweep, &evidence, paper.as_ref());
    let notes = [of_scores.clone(), differences::notes(sweep, &compared)].concat();
    let warnings = warnings(runs, sweep, &evidence, &compared);
    let lists = [("Without a result", notes::failures(&evidence)), ("Warnings", warnings)];

    let directory = runs.report(&sweep.name);
    std::fs::create_dir_all(&directory).map_err(|cause| RecordError::Io {
        path: directory.clone(),
        what: "create the report's directory",
        cause,
    })?;
    let contents = [
        ("scores.parquet", frame_file::parquet(&scores)?),
        ("scores.csv", frame_file::csv(&scores)?),
        ("table.parquet", frame_file::parquet(&means)?),
        ("table.csv", frame_file::csv(&means)?),
        ("comparison.parquet", frame_file::parquet(&comparisons)?),
        ("comparison.csv", frame_file::csv(&comparisons)?),
        ("table.md", page(sweep, &tables, &notes, &lists).into_bytes()),
        ("table.tex", latex(&tables[0], &of_scores, &lists[1].1).into_bytes()),
        ("curve.csv", frame_file::csv(&curve::frame(&curves)?)?),
        ("curve.svg", plot::svg(&curves, &sweep.rows)?.into_bytes()),
    ];
    let mut files = Vec::new();
    for (name, bytes) in contents {
        let path = directory.join(name);
        replace(&path, &bytes)?;
        files.push(path);
    }
    Ok(Report { terminal: screen(sweep, &tables, &notes, &lists), files })
}

/// Lines under a heading, which is left out with them.
type List = (&'static str, Vec<String>);

/// The report for the terminal.
fn screen(sweep: &Sweep, tables: &[Table], notes: &[String], lists: &[List]) -> String {
    let mut parts = vec![format!("{}\ndata: {}\n", sweep.title, sweep.dataset)];
    parts.extend(tables.iter().map(terminal));
    parts.push(notes.iter().map(|note| fold(note)).collect());
    for (heading, lines) in lists.iter().filter(|(_, lines)| !lines.is_empty()) {
        let lines: String = lines.iter().map(|line| fold(&format!("- {line}"))).collect();
        parts.push(format!("{heading}:\n{lines}"));
    }
    parts.join("\n")
}

/// A note on lines of at most 120 columns.
fn fold(note: &str) -> String {
    let mut text = String::new();
    let mut width = 0;
    for word in note.split_whitespace() {
        let length = word.chars().count();
        let gap = match width {
            0 => "",
            used if used + 1 + length > 120 => "\n  ",
            _ => " ",
        };
        width = if gap.starts_with('\n') { 2 + length } else { width + gap.len() + length };
        text += gap;
        text += word;
    }
    text + "\n"
}

/// The report as a Markdown page.
fn page(sweep: &Sweep, tables: &[Table], notes: &[String], lists: &[List]) -> String {
    let list = |lines: &[String]| lines.iter().map(|line| format!("- {}\n", escape(line))).collect::<String>();
    let mut parts = vec![format!("# {}\n\nData: {}\n", escape(&sweep.title), escape(&sweep.dataset))];
    parts.extend(tables.iter().map(markdown));
    parts.push(
        "![Weighted F1 over the share of dropped frames](curve.svg)\n\nBands: ± one sample standard deviation.\n"
            .to_owned(),
    );
    parts.push(list(notes));
    for (heading, lines) in lists.iter().filter(|(_, lines)| !lines.is_empty()) {
        parts.push(format!("## {heading}\n\n{}", list(lines)));
    }
    parts.join("\n")
}
