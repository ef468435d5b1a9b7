//! What the network predicts, how a label becomes a category, and of which yes-no questions weighted F1 is reported.

use serde::{Deserialize, Serialize};

/// The categories: of a sentiment score in [-3, 3], or emotions.
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
    /// The four emotions of IEMOCAP; the label is the category's number.
    Emotion,
}

impl Task {
    /// The number of categories K.
    #[must_use]
    pub const fn categories(self) -> usize {
        match self {
            Self::Binary => 2,
            Self::Ternary => 3,
            Self::Seven => 7,
            Self::Emotion => 4,
        }
    }

    /// Whether labels are sentiment scores; the label is the number of a category otherwise.
    #[must_use]
    pub const fn is_sentiment(self) -> bool {
        !matches!(self, Self::Emotion)
    }

    /// The category of a label.
    #[must_use]
    pub fn category(self, label: f32) -> usize {
        match self {
            Self::Binary => usize::from(label >= 0.0),
            Self::Ternary => usize::from(label >= 0.0) + usize::from(label > 0.0),
            Self::Seven => (label.clamp(-3.0, 3.0).round_ties_even() + 3.0) as usize,
            Self::Emotion => label.clamp(0.0, 3.0) as usize,
        }
    }

    /// The categories' names, in order.
    #[must_use]
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Binary => &["negative", "positive"],
            Self::Ternary => &["negative", "neutral", "positive"],
            Self::Seven => &["-3", "-2", "-1", "0", "1", "2", "3"],
            Self::Emotion => &["happy", "sad", "angry", "neutral"],
        }
    }

    /// The yes-no questions that the paper reports weighted F1 of: whether a sentiment is positive, or for each emotion
    /// whether it is that one.
    #[must_use]
    pub const fn targets(self) -> &'static [&'static str] {
        match self {
            Self::Emotion => self.names(),
            _ => &["positive"],
        }
    }

    /// What a label says to a target: above 0 yes, below 0 no, exactly 0 neither.
    #[must_use]
    pub fn truth(self, target: usize, label: f32) -> f32 {
        match self {
            Self::Emotion if self.category(label) == target => 1.0,
            Self::Emotion => -1.0,
            _ => label,
        }
    }

    /// What the response r (K probabilities) says to a target. Neutral categories say nothing about a sentiment's sign;
    /// of categories with the same probability the first is named.
    #[must_use]
    pub fn answer(self, target: usize, response: &[f32]) -> bool {
        let (negative, positive): (f32, f32) = match self {
            Self::Binary => (response[0], response[1]),
            Self::Ternary => (response[0], response[2]),
            Self::Seven => (response[..3].iter().sum(), response[4..].iter().sum()),
            Self::Emotion => return most_probable(response) == target,
        };
        positive / (negative + positive).max(f32::MIN_POSITIVE) > 0.5
    }

    /// The score a response stands for: its mean over the seven values, where the categories are scores.
    #[must_use]
    pub fn score(self, response: &[f32]) -> Option<f32> {
        (self == Self::Seven).then(|| response.iter().zip(-3i8..).map(|(r, value)| r * f32::from(value)).sum())
    }
}

/// The category with the greatest logit or probability, the first of equals.
#[must_use]
pub fn most_probable(values: &[f32]) -> usize {
    (1..values.len()).fold(0, |best, k| if values[k] > values[best] { k } else { best })
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
    fn emotions_are_questions_of_their_own() {
        assert_eq!([0.0, 1.0, 2.0, 3.0].map(|label| Task::Emotion.category(label)), [0, 1, 2, 3]);
        assert_eq!([0.0, 1.0].map(|label| Task::Emotion.truth(1, label)), [-1.0, 1.0]);
        assert_eq!(Task::Binary.truth(0, -1.2), -1.2);
    }

    #[test]
    fn responses_as_answers_and_scores() {
        assert!(Task::Ternary.answer(0, &[0.2, 0.6, 0.3]) && !Task::Ternary.answer(0, &[0.3, 0.4, 0.3]));
        let named = |response: &[f32]| [0, 1, 2, 3].map(|target| Task::Emotion.answer(target, response));
        assert_eq!(named(&[0.1, 0.4, 0.4, 0.1]), [false, true, false, false]);
        assert_eq!(named(&[0.1, 0.2, 0.2, 0.5]), [false, false, false, true]);
        assert_eq!(Task::Seven.score(&[0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5]), Some(0.0));
        assert_eq!(Task::Binary.score(&[0.5, 0.5]), None);
    }
}
