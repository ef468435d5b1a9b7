//! `report.html`: the report as one page that needs no other file and no network; its links lead to the runs' folders.
//!
//! The parts below turn what the report is made of into what the template shows, and know no HTML. The template escapes
//! every text; only the style, the script and the pictures, all of them ours, are put in as they are.

mod configuration;
mod environment;
mod grid;
mod ledger;

use crate::ReportError;
use crate::document::{Document, List};
use crate::evidence::Evidence;
use crate::picture::Picture;
use configuration::Configuration;
use corrkd_record::{Runs, Sweep};
use corrkd_system::shown;
use environment::Fact;
use grid::Grid;
use ledger::{Entry, FIGURES, Ledger, Origin};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior, escape_formatter};
use serde::Serialize;

/// What the template shows.
#[derive(Serialize)]
struct View<'a> {
    style: &'static str,
    script: &'static str,
    title: &'a str,
    summary: String,
    lists: Vec<&'a List>,
    tables: Vec<Grid<'a>>,
    pictures: &'a [Picture],
    reference: &'a str,
    configurations: Vec<Configuration<'a>>,
    environment: Vec<Fact>,
    figures: &'static [&'static str],
    runs: &'a [Entry<'a>],
    origins: Vec<Origin<'a>>,
}

/// Makes the page. The pictures' SVGs must have no identifiers, which would clash on one page.
pub(crate) fn page(runs: &Runs, evidence: &Evidence, document: &Document) -> Result<String, ReportError> {
    let sweep = document.sweep;
    let mut ledger = Ledger::of(runs, sweep, evidence);
    let tables = document.tables.iter().map(|table| Grid::of(table, &mut ledger)).collect();
    let (entries, origins) = ledger.close();
    let view = View {
        style: include_str!("page/page.css"),
        script: include_str!("page/page.js"),
        title: &sweep.title,
        summary: summary(sweep, evidence),
        lists: document.lists().collect(),
        tables,
        pictures: document.pictures,
        reference: &sweep.reference,
        configurations: configuration::of(sweep, evidence).map_err(failure)?,
        environment: environment::facts(evidence),
        figures: &FIGURES,
        runs: &entries,
        origins,
    };
    render(&view).map_err(failure)
}

fn failure(error: impl std::error::Error) -> ReportError {
    ReportError::Page { reason: error.to_string() }
}

fn render(view: &View) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    // Text from data and files is shown, not obeyed: neither as markup nor as what turns the order of text round.
    environment.set_formatter(|out, state, value| match value.as_str() {
        Some(text) if !value.is_safe() => escape_formatter(out, state, &Value::from(shown(text).as_ref())),
        _ => escape_formatter(out, state, value),
    });
    // The name's ending is what turns escaping on.
    environment.render_named_str("page.html", include_str!("page/page.html.jinja"), Serde(view))
}

/// What was compared, of how much.
fn summary(sweep: &Sweep, evidence: &Evidence) -> String {
    let rows = match sweep.rows.len() {
        1 => format!("One row, {},", sweep.reference),
        n => format!("{n} rows, {} and those compared with it,", sweep.reference),
    };
    let seeds: Vec<String> = sweep.seeds.iter().map(u64::to_string).collect();
    let finished = match (evidence.trained.len(), sweep.runs.len()) {
        (finished, all) if finished == all => format!("All {all} runs left a result"),
        (finished, all) => format!("{finished} of {all} runs left a result, {} did not", all - finished),
    };
    let folds = sweep.folds.as_ref().map_or_else(String::new, |cross| format!(", each on {} folds", cross.parts()));
    format!(
        "{rows} on the data set {}, over {} seed{}: {}{folds}. {finished}{}.",
        sweep.dataset,
        seeds.len(),
        if seeds.len() == 1 { "" } else { "s" },
        seeds.join(", "),
        if sweep.runs.iter().all(|run| run.row.is_some()) { "" } else { ", those of stages on the way included" }
    )
}
