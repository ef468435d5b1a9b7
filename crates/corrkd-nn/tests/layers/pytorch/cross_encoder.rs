//! The cross-modal Transformer's values and gradients against PyTorch's (`golden/cross_encoder.py`).

use crate::golden::{Golden, Place};
use corrkd_nn::{CrossEncoder, CrossEncoderShape, DropoutKey, Positions};

const FILE: &[u8] = include_bytes!("../../golden/cross_encoder.safetensors");

const SHAPE: CrossEncoderShape = CrossEncoderShape {
    width: 20,
    heads: 4,
    layers: 2,
    feed_forward: 24,
    causal: true,
    // The root of the width.
    scale: 4.472_135_954_999_58,
    positions: Positions::NonZero,
    embedding_dropout: 0.0,
    attention_dropout: 0.0,
    relu_dropout: 0.0,
    residual_dropout: 0.0,
};

/// Checks all frames of the answer, and the last one by itself.
fn check(place: &Place, case: &str, shape: &CrossEncoderShape) {
    Golden::each(place, FILE, case, |golden| {
        let mut params = golden.params();
        let encoder = CrossEncoder::new(params.root(), shape).unwrap();
        params.load(&golden.inputs).unwrap();
        let queries = golden.input("queries");
        let context = golden.inputs.contains_key("context").then(|| golden.input("context"));
        let given = context.as_ref().map(|context| context.as_tensor());
        let y = encoder.forward(queries.as_tensor(), given, None, DropoutKey::NONE).unwrap();
        let last = encoder.last(queries.as_tensor(), given, DropoutKey::NONE).unwrap();
        let [weights, of_last] = ["weights", "of_last"].map(|name| golden.input(name).as_detached_tensor());
        let of_last = (&last * of_last).unwrap().sum_all().unwrap();
        let loss = ((&y * weights).unwrap().sum_all().unwrap() + of_last).unwrap();
        let mut inputs = vec![("queries", &queries)];
        inputs.extend(context.as_ref().map(|context| ("context", context)));
        golden.check(&[("y", &y), ("last", &last)], &loss, &[&params], &inputs);
    });
}

fn to_itself(place: &Place) {
    check(place, "self", &SHAPE);
    check(place, "self_open", &CrossEncoderShape { causal: false, ..SHAPE });
    check(place, "self_one", &SHAPE);
}

fn to_another_sequence_of_its_length(place: &Place) {
    check(place, "cross", &CrossEncoderShape { positions: Positions::All, ..SHAPE });
}

fn to_a_longer_and_a_shorter_one(place: &Place) {
    check(place, "cross_longer", &SHAPE);
    check(place, "cross_shorter", &SHAPE);
    check(place, "cross_open", &CrossEncoderShape { causal: false, positions: Positions::All, ..SHAPE });
    check(place, "wide_heads", &CrossEncoderShape { heads: 2, layers: 1, ..SHAPE });
}

/// Keys behind a sequence's end are not attended to.
fn of_padded_sequences(place: &Place) {
    let open = CrossEncoderShape { causal: false, ..SHAPE };
    for (case, shape) in [
        ("masked_self", CrossEncoderShape { positions: Positions::All, scale: 1.0, ..open }),
        ("masked_causal", SHAPE),
        ("masked_cross", open),
    ] {
        Golden::each(place, FILE, case, |golden| {
            let mut params = golden.params();
            let encoder = CrossEncoder::new(params.root(), &shape).unwrap();
            params.load(&golden.inputs).unwrap();
            let queries = golden.input("queries");
            let context = golden.inputs.contains_key("context").then(|| golden.input("context"));
            let given = context.as_ref().map(|context| context.as_tensor());
            let attended = golden.input("attended").as_detached_tensor();
            let y = encoder.forward(queries.as_tensor(), given, Some(&attended), DropoutKey::NONE).unwrap();
            let loss = (&y * golden.input("weights").as_detached_tensor()).unwrap().sum_all().unwrap();
            let mut inputs = vec![("queries", &queries)];
            inputs.extend(context.as_ref().map(|context| ("context", context)));
            golden.check(&[("y", &y)], &loss, &[&params], &inputs);
        });
    }
}

fn with_one_frame(place: &Place) {
    check(place, "cross_one", &SHAPE);
    check(place, "cross_one_key", &SHAPE);
}

/// Behind a missing frame every unit stands at zero, where the network has no biases yet.
fn of_missing_sequences_as_it_starts(place: &Place) {
    check(place, "started", &SHAPE);
    check(place, "started_cross", &SHAPE);
}

proofs![
    to_itself,
    to_another_sequence_of_its_length,
    to_a_longer_and_a_shorter_one,
    of_padded_sequences,
    with_one_frame,
    of_missing_sequences_as_it_starts
];
