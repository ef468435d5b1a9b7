//! What both sides do: requests as benches/peer/step.py explains them.

/// One kind of work.
pub(super) struct Work {
    /// The request, without its `repeat`.
    pub(super) request: &'static str,
    /// Repetitions in a block: a fraction of a second or more.
    pub(super) repeat: usize,
    /// What our time over eager PyTorch's is to be at most, with one thread and with two.
    pub(super) targets: [f64; 2],
    /// Whether the compiled variant takes part; it compiles for half a minute or more for each.
    pub(super) compiled: bool,
}

/// Steps, with a loss that is little but the networks, then with all losses.
pub(super) const TRAINING: [Work; 7] = [
    Work { request: "step L=2 B=64 T=50 dropout=on losses=distance", repeat: 2, targets: WITH_DROPOUT, compiled: true },
    Work {
        request: "step L=4 B=64 T=50 dropout=on losses=distance",
        repeat: 2,
        targets: WITH_DROPOUT,
        compiled: false,
    },
    Work {
        request: "step L=2 B=32 T=20 dropout=on losses=distance",
        repeat: 8,
        targets: WITH_DROPOUT,
        compiled: false,
    },
    Work {
        request: "step L=2 B=64 T=50 dropout=off losses=distance",
        repeat: 3,
        targets: WITHOUT_DROPOUT,
        compiled: true,
    },
    Work {
        request: "step L=4 B=64 T=50 dropout=off losses=distance",
        repeat: 2,
        targets: WITHOUT_DROPOUT,
        compiled: false,
    },
    Work {
        request: "step L=2 B=32 T=20 dropout=off losses=distance",
        repeat: 8,
        targets: WITHOUT_DROPOUT,
        compiled: false,
    },
    Work { request: "step L=2 B=64 T=50 dropout=on losses=all", repeat: 2, targets: [0.25, 0.18], compiled: false },
];

/// Steps on sequences that are not aligned: tokens, and the frames of audio and vision as they are published.
pub(super) const UNALIGNED: [Work; 1] = [Work {
    request: "step L=2 B=64 T=50,375,500 dropout=on losses=all",
    repeat: 1,
    targets: [0.25, 0.18],
    compiled: false,
}];

/// Forward passes: of batches, and of a single sample.
pub(super) const ANSWERS: [Work; 3] = [
    Work { request: "evaluate L=2 B=64 T=50", repeat: 8, targets: [0.18, 0.18], compiled: true },
    Work { request: "evaluate L=2 B=256 T=50", repeat: 3, targets: [0.18, 0.18], compiled: false },
    Work { request: "evaluate L=2 B=1 T=50", repeat: 200, targets: [0.15, 0.12], compiled: false },
];

const WITH_DROPOUT: [f64; 2] = [0.23, 0.16];
const WITHOUT_DROPOUT: [f64; 2] = [0.36, 0.28];
