//! Whether a device computes what PyTorch does, gives the same bits twice, and how fast it is.
//!
//! The proofs are the tests of the layers, the losses and the methods against PyTorch (`pytorch` in those crates' tests), taken in
//! as they are, golden files included: what a developer's machine was held to holds a user's card too.
//!
//! ```no_run
//! let mut outcomes = Vec::new();
//! corrkd_selftest::prove(&candle_core::Device::Cpu, &mut |outcome| {
//!     assert!(outcome.failure.is_none(), "{outcome:?}");
//!     outcomes.push(outcome);
//! });
//! assert!(outcomes.iter().any(|outcome| outcome.part == "losses"));
//! ```
//!
//! What does not hold panics, as in a test, and is an answer here:
//!
//! ```
//! use corrkd_selftest::{caught, count};
//!
//! assert!(count() > 40);
//! assert_eq!(caught(|| 2 + 2), Ok(4));
//! let failure = caught(|| assert!(1e-3 < 1e-9, "1e-3 from PyTorch's")).unwrap_err();
//! assert_eq!(failure, "1e-3 from PyTorch's");
//! ```

#![allow(clippy::unwrap_used, reason = "a proof that cannot go on does not hold, and that is caught")]

mod caught;
mod outcome;
mod training;

pub use caught::caught;
pub use outcome::{Form, Outcome};
pub use training::{BATCH, FRAMES, Pace, STEPS, Trained, train};

#[macro_use]
#[path = "../../corrkd-nn/tests/layers/proofs.rs"]
mod proofs;
#[path = "../../corrkd-nn/tests/layers/golden.rs"]
mod golden;
#[path = "../../corrkd-methods/src/proof.rs"]
mod proof;
#[path = "../../corrkd-methods/tests/pytorch/steps.rs"]
mod steps;

#[path = "../../corrkd-nn/tests/layers/pytorch/attention_decoder.rs"]
mod attention_decoder;
#[path = "../../corrkd-nn/tests/layers/pytorch/band_conv.rs"]
mod band_conv;
#[path = "../../corrkd-methods/tests/pytorch/corrkd.rs"]
mod corrkd;
#[path = "../../corrkd-nn/tests/layers/pytorch/cross_encoder.rs"]
mod cross_encoder;
#[path = "../../corrkd-methods/tests/pytorch/cubemlp.rs"]
mod cubemlp;
#[path = "../../corrkd-nn/tests/layers/pytorch/decoder.rs"]
mod decoder;
#[path = "../../corrkd-methods/tests/pytorch/dmd.rs"]
mod dmd;
#[path = "../../corrkd-methods/tests/pytorch/gcnet.rs"]
mod gcnet;
#[path = "../../corrkd-nn/tests/layers/pytorch/layers.rs"]
mod layers;
#[path = "../../corrkd-losses/tests/losses/pytorch.rs"]
mod losses;
#[path = "../../corrkd-methods/tests/pytorch/mctn.rs"]
mod mctn;
#[path = "../../corrkd-methods/tests/pytorch/network.rs"]
mod network;
#[path = "../../corrkd-nn/tests/layers/pytorch/optimizer.rs"]
mod optimizer;
#[path = "../../corrkd-nn/tests/layers/pytorch/recurrent.rs"]
mod recurrent;
#[path = "../../corrkd-methods/tests/pytorch/selfmm.rs"]
mod selfmm;
#[path = "../../corrkd-methods/tests/pytorch/smil.rs"]
mod smil;
#[path = "../../corrkd-methods/tests/pytorch/transm.rs"]
mod transm;

use candle_core::Device;
use golden::Place;

/// Proofs by name.
type Proofs = &'static [(&'static str, fn(&Place))];

/// The parts of the program, each with the proofs of it.
const PARTS: [(&str, Proofs); 17] = [
    ("layers", layers::PROOFS),
    ("encoders across modalities", cross_encoder::PROOFS),
    ("decoders", decoder::PROOFS),
    ("recurrent layers", recurrent::PROOFS),
    ("attention decoder", attention_decoder::PROOFS),
    ("graph convolution", band_conv::PROOFS),
    ("optimizer", optimizer::PROOFS),
    ("losses", losses::PROOFS),
    ("CorrKD's networks", network::PROOFS),
    ("corrkd", corrkd::PROOFS),
    ("selfmm", selfmm::PROOFS),
    ("cubemlp", cubemlp::PROOFS),
    ("dmd", dmd::PROOFS),
    ("mctn", mctn::PROOFS),
    ("transm", transm::PROOFS),
    ("smil", smil::PROOFS),
    ("gcnet", gcnet::PROOFS),
];

/// How many proofs there are.
#[must_use]
pub fn count() -> usize {
    PARTS.iter().map(|(_, proofs)| proofs.len()).sum()
}

/// Computes every proof on a device, and tells of each: values and gradients of layers and losses, and the first ten optimizer
/// steps of each method, against PyTorch's, in each type and form that the device has.
pub fn prove(device: &Device, tell: &mut dyn FnMut(Outcome)) {
    for (part, proofs) in PARTS {
        for &(name, proof) in proofs {
            let place = Place::on(device.clone());
            let failure = caught(|| proof(&place)).err();
            tell(Outcome { part, name, worst: outcome::worst(&place.differences()), failure });
        }
    }
}
