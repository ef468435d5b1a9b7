//! Findings as text: those of one kind together, with the first places.

use corrkd_csd::List;
use std::fmt;

use super::{count, fixed, whole};
use crate::{Finding, Findings, Severity};

/// Entries named of many.
const SHOWN: usize = 3;
/// Rows named of an entry.
const ROWS: usize = 6;

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut file = None;
        for of_file in self.findings.chunk_by(|a, b| a.file == b.file) {
            if file != Some(&of_file[0].file) {
                file = Some(&of_file[0].file);
                writeln!(f, "{}", of_file[0].file.as_deref().unwrap_or("The data set as a whole"))?;
            }
            // What is to be copied stands as it is.
            let (whole, folded): (Vec<_>, Vec<_>) =
                of_file.chunk_by(alike).partition(|same| same[0].message.contains('\n'));
            for same in whole {
                writeln!(f, "  {:<9}{}", same[0].severity.to_string(), same[0].message)?;
            }
            if !folded.is_empty() {
                writeln!(f, "{}", fixed(folded.into_iter().map(group).collect(), &[7, 36, 31]))?;
            }
            writeln!(f)?;
        }
        let groups = || self.findings.chunk_by(alike);
        let total = |severity| groups().filter(|group| group[0].severity == severity).count();
        let [errors, warnings, notes] = [Severity::Error, Severity::Warning, Severity::Note].map(total);
        let (errors, warnings, notes) = (count(errors, "error"), count(warnings, "warning"), count(notes, "note"));
        write!(f, "{errors}, {warnings}, {notes} in {}", count(self.files.len(), "file"))
    }
}

/// Whether findings are told as one: of one kind in several entries of a file.
fn alike(a: &Finding, b: &Finding) -> bool {
    (&a.file, a.severity, a.kind) == (&b.file, b.severity, b.kind) && a.id.is_some() && b.id.is_some()
}

/// Severity, what, and where.
fn group(findings: &[Finding]) -> Vec<String> {
    let Finding { severity, kind, .. } = findings[0];
    let mut what = match findings {
        [only] => only.message.clone(),
        several => {
            let mut columns: Vec<usize> = several.iter().flat_map(|finding| finding.columns.iter().copied()).collect();
            columns.sort_unstable();
            columns.dedup();
            let columns = match columns.len() {
                0 => String::new(),
                1 => format!(", in column {}", List(&columns)),
                _ => format!(", in columns {}", List(&columns)),
            };
            let total = whole(several.iter().map(|finding| finding.count).sum());
            let first = if kind.is_measured() { format!("; the first {}", several[0].message) } else { String::new() };
            format!("{total} {}{columns}{first}", kind.many())
        }
    };
    if severity == kind.severity() && !kind.consequence().is_empty() {
        what = format!("{what}: {}", kind.consequence());
    }
    vec![severity.to_string(), what, places(findings)]
}

/// The first entries, each with its first rows.
fn places(findings: &[Finding]) -> String {
    let entries: Vec<&[Finding]> = findings.chunk_by(|a, b| a.id == b.id).filter(|same| same[0].id.is_some()).collect();
    let place = |same: &[Finding]| {
        let id = same[0].id.as_deref().unwrap_or_default();
        let mut rows: Vec<usize> = same.iter().flat_map(|finding| finding.rows.iter().copied()).collect();
        rows.sort_unstable();
        let shown = List(&rows[..rows.len().min(ROWS)]);
        match rows.len() {
            0 => id.to_owned(),
            1 => format!("{id} row {shown}"),
            many if many > ROWS => format!("{id} rows {shown}, … ({})", whole(many)),
            _ => format!("{id} rows {shown}"),
        }
    };
    let mut lines: Vec<String> = entries.iter().take(SHOWN).map(|same| place(same)).collect();
    if entries.len() > SHOWN {
        lines.push(format!("and in {} more", whole(entries.len() - SHOWN)));
    }
    lines.join("\n")
}
