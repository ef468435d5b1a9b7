//! The training loop: shuffled epochs, validation after each, the best kept, everything resumable.

use crate::TrainError;
use crate::blame::blame;
use crate::checkpoint::{self, Progress};
use crate::judge::judge;
use crate::learner::{Learner, View, labels};
use crate::lesson::Lesson;
use crate::predict::answers;
use corrkd_config::{Selection, Training};
use corrkd_data::{Dataset, epoch_order};
use corrkd_nn::{Adam, Noise};
use corrkd_record::{Event, RunDir, RunId, SplitSizes, Validation};
use std::collections::BTreeMap;
use std::time::Instant;

/// A training to be done, or to be gone on with.
pub(crate) struct Fit<'a> {
    pub(crate) id: &'a RunId,
    pub(crate) dir: &'a RunDir,
    pub(crate) data: &'a Dataset,
    pub(crate) seed: u64,
    pub(crate) training: &'a Training,
    pub(crate) view: &'a View,
}

impl Fit<'_> {
    /// Trains to the last epoch, or until patience ends, and says where it stands; the best epoch's state lies in
    /// `best.safetensors`. A training that was cut off goes on after its last whole epoch.
    pub(crate) fn train(
        &self,
        learner: &dyn Learner,
        sizes: SplitSizes,
        tell: &mut dyn FnMut(Event) -> Result<(), TrainError>,
    ) -> Result<Progress, TrainError> {
        let mut adam = Adam::new(learner.params(), self.training.learning_rate, self.training.clip_norm)?;
        let mut progress = match self.dir.last_path().exists() {
            true => Some(checkpoint::resume(&self.dir.last_path(), learner, &mut adam)?),
            false => None,
        };
        let resumed_from = progress.as_ref().map(|p| p.epoch);
        self.dir.truncate_events(resumed_from.unwrap_or(0))?;
        tell(Event::Started {
            run: self.id.clone(),
            samples: sizes,
            parameters: learner.params().count(),
            epochs: self.training.epochs,
            resumed_from,
        })?;
        loop {
            if let Some(done) = progress.take_if(|p| self.is_over(p)) {
                return Ok(done);
            }
            let clock = Instant::now();
            let epoch = progress.as_ref().map_or(0, |p| p.epoch) + 1;
            let (losses, gradient_norm) = self.epoch(learner, &mut adam, epoch)?;
            let validation = self.validate(learner)?;
            let best = progress.as_ref().is_none_or(|p| self.is_better(&validation, &p.best));
            let seconds = clock.elapsed().as_secs_f64();
            let now = Progress {
                epoch,
                step: adam.steps(),
                best_epoch: progress.as_ref().filter(|_| !best).map_or(epoch, |p| p.best_epoch),
                best: progress.as_ref().filter(|_| !best).map_or(validation, |p| p.best),
                seconds: progress.as_ref().map_or(0.0, |p| p.seconds) + seconds,
            };
            if best {
                checkpoint::save(&self.dir.best_path(), learner, &adam, &now)?;
            }
            let epochs = self.training.epochs;
            tell(Event::Epoch { epoch, epochs, losses, gradient_norm, validation, best, seconds })?;
            checkpoint::save(&self.dir.last_path(), learner, &adam, &now)?;
            progress = Some(now);
        }
    }

    fn is_over(&self, progress: &Progress) -> bool {
        let patience = self.training.patience;
        let waited = progress.epoch - progress.best_epoch;
        progress.epoch >= self.training.epochs || (patience > 0 && waited >= patience)
    }

    fn is_better(&self, new: &Validation, old: &Validation) -> bool {
        match self.training.selection {
            Selection::Loss => new.loss < old.loss,
            Selection::F1 => new.f1 > old.f1,
        }
    }

    /// One pass over the training split: mean value of each term, and mean gradient norm before clipping.
    fn epoch(
        &self,
        learner: &dyn Learner,
        adam: &mut Adam,
        epoch: usize,
    ) -> Result<(BTreeMap<String, f64>, f64), TrainError> {
        let split = &self.data.train;
        let order = epoch_order(split.samples.len(), self.seed, epoch);
        let mut sums: BTreeMap<String, f64> = BTreeMap::new();
        let mut norms = 0.0;
        let steps = order.chunks(self.training.batch);
        let count = steps.len() as f64;
        for (step, indices) in steps.enumerate() {
            let lesson =
                Lesson::of(learner, &self.view.batch(split, indices), epoch, Noise::step(self.seed, adam.steps()))?;
            let mut fault = lesson.fault();
            if fault.is_none() {
                let norm = adam.step(learner.params(), &lesson.gradients)?;
                norms += norm;
                fault = (!norm.is_finite()).then_some(("the gradient's norm", norm));
            }
            if let Some((term, value)) = fault {
                let blame = blame(learner, self.view, split, indices, epoch)?;
                let samples = indices.len();
                return Err(TrainError::NotFinite { term, value, epoch, step: step + 1, samples, blame });
            }
            for (name, value) in lesson.losses {
                *sums.entry(name.to_owned()).or_default() += value;
            }
        }
        sums.values_mut().for_each(|sum| *sum /= count);
        Ok((sums, norms / count))
    }

    /// The mean over the learner's conditions of loss, weighted F1 and accuracy on the validation split.
    fn validate(&self, learner: &dyn Learner) -> Result<Validation, TrainError> {
        let conditions = learner.validated_on();
        let labels = labels(&self.data.valid);
        let mut mean = Validation { loss: 0.0, f1: 0.0, accuracy: 0.0 };
        for &condition in &conditions {
            let answers = answers(learner.network(), &self.data.valid, condition, self.seed, self.view)?;
            let verdict = judge(self.view.task, &answers.logits, &labels);
            let share = 1.0 / conditions.len() as f64;
            mean.loss += share * verdict.loss;
            mean.f1 += share * verdict.scores.f1;
            mean.accuracy += share * verdict.scores.accuracy;
        }
        Ok(mean)
    }
}
