//! That SMIL learns what can be learned: of samples whose frames show a score under noise, complete ones and those that
//! lack modalities, as well as logistic regression on the means of the frames that are there, which is the best there
//! is for such data.

use super::super::Smil;
use super::{context, jobs, scores};
use crate::learnable::{SEED, f1, regressed, split, trained};
use candle_core::DType;
use corrkd_config::{Condition, Job, Kernels, Presence, Task};
use corrkd_record::Answer;
use corrkd_train::{Learner, Method, Needed, predict};

/// Small, with the published dropout and losses. Smaller data take larger steps.
const SETTINGS: &str = "
network = { width = 8, heads = 2, layers = 1, feed_forward = 16, hidden = 16 }
reconstruction = { priors = 5, hidden = 16 }
pretraining = { epochs = 12, learning_rate = 4e-3 }
training = { epochs = 16, batch = 32, learning_rate = 4e-3 }
";

#[test]
fn each_set_is_answered_as_well_as_by_the_right_model() {
    let (train, valid, test) = (split(0..600), split(600..800), split(800..2800));
    let space = scores(Task::Regression, 0.0);
    let context = context(space, Presence::COMPLETE, train.clone(), DType::F32, Kernels::Fused);
    let [first, smil] = jobs(Task::Regression, SETTINGS);
    let learnt = |job: &Job, needs: &[Needed]| -> Box<dyn Learner> {
        let learner = Smil.open(job, SEED, &context, needs).unwrap();
        let epochs = learner.training().epochs;
        trained(learner, &context, epochs, Some(&valid))
    };
    let weights = learnt(&first, &[]).params().values().unwrap();
    let learner = learnt(&smil, &[Needed { job: first, weights }]);
    for set in Presence::ALL {
        let answers = predict(&*learner, &test, Condition::only(set), SEED, &context).unwrap().answers;
        let positive = answers.iter().map(|answer| matches!(answer, Answer::Score(score) if *score > 0.0));
        let ours = f1(&test, &positive.collect::<Vec<_>>());
        let linear = regressed(&train, &test, set);
        println!("{set}: {ours:.4}, logistic regression {linear:.4}");
        assert!((0.75..0.98).contains(&linear), "{set}: data that are no test: {linear}");
        assert!(ours > linear - 0.02, "{set}: {ours}, logistic regression {linear}");
    }
}
