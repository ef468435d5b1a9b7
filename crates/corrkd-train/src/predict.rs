//! What a network makes of a whole split under one condition.

use crate::blame::culprit;
use crate::{Answers, Blame, Context, Known, Model, Output, TrainError, part};
use candle_core::{DType, Tensor};
use corrkd_config::{Condition, LabelSpace};
use corrkd_data::{Batch, Row, Split, test_corruption};
use corrkd_record::Answer;

/// Samples seen at once, or a few more where some stay together; it bounds memory and changes nothing else.
const BATCH: usize = 256;
/// The same where single samples are asked about: in batches up to this size CorrKD's answer to a sample has the same bits
/// whatever is beside it; in larger ones the classifier's product adds up in another order.
const FEW: usize = 64;

/// A value for each sample, in the split's order; all numbers are finite.
pub struct Predicted {
    /// The answers.
    pub answers: Vec<Answer>,
    /// The loss of each answer: cross entropy of probabilities (the mean over the targets, where each has its own), the
    /// absolute error of a score.
    pub losses: Vec<f64>,
    /// The representations, D numbers each; none of a network that has none.
    pub representations: Option<Vec<Vec<f32>>>,
}

impl Predicted {
    /// The mean loss.
    #[must_use]
    pub fn loss(&self) -> f64 {
        self.losses.iter().sum::<f64>() / self.losses.len() as f64
    }

    /// The mean loss in which each sample counts by its weight; where none of them counts, the plain one.
    pub(crate) fn weighted_loss(&self, weights: &[f64]) -> f64 {
        let all: f64 = weights.iter().sum();
        match all > 0.0 {
            true => self.losses.iter().zip(weights).map(|(loss, weight)| loss * weight).sum::<f64>() / all,
            false => self.loss(),
        }
    }
}

/// Answers every sample. The seed draws what the condition leaves to chance.
///
/// # Errors
/// [`TrainError::NoAnswer`] naming the samples whose answers are not finite; where a representation is not, they are not.
pub fn predict(
    model: &dyn Model,
    split: &Split,
    condition: Condition,
    seed: u64,
    context: &Context,
) -> Result<Predicted, TrainError> {
    predict_again(model, split, condition, seed, context, None)
}

/// The same; where it is one condition after another, with what is known from those before.
pub(crate) fn predict_again(
    model: &dyn Model,
    split: &Split,
    condition: Condition,
    seed: u64,
    context: &Context,
    mut known: Option<&mut Known>,
) -> Result<Predicted, TrainError> {
    let answer = |batch: Batch| {
        let corruption = |row: &Row<'_>| test_corruption(seed, row, &condition, &context.statistics);
        let batch = part("masks", || batch.masked(&context.widths, corruption));
        part("answers", || match &mut known {
            Some(known) => model.answer_again(&batch, known),
            None => model.answer(&batch),
        })
    };
    let said = ask(model, split, condition, context, BATCH, answer)?;
    let losses =
        split.samples.iter().zip(&said).map(|(sample, said)| said.loss(&context.space, sample.label)).collect();
    let represented = said.iter().any(|said| said.representation.is_some());
    let (answers, representations): (Vec<_>, Vec<_>) =
        said.into_iter().map(|said| (said.answer, said.representation)).unzip();
    let representations = represented.then(|| representations.into_iter().map(Option::unwrap_or_default).collect());
    Ok(Predicted { answers, losses, representations })
}

/// Answers every sample as it is; with CorrKD the same bits whatever other samples are asked about with it.
///
/// # Errors
/// As [`predict`].
pub fn answers(model: &dyn Model, split: &Split, context: &Context) -> Result<Vec<Answer>, TrainError> {
    let said = ask(model, split, Condition::COMPLETE, context, FEW, |batch| model.answer(&batch))?;
    Ok(said.into_iter().map(|said| said.answer).collect())
}

/// What a network says to one sample.
struct Said {
    /// Its numbers, of which the answer is made.
    numbers: Vec<f32>,
    answer: Answer,
    representation: Option<Vec<f32>>,
}

/// Asks a network about every sample, in batches of `size`, which `answer` answers as the condition says.
fn ask(
    model: &dyn Model,
    split: &Split,
    condition: Condition,
    context: &Context,
    size: usize,
    mut answer: impl FnMut(Batch) -> Result<Output, TrainError>,
) -> Result<Vec<Said>, TrainError> {
    let samples = split.samples.len();
    let mut all: Vec<Option<Said>> = Vec::new();
    all.resize_with(samples, || None);
    let rows = |x: &Tensor| x.to_dtype(DType::F32)?.to_vec2::<f32>();
    for chunk in chunks(model.together(split), size) {
        let output = answer(context.batch(split, &chunk))?;
        let mut represented = output.representation.as_ref().map(rows).transpose()?.map(Vec::into_iter);
        for (&index, numbers) in chunk.iter().zip(rows(&output.answers.rows()?)?) {
            let answer = read(&context.space, &output.answers, &numbers);
            let representation = represented.as_mut().and_then(Iterator::next);
            all[index] = Some(Said { numbers, answer, representation });
        }
    }
    let (mut said, mut culprits) = (Vec::with_capacity(samples), Vec::new());
    for (sample, one) in split.samples.iter().zip(all) {
        match one {
            Some(one) if one.numbers.iter().all(|x| x.is_finite()) => said.push(one),
            _ => culprits.push(culprit(sample)),
        }
    }
    match culprits.is_empty() {
        true => Ok(said),
        false => Err(TrainError::NoAnswer { condition: Box::new(condition), blame: Blame::on(culprits, samples) }),
    }
}

/// The groups, put together until they are a batch of `size`.
fn chunks(groups: Vec<Vec<usize>>, size: usize) -> Vec<Vec<usize>> {
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    for group in groups {
        match chunks.last_mut() {
            Some(chunk) if chunk.len() + group.len() <= size => chunk.extend(group),
            _ => chunks.push(group),
        }
    }
    chunks
}

/// The answer that a sample's numbers are.
fn read(space: &LabelSpace, kind: &Answers, numbers: &[f32]) -> Answer {
    match kind {
        Answers::Categories(_) => {
            let probabilities: Vec<f32> = log_softmax(numbers).into_iter().map(|log| log.exp() as f32).collect();
            Answer::Categories { score: space.score(&probabilities), probabilities }
        }
        Answers::Score(_) => Answer::Score(numbers[0]),
        Answers::Targets(_) => {
            Answer::Targets(numbers.iter().map(|&x| (-softplus(-f64::from(x))).exp() as f32).collect())
        }
    }
}

impl Said {
    /// The answer's loss, in f64, so that it is as exact as its logits.
    fn loss(&self, space: &LabelSpace, label: f32) -> f64 {
        let numbers = &self.numbers;
        match self.answer {
            Answer::Categories { .. } => -log_softmax(numbers)[space.category(label)],
            Answer::Score(score) => (f64::from(score) - f64::from(label)).abs(),
            Answer::Targets(_) => {
                let loss = |(target, &logit): (usize, &f32)| {
                    let logit = f64::from(logit);
                    softplus(if space.truth(target, label) > 0.0 { -logit } else { logit })
                };
                numbers.iter().enumerate().map(loss).sum::<f64>() / numbers.len() as f64
            }
        }
    }
}

fn log_softmax(logits: &[f32]) -> Vec<f64> {
    let most = logits.iter().fold(f64::NEG_INFINITY, |most, &x| most.max(f64::from(x)));
    let total: f64 = logits.iter().map(|&x| (f64::from(x) - most).exp()).sum();
    logits.iter().map(|&x| f64::from(x) - most - total.ln()).collect()
}

/// ln(1 + e^x), written so that neither side overflows.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_config::{Cuts, Labels, Scale, Task};

    fn scores(task: Task) -> LabelSpace {
        let scale = Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() };
        LabelSpace::new(task, &Labels::Score(scale)).unwrap()
    }

    /// The answer of these numbers, and its loss.
    fn judged(space: &LabelSpace, kind: &Answers, numbers: &[f32], label: f32) -> (Answer, f64) {
        let answer = read(space, kind, numbers);
        let said = Said { numbers: numbers.to_vec(), answer, representation: None };
        let loss = said.loss(space, label);
        (said.answer, loss)
    }

    #[test]
    fn loss_and_answers_by_hand() {
        // Probabilities (1/4, 3/4) and (1/2, 1/2); a tie is not positive.
        let kind = Answers::Categories(Tensor::new(0f32, &candle_core::Device::Cpu).unwrap());
        let binary = scores(Task::Binary);
        let of = |logits: &[f32], label| judged(&binary, &kind, logits, label);
        let ((first, one), (second, other)) = (of(&[0.0, 3f32.ln()], 2.0), of(&[1.0, 1.0], -1.0));
        assert!(((one + other) / 2.0 - (-(0.75f64.ln()) - 0.5f64.ln()) / 2.0).abs() < 1e-7);
        assert!(first.says_yes(&binary, 0) && !second.says_yes(&binary, 0));
        assert_eq!(second, Answer::Categories { probabilities: vec![0.5, 0.5], score: None });
    }

    /// ```python
    /// import torch, torch.nn.functional as F
    /// z, y = torch.tensor([1.0, -2.0, 0.5, -40.0]), torch.tensor([0.0, 1.0, 0.0, 0.0])
    /// F.binary_cross_entropy_with_logits(z.double(), y.double()), torch.sigmoid(z.double())  # 1.1035666707, [0.7310585786, ..]
    /// ```
    #[test]
    fn targets_and_scores_by_pytorch() {
        let tensor = Tensor::new(0f32, &candle_core::Device::Cpu).unwrap();
        let kind = Answers::Targets(tensor.clone());
        let names = ["happy", "sad", "angry", "neutral"].map(str::to_owned).to_vec();
        let emotions = LabelSpace::new(Task::Emotion, &Labels::Categories(names)).unwrap();
        let (answer, loss) = judged(&emotions, &kind, &[1.0, -2.0, 0.5, -40.0], 1.0);
        assert!((loss - 1.103_566_670_7).abs() < 1e-9, "{loss}");
        let Answer::Targets(probabilities) = answer else { panic!("{answer:?}") };
        assert!((probabilities[0] - 0.731_058_6).abs() < 1e-7 && probabilities[3] > 0.0);
        let answer = judged(&scores(Task::Seven), &Answers::Score(tensor), &[1.5], -1.0);
        assert_eq!(answer, (Answer::Score(1.5), 2.5));
    }

    /// ```python
    /// import torch, torch.nn.functional as F
    /// z, w = torch.tensor([[0.0, 1.0], [2.0, 0.0], [0.5, 0.5]]).double(), torch.tensor([0.5, 3.0]).double()
    /// F.cross_entropy(z, torch.tensor([1, 1, 0]), weight=w)  # 1.1795604132
    /// ```
    #[test]
    fn weighted_losses_by_pytorch() {
        let kind = Answers::Categories(Tensor::new(0f32, &candle_core::Device::Cpu).unwrap());
        let binary = scores(Task::Binary);
        let losses = [([0.0, 1.0], 1.0), ([2.0, 0.0], 1.0), ([0.5, 0.5], -1.0)]
            .map(|(logits, label)| judged(&binary, &kind, &logits, label).1);
        let predicted = Predicted { answers: Vec::new(), losses: losses.to_vec(), representations: None };
        assert!((predicted.weighted_loss(&[3.0, 3.0, 0.5]) - 1.179_560_413_2).abs() < 1e-9);
        // Of samples that all count for nothing, all count the same.
        assert_eq!(predicted.weighted_loss(&[0.0; 3]), predicted.loss());
    }
}
