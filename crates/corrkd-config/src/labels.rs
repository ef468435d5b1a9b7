//! What a data set's labels are: scores on a scale, or categories. The recipe says it; no task is named here.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What the labels of a data set are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Labels {
    /// A score on a scale.
    Score(Scale),
    /// One of several categories; the label is its place in this list.
    Categories(Vec<String>),
}

/// As errors name them.
impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Score(Scale { range: [low, high], neutral, .. }) => {
                write!(f, "scores within {low} and {high}, {neutral} being neutral")
            }
            Self::Categories(names) => write!(f, "the categories {}", names.join(", ")),
        }
    }
}

impl Labels {
    /// Least and greatest label.
    #[must_use]
    pub const fn range(&self) -> [f32; 2] {
        match self {
            Self::Score(scale) => scale.range,
            Self::Categories(names) => [0.0, names.len().saturating_sub(1) as f32],
        }
    }
}

/// A scale of scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// Least and greatest score.
    pub range: [f32; 2],
    /// The score that is neither negative nor positive: 0, or 4 of 1 to 7.
    pub neutral: f32,
    /// Where the data set's convention cuts the scale.
    pub cuts: Cuts,
}

/// Where a convention cuts a scale into categories: a score up to and including a cut lies below it, as CH-SIMS has it.
/// Without cuts a scale is divided by whole steps from its neutral value, as CMU-MOSI's is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cuts {
    /// Between negative and positive.
    pub binary: Option<[f32; 1]>,
    /// Around neutral.
    pub ternary: Option<[f32; 2]>,
    /// Between five categories.
    pub five: Option<[f32; 4]>,
    /// Between seven.
    pub seven: Option<[f32; 6]>,
}

/// Into how many categories a scale is divided for an accuracy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// Negative and positive.
    Two,
    /// Negative, neutral and positive.
    Three,
    /// Five.
    Five,
    /// Seven.
    Seven,
}

impl Ways {
    /// All of them, the coarsest first.
    pub const ALL: [Self; 4] = [Self::Two, Self::Three, Self::Five, Self::Seven];

    /// The number of categories.
    #[must_use]
    pub const fn categories(self) -> usize {
        match self {
            Self::Two => 2,
            Self::Three => 3,
            Self::Five => 5,
            Self::Seven => 7,
        }
    }

    /// Whole steps from the neutral value to the last category.
    const fn steps(self) -> u8 {
        (self.categories() / 2) as u8
    }
}

impl Scale {
    /// The cuts of a division, where the convention has any.
    #[must_use]
    pub fn cuts(&self, ways: Ways) -> Option<&[f32]> {
        let Cuts { binary, ternary, five, seven } = &self.cuts;
        match ways {
            Ways::Two => binary.as_ref().map(|cuts| &cuts[..]),
            Ways::Three => ternary.as_ref().map(|cuts| &cuts[..]),
            Ways::Five => five.as_ref().map(|cuts| &cuts[..]),
            Ways::Seven => seven.as_ref().map(|cuts| &cuts[..]),
        }
    }

    /// Whether the scale is divided so: by cuts; in two by its neutral value; or, where it has no cuts at all, by whole
    /// steps that its range holds.
    #[must_use]
    pub fn is_divided(&self, ways: Ways) -> bool {
        let [low, high] = self.range;
        let steps = f32::from(ways.steps());
        let holds = low <= self.neutral - steps && self.neutral + steps <= high;
        self.cuts(ways).is_some() || ways == Ways::Two || (self.cuts == Cuts::default() && holds)
    }

    /// The category of a score in a division: the place among its cuts; or the whole step that is nearest, half to even,
    /// of those that the division has; in two, whether it is at least neutral. None where the scale is not divided so.
    #[must_use]
    pub fn division(&self, ways: Ways, score: f32) -> Option<usize> {
        if let Some(cuts) = self.cuts(ways) {
            return Some(cuts.iter().filter(|&&cut| score > cut).count());
        }
        let steps = f32::from(ways.steps());
        let nearest = || ((score - self.neutral).clamp(-steps, steps).round_ties_even() + steps) as usize;
        self.is_divided(ways).then(|| match ways {
            Ways::Two => usize::from(score >= self.neutral),
            _ => nearest(),
        })
    }

    /// What the categories of a division are called: by side, by the value of the step, or by the cuts that they lie between.
    #[must_use]
    pub fn names(&self, ways: Ways) -> Vec<String> {
        match (ways, self.cuts(ways)) {
            (Ways::Two, _) => ["negative", "positive"].map(str::to_owned).to_vec(),
            (Ways::Three, _) => ["negative", "neutral", "positive"].map(str::to_owned).to_vec(),
            (_, None) => self.values(ways).iter().map(f32::to_string).collect(),
            (_, Some(cuts)) => {
                let first = cuts.first().map(|cut| format!("up to {cut}"));
                let between = cuts.windows(2).map(|pair| format!("{} to {}", pair[0], pair[1]));
                let last = cuts.last().map(|cut| format!("above {cut}"));
                first.into_iter().chain(between).chain(last).collect()
            }
        }
    }

    /// The values of a division's whole steps.
    pub(crate) fn values(&self, ways: Ways) -> Vec<f32> {
        (0..ways.categories()).map(|k| self.neutral + k as f32 - f32::from(ways.steps())).collect()
    }

    /// The finest division that the scale has.
    #[must_use]
    pub fn finest(&self) -> Ways {
        Ways::ALL.into_iter().rev().find(|&ways| self.is_divided(ways)).unwrap_or(Ways::Two)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mosi() -> Scale {
        Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() }
    }

    fn sims() -> Scale {
        let cuts =
            Cuts { binary: Some([0.0]), ternary: Some([-0.1, 0.1]), five: Some([-0.7, -0.1, 0.1, 0.7]), seven: None };
        Scale { range: [-1.0, 1.0], neutral: 0.0, cuts }
    }

    /// ```python
    /// import numpy as np
    /// y = np.float32([-3, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.3])
    /// [(np.round(np.clip(y, -k, k)) + k).astype(int).tolist() for k in (1, 2, 3)]
    /// # [0, 0, 0, 1, 1, 2, 2, 2], [0, 0, 0, 2, 2, 4, 4, 4], [0, 1, 1, 3, 3, 5, 5, 6]
    /// ```
    #[test]
    fn whole_steps_from_the_neutral_value() {
        let scores = [-3.0, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.3];
        let of = |ways| scores.map(|score| mosi().division(ways, score).unwrap());
        assert_eq!(of(Ways::Three), [0, 0, 0, 1, 1, 2, 2, 2]);
        assert_eq!(of(Ways::Five), [0, 0, 0, 2, 2, 4, 4, 4]);
        assert_eq!(of(Ways::Seven), [0, 1, 1, 3, 3, 5, 5, 6]);
        let pom = Scale { range: [1.0, 7.0], neutral: 4.0, cuts: Cuts::default() };
        for score in scores {
            assert_eq!(pom.division(Ways::Seven, score + 4.0), mosi().division(Ways::Seven, score));
        }
        assert_eq!(pom.names(Ways::Seven), ["1", "2", "3", "4", "5", "6", "7"]);
        assert_eq!(mosi().names(Ways::Five), ["-2", "-1", "0", "1", "2"]);
    }

    /// ```python
    /// import numpy as np
    /// y = np.float32([-1, -0.7, -0.4, -0.1, 0.0, 0.1, 0.2, 0.7, 0.8])
    /// [np.digitize(y, np.float32(c), right=True).tolist() for c in ([0], [-.1, .1], [-.7, -.1, .1, .7])]
    /// # [0, 0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1, 2, 2, 2], [0, 0, 1, 1, 2, 2, 3, 3, 4]
    /// ```
    #[test]
    fn cuts_that_belong_to_what_lies_below() {
        let scores = [-1.0, -0.7, -0.4, -0.1, 0.0, 0.1, 0.2, 0.7, 0.8];
        let of = |ways| scores.map(|score| sims().division(ways, score).unwrap());
        assert_eq!(of(Ways::Two), [0, 0, 0, 0, 0, 1, 1, 1, 1]);
        assert_eq!(of(Ways::Three), [0, 0, 0, 0, 1, 1, 2, 2, 2]);
        assert_eq!(of(Ways::Five), [0, 0, 1, 1, 2, 2, 3, 3, 4]);
        assert_eq!((sims().division(Ways::Seven, 0.3), sims().finest()), (None, Ways::Five));
        assert_eq!(sims().names(Ways::Five)[..2], ["up to -0.7", "-0.7 to -0.1"]);
    }

    #[test]
    fn a_range_too_short_for_steps_has_none() {
        let narrow = Scale { range: [-1.0, 1.0], neutral: 0.0, cuts: Cuts::default() };
        assert_eq!(Ways::ALL.map(|ways| narrow.is_divided(ways)), [true, true, false, false]);
        assert_eq!(mosi().finest(), Ways::Seven);
    }
}
