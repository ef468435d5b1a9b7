//! What it takes for a repeated run to be the same.

use super::adversarial::{all_settings, run, usual};
use corrkd_record::RunResult;
use corrkd_train::Verification;

/// A repetition is the same only if its weights, its predictions and its epoch all are.
#[test]
fn each_part_of_an_outcome_counts() {
    let [stored, _] = run(&usual(), &all_settings("").remove(0)).unwrap();
    let against = |change: fn(&mut RunResult)| {
        let mut repeated = stored.clone();
        change(&mut repeated);
        Verification { stored: stored.clone(), repeated, parted: None, predictions: None, code: "" }
    };
    assert!(against(|_| {}).is_same());
    assert!(!against(|result| result.predictions.push('0')).is_same());
    let weights = against(|result| result.training.as_mut().unwrap().weights.push('0'));
    assert!(!weights.is_same() && weights.to_string().contains("the weights differ"), "{weights}");
    let epoch = against(|result| result.training.as_mut().unwrap().best_epoch += 1);
    assert!(!epoch.is_same() && epoch.to_string().contains("the best epoch was "), "{epoch}");
}
