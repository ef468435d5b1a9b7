//! What both sides do: requests as benches/peer/step.py explains them.

/// One kind of work.
pub(super) struct Work {
    /// The request, without its `repeat`.
    pub(super) request: &'static str,
    /// Repetitions in a block: a fraction of a second or more.
    pub(super) repeat: usize,
    /// What our time over eager PyTorch's is to be at most, with one thread and with two.
    pub(super) targets: [f64; 2],
    /// How many of PyTorch's variants take part, the first ones. The compiled one compiles for half a minute or more for each
    /// work.
    pub(super) variants: usize,
}

/// Steps, with a loss that is little but the networks, then with all losses.
pub(super) const TRAINING: [Work; 7] = [
    Work { request: "step L=2 B=64 T=50 dropout=on losses=distance", repeat: 2, targets: WITH_DROPOUT, variants: 3 },
    Work { request: "step L=4 B=64 T=50 dropout=on losses=distance", repeat: 2, targets: WITH_DROPOUT, variants: 2 },
    Work { request: "step L=2 B=32 T=20 dropout=on losses=distance", repeat: 8, targets: [0.15, 0.15], variants: 2 },
    Work {
        request: "step L=2 B=64 T=50 dropout=off losses=distance",
        repeat: 3,
        targets: WITHOUT_DROPOUT,
        variants: 3,
    },
    Work {
        request: "step L=4 B=64 T=50 dropout=off losses=distance",
        repeat: 2,
        targets: WITHOUT_DROPOUT,
        variants: 2,
    },
    Work {
        request: "step L=2 B=32 T=20 dropout=off losses=distance",
        repeat: 8,
        targets: WITHOUT_DROPOUT,
        variants: 2,
    },
    Work { request: "step L=2 B=64 T=50 dropout=on losses=all", repeat: 2, targets: [0.25, 0.18], variants: 2 },
];

/// Steps on sequences that are not aligned: tokens, and the frames of audio and vision as they are published.
pub(super) const UNALIGNED: [Work; 1] = [Work {
    request: "step L=2 B=64 T=50,375,500 dropout=on losses=all",
    repeat: 1,
    targets: [0.25, 0.18],
    variants: 2,
}];

/// Forward passes: of batches, and of a single sample.
pub(super) const ANSWERS: [Work; 3] = [
    Work { request: "evaluate L=2 B=64 T=50", repeat: 8, targets: [0.15, 0.15], variants: 3 },
    Work { request: "evaluate L=2 B=256 T=50", repeat: 3, targets: [0.15, 0.15], variants: 2 },
    Work { request: "evaluate L=2 B=1 T=50", repeat: 200, targets: [0.10, 0.10], variants: 2 },
];

const WITH_DROPOUT: [f64; 2] = [0.23, 0.16];
const WITHOUT_DROPOUT: [f64; 2] = [0.22, 0.22];

/// A step of each other method: of B samples as it was published, of T frames each, with its published settings, and an
/// optimizer step behind each batch. There is one way in which PyTorch does them.
pub(super) const METHODS: [Work; 7] = [
    method("step method=selfmm B=16 T=50", 8),
    method("step method=cubemlp B=128 T=50", 2),
    method("step method=dmd B=16 T=50", 1),
    method("step method=mctn B=32 T=50", 2),
    method("step method=transm B=32 T=50", 2),
    method("step method=smil B=64 T=50", 1),
    method("step method=gcnet B=32 T=50", 2),
];

const fn method(request: &'static str, repeat: usize) -> Work {
    Work { request, repeat, targets: [0.5, 0.5], variants: 1 }
}
