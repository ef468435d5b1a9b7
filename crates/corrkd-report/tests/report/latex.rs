//! Every table in LaTeX, through a LaTeX that is installed: it compiles, and fits a page with two columns.

use crate::fixture::{Fixture, RIGHT, TENTH, WRONG, Wrong};
use std::fs;
use std::process::{Command, Stdio};

/// The full width of a page with two columns in the style of CVPR.
const WIDTH: &str = "6.875in";

#[test]
fn tables_compile_and_fit_a_page() {
    if Command::new("pdflatex").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("skipped: pdflatex is not installed");
        return;
    }
    let some: Wrong = |seed, condition, i| (7 * i + 3 * seed as usize + condition).is_multiple_of(4);
    let rows: [(&str, Wrong); 5] = [
        ("full", TENTH),
        ("without-scd", some),
        ("without-cpd", RIGHT),
        ("without-rcd", WRONG),
        ("[odd] & 100_%~^\\{ and of a long name", some),
    ];
    let mut fixture = Fixture::new(&rows, 6);
    fixture.sweep.paper = Some("table3.mosi".to_owned());
    fixture.sweep.runs[3].failure = Some("out of memory".to_owned());
    for (row, _) in rows {
        for condition in ["lav@bursts:0.5", "lav@noise-v:0.5", "lav@0.5"] {
            crate::beyond::judged(&fixture, row, condition, 0.1);
        }
    }
    fixture.terminal();
    let folder = fixture.runs.report("made-up");
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut tables: Vec<String> = names.filter(|name| name.ends_with(".tex")).collect();
    tables.sort();
    assert_eq!(
        tables,
        [
            "beyond.tex",
            "cost.tex",
            "curve.tex",
            "differences.tex",
            "means.tex",
            "metrics.tex",
            "ranks.tex",
            "table.tex"
        ]
    );
    let body: String = tables.iter().map(|name| format!("\\noindent\\input{{{name}}}\n\n")).collect();
    let document = format!(
        "\\documentclass{{article}}\\usepackage{{booktabs}}\\usepackage[T1]{{fontenc}}\n\
         \\setlength{{\\textwidth}}{{{WIDTH}}}\\hfuzz=0pt\\hbadness=10000\n\\begin{{document}}\n{body}\\end{{document}}\n"
    );
    fs::write(folder.join("document"), document).unwrap();
    let output = Command::new("pdflatex")
        .args(["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "document"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{log}");
    // A table that is too wide for the page would be an overfull line.
    assert!(!log.contains("Overfull"), "{log}");
}
