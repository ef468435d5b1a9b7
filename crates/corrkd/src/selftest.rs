//! `corrkd selftest`: whether a device computes what PyTorch does, gives the same bits twice, and how fast it is.

use crate::failure::Failure;
use crate::say::say;
use crate::watch::Watch;
use anyhow::anyhow;
use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};
use corrkd_config::{Device, Exit, Kernels};
use corrkd_methods::METHODS;
use corrkd_selftest::{BATCH, FRAMES, Form, Outcome, STEPS, Trained, count, prove, train};
use corrkd_train::{here, open_device};

#[derive(clap::Args)]
pub(crate) struct SelfTest {
    /// Where to compute: cpu, cuda, cuda:1, metal.
    #[arg(long, value_name = "DEVICE", default_value = "cpu")]
    device: Device,
}

impl SelfTest {
    /// Says a text in Markdown, to be read as it is or put into an issue.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let device = open_device(self.device)?;
        let (mut outcomes, mut trained) = (Vec::new(), Vec::new());
        let watch = Watch::new("proving");
        prove(&device, &mut |outcome| {
            outcomes.push(outcome);
            let _ = watch.step(outcomes.len(), count());
        });
        drop(watch); // its bar goes before anything else is said
        let watch = Watch::new("training");
        train(&device, &mut |method| {
            trained.push(method);
            let _ = watch.step(trained.len(), METHODS.len());
        });
        drop(watch);
        let faults = faults(&outcomes, &trained);
        say(self.text(&outcomes, &trained, &faults))?;
        match faults.len() {
            0 => Ok(()),
            count => {
                Err(Failure { exit: Exit::Otherwise, error: anyhow!("{count} of the self test's parts do not hold") })
            }
        }
    }

    fn text(self, outcomes: &[Outcome], trained: &[Trained], faults: &[String]) -> String {
        let machine = here(self.device, Kernels::Fused);
        let verdict = match faults {
            [] => "Everything holds.".to_owned(),
            faults => format!("Does not hold:\n\n- {}", faults.join("\n- ")),
        };
        format!(
            "corrkd {} on {}: processor {}, {} threads, {} {}\n\nThe largest difference from PyTorch's values, gradients and \
             weights, relative to the largest number of a tensor:\n\n{}\n\n{STEPS} steps, {BATCH} samples of {FRAMES} \
             frames, twice:\n\n{}\n\n{verdict}",
            machine.version,
            self.device,
            machine.cpu.as_deref().unwrap_or("unknown"),
            machine.threads,
            std::env::consts::OS,
            std::env::consts::ARCH,
            proofs(outcomes),
            paces(self.device, trained),
        )
    }
}

fn table(head: &[String]) -> Table {
    let mut table = Table::new();
    table.force_no_tty().load_style(ASCII_MARKDOWN).set_header(head);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// A line for each part of the program.
fn proofs(outcomes: &[Outcome]) -> Table {
    let mut table = table(&["part", "proofs", "hold", "f64", "f32", "f32, fused"].map(str::to_owned));
    for of_part in outcomes.chunk_by(|a, b| a.part == b.part) {
        let hold = of_part.iter().filter(|outcome| outcome.failure.is_none()).count();
        let worst = [Form::F64, Form::F32, Form::Fused].map(|form| {
            let of_form = of_part.iter().filter_map(|outcome| outcome.worst.get(&form));
            of_form.copied().reduce(f64::max).map_or("-".to_owned(), |worst| format!("{worst:.0e}"))
        });
        let counts = [of_part[0].part.to_owned(), of_part.len().to_string(), hold.to_string()];
        table.add_row(counts.into_iter().chain(worst));
    }
    table
}

/// A line for each method.
fn paces(device: Device, trained: &[Trained]) -> Table {
    let mut head = vec!["method".to_owned(), "same bits".to_owned(), format!("ms a step, {device}")];
    if device != Device::Cpu {
        head.extend(["ms a step, cpu", "cpu's time"].map(str::to_owned));
    }
    let mut table = table(&head);
    for Trained { method, answer } in trained {
        let mut row = vec![(*method).to_owned()];
        if let Ok(pace) = answer {
            row.extend([if pace.same_bits { "yes" } else { "no" }.to_owned(), format!("{:.1}", pace.step)]);
            if device != Device::Cpu {
                row.extend([format!("{:.1}", pace.on_processor), format!("{:.2}", pace.step / pace.on_processor)]);
            }
        } else {
            row.resize(head.len(), "-".to_owned());
        }
        table.add_row(row);
    }
    table
}

/// What does not hold.
fn faults(outcomes: &[Outcome], trained: &[Trained]) -> Vec<String> {
    let of_proof =
        |outcome: &Outcome| Some(format!("{}, {}: {}", outcome.part, outcome.name, outcome.failure.as_ref()?));
    let of_training = |trained: &Trained| match &trained.answer {
        Ok(pace) if pace.same_bits => None,
        Ok(_) => Some(format!("{}: the same training gave other bits the second time", trained.method)),
        Err(reason) => Some(format!("{}, training: {reason}", trained.method)),
    };
    outcomes.iter().filter_map(of_proof).chain(trained.iter().filter_map(of_training)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_selftest::Pace;
    use std::collections::BTreeMap;

    fn outcome(failure: Option<&str>) -> Outcome {
        let worst = BTreeMap::from([(Form::F64, 2e-15), (Form::F32, 3e-7)]);
        Outcome { part: "layers", name: "linear", worst, failure: failure.map(str::to_owned) }
    }

    fn trained(answer: Result<bool, &str>) -> Trained {
        let pace = |same_bits| Pace { same_bits, step: 2.0, on_processor: 8.0 };
        Trained { method: "corrkd", answer: answer.map(pace).map_err(str::to_owned) }
    }

    #[test]
    fn what_does_not_hold_is_named() {
        assert_eq!(faults(&[outcome(None)], &[trained(Ok(true))]), Vec::<String>::new());
        let outcomes = [outcome(None), outcome(Some("`y` at 3: ours 1, PyTorch's 2"))];
        assert_eq!(
            faults(&outcomes, &[trained(Ok(false)), trained(Err("no such operation"))]),
            [
                "layers, linear: `y` at 3: ours 1, PyTorch's 2",
                "corrkd: the same training gave other bits the second time",
                "corrkd, training: no such operation"
            ]
        );
        let table = proofs(&outcomes).to_string();
        assert!(table.contains("| layers |      2 |    1 | 2e-15 | 3e-7 |          - |"), "{table}");
    }

    #[test]
    fn a_card_stands_beside_the_processor() {
        let all = [trained(Ok(true)), trained(Err("no such operation"))];
        let table = paces(Device::Cuda(1), &all).to_string();
        assert!(table.contains("ms a step, cuda:1 | ms a step, cpu | cpu's time |"), "{table}");
        assert!(table.contains("2.0 |            8.0 |       0.25 |") && table.contains("- |"), "{table}");
        assert!(!paces(Device::Cpu, &all).to_string().contains("cpu's time"));
    }
}
