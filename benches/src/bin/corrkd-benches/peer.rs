//! `cargo xtask bench --peer`: ours and PyTorch do the same work in one run, block by block in turn, so that whatever
//! else the machine does falls on all alike; before that they show that they compute the same.

mod agreement;
mod chart;
mod conversation;
mod figures;
mod ours;
mod request;
mod row;
mod shown;
mod works;

use crate::{checkout, worker};
use agreement::Agreement;
use anyhow::{Context, Result, bail};
use conversation::Conversation;
use corrkd_config::{Exit, Failure};
use corrkd_system::{err, out, to_out};
use figures::{Figures, Memory};
pub(super) use ours::Worker;
use row::{Blocks, Row};
use std::{fs, path::Path, process::Command, thread, time::Duration};
use works::{ANSWERS, METHODS, TRAINING, UNALIGNED, Work};

/// The variants of benches/peer/step.py. The targets are for the first; the last has to be compiled.
const VARIANTS: [&str; 3] = ["eager", "sdpa", COMPILED];
const COMPILED: &str = "compile";
/// No program, but the least that the arithmetic of one can take.
const FLOOR: &str = "floor";
/// How often each program has its turn at a work.
const BLOCKS: usize = 7;

/// Measures, prints tables, and writes the figures to target/bench/peer.csv and peer.json, and a chart of them beside.
///
/// # Errors
/// Exit code 2 if the Python cannot be used, 1 if a program fails or two do not compute the same.
pub(super) fn compare(python: &Path) -> std::result::Result<(), Failure> {
    let folder = checkout().join("target/bench");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    // Found out before anything is measured.
    drop(pytorch(python, VARIANTS[0], 1, &folder).map_err(|error| {
        let remedy = "--python must name a Python that has torch, safetensors and blake3; `pip install torch==2.15.0 \
                      safetensors==0.8.0 blake3==1.0.11` gives them to one";
        Failure::new(Exit::Input, error.context(remedy))
    })?);
    let mut figures = Figures::default();
    for threads in [1, 2] {
        let start = |variants: usize| -> Result<Vec<Conversation>> {
            let mut programs = vec![Conversation::start("ours", ours(threads, &folder)?)?];
            for variant in &VARIANTS[..variants] {
                programs.push(pytorch(python, variant, threads, &folder)?);
            }
            programs.push(pytorch(python, FLOOR, threads, &folder)?);
            Ok(programs)
        };
        measure(&mut start(VARIANTS.len())?, threads, &mut figures)?;
        for work in &METHODS {
            // Programs of their own, so that the memory is that of one method.
            held(&mut start(work.variants)?, work.request, threads, &mut figures, |programs, figures| {
                in_turn(work, threads, programs, figures)
            })?;
        }
    }
    figures.write(&folder)?;
    to_out(&figures).context("cannot say the figures")?;
    out(format_args!("chart: {}", chart::draw(&folder)?.display())).context("cannot say where the chart is")?;
    Ok(())
}

/// What answers as PyTorch's program does.
fn ours(threads: usize, folder: &Path) -> Result<Command> {
    let mut command = worker("steps", threads)?;
    command.arg(folder);
    Ok(command)
}

/// PyTorch in the environment as it is: what ours is told of the allocator makes it neither faster nor slower.
fn pytorch(python: &Path, variant: &'static str, threads: usize, folder: &Path) -> Result<Conversation> {
    let mut command = Command::new(python);
    command.arg("-B").arg(checkout().join("benches/peer/step.py"));
    command.arg(variant).arg(threads.to_string()).arg(folder);
    Conversation::start(variant, command)
}

/// Everything with one number of threads.
fn measure(programs: &mut [Conversation], threads: usize, figures: &mut Figures) -> Result<()> {
    held(programs, "CorrKD's training steps", threads, figures, |programs, figures| {
        if threads == 1 {
            figures.programs = programs.iter().map(|program| (program.name, program.introduction.clone())).collect();
            agree(programs, figures)?;
        }
        TRAINING.iter().try_for_each(|work| in_turn(work, threads, programs, figures))
    })?;
    held(programs, "its answers and unaligned steps", threads, figures, |programs, figures| {
        ANSWERS.iter().chain(&UNALIGNED).try_for_each(|work| in_turn(work, threads, programs, figures))
    })
}

/// Notes the most memory that each program held before and behind what `does` has them do.
fn held(
    programs: &mut [Conversation],
    work: &'static str,
    threads: usize,
    figures: &mut Figures,
    does: impl FnOnce(&mut [Conversation], &mut Figures) -> Result<()>,
) -> Result<()> {
    let peaks = |programs: &[Conversation]| programs.iter().map(Conversation::peak_memory).collect::<Vec<_>>();
    let start = peaks(programs);
    does(programs, figures)?;
    let held = programs.iter().zip(start).zip(peaks(programs)).filter(|((program, _), _)| program.name != FLOOR);
    for ((program, start), peak) in held {
        figures.memory.push(Memory { work, program: program.name, threads, start, peak });
    }
    Ok(())
}

/// Holds each program's losses against ours, which it takes weights and inputs from.
fn agree(programs: &mut [Conversation], figures: &mut Figures) -> Result<()> {
    for (shape, losses) in [("B=64 T=50", "all"), ("B=64 T=50", "distance"), ("B=8 T=50,375,500", "all")] {
        let request = format!("check L=2 {shape} losses={losses} steps=3");
        err(&request);
        let [ours, others @ ..] = &mut *programs else { bail!("no programs") };
        let expected = ours.ask(&request)?;
        for program in others.iter_mut().filter(|program| program.name != FLOOR) {
            // Compiling the losses that it is not timed with would take a minute.
            if program.name == COMPILED && losses == "all" {
                continue;
            }
            match program.ask(&request) {
                Err(error) if program.name == COMPILED => figures.notes.push(format!("{error:#}")),
                answer => figures.agreements.push(Agreement::of(program.name, &request, &expected, &answer?)?),
            }
        }
    }
    Ok(())
}

/// Before a block on several threads: for a fifth of a second a program's threads keep their cores while they wait for
/// more work, and the next program would be slowed by them.
const REST: Duration = Duration::from_millis(300);

/// Has the programs do a work block by block in turn. The compiler may fail; then that is noted, and the others go on.
fn in_turn(work: &Work, threads: usize, programs: &mut [Conversation], figures: &mut Figures) -> Result<()> {
    err(format_args!("threads: {threads}, {}", work.request));
    let mut taking_part = Vec::new();
    let part = |&(place, ref program): &(usize, &mut Conversation)| place <= work.variants || program.name == FLOOR;
    for (_, program) in programs.iter_mut().enumerate().filter(part) {
        // The first time a program builds what it needs, and warms up.
        match program.seconds(work.request, 1) {
            Ok(_) => taking_part.push(program),
            Err(error) if program.name == COMPILED => figures.notes.push(format!("{error:#}")),
            Err(error) => return Err(error),
        }
    }
    let mut blocks: Vec<Blocks> = vec![Vec::new(); taking_part.len()];
    for block in 0..BLOCKS {
        for turn in 0..taking_part.len() {
            // Whoever is first in one block is last in the next.
            let at = (block + turn) % taking_part.len();
            if threads > 1 {
                thread::sleep(REST);
            }
            blocks[at].push(taking_part[at].seconds(work.request, work.repeat)?);
        }
    }
    let rows = taking_part.iter().zip(&blocks).enumerate();
    figures.rows.extend(
        rows.map(|(i, (program, own))| Row::of(work, threads, program.name, own, (i > 0).then_some(&blocks[0]))),
    );
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::conversation::tests::stand_in;
    use super::*;

    /// A program that gives every request the same answer.
    fn answering(name: &'static str, answer: &str) -> Conversation {
        let script = format!("echo '{{\"program\": \"{name}\"}}'; while read line; do echo '{answer}'; done");
        stand_in(name, &script).expect("a shell")
    }

    #[test]
    fn programs_take_turns_and_only_the_compiler_may_fail() {
        let work = Work { request: "step", repeat: 1, targets: [0.3, 0.2], variants: 2 };
        let mut programs = [
            answering("ours", r#"{"seconds": [0.25]}"#),
            answering("eager", r#"{"seconds": [1.0]}"#),
            answering(COMPILED, r#"{"error": "no compiler"}"#),
        ];
        let mut figures = Figures::default();
        in_turn(&work, 2, &mut programs, &mut figures).unwrap();
        let rows: Vec<_> =
            figures.rows.iter().map(|row| (row.program, row.ratio.map(|r| r.median), row.target)).collect();
        assert_eq!(rows, [("ours", None, None), ("eager", Some(0.25), Some(0.2))]);
        assert_eq!(figures.notes, ["compile: `step repeat=1`: no compiler"]);

        programs[1] = answering("eager", r#"{"error": "no memory"}"#);
        let error = in_turn(&work, 2, &mut programs, &mut figures).unwrap_err();
        assert_eq!(format!("{error:#}"), "eager: `step repeat=1`: no memory");
    }

    #[test]
    fn programs_that_compute_something_else_are_not_timed() {
        let mut programs = [("ours", 0.5), ("eager", 0.5), ("sdpa", 0.6)]
            .map(|(name, task)| answering(name, &format!(r#"{{"terms": {{"task": [{task}]}}}}"#)));
        let mut figures = Figures::default();
        let error = agree(&mut programs, &mut figures).unwrap_err().to_string();
        assert!(error.starts_with("sdpa and ours do not compute the same: task is 0.6 and 0.5"), "{error}");
        assert_eq!(figures.agreements.len(), 1, "eager agreed");
    }
}
