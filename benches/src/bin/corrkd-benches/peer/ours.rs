//! Our side: does the same work as benches/peer/step.py, and answers the same requests in the same way; see there. The fused
//! kernels take as many threads as `RAYON_NUM_THREADS` says.

use super::request::{Request, Work};
use anyhow::Result;
use corrkd_benches::{Evaluation, Losses, MethodStep, Shape, Step, method};
use corrkd_config::Kernels;
use corrkd_nn::Archive;
use serde_json::{Value, json};
use std::collections::btree_map::{BTreeMap, Entry};
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::path::PathBuf;
use std::time::Instant;

/// Repetitions before the first that counts, of each work.
const WARM_UP: usize = 2;

/// What answers requests.
#[derive(clap::Args)]
pub(crate) struct Worker {
    /// Where both sides find what a check starts from.
    folder: PathBuf,
}

impl Worker {
    /// Answers until there are no more.
    pub(crate) fn run(self) -> Result<()> {
        let mut peer = Peer { folder: self.folder, works: BTreeMap::new() };
        say(&json!({ "program": concat!("corrkd ", env!("CARGO_PKG_VERSION")) }))?;
        for line in stdin().lock().lines() {
            let answer = line?.parse().and_then(|request| peer.answer(request));
            say(&answer.unwrap_or_else(|error| json!({ "error": format!("{error:#}") })))?;
        }
        Ok(())
    }
}

fn say(answer: &Value) -> Result<()> {
    let mut stdout = stdout().lock();
    writeln!(stdout, "{answer}")?;
    Ok(stdout.flush()?)
}

struct Peer {
    folder: PathBuf,
    /// What was asked for before, warm.
    works: BTreeMap<Work, Warm>,
}

impl Peer {
    fn answer(&mut self, request: Request) -> Result<Value> {
        match request {
            Request::Check(shape, losses, steps) => self.check(shape, losses, steps),
            Request::Timed(work, repeat) => {
                let warm = match self.works.entry(work) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => {
                        let mut fresh = Warm::new(work)?;
                        fresh.timed(WARM_UP)?;
                        new.insert(fresh)
                    }
                };
                Ok(json!({ "seconds": warm.timed(repeat)? }))
            }
        }
    }

    fn check(&self, shape: Shape, losses: Losses, steps: usize) -> Result<Value> {
        let mut step = Step::new(shape, false, losses, Kernels::Fused)?;
        Archive { tensors: step.state()?, note: String::new() }.save(&self.folder.join("check.safetensors"))?;
        let mut told: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for _ in 0..steps {
            for (name, value) in step.train()? {
                told.entry(name).or_default().push(value);
            }
        }
        Ok(json!({ "terms": told }))
    }
}

/// What a kind of work is done on.
enum Warm {
    Step(Box<Step>),
    Evaluation(Box<Evaluation>),
    Method(Box<MethodStep>),
}

impl Warm {
    fn new(work: Work) -> Result<Self> {
        Ok(match work {
            Work::Step { shape, dropout, losses } => {
                Self::Step(Box::new(Step::new(shape, dropout, losses, Kernels::Fused)?))
            }
            Work::Evaluate(shape) => Self::Evaluation(Box::new(Evaluation::new(shape, Kernels::Fused)?)),
            Work::Method(name, shape) => Self::Method(Box::new(MethodStep::new(method(name)?, shape, Kernels::Fused)?)),
        })
    }

    /// The seconds of each repetition.
    fn timed(&mut self, repeat: usize) -> Result<Vec<f64>> {
        let mut seconds = Vec::with_capacity(repeat);
        for _ in 0..repeat {
            let start = Instant::now();
            match self {
                Self::Step(step) => drop(step.train()?),
                Self::Evaluation(evaluation) => drop(evaluation.logits()?),
                Self::Method(step) => step.train()?,
            }
            seconds.push(start.elapsed().as_secs_f64());
        }
        Ok(seconds)
    }
}
