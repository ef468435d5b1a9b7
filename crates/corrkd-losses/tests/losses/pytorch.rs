//! The losses' values and gradients against PyTorch's (`golden/losses.py`). RCD's are in `corrkd-methods`, beside its
//! statistics network.

use crate::golden::{Golden, Place};
use candle_core::{DType, Result, Tensor};
use corrkd_losses::{Contrast, Decoupled, Distance, Push, cpd, dkd, jensen_shannon, kl, kl_of_scores, scd};

const FILE: &[u8] = include_bytes!("../golden/losses.safetensors");

/// Checks two forms of a loss of the student's and the teacher's side; the case's loss is their sum. The teacher's side
/// must get no gradient.
fn check_both(
    place: &Place,
    case: &str,
    names: [&str; 2],
    losses: impl Fn(&Tensor, &Tensor, &Golden) -> [Result<Tensor>; 2],
) {
    Golden::each(place, FILE, case, |golden| {
        let (s, t) = (golden.input("s"), golden.input("t"));
        let [one, other] = losses(s.as_tensor(), t.as_tensor(), golden).map(Result::unwrap);
        let sum = (&one + &other).unwrap();
        golden.check(&[(names[0], &one), (names[1], &other)], &sum, &[], &[("s", &s), ("t", &t)]);
    });
}

fn scd_by_each_distance_around_the_margin_at_equal_vectors_and_of_one_sample(place: &Place) {
    let every = ["beyond", "across", "inside", "equal", "some_equal", "one"];
    let distances = [
        (Distance::Euclidean, "", &["at_margin"][..]),
        (Distance::RootMeanSquare, "_root-mean-square", &[]),
        (Distance::Unit, "_unit", &["lengths", "zero"]),
    ];
    for (distance, suffix, further) in distances {
        for case in every.iter().chain(further) {
            check_both(place, &format!("scd_{case}{suffix}"), ["mean", "sum"], |s, t, golden| {
                let margin = golden.inputs["margin"].to_dtype(DType::F64).and_then(|eta| eta.to_scalar()).unwrap();
                let value = |push| Ok(scd(s, t, Contrast { margin, distance, push }, golden.kernels)?.value);
                [Push::Mean, Push::Sum].map(value)
            });
        }
    }
}

fn cpd_with_all_categories_without_one_with_single_samples_and_of_one_sample(place: &Place) {
    let of = |kind: &'static str| [2, 3, 4, 7].map(|k| format!("{kind}_of_{k}"));
    for case in of("all").into_iter().chain(of("absent")).chain(["single", "one"].map(str::to_owned)) {
        check_both(place, &format!("cpd_{case}"), ["present", "counted"], |s, t, golden| {
            let categories = golden.indices("categories");
            [None, Some(golden.indices("counted")[0])].map(|counted| Ok(cpd(s, t, &categories, counted)?.value))
        });
    }
}

fn kl_of_normal_and_saturated_logits_and_of_one_sample(place: &Place) {
    for case in ["normal", "one", "saturated_same", "saturated_other", "saturated_teacher", "saturated_student"] {
        Golden::each(place, FILE, &format!("kl_{case}"), |golden| {
            let (s, t) = (golden.input("s"), golden.input("t"));
            golden.check(&[], &kl(s.as_tensor(), t.as_tensor()).unwrap(), &[], &[("s", &s), ("t", &t)]);
        });
    }
}

fn kl_of_near_equal_and_distant_scores(place: &Place) {
    Golden::each(place, FILE, "kl_of_scores", |golden| {
        let (s, t) = (golden.input("s"), golden.input("t"));
        golden.check(&[], &kl_of_scores(s.as_tensor(), t.as_tensor()).unwrap(), &[], &[("s", &s), ("t", &t)]);
    });
}

fn dkd_of_two_to_seven_categories_of_each_part_alone_and_of_saturated_logits(place: &Place) {
    let saturated = ["same", "other", "teacher", "student"];
    let saturated = saturated.iter().flat_map(|what| (0..3).map(move |k| format!("saturated_{what}_{k}")));
    let soft = ["of_2", "of_3", "of_4", "of_7", "one", "target_alone", "others_alone"].map(str::to_owned);
    for case in soft.into_iter().chain(saturated) {
        Golden::each(place, FILE, &format!("dkd_{case}"), |golden| {
            let (s, t) = (golden.input("s"), golden.input("t"));
            let how = golden.inputs["how"].to_dtype(DType::F64).unwrap().to_vec1::<f64>().unwrap();
            let how = Decoupled { alpha: how[0], beta: how[1], temperature: how[2] };
            let loss = dkd(s.as_tensor(), t.as_tensor(), &golden.indices("categories"), how).unwrap();
            golden.check(&[], &loss.value, &[], &[("s", &s), ("t", &t)]);
        });
    }
}

fn jensen_shannon_of_small_large_and_zero_scores_and_of_one_sample(place: &Place) {
    for case in ["jensen_shannon", "jensen_shannon_one"] {
        Golden::each(place, FILE, case, |golden| {
            let s = golden.input("s");
            golden.check(&[], &jensen_shannon(s.as_tensor()).unwrap(), &[], &[("s", &s)]);
        });
    }
}

proofs![
    scd_by_each_distance_around_the_margin_at_equal_vectors_and_of_one_sample,
    cpd_with_all_categories_without_one_with_single_samples_and_of_one_sample,
    kl_of_normal_and_saturated_logits_and_of_one_sample,
    kl_of_near_equal_and_distant_scores,
    dkd_of_two_to_seven_categories_of_each_part_alone_and_of_saturated_logits,
    jensen_shannon_of_small_large_and_zero_scores_and_of_one_sample
];
