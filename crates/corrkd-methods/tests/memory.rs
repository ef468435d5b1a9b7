//! Training holds no more memory after many steps than after a few. Alone in its file: what other tests allocate would
//! count as well.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use candle_core::Device;
use corrkd_config::{DatasetRef, Kernels, LabelSpace, Missing, Task};
use corrkd_data::{Dataset, epoch_order};
use corrkd_methods::corrkd::{Settings, Student, Teacher};
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_train::{Context, Learner, TrainingBatch};

const SEED: u64 = 1;

/// Resident memory in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn generated() -> Dataset {
    let cache = tempfile::tempdir().unwrap();
    let data = DatasetRef { name: "synthetic".to_owned(), size: Some("small".to_owned()), fold: None };
    corrkd_data::load(&data, None, cache.path(), corrkd_data::Trust::Read, &corrkd_data::unseen).unwrap()
}

#[test]
fn memory_does_not_grow_with_the_steps() {
    let data = generated();
    for kernels in [Kernels::Fused, Kernels::Composed] {
        let mut settings = Settings::default();
        settings.network.layers = 1;
        let space = LabelSpace::new(Task::Binary, &data.labels).unwrap();
        let context = Context::new(&data, space, &Device::Cpu, kernels);
        let teacher = Teacher::new(settings.clone(), SEED, context.clone()).unwrap();
        let student = Student::new(settings, Missing::default(), SEED, Some(&teacher), context.clone());
        let mut student = student.unwrap();
        let mut optimizer = Optimizer::new(student.params(), &student.training().optimizer).unwrap();
        let split = &context.train;
        let mut step = |number: usize| {
            // Other samples at each step, and with them other lengths.
            let indices = &epoch_order(split.samples.len(), SEED, number)[..16];
            let (batch, key) = (&context.batch(split, indices), DropoutKey::new(SEED, number));
            let batch = TrainingBatch { batch, split, indices, epoch: number, key };
            student.step(&batch, &mut optimizer).unwrap();
        };
        (1..=30).for_each(&mut step);
        let early = resident();
        (31..=230).for_each(&mut step);
        let grown = resident().saturating_sub(early);
        // The allocator's own disorder is some MiB. A step's tensors are far more: 100 KiB left over by each would show.
        assert!(grown < 16 << 10, "{kernels:?}: {grown} KiB more after 200 steps");
    }
}
