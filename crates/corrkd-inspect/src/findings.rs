//! What `check` tells: all findings, and how many of each severity.

use serde::Serialize;

use crate::finding::{Finding, Severity};

/// All findings about files, or about a recipe and its files. As JSON, stable as [`Description`](crate::Description) is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Findings {
    /// The version of this structure, 1.
    pub format: u32,
    /// The files that were looked at.
    pub files: Vec<String>,
    /// Findings for which the data cannot be used.
    pub errors: usize,
    /// Findings of what is left out, cleaned or filled in.
    pub warnings: usize,
    /// Other findings.
    pub notes: usize,
    /// All of them, file by file, then those about the data set.
    pub findings: Vec<Finding>,
}

impl Findings {
    pub(crate) fn new(files: Vec<String>, mut findings: Vec<Finding>) -> Self {
        let place = |file: &Option<String>| {
            file.as_ref()
                .map_or(files.len(), |file| files.iter().position(|other| other == file).unwrap_or(files.len()))
        };
        findings.sort_by_key(|finding| (place(&finding.file), finding.severity, finding.kind));
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        let [errors, warnings, notes] = [Severity::Error, Severity::Warning, Severity::Note].map(count);
        Self { format: 1, files, errors, warnings, notes, findings }
    }
}
