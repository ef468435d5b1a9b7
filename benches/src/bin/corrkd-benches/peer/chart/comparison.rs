//! What the chart shows: for each work and number of threads, each program's time over eager PyTorch's.

use super::label::Label;
use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;

/// All works, with the programs' names for themselves.
#[derive(Debug)]
pub(crate) struct Comparison {
    /// Such as `corrkd 0.1.0` and `PyTorch 2.15.0`.
    pub(crate) sides: [String; 2],
    /// The numbers of threads, one panel for each.
    pub(crate) threads: Vec<usize>,
    pub(crate) groups: Vec<Group>,
}

/// A work.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) label: Label,
    /// The bars of each number of threads.
    pub(crate) bars: Vec<Vec<Bar>>,
}

/// A program's time at a work.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    pub(crate) program: Program,
    /// Its time over eager PyTorch's.
    pub(crate) ratio: f64,
    pub(crate) milliseconds: f64,
    /// What the ratio is to be at most.
    pub(crate) target: Option<f64>,
}

/// Who has a bar; eager PyTorch is what they are measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    Ours,
    Sdpa,
    Compile,
}

impl Program {
    pub(crate) const ALL: [Self; 3] = [Self::Ours, Self::Sdpa, Self::Compile];

    /// As in `peer.json`.
    fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Sdpa => "sdpa",
            Self::Compile => "compile",
        }
    }
}

#[derive(Deserialize)]
struct File {
    programs: BTreeMap<String, String>,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    work: String,
    threads: usize,
    program: String,
    median_ms: f64,
    /// Our time over the program's, as the blocks' median.
    ratio: Option<f64>,
    target: Option<f64>,
}

impl Comparison {
    /// Reads the text of `peer.json`.
    ///
    /// # Errors
    /// If it is no such text, or a work lacks ours or eager PyTorch's time.
    pub(crate) fn of(text: &str) -> Result<Self> {
        let File { programs, rows } = serde_json::from_str(text)?;
        ensure!(!rows.is_empty(), "no rows");
        let side = |name: &str| programs.get(name).with_context(|| format!("programs: no `{name}`"));
        // `PyTorch 2.15.0+cu132, eager`: which variant and which build, the title need not say.
        let eager = side("eager")?.split([',', '+']).next().unwrap_or_default();
        let sides = [side("ours")?.clone(), eager.to_owned()];
        let threads = distinct(rows.iter().map(|row| row.threads));
        let group = |work: &str| {
            let bars = threads.iter().map(|&threads| bars(&rows, work, threads)).collect::<Result<_>>()?;
            Ok(Group { label: Label::of(work)?, bars })
        };
        let groups =
            distinct(rows.iter().map(|row| row.work.as_str())).into_iter().map(group).collect::<Result<_>>()?;
        Ok(Self { sides, threads, groups })
    }
}

/// The values in the order in which they first come.
fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.fold(Vec::new(), |mut known, value| {
        if !known.contains(&value) {
            known.push(value);
        }
        known
    })
}

fn bars(rows: &[Row], work: &str, threads: usize) -> Result<Vec<Bar>> {
    let row = |name: &str| rows.iter().find(|row| row.work == work && row.threads == threads && row.program == name);
    let needed = |name: &str| row(name).with_context(|| format!("{work}, threads {threads}: no row of `{name}`"));
    let eager = needed("eager")?;
    let ratio = eager.ratio.with_context(|| format!("{work}, threads {threads}: the row of `eager` has no ratio"))?;
    let milliseconds = needed("ours")?.median_ms;
    let mut bars = vec![Bar { program: Program::Ours, ratio, milliseconds, target: eager.target }];
    for program in [Program::Sdpa, Program::Compile] {
        if let Some(&Row { median_ms: milliseconds, .. }) = row(program.name()) {
            bars.push(Bar { program, ratio: milliseconds / eager.median_ms, milliseconds, target: None });
        }
    }
    Ok(bars)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::{Value, json};

    pub(crate) fn file() -> Value {
        let row =
            |work: &str, threads: usize, program: &str, median_ms: f64, ratio: Option<f64>, target: Option<f64>| {
                json!({
                    "work": work, "threads": threads, "program": program,
                    "median_ms": median_ms, "ratio": ratio, "target": target,
                })
            };
        let (step, evaluate) = ("step L=2 B=64 T=50 dropout=on losses=distance", "evaluate L=2 B=1 T=50");
        json!({
            "programs": { "ours": "corrkd 0.1.0", "eager": "PyTorch 2.15.0+cu132, eager" },
            "rows": [
                row(step, 1, "ours", 90.0, None, None),
                row(step, 1, "eager", 400.0, Some(0.21), Some(0.23)),
                row(step, 1, "sdpa", 300.0, Some(0.3), None),
                row(step, 1, "compile", 500.0, Some(0.18), None),
                row(evaluate, 1, "ours", 0.5, None, None),
                row(evaluate, 1, "eager", 2.0, Some(0.25), None),
                row(step, 2, "ours", 60.0, None, None),
                row(step, 2, "eager", 200.0, Some(0.3), Some(0.16)),
                row(evaluate, 2, "ours", 0.5, None, None),
                row(evaluate, 2, "eager", 2.0, Some(0.25), None),
            ],
        })
    }

    #[test]
    fn times_are_over_eager_pytorchs() {
        let Comparison { sides, threads, groups } = Comparison::of(&file().to_string()).unwrap();
        assert_eq!(sides, ["corrkd 0.1.0", "PyTorch 2.15.0"]);
        assert_eq!(threads, [1, 2]);
        assert_eq!(groups.len(), 2);
        let bar = |program, ratio, milliseconds, target| Bar { program, ratio, milliseconds, target };
        // Ours is the blocks' ratio, 0.21, and not 90 / 400.
        let one_thread = [
            bar(Program::Ours, 0.21, 90.0, Some(0.23)),
            bar(Program::Sdpa, 0.75, 300.0, None),
            bar(Program::Compile, 1.25, 500.0, None),
        ];
        assert_eq!(groups[0].bars, [one_thread.to_vec(), vec![bar(Program::Ours, 0.3, 60.0, Some(0.16))]]);
    }

    #[test]
    fn what_lacks_is_named() {
        let said = |change: &dyn Fn(&mut Value)| {
            let mut file = file();
            change(&mut file);
            Comparison::of(&file.to_string()).unwrap_err().to_string()
        };
        let step = "step L=2 B=64 T=50 dropout=on losses=distance";
        assert_eq!(said(&|file| file["rows"] = json!([])), "no rows");
        assert_eq!(said(&|file| file["programs"] = json!({})), "programs: no `eager`");
        let absent = said(&|file| file["rows"][1]["program"] = json!("sdpa"));
        assert_eq!(absent, format!("{step}, threads 1: no row of `eager`"));
        let bare = said(&|file| file["rows"][1]["ratio"] = Value::Null);
        assert_eq!(bare, format!("{step}, threads 1: the row of `eager` has no ratio"));
    }
}
