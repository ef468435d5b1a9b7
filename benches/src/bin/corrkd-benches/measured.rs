//! What Criterion left of a benchmark: `GROUP/FUNCTION/VALUE/WHICH/{benchmark,estimates}.json` below target/criterion.

use anyhow::{Context, anyhow};
use serde_json::Value;
use std::{collections::BTreeMap, fs, io, path::Path, time::SystemTime};

/// The time that one iteration takes, in seconds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measured {
    /// The median.
    pub(super) median: f64,
    /// The median's 95 % interval.
    pub(super) interval: [f64; 2],
    /// Samples in an iteration, if it is over samples.
    pub(super) samples: Option<u64>,
}

impl Measured {
    /// From the texts of `estimates.json` and `benchmark.json`, with the benchmark's name.
    fn parse(estimates: &str, benchmark: &str) -> anyhow::Result<(String, Self)> {
        let estimates: Value = serde_json::from_str(estimates).context("estimates.json")?;
        let benchmark: Value = serde_json::from_str(benchmark).context("benchmark.json")?;
        let nanoseconds = |path: &str| {
            let value = estimates.pointer(path).and_then(Value::as_f64);
            value.map(|ns| ns * 1e-9).with_context(|| format!("estimates.json: no number at {path}"))
        };
        let name = benchmark["full_id"].as_str().context("benchmark.json: no text at /full_id")?;
        let measured = Self {
            median: nanoseconds("/median/point_estimate")?,
            interval: [
                nanoseconds("/median/confidence_interval/lower_bound")?,
                nanoseconds("/median/confidence_interval/upper_bound")?,
            ],
            samples: benchmark.pointer("/throughput/Elements").and_then(Value::as_u64),
        };
        Ok((name.to_owned(), measured))
    }
}

/// All benchmarks of a group by name that have a measurement `which` (`new`, or a baseline) written since `start`.
///
/// # Errors
/// A file that cannot be read, or is not Criterion's.
pub(super) fn read(group: &Path, which: &str, start: SystemTime) -> anyhow::Result<BTreeMap<String, Measured>> {
    let mut found = BTreeMap::new();
    let entries = match fs::read_dir(group) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(found),
        entries => entries.with_context(|| group.display().to_string())?,
    };
    for entry in entries {
        let folder = entry.with_context(|| group.display().to_string())?.path();
        let estimates = folder.join("estimates.json");
        if !folder.is_dir() {
            continue;
        }
        if folder.file_name().is_none_or(|name| name != which) {
            found.append(&mut read(&folder, which, start)?);
        } else if estimates.metadata().and_then(|file| file.modified()).is_ok_and(|written| written >= start) {
            let text = |name| fs::read_to_string(folder.join(name)).with_context(|| format!("no {name}"));
            let (name, measured) = text("estimates.json")
                .and_then(|estimates| Measured::parse(&estimates, &text("benchmark.json")?))
                .map_err(|e| anyhow!("{}: {e:#}; remove this folder and measure again", folder.display()))?;
            found.insert(name, measured);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Shortened from what Criterion 0.8.2 wrote.
    const ESTIMATES: &str = r#"{"mean":{"point_estimate":9e6},"median":{"confidence_interval":{"confidence_level":0.95,
        "lower_bound":81e6,"upper_bound":84e6},"point_estimate":82.5e6,"standard_error":1e5},"slope":null}"#;

    fn benchmark(name: &str, throughput: &str) -> String {
        format!(r#"{{"group_id":"step","function_id":"fused","full_id":"{name}","throughput":{throughput}}}"#)
    }

    #[test]
    fn nanoseconds_become_seconds_and_elements_samples() {
        let (name, measured) = Measured::parse(ESTIMATES, &benchmark("step/fused/B64", r#"{"Elements":64}"#)).unwrap();
        assert_eq!(name, "step/fused/B64");
        assert!((measured.median - 0.0825).abs() < 1e-12);
        assert!((measured.interval[0] - 0.081).abs() < 1e-12 && (measured.interval[1] - 0.084).abs() < 1e-12);
        assert_eq!(measured.samples, Some(64));
        assert_eq!(Measured::parse(ESTIMATES, &benchmark("adam", "null")).unwrap().1.samples, None);
        let error = Measured::parse("{}", &benchmark("adam", "null")).unwrap_err();
        assert_eq!(error.to_string(), "estimates.json: no number at /median/point_estimate");
    }

    #[test]
    fn only_what_was_written_since_counts() {
        let folder = tempfile::tempdir().unwrap();
        for (path, name) in [("a/64", "step/a/64"), ("b", "step/b")] {
            for which in ["new", "baseline"] {
                let folder = folder.path().join(path).join(which);
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join("estimates.json"), ESTIMATES).unwrap();
                fs::write(folder.join("benchmark.json"), benchmark(name, "null")).unwrap();
            }
        }
        let names = |which, start| read(folder.path(), which, start).unwrap().into_keys().collect::<Vec<_>>();
        assert_eq!(names("new", SystemTime::UNIX_EPOCH), ["step/a/64", "step/b"]);
        assert_eq!(names("new", SystemTime::now() + Duration::from_secs(60)), [""; 0]);
        assert_eq!(names("other", SystemTime::UNIX_EPOCH), [""; 0]);
        assert!(read(&folder.path().join("absent"), "new", SystemTime::UNIX_EPOCH).unwrap().is_empty());

        fs::write(folder.path().join("b/new/benchmark.json"), "{}").unwrap();
        let error = read(folder.path(), "new", SystemTime::UNIX_EPOCH).unwrap_err().to_string();
        assert!(error.contains("/b/new: benchmark.json: no text at /full_id; remove this folder"), "{error}");
    }
}
