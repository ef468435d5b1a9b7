//! Our side of `cargo xtask bench --peer`: does the same work as benches/peer/step.py, and answers the same requests in
//! the same way; see there. `peer FOLDER`; the fused kernels take as many threads as `RAYON_NUM_THREADS` says.

mod request;

use anyhow::{Context as _, Result};
use corrkd_benches::{Losses, Shape, Step};
use corrkd_nn::{Archive, Kernels};
use request::{Request, Work};
use serde_json::{Value, json};
use std::collections::btree_map::{BTreeMap, Entry};
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::path::PathBuf;
use std::time::Instant;

/// Repetitions before the first that counts, of each work.
const WARM_UP: usize = 2;

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).context("usage: peer FOLDER")?;
    let mut peer = Peer { folder: folder.into(), steps: BTreeMap::new() };
    say(&json!({ "program": concat!("corrkd ", env!("CARGO_PKG_VERSION")) }))?;
    for line in stdin().lock().lines() {
        let answer = line?.parse().and_then(|request| peer.answer(request));
        say(&answer.unwrap_or_else(|error| json!({ "error": format!("{error:#}") })))?;
    }
    Ok(())
}

fn say(answer: &Value) -> Result<()> {
    let mut stdout = stdout().lock();
    writeln!(stdout, "{answer}")?;
    Ok(stdout.flush()?)
}

struct Peer {
    folder: PathBuf,
    /// What was asked for before, warm.
    steps: BTreeMap<Work, Step>,
}

impl Peer {
    fn answer(&mut self, request: Request) -> Result<Value> {
        match request {
            Request::Check(shape, losses, steps) => self.check(shape, losses, steps),
            Request::Timed(work, repeat) => {
                let step = match self.steps.entry(work) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => {
                        let mut step = fresh(work)?;
                        timed(&mut step, work, WARM_UP)?;
                        new.insert(step)
                    }
                };
                Ok(json!({ "seconds": timed(step, work, repeat)? }))
            }
        }
    }

    fn check(&self, shape: Shape, losses: Losses, steps: usize) -> Result<Value> {
        let mut step = Step::new(shape, false, losses, Kernels::Fused)?;
        Archive { tensors: step.state()?, note: String::new() }.save(&self.folder.join("check.safetensors"))?;
        let mut told: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for _ in 0..steps {
            let (terms, norm) = step.train()?;
            for (name, value) in terms {
                told.entry(name).or_default().push(value.to_scalar::<f32>()?.into());
            }
            told.entry("norm").or_default().push(norm);
        }
        Ok(json!({ "terms": told }))
    }
}

fn fresh(work: Work) -> Result<Step> {
    match work {
        Work::Step { shape, dropout, losses } => Step::new(shape, dropout, losses, Kernels::Fused),
        Work::Evaluate(shape) => Step::new(shape, false, Losses::Distance, Kernels::Fused),
    }
}

/// The seconds of each repetition.
fn timed(step: &mut Step, work: Work, repeat: usize) -> Result<Vec<f64>> {
    let mut seconds = Vec::with_capacity(repeat);
    for _ in 0..repeat {
        let start = Instant::now();
        match work {
            Work::Step { .. } => drop(step.train()?),
            Work::Evaluate(_) => drop(step.evaluate()?),
        }
        seconds.push(start.elapsed().as_secs_f64());
    }
    Ok(seconds)
}
