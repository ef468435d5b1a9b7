//! What the network's numbers (B, R) mean, and what the labels make them cost: the logits of K categories and their cross
//! entropy; or, of a regression, one number, how far the score lies from the neutral value of its scale, and the mean
//! absolute error, as the field's regressors have it.
//!
//! The paper has no regression: that is open, as are the weights of categories.

use super::settings::ClassWeights;
use candle_core::Tensor;
use corrkd_config::{LabelSpace, Task};
use corrkd_data::Batch;
use corrkd_losses::Loss;
use corrkd_nn::{Number, cross_entropy, mean_absolute_error, weighted_cross_entropy};
use corrkd_train::{Answers, Context, TrainError};
use std::collections::BTreeSet;

/// How the numbers are read.
#[derive(Clone)]
pub(super) enum Response {
    /// Logits of categories; what these count by in the cross entropy, (K), where they do not all count the same.
    Categories(Option<Vec<f32>>),
    /// A score, less this neutral value.
    Score(f64),
}

impl Response {
    /// That of the context's labels.
    pub(super) fn of(context: &Context, weights: ClassWeights) -> Self {
        let labels = &context.space;
        match (labels.scale(), weights) {
            (Some(scale), _) if labels.task() == Task::Regression => Self::Score(f64::from(scale.neutral)),
            (_, ClassWeights::None) => Self::Categories(None),
            (_, ClassWeights::Balanced) => {
                let training = context.train.samples.iter().map(|sample| labels.category(sample.label));
                Self::Categories(Some(balanced(training, labels.categories())))
            }
        }
    }

    /// What categories count by, where they do not all count the same.
    pub(super) fn weights(&self) -> Option<Vec<f32>> {
        match self {
            Self::Categories(weights) => weights.clone(),
            Self::Score(_) => None,
        }
    }

    /// The numbers as answers.
    pub(super) fn answers(&self, numbers: &Tensor) -> candle_core::Result<Answers> {
        Ok(match self {
            Self::Categories(_) => Answers::Categories(numbers.clone()),
            Self::Score(neutral) => Answers::Score((numbers.squeeze(1)? + *neutral)?),
        })
    }

    /// The numbers' loss. Where categories do not all count the same, it tells how many the batch has: `task.categories`.
    pub(super) fn loss(&self, numbers: &Tensor, batch: &Batch, context: &Context) -> Result<Loss, TrainError> {
        let categories = context.categories(batch);
        let value = match self {
            Self::Categories(None) => cross_entropy(numbers, &context.targets(&categories)?)?,
            Self::Categories(Some(weights)) => {
                let weights = Tensor::new(weights.as_slice(), &context.device)?.to_dtype(context.dtype)?;
                weighted_cross_entropy(numbers, &context.targets(&categories)?, &weights)?
            }
            Self::Score(neutral) => mean_absolute_error(&(numbers.squeeze(1)? + *neutral)?, &context.labels(batch)?)?,
        };
        let parts = match self {
            Self::Categories(Some(_)) => {
                vec![("task.categories", Number::Known(BTreeSet::from_iter(&categories).len() as f64))]
            }
            Self::Categories(None) | Self::Score(_) => Vec::new(),
        };
        Ok(Loss { value, parts })
    }
}

/// How many numbers R the network gives about such labels.
pub(super) fn numbers(labels: &LabelSpace) -> usize {
    match labels.task() {
        Task::Regression => 1,
        _ => labels.categories(),
    }
}

/// N / (K n_k) for each of K categories that n_k of N samples are of; a category that none is of has no weight.
fn balanced(samples: impl Iterator<Item = usize>, categories: usize) -> Vec<f32> {
    let mut counts = vec![0u32; categories];
    samples.for_each(|category| counts[category] += 1);
    let all = f64::from(counts.iter().sum::<u32>());
    let weight = |&count: &u32| if count == 0 { 0.0 } else { all / (categories as f64 * f64::from(count)) };
    counts.iter().map(|count| weight(count) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::balanced;

    /// ```python
    /// from sklearn.utils.class_weight import compute_class_weight
    /// compute_class_weight("balanced", classes=[0, 1, 3], y=[0, 3, 3, 1, 3, 3, 3, 0])  # [1.3333, 2.6667, 0.5333]
    /// ```
    /// With a category that no sample is of, K is 4 and not 3; the weighted mean does not change by a common factor.
    #[test]
    fn rare_categories_count_more() {
        let weights = balanced([0, 3, 3, 1, 3, 3, 3, 0].into_iter(), 4);
        for (ours, theirs) in weights.iter().zip([1.333_333_3, 2.666_666_7, 0.0, 0.533_333_3]) {
            assert!((ours * 4.0 / 3.0 - theirs).abs() < 1e-6, "{weights:?}");
        }
    }
}
