//! How long trainings take, by a few of their steps: so that a cluster is given jobs that last.

use crate::fit::batched;
use crate::{Context, Learner, Method, Needed, TrainError, TrainingBatch, run::method_named, validate};
use candle_core::Device;
use corrkd_config::{Job, Kernels, LabelSpace};
use corrkd_data::Dataset;
use corrkd_nn::{DropoutKey, Optimizer};
use std::time::Instant;

/// Steps that are taken; the first, which allocates, is not timed.
const STEPS: usize = 4;
/// Any seed.
const SEED: u64 = 0;

/// The seconds that trainings take at most on one core, of all their epochs: each of a job, with the places of those before it whose
/// networks it needs.
///
/// # Errors
/// As opening a learner, and as its steps.
pub fn seconds(
    methods: &[&dyn Method],
    jobs: &[(Job, Vec<usize>)],
    data: &Dataset,
    kernels: Kernels,
) -> Result<Vec<f64>, TrainError> {
    let mut learners: Vec<Box<dyn Learner>> = Vec::with_capacity(jobs.len());
    let mut all = Vec::with_capacity(jobs.len());
    for (job, needs) in jobs {
        let method = method_named(methods, &job.method)?;
        let context = Context::new(data, LabelSpace::new(job.task, &data.labels)?, &Device::Cpu, kernels);
        let need = |&need: &usize| -> Result<Needed, TrainError> {
            Ok(Needed { job: jobs[need].0.clone(), weights: learners[need].params().values()? })
        };
        let needs = needs.iter().map(need).collect::<Result<Vec<_>, _>>()?;
        let mut learner = method.open(job, SEED, &context, &needs)?;
        all.push(one(learner.as_mut(), data, &context)?);
        learners.push(learner);
    }
    Ok(all)
}

fn one(learner: &mut dyn Learner, data: &Dataset, context: &Context) -> Result<f64, TrainError> {
    let training = learner.training().clone();
    let mut optimizer = Optimizer::new(learner.params(), &training.optimizer)?;
    let groups = learner.together(&context.train);
    let order: Vec<usize> = (0..groups.len()).collect();
    let chunks = batched(&order, training.batch, |group| groups[group].len());
    let mut clock = Instant::now();
    let timed = chunks.len().min(STEPS);
    for (step, chunk) in chunks[..timed].iter().enumerate() {
        if step == 1 {
            clock = Instant::now();
        }
        let indices: Vec<usize> = chunk.iter().flat_map(|&group| groups[group].iter().copied()).collect();
        let batch = &context.batch(&context.train, &indices);
        let key = DropoutKey::new(SEED, step);
        learner
            .step(&TrainingBatch { batch, split: &context.train, indices: &indices, epoch: 1, key }, &mut optimizer)?;
    }
    let step = clock.elapsed().as_secs_f64() / timed.saturating_sub(1).max(1) as f64;
    let clock = Instant::now();
    validate(learner, &data.valid, SEED, context)?;
    let validation = clock.elapsed().as_secs_f64();
    Ok(training.epochs as f64 * (chunks.len() as f64 * step + validation))
}
