//! `[slurm]`: what a cluster is asked for, in an experiment's file or the user's own. It decides no number.
//!
//! ```toml
//! [slurm]
//! partition = "gpu"
//! time = "02:00:00"
//! cpus = 4
//! mem = "8G"
//! setup = ["module load cuda"]
//! sbatch = ["reservation=paper"]
//! ```

use crate::ConfigError;
use crate::name::{check, wrong};
use serde::Deserialize;
use std::time::Duration;

/// What is asked of `sbatch`, by the names of its options; what is not said is as the cluster has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Slurm {
    /// The partition.
    pub partition: Option<String>,
    /// Whose time it is.
    pub account: Option<String>,
    /// The quality of service.
    pub qos: Option<String>,
    /// How long a job may last, as `sbatch` reads it: minutes, `HH:MM:SS`, `D-HH`.
    pub time: Option<String>,
    /// Cores of a job, all of which a run uses as threads.
    pub cpus: Option<u16>,
    /// Memory of a job, such as `8G`.
    pub mem: Option<String>,
    /// Generic resources, such as `gpu:1`.
    pub gres: Option<String>,
    /// Features that a node must have.
    pub constraint: Option<String>,
    /// Nodes that are not taken.
    pub exclude: Option<String>,
    /// How many jobs of an array may run at once.
    pub array_parallelism: Option<u32>,
    /// Lines of the shell that come before the program, such as `module load cuda`.
    pub setup: Vec<String>,
    /// Further options of `sbatch`, `NAME=VALUE` or `NAME`.
    pub sbatch: Vec<String>,
}

/// What the scripts say themselves.
const OURS: [&str; 13] = [
    "array",
    "begin",
    "chdir",
    "dependency",
    "error",
    "job-name",
    "kill-on-invalid-dep",
    "ntasks",
    "open-mode",
    "output",
    "parsable",
    "requeue",
    "signal",
];

impl Slurm {
    /// This, and where it says nothing what another says. Lists stand as they are where they are not empty.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let list = |ours: Vec<String>, others| if ours.is_empty() { others } else { ours };
        Self {
            partition: self.partition.or(other.partition),
            account: self.account.or(other.account),
            qos: self.qos.or(other.qos),
            time: self.time.or(other.time),
            cpus: self.cpus.or(other.cpus),
            mem: self.mem.or(other.mem),
            gres: self.gres.or(other.gres),
            constraint: self.constraint.or(other.constraint),
            exclude: self.exclude.or(other.exclude),
            array_parallelism: self.array_parallelism.or(other.array_parallelism),
            setup: list(self.setup, other.setup),
            sbatch: list(self.sbatch, other.sbatch),
        }
    }

    /// Refuses what `sbatch` could not read, or what the scripts say themselves; `whose` says where it stands.
    ///
    /// # Errors
    /// [`ConfigError::Value`] with the key.
    pub fn check(&self, whose: &str) -> Result<(), ConfigError> {
        for (key, value) in self.options() {
            check(whose, key, value)?;
            if value.trim().is_empty() || value.contains(char::is_whitespace) {
                return Err(wrong(whose, key, format!("it is {value:?}, expected a value without spaces")));
            }
        }
        for (key, lines) in [("setup", &self.setup), ("sbatch", &self.sbatch)] {
            lines.iter().try_for_each(|line| check(whose, key, line))?;
        }
        for option in &self.sbatch {
            let name = option.trim_start_matches('-').split(['=', ' ']).next().unwrap_or_default();
            if name.is_empty() || OURS.contains(&name) {
                let reason = format!("it holds {option:?}, and the scripts say that themselves; leave it out");
                return Err(wrong(whose, "sbatch", reason));
            }
        }
        for (key, number) in [("cpus", self.cpus.map(u32::from)), ("array_parallelism", self.array_parallelism)] {
            if number == Some(0) {
                return Err(wrong(whose, key, "it is 0, expected 1 or more".to_owned()));
            }
        }
        match (&self.time, self.limit()) {
            (Some(time), None) => {
                let reason = format!(
                    "it is {time:?}, expected minutes, MINUTES:SECONDS, HOURS:MINUTES:SECONDS, DAYS-HOURS, \
                     DAYS-HOURS:MINUTES or DAYS-HOURS:MINUTES:SECONDS"
                );
                Err(wrong(whose, "time", reason))
            }
            _ => Ok(()),
        }
    }

    /// How long a job may last, where it is said.
    #[must_use]
    pub fn limit(&self) -> Option<Duration> {
        let time = self.time.as_deref()?;
        let (days, rest) = match time.split_once('-') {
            Some((days, rest)) => (Some(days.parse::<u64>().ok()?), rest),
            None => (None, time),
        };
        let parts = rest.split(':').map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<_>>>()?;
        let [hours, minutes, seconds] = match (days, parts[..].as_ref()) {
            (Some(_), [hours]) => [*hours, 0, 0],
            (Some(_), [hours, minutes]) => [*hours, *minutes, 0],
            (_, [hours, minutes, seconds]) => [*hours, *minutes, *seconds],
            (None, [minutes, seconds]) => [0, *minutes, *seconds],
            (None, [minutes]) => [0, *minutes, 0],
            _ => return None,
        };
        let hours = days.unwrap_or(0).checked_mul(24)?.checked_add(hours)?;
        let seconds = hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(60)?.checked_add(seconds)?;
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }

    /// Options of `sbatch` that have one value, by the names of ours.
    fn options(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let all = [
            ("partition", &self.partition),
            ("account", &self.account),
            ("qos", &self.qos),
            ("time", &self.time),
            ("mem", &self.mem),
            ("gres", &self.gres),
            ("constraint", &self.constraint),
            ("exclude", &self.exclude),
        ];
        all.into_iter().filter_map(|(key, value)| Some((key, value.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typed;

    fn read(text: &str) -> Result<Slurm, String> {
        let slurm: Slurm = typed("[slurm]", toml::from_str(text).unwrap()).map_err(|error| error.to_string())?;
        slurm.check("[slurm]").map_err(|error| error.to_string())?;
        Ok(slurm)
    }

    #[test]
    fn limits_are_read_as_sbatch_reads_them() {
        for (time, seconds) in
            [("90", 5400), ("1:30", 90), ("02:00:00", 7200), ("1-12", 129_600), ("1-0:30", 88_200), ("0-00:00:05", 5)]
        {
            let limit = read(&format!("time = \"{time}\"")).unwrap().limit();
            assert_eq!(limit, Some(Duration::from_secs(seconds)), "{time}");
        }
        for time in ["soon", "1:2:3:4", "1-", "-1", "0", "1h"] {
            let error = read(&format!("time = \"{time}\"")).unwrap_err();
            assert!(error.contains("at `time`: ") && error.contains("expected minutes"), "{error}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_key() {
        for (text, said) in [
            ("partition = \"a b\"", "at `partition`: it is \"a b\""),
            ("account = \"\"", "without spaces"),
            ("cpus = 0", "at `cpus`: it is 0"),
            ("sbatch = [\"--array=0-3\"]", "the scripts say that themselves"),
            ("sbatch = [\"\"]", "leave it out"),
            ("setup = [\"a\\nb\"]", "one line"),
            ("partitions = \"gpu\"", "unknown field `partitions`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }

    #[test]
    fn the_nearest_says_it() {
        let near = read("partition = \"gpu\"\nsetup = [\"a\"]").unwrap();
        let far = read("partition = \"main\"\nmem = \"8G\"\nsetup = [\"b\", \"c\"]").unwrap();
        let both = near.or(far);
        assert_eq!((both.partition.as_deref(), both.mem.as_deref()), (Some("gpu"), Some("8G")));
        assert_eq!(both.setup, ["a"]);
    }
}
