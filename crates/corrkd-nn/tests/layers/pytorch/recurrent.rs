//! LSTM and GRU: values and gradients against PyTorch's (`golden/recurrent.py`), and what they are by definition. The fused
//! form is held to the composed one in `fused_recurrent.rs`.

use crate::golden::{Golden, Place};
use corrkd_nn::{Cell, DropoutKey, Recurrent, RecurrentShape, frame_mask};

const FILE: &[u8] = include_bytes!("../../golden/recurrent.safetensors");

/// Every case of a cell: layers, directions, sequences of one frame and of several lengths, a loss of all states and one
/// of the final ones.
fn check(place: &Place, cell: Cell, name: &str) {
    for (layers, bidirectional) in [(1, false), (1, true), (2, false), (2, true)] {
        for (length, inputs, width) in [("short", 4, 3), ("long", 5, 13)] {
            for of in ["all", "last"] {
                let both = if bidirectional { "both" } else { "one" };
                Golden::each(place, FILE, &format!("{name}_{layers}_{both}_{length}_{of}"), |golden| {
                    let mut params = golden.params();
                    let shape = RecurrentShape { cell, inputs, width, layers, bidirectional, dropout: 0.5 };
                    let network = Recurrent::new(params.root(), &shape).unwrap();
                    params.load(&golden.inputs).unwrap();
                    let x = golden.input("x");
                    let frames =
                        frame_mask(&golden.indices("lengths"), x.dims()[1], golden.dtype, &golden.device).unwrap();
                    assert_eq!(frames.is_none(), length == "short");
                    let states = network.forward(x.as_tensor(), frames.as_ref(), DropoutKey::NONE).unwrap();
                    let output = if of == "all" { &states.all } else { &states.last };
                    let loss = (output * golden.input("weights").as_detached_tensor()).unwrap().sum_all().unwrap();
                    golden.check(&[("all", &states.all), ("last", &states.last)], &loss, &[&params], &[("x", &x)]);
                });
            }
        }
    }
}

fn lstm(place: &Place) {
    check(place, Cell::Lstm, "LSTM");
}

fn gru(place: &Place) {
    check(place, Cell::Gru, "GRU");
}

proofs![lstm, gru];
