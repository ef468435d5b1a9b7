//! Sweeps side by side in one folder: of the same experiment or of two that share runs, together or one after the other,
//! some of them anew.

use crate::act::Act;
use crate::bits;
use crate::command::{LIMIT, Running, done};
use crate::tally::Tally;
use crate::trial::{Trial, trials};
use crate::world::World;
use anyhow::{Context, Result};
use corrkd_config::Exit;
use std::thread;
use std::time::Duration;

pub(crate) fn run(world: &World, tally: &Tally) -> Result<()> {
    let alone = world.folder().join("alone");
    done(&mut Act::Ablate.sweep(world, &alone, "other"))?;
    let other = bits::sweep(&alone, "other")?;
    let own = bits::sweep(&world.reference(Act::Ablate).join("runs"), "own")?;
    trials(world, tally, "side-by-side", (world.size(5, 120), 1), |trial, _| abreast(world, trial, [&own, &other]));
    Ok(())
}

fn abreast(world: &World, trial: &Trial, expected: [&bits::Bits; 2]) -> Result<String> {
    let (count, apart) = (2 + trial.below(3), 300 * trial.below(2) as u64);
    Act::Ablate.set_up(world, trial.folder(), trial.below(2) == 0)?;
    trial.did(format!("{count} sweeps {apart} ms apart"));
    let mut sweeps = Vec::new();
    for _ in 0..count {
        let which = trial.below(2);
        let mut command = Act::Ablate.sweep(world, &trial.path("runs"), ["own", "other"][which]);
        let fresh = trial.below(4) == 0;
        if fresh {
            command.arg("--fresh");
        }
        trial.did(format!("{}{}", ["own", "other"][which], if fresh { " --fresh" } else { "" }));
        sweeps.push((which, Running::start(&mut command)?));
        thread::sleep(Duration::from_millis(apart));
    }
    let ended: Vec<_> = sweeps.into_iter().map(|(which, running)| (which, running.end(LIMIT))).collect();
    for (which, ended) in ended {
        ended?.expect(&[Exit::Done])?;
        let name = ["own", "other"][which];
        bits::same(expected[which], &bits::sweep(&trial.path("runs"), name).context(name)?).context(name)?;
    }
    Ok(format!("times {count} sweeps {}", if apart == 0 { "together" } else { "0.3 s apart" }))
}
