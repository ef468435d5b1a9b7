//! The network's gradients, and what must not matter to it: padding.

use candle_core::{DType, Device, Tensor, Var};
use corrkd_config::{Modality, PerModality};
use corrkd_methods::corrkd::{Network, Probabilities, Size, StatisticsNetwork};
use corrkd_nn::gradcheck::{normal, worst_difference};
use corrkd_nn::{DropoutKey, Params, cross_entropy};
use corrkd_train::Inputs;
use proptest::prelude::*;

const WIDTHS: PerModality<usize> = PerModality { language: 3, audio: 2, vision: 4 };
const SIZE: Size =
    Size { width: 4, heads: 2, layers: 1, feed_forward: 5, kernel: 3, pre_norm: true, attend_missing: true };

/// Numbers of frames that all modalities have.
fn same(lengths: &[usize]) -> PerModality<Vec<usize>> {
    PerModality::from_fn(|_| lengths.to_vec())
}

/// The longest of each modality.
fn longest(lengths: &PerModality<Vec<usize>>) -> PerModality<usize> {
    lengths.map(|_, lengths| lengths.iter().copied().max().unwrap())
}

/// Random features of samples of these lengths, padded to `time` with `padding`.
fn features(lengths: &PerModality<Vec<usize>>, time: &PerModality<usize>, padding: f32) -> PerModality<Vec<f32>> {
    PerModality::from_fn(|m| {
        let (width, time) = (*WIDTHS.get(m), *time.get(m));
        lengths
            .get(m)
            .iter()
            .enumerate()
            .flat_map(|(i, &length)| {
                let shape = [length, width];
                let seed = 31 * i as u64 + m as u64;
                let real = normal(seed, &shape).unwrap().to_dtype(DType::F32).unwrap();
                let mut values = real.flatten_all().unwrap().to_vec1::<f32>().unwrap();
                values.resize(time * width, padding);
                values
            })
            .collect()
    })
}

fn inputs(lengths: &PerModality<Vec<usize>>, time: &PerModality<usize>, padding: f32, dtype: DType) -> Inputs {
    Inputs::new(features(lengths, time, padding), lengths, time, &WIDTHS, dtype, &Device::Cpu).unwrap()
}

fn network(params: &mut Params) -> Network {
    Network::new(params.root(), &WIDTHS, &SIZE, &Probabilities::default(), 3).unwrap()
}

#[test]
fn gradients_of_every_parameter_with_dropout_and_lengths() {
    let mut params = Params::new(3, DType::F64, &Device::Cpu);
    let network = network(&mut params);
    let vars: Vec<Var> = params.iter().map(|(_, var)| var.clone()).collect();
    let lengths = PerModality { language: vec![3, 1, 2], audio: vec![1, 4, 2], vision: vec![2, 2, 5] };
    let inputs = inputs(&lengths, &longest(&lengths), 0.0, DType::F64);
    let categories = Tensor::new(&[0u32, 2, 1], &Device::Cpu).unwrap();
    let worst = worst_difference(&vars, || {
        let output = network.forward(&inputs, DropoutKey::new(1, 1))?;
        cross_entropy(&output.logits, &categories)? + output.representation.sqr()?.mean_all()?
    })
    .unwrap();
    assert!(worst < 1e-6, "finite differences disagree by {worst}");
}

#[test]
fn gradients_of_the_statistics_network() {
    let mut params = Params::new(3, DType::F64, &Device::Cpu);
    let f = StatisticsNetwork::new(params.root(), 2, 4).unwrap();
    let mut vars: Vec<Var> = params.iter().map(|(_, var)| var.clone()).collect();
    // With biases of zero, a pair for which no unit of the first layer is active stands on the second layer's kink.
    for (i, var) in vars.iter().enumerate() {
        var.set(&(var.as_tensor() + normal(10 + i as u64, var.dims()).unwrap()).unwrap()).unwrap();
    }
    vars.push(Var::from_tensor(&normal(1, &[3, 2]).unwrap()).unwrap());
    let student = vars[vars.len() - 1].clone();
    let teacher = normal(2, &[3, 2]).unwrap();
    let weights = normal(3, &[3, 3]).unwrap();
    let worst = worst_difference(&vars, || (f.forward(&teacher, student.as_tensor())? * &weights)?.sum_all()).unwrap();
    assert!(worst < 1e-7, "finite differences disagree by {worst}");
}

#[test]
fn statistics_score_each_pair_by_itself() {
    let mut params = Params::new(3, DType::F64, &Device::Cpu);
    let f = StatisticsNetwork::new(params.root(), 2, 4).unwrap();
    let (x, y) = (normal(1, &[3, 2]).unwrap(), normal(2, &[3, 2]).unwrap());
    let all = f.forward(&x, &y).unwrap().to_vec2::<f64>().unwrap();
    for (i, j) in (0..3).flat_map(|i| (0..3).map(move |j| (i, j))) {
        let one = f.forward(&x.narrow(0, i, 1).unwrap(), &y.narrow(0, j, 1).unwrap()).unwrap();
        assert!((all[i][j] - one.to_vec2::<f64>().unwrap()[0][0]).abs() < 1e-12);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn padding_changes_nothing(
        lengths in prop::collection::vec([1usize..5, 1usize..5, 1usize..5], 1..5),
        more in [0usize..4, 0usize..4, 0usize..4],
        garbage in any::<f32>(),
    ) {
        let mut params = Params::new(3, DType::F64, &Device::Cpu);
        let network = network(&mut params);
        let of = |m: Modality| lengths.iter().map(|of_sample| of_sample[m as usize]).collect::<Vec<_>>();
        let lengths = PerModality::from_fn(of);
        let time = longest(&lengths);
        let see = |inputs: &Inputs| {
            let output = network.forward(inputs, DropoutKey::NONE).unwrap();
            [output.logits, output.representation].map(|x| x.to_vec2::<f64>().unwrap().concat()).concat()
        };
        let clean = see(&inputs(&lengths, &time, 0.0, DType::F64));
        // What lies behind the end, NaN and infinities included, is never read.
        prop_assert_eq!(&clean, &see(&inputs(&lengths, &time, garbage, DType::F64)));
        // How much lies there, and who else is in the batch, changes sums' order at most.
        let longer = time.map(|m, time| time + more[m as usize]);
        for (a, b) in clean.iter().zip(see(&inputs(&lengths, &longer, garbage, DType::F64))) {
            prop_assert!((a - b).abs() < 1e-12);
        }
        let first = lengths.map(|_, lengths| lengths[..1].to_vec());
        let alone = see(&inputs(&first, &longest(&first), 0.0, DType::F64));
        for (a, b) in clean.iter().zip(&alone[..3]) {
            prop_assert!((a - b).abs() < 1e-12);
        }
    }
}

/// Attended to or not, a missing frame's place stays: what changes is who looks at it.
#[test]
fn missing_frames_are_attended_to_where_asked() {
    let mut params = Params::new(3, DType::F64, &Device::Cpu);
    let network = network(&mut params);
    let (lengths, time) = (same(&[3, 2]), PerModality::from_fn(|_| 3));
    let missing = |frames: [bool; 6]| PerModality::from_fn(|_| frames.to_vec());
    let see = |inputs: Inputs| network.forward(&inputs, DropoutKey::NONE).unwrap().logits.to_vec2::<f64>().unwrap();
    let plain = || inputs(&lengths, &time, 0.0, DType::F64);
    let with = |frames| see(plain().attending_to(&missing(frames), &lengths, &time).unwrap());
    let all = see(plain());
    assert_eq!(with([true, true, true, true, true, false]), all, "nothing is missing");
    // Nothing of the second sample is there: its frames attend to each other all the same, padding left out.
    let second_gone = with([true, true, true, false, false, false]);
    assert_eq!(second_gone, all);
    let first_thinned = with([true, false, true, true, true, false]);
    assert_ne!(first_thinned[0], all[0]);
    assert_eq!(first_thinned[1], all[1]);
}

#[test]
fn frozen_parameters_get_no_gradient() {
    let mut trained = Params::new(3, DType::F32, &Device::Cpu);
    network(&mut trained);
    let mut params = Params::frozen(&trained.values().unwrap(), DType::F32, &Device::Cpu).unwrap();
    let frozen = network(&mut params);
    let scale = Var::new(&[2.0f32], &Device::Cpu).unwrap();
    let logits = frozen
        .forward(&inputs(&same(&[2, 2]), &PerModality::from_fn(|_| 2), 0.0, DType::F32), DropoutKey::NONE)
        .unwrap()
        .logits;
    let gradients = logits.broadcast_mul(&scale).unwrap().sum_all().unwrap().backward().unwrap();
    assert!(gradients.get(scale.as_tensor()).is_some());
    assert!(params.iter().all(|(_, var)| gradients.get(var.as_tensor()).is_none()));
}
