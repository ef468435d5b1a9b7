//! Graph convolutions over nodes in a row against finite differences; they are held to PyTorch's in `pytorch/band_conv.rs`.

use candle_core::{DType, Device, Tensor, Var};
use corrkd_nn::gradcheck::{normal, worst_difference};
use corrkd_nn::{Aggregate, BandConv, Params, frame_mask};
use std::ops::RangeInclusive;

const ORDER: [(&str, RangeInclusive<isize>); 3] = [("past", -2..=-1), ("same", 0..=0), ("future", 1..=2)];

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
