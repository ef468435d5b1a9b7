//! That TransM learns what can be learned, from samples that lose something and whose frames show a score under noise:
//! of complete ones within two points of weighted F1 of logistic regression on the means of their frames, which is the
//! best there is for such data; and to tell features better than by their means, which are zero.

use super::super::TransM;
use super::{complete, context, job, scores};
use crate::learnable::{SEED, f1, regressed, split, trained};
use candle_core::DType;
use corrkd_config::{Condition, Kernels, Modality, Presence, Task};
use corrkd_nn::DropoutKey;
use corrkd_record::Answer;
use corrkd_train::{Method, Pass, TrainingBatch, predict};

/// Small, with the dropout and losses of all. Smaller data take larger steps.
const SETTINGS: &str = "
network = { width = 8, heads = 2, encoder_layers = 1, decoder_layers = 1, feed_forward = 16 }
training.learning_rate = 3e-3
";
const EPOCHS: usize = 12;

#[test]
fn it_learns_as_well_as_logistic_regression_on_the_means() {
    let (train, valid, test) = (split(0..600), split(600..800), split(800..2800));
    let context = context(scores(Task::Binary, 0.0), train.clone(), DType::F32, Kernels::Fused);
    let learner = TransM.open(&job(Task::Binary, SETTINGS), SEED, &context, &[]).unwrap();
    let learner = trained(learner, &context, EPOCHS, Some(&valid));
    // The same network, asked about complete samples alone.
    let judge = TransM.open(&complete(Task::Binary, SETTINGS), SEED, &context, &[]).unwrap();
    judge.params().load(&learner.params().values().unwrap()).unwrap();
    let answers = predict(&*judge, &test, Condition::COMPLETE, SEED, &context).unwrap().answers;
    let positive = answers.iter().map(|answer| {
        let Answer::Score(score) = answer else { panic!("no score") };
        *score > 0.0
    });
    let ours = f1(&test, &positive.collect::<Vec<_>>());
    let linear = regressed(&train, &test, Presence::COMPLETE);
    println!("weighted F1 {ours:.4}, logistic regression {linear:.4}");
    assert!((0.8..0.98).contains(&linear), "data that are no test: {linear}");
    assert!(ours > linear - 0.02, "{ours}, logistic regression {linear}");

    let indices: Vec<usize> = (0..100).collect();
    let (batch, key) = (&context.batch(&test, &indices), DropoutKey::NONE);
    let training = TrainingBatch { batch, split: &test, indices: &indices, epoch: 1, key };
    for (name, error) in Pass::of(&*judge, &training).unwrap().losses {
        let Some(to) = Modality::ALL.into_iter().find(|m| name.ends_with(&format!("_to_{m}"))) else { continue };
        let told = batch.features.get(to);
        // Padding is no frame.
        let frames = told.iter().filter(|x| **x != 0.0);
        let zero = frames.clone().map(|x| f64::from(x.abs())).sum::<f64>() / frames.count() as f64;
        println!("{name}: {error:.3}, of zero {zero:.3}");
        assert!(error < 0.9 * zero, "{name}: {error}, of zero {zero}");
    }
}
