//! What a network answers to one sample, and what that says of the task's categories, targets and scores.

use corrkd_config::{LabelSpace, most_probable};

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A probability for each of the task's K categories.
    Categories {
        /// The probabilities, K.
        probabilities: Vec<f32>,
        /// The sentiment score that they stand for, where the task gives any.
        score: Option<f32>,
    },
    /// A score, of a network that was trained to regress.
    Score(f32),
    /// A probability for each of the task's targets, which need not sum to 1: whether a sentiment is positive, or of each
    /// emotion whether it is that one.
    Targets(Vec<f32>),
}

impl Answer {
    /// Its category: the most probable, or that of the score.
    #[must_use]
    pub fn category(&self, space: &LabelSpace) -> usize {
        match self {
            Self::Categories { probabilities, .. } => most_probable(probabilities),
            Self::Score(score) => space.category(*score),
            Self::Targets(probabilities) => match probabilities[..] {
                [positive] => usize::from(positive > 0.5),
                _ => most_probable(probabilities),
            },
        }
    }

    /// Its answer to one of the task's targets; a score that is exactly neutral is not positive.
    #[must_use]
    pub fn says_yes(&self, space: &LabelSpace, target: usize) -> bool {
        match self {
            Self::Categories { probabilities, .. } => space.answer(target, probabilities),
            Self::Score(score) => space.says_positive(*score),
            Self::Targets(probabilities) => probabilities[target] > 0.5,
        }
    }

    /// Its answer to one of the task's targets where neutral counts as positive; only a score can be exactly neutral.
    #[must_use]
    pub fn says_not_no(&self, space: &LabelSpace, target: usize) -> bool {
        match self {
            Self::Score(score) => space.says_not_negative(*score),
            Self::Categories { .. } | Self::Targets(_) => self.says_yes(space, target),
        }
    }

    /// The score, where it gives any.
    #[must_use]
    pub const fn score(&self) -> Option<f32> {
        match self {
            Self::Categories { score, .. } => *score,
            Self::Score(score) => Some(*score),
            Self::Targets(_) => None,
        }
    }

    /// Its numbers, in the order of the file's columns.
    #[must_use]
    pub fn numbers(&self) -> Vec<f32> {
        match self {
            Self::Categories { probabilities, score } => probabilities.iter().copied().chain(*score).collect(),
            Self::Score(score) => vec![*score],
            Self::Targets(probabilities) => probabilities.clone(),
        }
    }

    /// Whether it is of the shape that a task's answers have: K probabilities, one score where labels are scores, or as many
    /// probabilities as there are targets.
    #[must_use]
    pub fn fits(&self, space: &LabelSpace) -> bool {
        match self {
            Self::Categories { probabilities, .. } => probabilities.len() == space.categories(),
            Self::Score(_) => space.is_score(),
            Self::Targets(probabilities) => probabilities.len() == space.targets().len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_config::{Cuts, Labels, Scale, Task};

    fn scale(task: Task, neutral: f32, cuts: Cuts) -> LabelSpace {
        LabelSpace::new(task, &Labels::Score(Scale { range: [neutral - 3.0, neutral + 3.0], neutral, cuts })).unwrap()
    }

    fn mosi(task: Task) -> LabelSpace {
        scale(task, 0.0, Cuts::default())
    }

    fn emotions() -> LabelSpace {
        let names = ["happy", "sad", "angry", "neutral"].map(str::to_owned).to_vec();
        LabelSpace::new(Task::Emotion, &Labels::Categories(names)).unwrap()
    }

    #[test]
    fn a_neutral_score_is_neither_negative_nor_positive() {
        let says = |space: &LabelSpace, score: f32| {
            let answer = Answer::Score(score);
            (answer.says_yes(space, 0), answer.says_not_no(space, 0), answer.category(space))
        };
        let expected = [(false, false, 0), (false, true, 1), (true, true, 2)];
        assert_eq!([-0.1, 0.0, 0.1].map(|score| says(&mosi(Task::Ternary), score)), expected);
        assert_eq!([3.9, 4.0, 4.1].map(|score| says(&scale(Task::Ternary, 4.0, Cuts::default()), score)), expected);
        assert_eq!(Answer::Score(1.5).category(&mosi(Task::Seven)), 5);
        // Where the scale is cut, neutral is on one side.
        let cut = scale(Task::Binary, 0.0, Cuts { binary: Some([0.0]), ..Cuts::default() });
        assert_eq!([0.0, 0.1].map(|score| says(&cut, score)), [(false, false, 0), (true, true, 1)]);
    }

    #[test]
    fn targets_are_answered_one_by_one() {
        let answer = Answer::Targets(vec![0.6, 0.5, 0.9, 0.1]);
        assert_eq!([0, 1, 2, 3].map(|target| answer.says_yes(&emotions(), target)), [true, false, true, false]);
        assert_eq!((answer.category(&emotions()), answer.score()), (2, None));
        assert_eq!([0.5, 0.6].map(|p| Answer::Targets(vec![p]).category(&mosi(Task::Binary))), [0, 1]);
    }

    #[test]
    fn shapes_that_fit_a_task() {
        let categories = |k| Answer::Categories { probabilities: vec![0.0; k], score: None };
        assert!(categories(2).fits(&mosi(Task::Binary)) && !categories(3).fits(&mosi(Task::Binary)));
        assert!(Answer::Score(0.0).fits(&mosi(Task::Regression)) && !Answer::Score(0.0).fits(&emotions()));
        let one = Answer::Targets(vec![0.0]);
        assert!(one.fits(&mosi(Task::Ternary)) && !one.fits(&emotions()));
    }
}
