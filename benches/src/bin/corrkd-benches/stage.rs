//! One stage: its benchmarks are run, and each is set beside its baseline and, if it is a fused form, the composed one.

use crate::{
    SETTLED, checkout,
    duration::{duration, three_digits},
    measured::{self, Measured},
    table::Table,
    verdict::Verdict,
};
use anyhow::{Context, anyhow};
use corrkd_config::Failure;
use std::{
    collections::BTreeMap,
    env, io,
    process::{Command, Stdio},
    time::SystemTime,
};

/// The name under which Criterion keeps what the next measurement is compared with.
const BASELINE: &str = "baseline";

/// Measures a stage and says how it stands. Without a baseline, or where it is asked to, it keeps the figures as one.
///
/// # Errors
/// Exit code 1 if a benchmark fails.
pub(super) fn measure(stage: &str, save: bool) -> Result<String, Failure> {
    let home = checkout().join("target/criterion");
    let group = home.join(stage);
    let baseline = measured::read(&group, BASELINE, SystemTime::UNIX_EPOCH)?;
    let keep = save || baseline.is_empty();
    let start = SystemTime::now();
    let status = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        // The profile of the runs, and beside `corrkd`, with whose features all is compiled already: what is measured is what they
        // execute.
        .args(["bench", "--locked", "--quiet", "--profile", "dev"])
        .args(["--package", "corrkd", "--package", "corrkd-benches", "--bench", stage, "--"])
        .args([if keep { "--save-baseline" } else { "--baseline-lenient" }, BASELINE])
        .current_dir(checkout())
        .env("CRITERION_HOME", &home)
        .env("RAYON_NUM_THREADS", "1")
        .envs(SETTLED)
        .stdin(Stdio::null())
        // Criterion's own account is progress; stdout has the tables alone.
        .stdout(io::stderr())
        .status()
        .context("cannot start cargo")?;
    if !status.success() {
        return Err(anyhow!("`cargo bench --bench {stage}` failed ({status})").into());
    }
    let now = measured::read(&group, "new", start)?;
    if now.is_empty() {
        return Err(anyhow!("benches/benches/{stage}.rs left nothing in {}", group.display()).into());
    }
    let note = match (baseline.is_empty(), save) {
        (true, _) => "There was no baseline: these figures are kept as the baseline.\n",
        (false, true) => "These figures are kept as the baseline.\n",
        (false, false) => "",
    };
    Ok(format!("{}{note}", compared(stage, &now, &baseline)))
}

fn compared(stage: &str, now: &BTreeMap<String, Measured>, baseline: &BTreeMap<String, Measured>) -> Table {
    let mut table =
        Table::new(&[stage, "median", "95 % interval", "samples/s", "baseline", "ratio", "", "fused/composed"]);
    for (name, measured) in now {
        let Measured { median, interval: [low, high], samples } = measured;
        let before = baseline.get(name);
        let of_composed = name.contains("fused").then(|| now.get(&name.replace("fused", "composed"))).flatten();
        let ratio = |other: &Measured| three_digits(median / other.median);
        table.push(vec![
            name.strip_prefix(&format!("{stage}/")).unwrap_or(name).to_owned(),
            duration(*median),
            format!("{} - {}", duration(*low), duration(*high)),
            samples.map_or("".to_owned(), |samples| format!("{:.0}", samples as f64 / median)),
            before.map_or("".to_owned(), |before| duration(before.median)),
            before.map_or("".to_owned(), ratio),
            before.map_or("new".to_owned(), |before| Verdict::of(measured, before).to_string()),
            of_composed.map_or("".to_owned(), ratio),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_benchmark_stands_beside_its_baseline_and_its_composed_form() {
        let measured = |median: f64| Measured { median, interval: [median * 0.99, median * 1.01], samples: Some(64) };
        let named = |all: &[(&str, f64)]| all.iter().map(|&(name, t)| (name.to_owned(), measured(t))).collect();
        let now = named(&[("step/composed/B64", 0.8), ("step/fused/B64", 0.1), ("step/fused/B32", 0.05)]);
        let baseline = named(&[("step/composed/B64", 0.8), ("step/fused/B64", 0.2), ("step/gone/B64", 0.1)]);
        let said = compared("step", &now, &baseline).to_string();
        let lines: Vec<Vec<&str>> = said.lines().map(|line| line.split_whitespace().collect()).collect();
        let interval = ["792", "ms", "-", "808", "ms"];
        let expected: [Vec<&str>; 3] = [
            [&["composed/B64", "800", "ms"], &interval[..], &["80", "800", "ms", "1.00", "within", "noise"]].concat(),
            ["fused/B32", "50.0", "ms", "49.5", "ms", "-", "50.5", "ms", "1280", "new"].to_vec(),
            "fused/B64 100 ms 99.0 ms - 101 ms 640 200 ms 0.500 faster 0.125".split(' ').collect(),
        ];
        assert_eq!(lines[1..], expected);
    }
}
