//! The decoder's values and gradients against PyTorch's (`golden/decoder.py`).

use crate::golden::{Golden, Place};
use candle_core::Tensor;
use corrkd_nn::{Decoder, DecoderShape, DropoutKey};

const FILE: &[u8] = include_bytes!("../../golden/decoder.safetensors");

const SHAPE: DecoderShape = DecoderShape {
    width: 20,
    heads: 4,
    layers: 2,
    feed_forward: 24,
    attention_dropout: 0.0,
    feed_forward_dropout: 0.0,
    residual_dropout: 0.0,
};

/// What lies behind a sequence's end is not compared.
fn check(place: &Place, case: &str, shape: &DecoderShape) {
    Golden::each(place, FILE, case, |golden| {
        let mut params = golden.params();
        let decoder = Decoder::new(params.root(), shape).unwrap();
        params.load(&golden.inputs).unwrap();
        let [queries, memory] = ["queries", "memory"].map(|name| golden.input(name));
        let attended = ["attended.queries", "attended.memory"]
            .map(|name| golden.inputs.contains_key(name).then(|| golden.input(name).as_detached_tensor()));
        let [own, of_memory] = attended.each_ref().map(Option::as_ref);
        let y = decoder.forward(queries.as_tensor(), memory.as_tensor(), [own, of_memory], DropoutKey::NONE).unwrap();
        let y = match own {
            Some(own) => y.broadcast_mul(&own.unsqueeze(2).unwrap()).unwrap(),
            None => y,
        };
        let weights: Tensor = golden.input("weights").as_detached_tensor();
        let loss = (&y * weights).unwrap().sum_all().unwrap();
        golden.check(&[("y", &y)], &loss, &[&params], &[("queries", &queries), ("memory", &memory)]);
    });
}

fn of_whole_sequences(place: &Place) {
    check(place, "all", &SHAPE);
    check(place, "all_longer", &SHAPE);
    check(place, "one", &DecoderShape { heads: 2, layers: 1, ..SHAPE });
}

fn of_padded_sequences(place: &Place) {
    check(place, "masked", &SHAPE);
    check(place, "masked_memory", &SHAPE);
}

proofs![of_whole_sequences, of_padded_sequences];
