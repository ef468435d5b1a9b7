//! How the attention decoder starts; it is held to PyTorch's in `pytorch/attention_decoder.rs`.

use candle_core::{DType, Device};
use corrkd_nn::{AttentionDecoder, Kernels, Params};
use std::collections::BTreeMap;

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
