//! Graph convolutions over nodes in a row: values and gradients against PyTorch's (`golden/band_conv.py`), and against
//! finite differences.

use crate::golden::{Golden, Place};
use corrkd_nn::{Aggregate, BandConv, frame_mask};
use std::ops::RangeInclusive;

const FILE: &[u8] = include_bytes!("../../golden/band_conv.safetensors");

const ORDER: [(&str, RangeInclusive<isize>); 3] = [("past", -2..=-1), ("same", 0..=0), ("future", 1..=2)];

fn as_pytorch(place: &Place, case: &str, relations: &[(&str, RangeInclusive<isize>)], aggregate: Aggregate) {
    Golden::each(place, FILE, case, |golden| {
        let mut params = golden.params();
        let layer = BandConv::new(params.root(), 4, 3, relations, aggregate).unwrap();
        params.load(&golden.inputs).unwrap();
        let x = golden.input("x");
        let frames = frame_mask(&golden.indices("lengths"), x.dims()[1], golden.dtype, &golden.device).unwrap();
        let inside = match &frames {
            Some(frames) => x.broadcast_mul(&frames.unsqueeze(2).unwrap()).unwrap(),
            None => x.as_tensor().clone(),
        };
        let y = layer.forward(&inside, frames.as_ref()).unwrap();
        let loss = (&y * golden.input("weights").as_detached_tensor()).unwrap().sum_all().unwrap();
        golden.check(&[("y", &y)], &loss, &[&params], &[("x", &x)]);
    });
}

fn relations_by_order(place: &Place) {
    for case in ["relational", "whole", "single"] {
        as_pytorch(place, case, &ORDER, Aggregate::Mean);
    }
}

fn one_relation(place: &Place) {
    for (case, aggregate) in [("means", Aggregate::Mean), ("sums", Aggregate::Sum)] {
        as_pytorch(place, case, &[("near", -2..=2)], aggregate);
    }
}

fn ranges_that_reach_further_than_a_row(place: &Place) {
    as_pytorch(place, "far", &[("before", -9..=-1), ("beyond", 4..=7), ("all", -9..=9)], Aggregate::Mean);
}

proofs![relations_by_order, one_relation, ranges_that_reach_further_than_a_row];
