//! The attention decoder's values and gradients against PyTorch's published form (`golden/attention_decoder.py`).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod golden;

use candle_core::{DType, Device};
use corrkd_nn::{AttentionDecoder, DropoutKey, Kernels, Params, frame_mask};
use golden::Golden;
use std::collections::BTreeMap;

/// A case of sizes E's width, H and D'.
fn check(case: &str, [inputs, width, outputs]: [usize; 3]) {
    Golden::each("tests/golden/attention_decoder", case, |golden| {
        let mut params = Params::new(0, golden.dtype, &Device::Cpu).with(golden.kernels);
        let decoder = AttentionDecoder::new(params.root().sub("decoder"), inputs, width, outputs).unwrap();
        params.load(&golden.inputs).unwrap();
        let encoded = golden.input("encoded");
        let time = encoded.dim(1).unwrap();
        let frames = frame_mask(&golden.indices("lengths"), time, golden.dtype, &Device::Cpu).unwrap();
        let x = match &frames {
            Some(frames) => encoded.broadcast_mul(&frames.unsqueeze(2).unwrap()).unwrap(),
            None => encoded.as_tensor().clone(),
        };
        for key in [DropoutKey::NONE, DropoutKey::new(1, 2)] {
            let y = decoder.forward(&x, frames.as_ref(), key).unwrap();
            let loss = (&y * golden.input("weights").as_detached_tensor()).unwrap().sum_all().unwrap();
            golden.check(&[("y", &y)], &loss, &[&params], &[("encoded", &encoded)]);
        }
    });
}

#[test]
fn sequences_that_differ_in_length() {
    check("several", [4, 3, 6]);
}

#[test]
fn sequences_of_one_frame() {
    check("one_frame", [4, 3, 6]);
}

#[test]
fn a_single_sequence() {
    check("one_sample", [3, 5, 2]);
}

#[test]
fn wider_answers_than_vectors() {
    check("wider", [8, 16, 37]);
}

/// The cell starts uniform in +-1/sqrt(H), the answers' layer as other linear layers do, the score as one of E and c.
#[test]
fn starts_as_published() {
    let (inputs, width, outputs) = (24, 36, 30);
    let values = [Kernels::Composed, Kernels::Fused].map(|kernels| {
        let mut params = Params::new(3, DType::F32, &Device::Cpu).with(kernels);
        AttentionDecoder::new(params.root(), inputs, width, outputs).unwrap();
        let values = params.values().unwrap().into_iter();
        values.map(|(name, x)| (name, x.flatten_all().unwrap().to_vec1::<f32>().unwrap())).collect::<BTreeMap<_, _>>()
    });
    let [composed, fused] = &values;
    assert_eq!(composed, fused);
    let cell = 1.0 / (width as f32).sqrt();
    let xavier = |inputs: usize, outputs: usize| (6.0 / (inputs + outputs) as f32).sqrt();
    let bounds = [
        ("hidden.bias", cell),
        ("hidden.weight", cell),
        ("input.bias", cell),
        ("input.weight", cell),
        ("output.bias", 0.0),
        ("output.weight", xavier(width, outputs)),
        ("score.weight", xavier(inputs + width, 1)),
    ];
    assert!(composed.keys().eq(bounds.map(|(name, _)| name)));
    for (name, bound) in bounds {
        let largest = composed[name].iter().fold(0f32, |largest, x| largest.max(x.abs()));
        assert!(largest <= bound && largest >= 0.8 * bound, "{name}: {largest}, within {bound}");
    }
}
