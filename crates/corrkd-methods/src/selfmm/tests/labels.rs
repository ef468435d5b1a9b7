//! The labels that are generated: PyTorch's over several epochs, and what holds whatever the features are.

use super::super::labels::{Features, Labels, Widths};
use super::{golden, hold, numbers};
use candle_core::{DType, Tensor};
use corrkd_config::{Modality, PerModality};
use corrkd_random::Stream;
use proptest::prelude::*;

const SAMPLES: usize = 12;
const TARGETS: usize = 2;
const MOST: f64 = 2.0;
const WIDTHS: Widths = Widths { fused: 5, unimodal: PerModality { language: 3, audio: 4, vision: 2 } };

/// All samples' labels for a modality alone.
fn all(labels: &Labels, m: Modality) -> Vec<f64> {
    labels.generated(m, &(0..SAMPLES).collect::<Vec<_>>())
}

/// One target has a single negative sample, whose label for audio turns; from then on audio's labels for that target stay. The
/// checkpoint of every epoch goes on to the same labels, and to the same bits.
#[test]
fn labels_over_five_epochs_as_pytorch() {
    let golden = golden();
    let given = numbers(&golden["labels/given"]);
    let of_batch = |name: &str, batch| numbers(&golden[&format!("labels/{name}")].get(batch).unwrap());
    let batches = golden["labels/samples"].dim(0).unwrap();
    for (dtype, tolerance) in [(DType::F64, 1e-9), (DType::F32, 1e-6)] {
        let fresh = || Labels::new(given.clone(), TARGETS, MOST, &WIDTHS, dtype);
        let (mut labels, mut worst, mut turned) = (fresh(), 0f64, 0);
        for batch in 0..batches {
            let epoch = 1 + batch * 4 / SAMPLES;
            if batch * 4 % SAMPLES == 0 {
                let state = labels.state().unwrap();
                labels = fresh();
                labels.restore(&state).unwrap();
            }
            let samples: Vec<usize> = of_batch("samples", batch).into_iter().map(|x| x as usize).collect();
            let features = Features {
                fused: of_batch("features/fused", batch),
                unimodal: PerModality::from_fn(|m| of_batch(&format!("features/{m}"), batch)),
            };
            let before = all(&labels, Modality::Audio);
            labels.update(&samples, &features, epoch);
            for m in Modality::ALL {
                let theirs = of_batch(&format!("generated/{m}"), batch);
                worst = worst.max(hold(&format!("{m}, batch {batch}"), &all(&labels, m), &theirs, 0.0, tolerance));
            }
            let of_target = |labels: &[f64]| labels.iter().skip(1).step_by(TARGETS).copied().collect::<Vec<_>>();
            if of_target(&before).iter().all(|&label| label >= 0.0) {
                assert_eq!(of_target(&all(&labels, Modality::Audio)), of_target(&before));
                turned += 1;
            }
        }
        assert!(turned > 0);
        println!("{dtype:?}: {worst:.1e} at most");
    }
}

/// Features of four samples that are drawn from the seed; some are the same for all.
fn drawn(seed: u64, magnitude: f64) -> Features {
    let of = |width: usize, name: &str| {
        let stream = Stream::new(seed, name);
        (0..4 * width as u64).map(|i| (stream.normal(i) * magnitude).max(0.0)).collect()
    };
    Features {
        fused: of(WIDTHS.fused, "fused"),
        unimodal: WIDTHS.unimodal.map(|m, &width| match m {
            Modality::Vision => vec![0.0; 4 * width],
            _ => of(width, m.name()),
        }),
    }
}

proptest! {
    /// Labels are finite, within what was given and H, and those of other samples stay.
    #[test]
    fn labels_stay_within_their_bounds(
        seed in 0u64..1000,
        magnitude in prop_oneof![Just(0.0), Just(1e-20), Just(1.0), Just(1e20)],
        given in prop::collection::vec(prop_oneof![Just(0.0), -3.0f64..3.0], SAMPLES * TARGETS),
    ) {
        let mut labels = Labels::new(given.clone(), TARGETS, MOST, &WIDTHS, DType::F32);
        for step in 0..9u64 {
            let samples: Vec<usize> = (0..4).map(|i| (i * 3 + step as usize) % SAMPLES).collect();
            let before = PerModality::from_fn(|m| all(&labels, m));
            labels.update(&samples, &drawn(seed + step, magnitude), 1 + step as usize / 3);
            for m in Modality::ALL {
                for (at, (now, before)) in all(&labels, m).into_iter().zip(before.get(m)).enumerate() {
                    prop_assert!(now.abs() <= given[at].abs().max(MOST) + 1e-6, "{now} at {at}");
                    let of_batch = step >= 3 && samples.contains(&(at / TARGETS));
                    prop_assert!(of_batch || now == *before, "{at} changed in step {step}");
                }
            }
        }
    }

    /// Where all labels are on one side, or none is on any, nothing is generated.
    #[test]
    fn one_sided_labels_stay(seed in 0u64..1000, side in prop_oneof![Just(-1.0), Just(0.0), Just(1.0)]) {
        let stream = Stream::new(seed, "labels");
        let given: Vec<f64> = (0..(SAMPLES * TARGETS) as u64).map(|i| side * stream.uniform(i)).collect();
        let mut labels = Labels::new(given, TARGETS, MOST, &WIDTHS, DType::F64);
        let samples: Vec<usize> = (0..SAMPLES).collect();
        for epoch in 1..4 {
            labels.update(&samples[..4], &drawn(seed, 1.0), epoch);
        }
        for m in Modality::ALL {
            prop_assert_eq!(labels.generated(m, &samples), labels.given(&samples));
        }
    }
}

/// A sample at the centre of the positive ones is as positive as can be, for a modality that says so, whatever its own label.
#[test]
fn features_at_a_centre_give_a_label_at_the_bound() {
    let widths = Widths { fused: 1, unimodal: PerModality::all(1) };
    let mut labels = Labels::new(vec![1.0, -1.0, 0.5], 1, 3.0, &widths, DType::F64);
    let features = |fused: [f64; 3], of_each: [f64; 3]| Features {
        fused: fused.to_vec(),
        unimodal: PerModality::all(of_each.to_vec()),
    };
    labels.update(&[0, 1, 2], &features([1.0, -1.0, 1.0], [1.0, -1.0, 1.0]), 1);
    // Fused, the third sample lies in the middle of the positive and the negative ones: r_m = 0. Alone it lies where the
    // positive ones do: r_s = 2e8.
    let one = Features { fused: vec![0.0], unimodal: PerModality::all(vec![1.0]) };
    labels.update(&[2], &one, 2);
    let expected = 0.5 / 3.0 + 2.0 / 3.0 * 3.0;
    for m in Modality::ALL {
        let label = labels.generated(m, &[2])[0];
        assert!((label - expected).abs() < 1e-12, "{label}");
    }
}

#[test]
fn a_state_of_other_samples_is_refused_by_name() {
    let mut labels = Labels::new(vec![1.0; 6], TARGETS, MOST, &WIDTHS, DType::F32);
    let other = Labels::new(vec![1.0; 8], TARGETS, MOST, &WIDTHS, DType::F32).state().unwrap();
    let error = labels.restore(&other).unwrap_err().to_string();
    assert!(error.contains("features.fused") && error.contains("[4, 5]"), "{error}");
    let mut state = labels.state().unwrap();
    state.remove("labels.audio");
    let error = labels.restore(&state).unwrap_err().to_string();
    assert!(error.contains("labels.audio") && error.contains("absent"), "{error}");
    let shape = |tensor: &Tensor| tensor.dims().to_vec();
    assert_eq!(labels.state().unwrap().values().map(shape).collect::<Vec<_>>().len(), 7);
}
