//! The loop: shuffled epochs, validation after each, the best kept, everything resumable.

use crate::blame::blame;
use crate::checkpoint::{self, Begun, Progress, Within};
use crate::stop::{Hearing, Stop};
use crate::{Context, Learner, Losses, TrainError, Training, TrainingBatch, part, validate};
use corrkd_config::Selection;
use corrkd_data::{Split, epoch_order};
use corrkd_nn::{DropoutKey, Optimizer};
use corrkd_record::{Event, RunDir, RunId, SplitSizes, Validation, digest};
use std::collections::BTreeMap;
use std::time::Instant;

/// A training to be done, or to be gone on with.
pub(crate) struct Fit<'a> {
    pub(crate) id: &'a RunId,
    pub(crate) dir: &'a RunDir,
    pub(crate) valid: &'a Split,
    pub(crate) seed: u64,
    pub(crate) context: &'a Context,
    pub(crate) stop: &'a Stop,
}

impl Fit<'_> {
    /// Trains to the last epoch, or until patience ends, and says where it stands; the best epoch's state lies in
    /// `best.safetensors`. A training that was cut off goes on after its last whole epoch, and one that was told to stop after its
    /// last step.
    pub(crate) fn train(
        &self,
        learner: &mut dyn Learner,
        sizes: SplitSizes,
        tell: &mut dyn FnMut(Event) -> Result<(), TrainError>,
    ) -> Result<Progress, TrainError> {
        let training = learner.training().clone();
        let mut optimizer = Optimizer::new(learner.params(), &training.optimizer)?;
        let mut progress = match self.dir.last_path().exists() {
            true => Some(checkpoint::resume(&self.dir.last_path(), learner, &mut optimizer)?),
            false => None,
        };
        let hearing = self.stop.hear();
        let resumed_from = progress.as_ref().map(|p| p.epoch);
        self.dir.truncate_events(resumed_from.unwrap_or(0))?;
        tell(Event::Started {
            run: self.id.clone(),
            samples: sizes,
            parameters: learner.params().count(),
            epochs: training.epochs,
            resumed_from,
        })?;
        let groups = learner.together(&self.context.train);
        loop {
            if let Some(done) = progress.take_if(|p| is_over(&training, p)) {
                return Ok(done);
            }
            let clock = Instant::now();
            let epoch = progress.as_ref().map_or(0, |p| p.epoch) + 1;
            let within = checkpoint::resume_step(self.dir, learner, &mut optimizer, epoch)?;
            let start = progress.as_ref().map_or(0, |p| p.batches);
            let mut within = within.unwrap_or(Within { batches: start, begun: Begun::default(), seconds: 0.0 });
            let before = within.seconds;
            if !self.epoch(learner, &mut optimizer, &groups, epoch, &mut within, &hearing)? {
                let step = within.begun.step;
                within.seconds += clock.elapsed().as_secs_f64();
                checkpoint::save_step(self.dir, learner, &optimizer, epoch, within)?;
                tell(Event::Stopped { epoch, step })?;
                return Err(TrainError::Stopped { epoch, step });
            }
            let Within { batches, begun, .. } = within;
            let (losses, parts, gradient_norm) = begun.means();
            let validation = part("validation", || validate(learner, self.valid, self.seed, self.context))?;
            optimizer.schedule(epoch, validation.loss);
            let best = progress.as_ref().is_none_or(|p| is_better(&training, &validation, &p.best));
            let seconds = before + clock.elapsed().as_secs_f64();
            let mut now = Progress {
                run: self.id.clone(),
                epoch,
                batches,
                optimizer: optimizer.note(),
                best_epoch: progress.as_ref().filter(|_| !best).map_or(epoch, |p| p.best_epoch),
                best: progress.as_ref().filter(|_| !best).map_or(validation, |p| p.best),
                checkpoint: String::new(),
                history: String::new(),
                seconds: progress.as_ref().map_or(0.0, |p| p.seconds) + seconds,
            };
            now.checkpoint = match progress.take().filter(|_| !best) {
                Some(before) => before.checkpoint,
                None => {
                    let best = self.dir.best_path();
                    part("checkpoint", || checkpoint::save(&best, learner, &optimizer, &now))?;
                    part("checkpoint", || digest(&best))?
                }
            };
            let epochs = training.epochs;
            tell(Event::Epoch { epoch, epochs, losses, parts, gradient_norm, validation, best, seconds })?;
            now.history = self.dir.history_hash()?;
            part("checkpoint", || checkpoint::save(&self.dir.last_path(), learner, &optimizer, &now))?;
            self.dir.forget_step()?;
            if hearing.asked() && !is_over(&training, &now) {
                tell(Event::Stopped { epoch: epoch + 1, step: 0 })?;
                return Err(TrainError::Stopped { epoch: epoch + 1, step: 0 });
            }
            progress = Some(now);
        }
    }

    /// One pass over the training split, in batches of whole groups, or what `within` leaves of it; false where it was told to
    /// stop, which it does where no gradient waits for a step.
    fn epoch(
        &self,
        learner: &mut dyn Learner,
        optimizer: &mut Optimizer,
        groups: &[Vec<usize>],
        epoch: usize,
        within: &mut Within,
        hearing: &Hearing<'_>,
    ) -> Result<bool, TrainError> {
        let split = &self.context.train;
        let order = epoch_order(groups.len(), self.seed, epoch);
        let chunks = batched(&order, learner.training().batch, |group| groups[group].len());
        let count = chunks.len();
        let Within { batches, begun, .. } = within;
        for (step, chunk) in chunks.into_iter().enumerate().skip(begun.step) {
            let indices: Vec<usize> = chunk.iter().flat_map(|&group| groups[group].iter().copied()).collect();
            let batch = &self.context.batch(split, &indices);
            let key = DropoutKey::new(self.seed, *batches);
            let batch = TrainingBatch { batch, split, indices: &indices, epoch, key };
            let mut losses = part("step", || learner.step(&batch, optimizer))?;
            if step + 1 == count && losses.fault().is_none() && losses.norm.is_none() {
                losses.norm = optimizer.end_epoch(learner.params())?;
            }
            *batches += 1;
            if let Some((term, value)) = losses.fault() {
                let blame = blame(learner, self.context, &indices, epoch)?;
                let samples = indices.len();
                return Err(TrainError::NotFinite { term, value, epoch, step: step + 1, samples, blame });
            }
            begun.add(losses);
            if begun.step < count && hearing.asked() && !optimizer.waits() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Begun {
    fn add(&mut self, Losses { terms, parts, norm }: Losses) {
        self.step += 1;
        let also = |(sum, count): &mut (f64, usize), value| {
            *sum += value;
            *count += 1;
        };
        norm.into_iter().for_each(|norm| also(&mut self.norms, norm));
        for (name, value) in terms {
            *self.losses.entry(name.to_owned()).or_default() += value;
        }
        parts.into_iter().for_each(|(name, value)| also(self.parts.entry(name.to_owned()).or_default(), value));
    }

    /// What an epoch came to, over its steps: each loss, each part, the gradient's norm.
    fn means(self) -> (BTreeMap<String, f64>, BTreeMap<String, f64>, f64) {
        let mean = |(sum, count): (f64, usize)| sum / count.max(1) as f64;
        let losses = self.losses.into_iter().map(|(name, sum)| (name, sum / self.step as f64)).collect();
        let parts = self.parts.into_iter().map(|(name, part)| (name, mean(part))).collect();
        (losses, parts, mean(self.norms))
    }
}

/// The groups in their order, `size` of them in a batch, in the last one what is left. Were that a single sample it joins the
/// batch before: losses that tell a batch's samples apart would say nothing of it, or something else.
pub(crate) fn batched(order: &[usize], size: usize, samples: impl Fn(usize) -> usize) -> Vec<&[usize]> {
    let mut batches: Vec<&[usize]> = order.chunks(size).collect();
    if let [.., last_but_one, [group]] = batches[..]
        && size > 1
        && samples(*group) == 1
    {
        let start = order.len() - 1 - last_but_one.len();
        batches.truncate(batches.len() - 2);
        batches.push(&order[start..]);
    }
    batches
}

fn is_over(training: &Training, progress: &Progress) -> bool {
    let waited = progress.epoch - progress.best_epoch;
    progress.epoch >= training.epochs || (training.patience > 0 && waited >= training.patience)
}

fn is_better(training: &Training, new: &Validation, old: &Validation) -> bool {
    match training.selection {
        Selection::Loss => new.loss < old.loss,
        Selection::F1 => new.f1 > old.f1,
    }
}

#[cfg(test)]
mod tests {
    use super::batched;

    #[test]
    fn one_sample_is_no_batch_where_there_are_others() {
        let of = |order: &[usize], size, samples: &dyn Fn(usize) -> usize| -> Vec<Vec<usize>> {
            batched(order, size, samples).into_iter().map(<[usize]>::to_vec).collect()
        };
        let single = |_| 1;
        assert_eq!(of(&[3, 0, 2, 1], 3, &single), [vec![3, 0, 2, 1]]);
        assert_eq!(of(&[3, 0, 2, 1, 4], 2, &single), [vec![3, 0], vec![2, 1, 4]]);
        // As it was: no rest, a rest of two, batches of one, a sample that has no other beside it.
        assert_eq!(of(&[3, 0, 2, 1], 2, &single), [[3, 0], [2, 1]]);
        assert_eq!(of(&[3, 0, 2, 1, 4], 3, &single), [vec![3, 0, 2], vec![1, 4]]);
        assert_eq!(of(&[1, 0], 1, &single), [[1], [0]]);
        assert_eq!(of(&[0], 2, &single), [[0]]);
        // A group is a batch by itself if it has more than one sample.
        assert_eq!(of(&[2, 1, 0], 2, &|group| group + 2), [vec![2, 1], vec![0]]);
    }
}
