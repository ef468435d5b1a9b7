//! LSTM and GRU: what they are by definition. They are held to PyTorch's in `pytorch/recurrent.rs`, the fused form to the composed
//! one in `fused_recurrent.rs`.

use candle_core::{DType, Device, Tensor, Var};
use corrkd_nn::gradcheck::{normal, worst_difference};
use corrkd_nn::{Cell, DropoutKey, Kernels, Params, Recurrent, RecurrentShape, frame_mask};

/// Between layers there is dropout, which PyTorch's cases are without.
#[test]
fn gradients_are_finite_differences() {
    for cell in [Cell::Lstm, Cell::Gru] {
        let mut params = Params::new(5, DType::F64, &Device::Cpu);
        let shape = RecurrentShape { cell, inputs: 3, width: 2, layers: 2, bidirectional: true, dropout: 0.4 };
        let network = Recurrent::new(params.root(), &shape).unwrap();
        let frames = frame_mask(&[3, 0, 1], 3, DType::F64, &Device::Cpu).unwrap().unwrap();
        let mut vars: Vec<Var> = params.iter().map(|(_, var)| var.clone()).collect();
        let x = Var::from_tensor(&normal(1, &[3, 3, 3]).unwrap()).unwrap();
        vars.push(x.clone());
        let worst = worst_difference(&vars, || {
            let x = x.as_tensor().broadcast_mul(&frames.unsqueeze(2)?)?;
            let states = network.forward(&x, Some(&frames), DropoutKey::new(9, 4))?;
            let weighted = |y: &Tensor| (y * normal(2, y.dims())?)?.sum_all();
            weighted(&states.all)? + weighted(&states.last)?
        });
        let worst = worst.unwrap();
        assert!(worst < 1e-7, "{cell:?}: finite differences disagree by {worst}");
    }
}

/// The final state is that of the last frame, and in the other direction that of the first; a sequence without frames, and
/// what lies behind an end, have none.
#[test]
fn final_states_are_those_at_the_ends() {
    for (cell, kernels) in
        [Cell::Lstm, Cell::Gru].into_iter().flat_map(|c| [(c, Kernels::Composed), (c, Kernels::Fused)])
    {
        let mut params = Params::new(5, DType::F32, &Device::Cpu).with(kernels);
        let shape = RecurrentShape { cell, inputs: 3, width: 4, layers: 2, bidirectional: true, dropout: 0.0 };
        let network = Recurrent::new(params.root(), &shape).unwrap();
        let lengths = [4, 0, 1, 3];
        let frames = frame_mask(&lengths, 4, DType::F32, &Device::Cpu).unwrap().unwrap();
        let x = normal(1, &[4, 4, 3]).unwrap().to_dtype(DType::F32).unwrap();
        let x = x.broadcast_mul(&frames.unsqueeze(2).unwrap()).unwrap();
        let states = network.forward(&x, Some(&frames), DropoutKey::NONE).unwrap();
        let (all, last) = (states.all.to_vec3::<f32>().unwrap(), states.last.to_vec2::<f32>().unwrap());
        for (i, length) in lengths.into_iter().enumerate() {
            assert!(all[i][length..].iter().flatten().all(|y| *y == 0.0));
            match length.checked_sub(1) {
                Some(end) => assert_eq!([&last[i][..4], &last[i][4..]], [&all[i][end][..4], &all[i][0][4..]]),
                None => assert!(last[i].iter().all(|y| *y == 0.0)),
            }
        }
    }
}

/// A parameter's name, shape and numbers.
type Value = (String, Vec<usize>, Vec<f32>);

/// As PyTorch starts them, whatever the form: within 1 / sqrt(H), evenly.
#[test]
fn initial_values_are_uniform() {
    let values = [Kernels::Composed, Kernels::Fused].map(|kernels| {
        let mut params = Params::new(5, DType::F32, &Device::Cpu).with(kernels);
        let shape =
            RecurrentShape { cell: Cell::Gru, inputs: 40, width: 25, layers: 2, bidirectional: true, dropout: 0.0 };
        Recurrent::new(params.root().sub("r"), &shape).unwrap();
        let values = params.values().unwrap().into_iter();
        values.map(|(name, x)| (name, x.dims().to_vec(), x.flatten_all().unwrap().to_vec1().unwrap())).collect()
    });
    let [composed, fused]: [Vec<Value>; 2] = values;
    assert_eq!(composed, fused);
    let shapes: Vec<_> = composed.iter().map(|(name, shape, _)| (name.as_str(), shape.as_slice())).collect();
    assert_eq!(
        shapes[..8],
        [
            ("r.layer0.hidden.bias", &[75][..]),
            ("r.layer0.hidden.weight", &[75, 25]),
            ("r.layer0.input.bias", &[75]),
            ("r.layer0.input.weight", &[75, 40]),
            ("r.layer0.reverse.hidden.bias", &[75]),
            ("r.layer0.reverse.hidden.weight", &[75, 25]),
            ("r.layer0.reverse.input.bias", &[75]),
            ("r.layer0.reverse.input.weight", &[75, 40]),
        ]
    );
    assert_eq!(shapes[11], ("r.layer1.input.weight", &[75, 50][..]));
    for (name, _, values) in &composed {
        let scaled: Vec<f64> = values.iter().map(|x| f64::from(*x) * 5.0).collect();
        let count = scaled.len() as f64;
        let mean = scaled.iter().sum::<f64>() / count;
        let square = scaled.iter().map(|x| x * x).sum::<f64>() / count;
        assert!(scaled.iter().all(|x| x.abs() <= 1.0 + 1e-6), "{name}");
        // Within five standard errors of those of the uniform distribution.
        assert!(mean.abs() < 5.0 * (1.0 / 3.0 / count).sqrt(), "{name}: mean {mean}");
        assert!((square - 1.0 / 3.0).abs() < 5.0 * (4.0 / 45.0 / count).sqrt(), "{name}: mean square {square}");
    }
}
