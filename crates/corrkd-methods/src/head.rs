//! What the numbers behind a network that regresses mean, for the methods that do: how far a score lies from the neutral value
//! of its scale; for each of N categories two logits, no and yes, that MulT reads out of a network's 2 N numbers in the same
//! way.

use candle_core::{Result, Tensor};
use corrkd_config::LabelSpace;
use corrkd_data::Batch;
use corrkd_nn::{cross_entropy, mean_absolute_error};
use corrkd_onnx::{Attribute, Graph, Value};
use corrkd_train::{Answers, Context, GraphAnswers, TrainError};

/// How the numbers are read.
#[derive(Clone, Copy)]
pub enum Head {
    /// One number, the score less this neutral value.
    Score(f64),
    /// Two numbers for each target.
    Targets(usize),
}

impl Head {
    /// That of labels, whatever is asked of scores: it regresses them.
    #[must_use]
    pub fn of(labels: &LabelSpace) -> Self {
        match labels.scale() {
            Some(scale) => Self::Score(f64::from(scale.neutral)),
            None => Self::Targets(labels.targets().len()),
        }
    }

    /// How many numbers it reads, R.
    #[must_use]
    pub const fn numbers(self) -> usize {
        match self {
            Self::Score(_) => 1,
            Self::Targets(targets) => 2 * targets,
        }
    }

    /// The numbers (B, R) as answers. Of two logits the softmax is the sigmoid of their difference.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn answers(self, numbers: &Tensor) -> Result<Answers> {
        Ok(match self {
            Self::Score(neutral) => Answers::Score((numbers.squeeze(1)? + neutral)?),
            Self::Targets(targets) => {
                let pairs = numbers.reshape(((), targets, 2))?; // (B, N, 2)
                Answers::Targets((pairs.narrow(2, 1, 1)? - pairs.narrow(2, 0, 1)?)?.squeeze(2)?)
            }
        })
    }

    /// The same in a computation graph.
    pub(crate) fn graph(self, graph: &mut Graph, numbers: &Value) -> GraphAnswers {
        match self {
            Self::Score(neutral) => {
                let (neutral, last) = (graph.constant(&[1], &[neutral as f32]), graph.integers(&[1]));
                let score = graph.op("Squeeze", &[numbers, &last], &[]);
                GraphAnswers::Score(graph.op("Add", &[&score, &neutral], &[]))
            }
            Self::Targets(targets) => {
                let (pairs, last) = (graph.integers(&[0, targets as i64, 2]), graph.integers(&[2]));
                let pairs = graph.op("Reshape", &[numbers, &pairs], &[]); // (B, N, 2)
                let signs = graph.constant(&[2], &[-1.0, 1.0]);
                let signed = graph.op("Mul", &[&pairs, &signs], &[]);
                GraphAnswers::Targets(graph.op("ReduceSum", &[&signed, &last], &[Attribute::Int("keepdims", 0)]))
            }
        }
    }

    /// The loss of numbers (B, R): the mean absolute error of scores; the cross entropy of each target's two logits, a mean
    /// over samples and targets.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn loss(self, numbers: &Tensor, batch: &Batch, context: &Context) -> std::result::Result<Tensor, TrainError> {
        Ok(match self {
            Self::Score(neutral) => mean_absolute_error(&(numbers.squeeze(1)? + neutral)?, &context.labels(batch)?)?,
            Self::Targets(targets) => {
                let yes = |&label: &f32| (0..targets).map(move |t| usize::from(context.space.truth(t, label) > 0.0));
                let truth: Vec<usize> = batch.labels.iter().flat_map(yes).collect();
                cross_entropy(&numbers.reshape(((), 2))?, &context.targets(&truth)?)?
            }
        })
    }
}
