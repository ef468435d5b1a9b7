//! Whether the machine has the memory that an experiment's runs take at least, by what their methods say.

use crate::failure::Failure;
use anyhow::anyhow;
use corrkd_config::{Device, Exit, Experiment, MethodPlan, Shape};
use std::{cmp::Reverse, fs};

/// The run that takes the most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Largest {
    /// Its row.
    row: String,
    /// Its stage.
    stage: &'static str,
    /// What it takes at least.
    pub(crate) bytes: u64,
}

/// The run of an experiment that takes the most memory.
pub(crate) fn largest(experiment: &Experiment, methods: &[&dyn MethodPlan], shape: &Shape) -> Option<Largest> {
    let stages = experiment.rows.iter().flat_map(|row| row.stages.iter().map(move |stage| (row, stage)));
    let sized = stages.filter_map(|(row, stage)| {
        let method = methods.iter().find(|method| method.name() == row.method)?;
        let bytes = method.memory(stage.name, &stage.settings, shape);
        Some(Largest { row: row.name.clone(), stage: stage.name, bytes })
    });
    // The first of those that take the same.
    sized.min_by_key(|run| Reverse(run.bytes))
}

/// Refuses what this machine has not the memory for. What a graphics processor has is not known here.
///
/// # Errors
/// Exit code 2.
pub(crate) fn check(largest: Option<&Largest>, device: Device) -> Result<(), Failure> {
    match (largest, machine()) {
        (Some(run), Some(has)) if device == Device::Cpu && run.bytes > has => {
            let (row, stage, takes) = (&run.row, run.stage, text(run.bytes));
            let error = anyhow!(
                "row `{row}`: its {stage} takes at least {takes} of memory for its parameters and one sample, and this machine \
                 has {}; make its network smaller",
                text(has)
            );
            Err(Failure::new(Exit::Input, error))
        }
        _ => Ok(()),
    }
}

/// What this machine has, what it can swap included; none where the system does not say.
fn machine() -> Option<u64> {
    let said = fs::read_to_string("/proc/meminfo").ok()?;
    let of = |name: &str| -> Option<u64> {
        let line = said.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
    };
    of("MemTotal").map(|memory| memory.saturating_add(of("SwapTotal").unwrap_or(0)))
}

/// `512 B`, `3.2 MiB`, `38.0 TiB`.
pub(crate) fn text(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut size = bytes as f64;
    let mut unit = "B";
    for larger in units.into_iter().take_while(|_| bytes >= 1024) {
        if size < 1024.0 {
            break;
        }
        (size, unit) = (size / 1024.0, larger);
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{size:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_in_the_greatest_unit() {
        let said = [0, 1023, 1024, 3_355_443, 41_781_441_855_488, u64::MAX].map(text);
        assert_eq!(said, ["0 B", "1023 B", "1.0 KiB", "3.2 MiB", "38.0 TiB", "16.0 EiB"]);
    }

    #[test]
    fn what_no_machine_has_is_refused_with_both_numbers() {
        let largest = |bytes| Largest { row: "wide".to_owned(), stage: "teacher", bytes };
        assert!(check(Some(&largest(1 << 20)), Device::Cpu).is_ok());
        assert!(check(None, Device::Cpu).is_ok() && check(Some(&largest(u64::MAX)), Device::Cuda(0)).is_ok());
        if let Some(has) = machine() {
            let failure = check(Some(&largest(u64::MAX)), Device::Cpu).unwrap_err();
            let said = failure.error.to_string();
            assert_eq!(failure.exit, Exit::Input);
            assert!(said.starts_with("row `wide`: its teacher takes at least 16.0 EiB of memory"), "{said}");
            assert!(said.contains(&text(has)), "{said}");
        }
    }
}
