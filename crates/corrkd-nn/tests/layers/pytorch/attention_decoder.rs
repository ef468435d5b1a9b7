//! The attention decoder's values and gradients against PyTorch's published form (`golden/attention_decoder.py`).

use crate::golden::{Golden, Place};
use corrkd_nn::{AttentionDecoder, DropoutKey, frame_mask};

const FILE: &[u8] = include_bytes!("../../golden/attention_decoder.safetensors");

/// A case of sizes E's width, H and D'.
fn check(place: &Place, case: &str, [inputs, width, outputs]: [usize; 3]) {
    Golden::each(place, FILE, case, |golden| {
        let mut params = golden.params();
        let decoder = AttentionDecoder::new(params.root().sub("decoder"), inputs, width, outputs).unwrap();
        params.load(&golden.inputs).unwrap();
        let encoded = golden.input("encoded");
        let time = encoded.dim(1).unwrap();
        let frames = frame_mask(&golden.indices("lengths"), time, golden.dtype, &golden.device).unwrap();
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

fn sequences_that_differ_in_length(place: &Place) {
    check(place, "several", [4, 3, 6]);
}

fn sequences_of_one_frame(place: &Place) {
    check(place, "one_frame", [4, 3, 6]);
}

fn a_single_sequence(place: &Place) {
    check(place, "one_sample", [3, 5, 2]);
}

fn wider_answers_than_vectors(place: &Place) {
    check(place, "wider", [8, 16, 37]);
}

proofs![sequences_that_differ_in_length, sequences_of_one_frame, a_single_sequence, wider_answers_than_vectors];
