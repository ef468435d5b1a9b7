//! Composed and fused kernels: other runs with nearly the same numbers.

use crate::world::World;
use corrkd_config::Kernels;
use corrkd_record::{Event, RunDir};
use std::collections::BTreeMap;

/// What the first epoch told.
fn losses(run: &RunDir) -> BTreeMap<String, f64> {
    let told = run.events().unwrap().into_iter();
    let mut epochs = told.filter_map(|event| if let Event::Epoch { losses, .. } = event { Some(losses) } else { None });
    epochs.next().unwrap()
}

#[test]
fn both_forms_learn_alike() {
    let mut world = World::new();
    let [composed, fused] = [Kernels::Composed, Kernels::Fused].map(|kernels| {
        world.kernels = kernels;
        let (teacher, student) = world.plan(&world.runs());
        for run in [&teacher, &student] {
            world.train(&world.dir.path().join("runs"), run, 1).assert().success();
            assert_eq!(run.result().unwrap().unwrap().environment.kernels, kernels);
            world.verify_with(&assert_cmd::cargo::cargo_bin("corrkd"), run).assert().success();
        }
        [teacher, student]
    });
    for (composed, fused) in composed.iter().zip(&fused) {
        assert_ne!(composed.id(), fused.id());
        let weights = |run: &RunDir| run.result().unwrap().unwrap().training.unwrap().weights;
        assert_ne!(weights(composed), weights(fused), "they round alike: one form computed both");
        let (composed, fused) = (losses(composed), losses(fused));
        assert!(composed.keys().eq(fused.keys()));
        for (term, loss) in composed {
            assert!((loss - fused[&term]).abs() <= 1e-5 * loss.abs(), "{term}: {loss} and {}", fused[&term]);
        }
    }
}
