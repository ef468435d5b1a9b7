//! The report: everything in `runs/reports/NAME/`, and what the terminal shows.

use crate::evidence::Evidence;
use crate::render::{escape, latex, markdown, terminal};
use crate::summary::Summary;
use crate::table::Table;
use crate::{ReportError, conditions, curve, frame_file, metrics, notes, paper, plot, scores, summary};
use corrkd_record::{RecordError, Runs, Sweep, replace};
use std::path::PathBuf;

/// A written report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Tables, notes and failures, at most 120 columns wide but for names and messages.
    pub terminal: String,
    /// The files, in the order they were written.
    pub files: Vec<PathBuf>,
}

/// Writes the report of a sweep from its records: `scores.{csv,parquet}` (a line for each run, condition and metric),
/// `table.{csv,parquet}` (means over seeds), `table.md`, `table.tex` (the main table), `curve.{csv,svg}`.
///
/// # Errors
/// [`ReportError`]: a damaged record, or a directory that cannot be written to.
pub fn write(runs: &Runs, sweep: &Sweep) -> Result<Report, ReportError> {
    let evidence = Evidence::gather(runs, sweep)?;
    let scores = scores::frame(&evidence)?;
    let means = summary::frame(&scores, &sweep.reference)?;
    let summary = Summary::of(&means)?;
    let paper = sweep.paper.as_deref().map(paper::table);
    let curves = curve::curves(sweep, &evidence, &summary);
    let printed = paper.as_ref().and_then(|paper| paper.as_ref().ok());
    let tables = [
        conditions::table(sweep, &evidence, &summary, printed),
        metrics::table(sweep, &evidence, &summary),
        curve::table(&evidence, &curves),
    ];
    let notes = notes::notes(sweep, &evidence, paper.as_ref());
    let failures = notes::failures(&evidence);

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
        ("table.md", page(sweep, &tables, &notes, &failures).into_bytes()),
        ("table.tex", latex(&tables[0], &notes).into_bytes()),
        ("curve.csv", frame_file::csv(&curve::frame(&curves)?)?),
        ("curve.svg", plot::svg(&curves, &sweep.rows)?.into_bytes()),
    ];
    let mut files = Vec::new();
    for (name, bytes) in contents {
        let path = directory.join(name);
        replace(&path, &bytes)?;
        files.push(path);
    }
    Ok(Report { terminal: screen(sweep, &tables, &notes, &failures), files })
}

/// The report for the terminal.
fn screen(sweep: &Sweep, tables: &[Table], notes: &[String], failures: &[String]) -> String {
    let mut parts = vec![format!("{}\ndata: {}\n", sweep.title, sweep.dataset)];
    parts.extend(tables.iter().map(terminal));
    parts.push(notes.iter().map(|note| fold(note)).collect());
    if !failures.is_empty() {
        let list: String = failures.iter().map(|failure| format!("  {failure}\n")).collect();
        parts.push(format!("Without a result:\n{list}"));
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
fn page(sweep: &Sweep, tables: &[Table], notes: &[String], failures: &[String]) -> String {
    let list = |lines: &[String]| lines.iter().map(|line| format!("- {}\n", escape(line))).collect::<String>();
    let mut parts = vec![format!("# {}\n\nData: {}\n", escape(&sweep.title), escape(&sweep.dataset))];
    parts.extend(tables.iter().map(markdown));
    parts.push(
        "![Weighted F1 over the share of dropped frames](curve.svg)\n\nBands: ± one sample standard deviation.\n"
            .to_owned(),
    );
    parts.push(list(notes));
    if !failures.is_empty() {
        parts.push(format!("## Without a result\n\n{}", list(failures)));
    }
    parts.join("\n")
}
