//! What the network predicts, and how a score in [-3, 3] becomes a category.

use serde::{Deserialize, Serialize};

/// The categories of a sentiment score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Negative (below zero) and non-negative: the paper's figure, with zeros left out of it at test time.
    #[default]
    Binary,
    /// Negative, neutral (exactly zero) and positive.
    Ternary,
    /// -3 to 3, each score rounded half to even.
    Seven,
}

impl Task {
    /// The number of categories K.
    #[must_use]
    pub const fn categories(self) -> usize {
        match self {
            Self::Binary => 2,
            Self::Ternary => 3,
            Self::Seven => 7,
        }
    }

    /// The category of a score.
    #[must_use]
    pub fn category(self, score: f32) -> usize {
        match self {
            Self::Binary => usize::from(score >= 0.0),
            Self::Ternary => usize::from(score >= 0.0) + usize::from(score > 0.0),
            Self::Seven => (score.clamp(-3.0, 3.0).round_ties_even() + 3.0) as usize,
        }
    }

    /// The categories' names, in order.
    #[must_use]
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Binary => &["negative", "positive"],
            Self::Ternary => &["negative", "neutral", "positive"],
            Self::Seven => &["-3", "-2", "-1", "0", "1", "2", "3"],
        }
    }

    /// The probability of a positive against a negative score, given the response r (K probabilities).
    /// Neutral categories say nothing about the sign and are left out.
    #[must_use]
    pub fn positive(self, response: &[f32]) -> f32 {
        let (negative, positive) = match self {
            Self::Binary => (response[0], response[1]),
            Self::Ternary => (response[0], response[2]),
            Self::Seven => (response[..3].iter().sum(), response[4..].iter().sum()),
        };
        positive / (negative + positive).max(f32::MIN_POSITIVE)
    }

    /// The score a response stands for: its mean over the seven values, where the categories are scores.
    #[must_use]
    pub fn score(self, response: &[f32]) -> Option<f32> {
        (self == Self::Seven).then(|| response.iter().zip(-3i8..).map(|(r, value)| r * f32::from(value)).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_and_half_scores() {
        assert_eq!([-0.2, -0.0, 0.0, 0.2].map(|s| Task::Binary.category(s)), [0, 1, 1, 1]);
        assert_eq!([-0.2, -0.0, 0.0, 0.2].map(|s| Task::Ternary.category(s)), [0, 1, 1, 2]);
        assert_eq!(
            [-3.0, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.3].map(|s| Task::Seven.category(s)),
            [0, 1, 1, 3, 3, 5, 5, 6]
        );
    }

    #[test]
    fn responses_as_signs_and_scores() {
        assert_eq!(Task::Ternary.positive(&[0.2, 0.4, 0.4]), 0.4 / (0.2 + 0.4));
        assert_eq!(Task::Seven.score(&[0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5]), Some(0.0));
        assert_eq!(Task::Binary.score(&[0.5, 0.5]), None);
    }
}
