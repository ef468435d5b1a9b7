//! Training holds no more memory after many steps than after a few. Alone in its file: what other tests allocate would
//! count as well.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use candle_core::{DType, Device};
use corrkd_config::{Dropout, Network as Size, PerModality};
use corrkd_models::{Inputs, Network};
use corrkd_nn::{Adam, Gradients, Kernels, Noise, Params};

const WIDTHS: PerModality<usize> = PerModality { language: 60, audio: 20, vision: 10 };

/// Resident memory in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn memory_does_not_grow_with_the_steps() {
    for kernels in [Kernels::Fused, Kernels::Composed] {
        let size = Size { layers: 1, ..Size::default() };
        let mut params = Params::new(1, DType::F32, &Device::Cpu).with(kernels);
        let network = Network::new(params.root(), &WIDTHS, &size, &Dropout::default(), 2).unwrap();
        let mut adam = Adam::new(&params, 1e-3, 0.8).unwrap();
        let mut step = || {
            // Lengths that change from step to step, as those of batches do.
            let lengths: Vec<usize> = (0..16).map(|i| 1 + (7 * i + 5 * adam.steps()) % 20).collect();
            let features = WIDTHS.map(|_, width| vec![0.5; 16 * 20 * width]);
            let inputs = Inputs::new(features, &lengths, 20, &WIDTHS, DType::F32, &Device::Cpu).unwrap();
            let output = network.forward(&inputs, Noise::step(1, adam.steps())).unwrap();
            let loss = output.logits.sqr().unwrap().mean_all().unwrap();
            adam.step(&params, &Gradients::of(&params, &mut loss.backward().unwrap())).unwrap();
        };
        (0..30).for_each(|_| step());
        let early = resident();
        (0..200).for_each(|_| step());
        let grown = resident().saturating_sub(early);
        // The allocator's own disorder is some MiB. A step's tensors are far more: 100 KiB left over by each would show.
        assert!(grown < 16 << 10, "{kernels:?}: {grown} KiB more after 200 steps");
    }
}
