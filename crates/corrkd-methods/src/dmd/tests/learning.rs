//! That DMD learns what can be learned: from complete samples whose frames show a score under noise, within two points
//! of weighted F1 of logistic regression on the means of their frames, which is the best there is for such data.

use super::super::Dmd;
use super::{context, job, scores};
use crate::learnable::{SEED, TIME, regressed, split, trained};
use candle_core::DType;
use corrkd_config::{Kernels, PerModality, Presence, Task};
use corrkd_train::{Method, validate};

/// Small, with the published dropout and losses. Smaller data take larger steps.
const SETTINGS: &str = "
network = { width = 8, heads = 2, layers = 1, kernels = { language = 3, audio = 1, vision = 2 } }
training = { accumulate = 1, learning_rate = 3e-3 }
";
const EPOCHS: usize = 12;

#[test]
fn it_learns_as_well_as_logistic_regression_on_the_means() {
    let (train, valid, test) = (split(0..600), split(600..800), split(800..2800));
    let space = scores(Task::Binary, 0.0);
    let context = context(space, PerModality::all(TIME), train.clone(), DType::F32, Kernels::Fused);
    let learner = Dmd.open(&job(Task::Binary, SETTINGS), SEED, &context, &[]).unwrap();
    let learner = trained(learner, &context, EPOCHS, Some(&valid));
    let ours = validate(&*learner, &test, SEED, &context).unwrap().f1;
    let linear = regressed(&train, &test, Presence::COMPLETE);
    println!("weighted F1 {ours:.4}, logistic regression {linear:.4}");
    assert!((0.8..0.98).contains(&linear), "data that are no test: {linear}");
    assert!(ours > linear - 0.02, "{ours}, logistic regression {linear}");
}
