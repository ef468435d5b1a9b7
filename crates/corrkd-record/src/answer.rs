//! What a network answers to one sample, and what that says of the task's categories, targets and scores.

use corrkd_config::{Task, most_probable};

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
    pub fn category(&self, task: Task) -> usize {
        match self {
            Self::Categories { probabilities, .. } => most_probable(probabilities),
            Self::Score(score) => task.category(*score),
            Self::Targets(probabilities) => match probabilities[..] {
                [positive] => usize::from(positive > 0.5),
                _ => most_probable(probabilities),
            },
        }
    }

    /// Its answer to one of the task's targets; a score of exactly 0 is not positive.
    #[must_use]
    pub fn says_yes(&self, task: Task, target: usize) -> bool {
        match self {
            Self::Categories { probabilities, .. } => task.answer(target, probabilities),
            Self::Score(score) => *score > 0.0,
            Self::Targets(probabilities) => probabilities[target] > 0.5,
        }
    }

    /// Its answer to one of the task's targets where zeros count as positive; only a score can be exactly 0.
    #[must_use]
    pub fn says_not_no(&self, task: Task, target: usize) -> bool {
        match self {
            Self::Score(score) => *score >= 0.0,
            Self::Categories { .. } | Self::Targets(_) => self.says_yes(task, target),
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

    /// Whether it is of the shape that a task's answers have: K probabilities, one score of a sentiment, or as many
    /// probabilities as there are targets.
    #[must_use]
    pub fn fits(&self, task: Task) -> bool {
        match self {
            Self::Categories { probabilities, .. } => probabilities.len() == task.categories(),
            Self::Score(_) => task.is_sentiment(),
            Self::Targets(probabilities) => probabilities.len() == task.targets().len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_of_zero_is_neither_negative_nor_positive() {
        let says = |score| {
            let answer = Answer::Score(score);
            (answer.says_yes(Task::Binary, 0), answer.says_not_no(Task::Binary, 0), answer.category(Task::Ternary))
        };
        assert_eq!([-0.1, 0.0, 0.1].map(says), [(false, false, 0), (false, true, 1), (true, true, 2)]);
        assert_eq!(Answer::Score(1.5).category(Task::Seven), 5);
    }

    #[test]
    fn targets_are_answered_one_by_one() {
        let answer = Answer::Targets(vec![0.6, 0.5, 0.9, 0.1]);
        assert_eq!([0, 1, 2, 3].map(|target| answer.says_yes(Task::Emotion, target)), [true, false, true, false]);
        assert_eq!((answer.category(Task::Emotion), answer.score()), (2, None));
        assert_eq!([0.5, 0.6].map(|p| Answer::Targets(vec![p]).category(Task::Binary)), [0, 1]);
    }

    #[test]
    fn shapes_that_fit_a_task() {
        let categories = |k| Answer::Categories { probabilities: vec![0.0; k], score: None };
        assert!(categories(2).fits(Task::Binary) && !categories(3).fits(Task::Binary));
        assert!(Answer::Score(0.0).fits(Task::Seven) && !Answer::Score(0.0).fits(Task::Emotion));
        assert!(Answer::Targets(vec![0.0]).fits(Task::Ternary) && !Answer::Targets(vec![0.0]).fits(Task::Emotion));
    }
}
