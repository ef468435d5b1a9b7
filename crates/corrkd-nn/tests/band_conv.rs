//! Graph convolutions over nodes in a row: values and gradients against PyTorch's (`golden/band_conv.py`), and against
//! finite differences.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod golden;

use candle_core::{DType, Device, Tensor, Var};
use corrkd_nn::gradcheck::{normal, worst_difference};
use corrkd_nn::{Aggregate, BandConv, Params, frame_mask};
use golden::Golden;
use std::ops::RangeInclusive;

const ORDER: [(&str, RangeInclusive<isize>); 3] = [("past", -2..=-1), ("same", 0..=0), ("future", 1..=2)];

fn as_pytorch(case: &str, relations: &[(&str, RangeInclusive<isize>)], aggregate: Aggregate) {
    Golden::each("tests/golden/band_conv", case, |golden| {
        let mut params = Params::new(0, golden.dtype, &Device::Cpu).with(golden.kernels);
        let layer = BandConv::new(params.root(), 4, 3, relations, aggregate).unwrap();
        params.load(&golden.inputs).unwrap();
        let x = golden.input("x");
        let frames = frame_mask(&golden.indices("lengths"), x.dims()[1], golden.dtype, &Device::Cpu).unwrap();
        let inside = match &frames {
            Some(frames) => x.broadcast_mul(&frames.unsqueeze(2).unwrap()).unwrap(),
            None => x.as_tensor().clone(),
        };
        let y = layer.forward(&inside, frames.as_ref()).unwrap();
        let loss = (&y * golden.input("weights").as_detached_tensor()).unwrap().sum_all().unwrap();
        golden.check(&[("y", &y)], &loss, &[&params], &[("x", &x)]);
    });
}

#[test]
fn relations_by_order() {
    for case in ["relational", "whole", "single"] {
        as_pytorch(case, &ORDER, Aggregate::Mean);
    }
}

#[test]
fn one_relation() {
    for (case, aggregate) in [("means", Aggregate::Mean), ("sums", Aggregate::Sum)] {
        as_pytorch(case, &[("near", -2..=2)], aggregate);
    }
}

#[test]
fn ranges_that_reach_further_than_a_row() {
    as_pytorch("far", &[("before", -9..=-1), ("beyond", 4..=7), ("all", -9..=9)], Aggregate::Mean);
}

#[test]
fn gradients_are_finite_differences() {
    for aggregate in [Aggregate::Mean, Aggregate::Sum] {
        let mut params = Params::new(5, DType::F64, &Device::Cpu);
        let layer = BandConv::new(params.root(), 3, 2, &ORDER, aggregate).unwrap();
        let frames = frame_mask(&[4, 0, 1], 4, DType::F64, &Device::Cpu).unwrap().unwrap();
        let mut vars: Vec<Var> = params.iter().map(|(_, var)| var.clone()).collect();
        let x = Var::from_tensor(&normal(1, &[3, 4, 3]).unwrap()).unwrap();
        vars.push(x.clone());
        let worst = worst_difference(&vars, || {
            let x = x.as_tensor().broadcast_mul(&frames.unsqueeze(2)?)?;
            let y: Tensor = layer.forward(&x, Some(&frames))?;
            (&y * normal(2, y.dims())?)?.sum_all()
        });
        let worst = worst.unwrap();
        assert!(worst < 1e-7, "{aggregate:?}: finite differences disagree by {worst}");
    }
}
