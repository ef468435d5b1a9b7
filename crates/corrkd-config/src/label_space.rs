//! A task on a data set's labels: how a label becomes a category, what the categories are called, and of which yes-no
//! questions weighted F1 is reported.

use crate::{ConfigError, Labels, Scale, Task, Ways};

/// A task that fits the labels of a data set.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelSpace {
    task: Task,
    labels: Labels,
    names: Vec<String>,
    targets: Vec<String>,
}

impl LabelSpace {
    /// The task on these labels.
    ///
    /// # Errors
    /// [`ConfigError::Labels`] where such labels cannot have the task: emotions ask for categories, all else for scores
    /// around a neutral value, in a scale that is divided as the task says.
    pub fn new(task: Task, labels: &Labels) -> Result<Self, ConfigError> {
        let wrong = |expected: &str, remedy: &'static str| ConfigError::Labels {
            task,
            expected: expected.to_owned(),
            got: labels.to_string(),
            remedy,
        };
        let names = match (task, labels) {
            (Task::Emotion, Labels::Categories(names)) => names.clone(),
            (Task::Emotion, Labels::Score(_)) => {
                return Err(wrong("categories", "set `task = \"binary\"`, or give the recipe `labels.categories`"));
            }
            (_, Labels::Categories(_)) => {
                return Err(wrong(
                    "scores below a neutral value and above",
                    "set `task = \"emotion\"` in the experiment",
                ));
            }
            (_, Labels::Score(scale)) => {
                let [low, high] = scale.range;
                if !(low < scale.neutral && scale.neutral < high) {
                    let remedy = "set `labels.neutral` in the recipe, or choose another `labels.column`";
                    return Err(wrong("scores below a neutral value and above", remedy));
                }
                let ways = ways(task, scale);
                // In three a scale is always divided: below its neutral value, at it, above.
                if ways != Ways::Three && !scale.is_divided(ways) {
                    let expected = format!("a scale of {} categories", ways.categories());
                    return Err(wrong(&expected, "give the recipe `labels.cuts`, or set another task"));
                }
                scale.names(ways)
            }
        };
        let targets = match labels {
            Labels::Categories(names) => names.clone(),
            Labels::Score(_) => vec!["positive".to_owned()],
        };
        Ok(Self { task, labels: labels.clone(), names, targets })
    }

    /// The task.
    #[must_use]
    pub const fn task(&self) -> Task {
        self.task
    }

    /// The labels.
    #[must_use]
    pub const fn labels(&self) -> &Labels {
        &self.labels
    }

    /// The scale, where labels are scores.
    #[must_use]
    pub const fn scale(&self) -> Option<&Scale> {
        match &self.labels {
            Labels::Score(scale) => Some(scale),
            Labels::Categories(_) => None,
        }
    }

    /// Whether labels are scores; the label is the place of a category otherwise.
    #[must_use]
    pub const fn is_score(&self) -> bool {
        matches!(self.labels, Labels::Score(_))
    }

    /// The number of categories K; of a regression those of the finest division that the scale has.
    #[must_use]
    pub const fn categories(&self) -> usize {
        self.names.len()
    }

    /// The categories' names, K, in order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The yes-no questions that weighted F1 is reported of: whether a sentiment is positive, or for each category whether
    /// it is that one.
    #[must_use]
    pub fn targets(&self) -> &[String] {
        &self.targets
    }

    /// Whether answers in the one are answers in the other: categories that are called alike, and the same labels where more is
    /// told of a score than its side of the neutral value.
    #[must_use]
    pub fn is_answered_as(&self, other: &Self) -> bool {
        let of_sides = matches!(self.task, Task::Binary | Task::Ternary) && self.is_score() && other.is_score();
        self.task == other.task && self.names == other.names && (of_sides || self.labels == other.labels)
    }

    /// The category of a label.
    #[must_use]
    pub fn category(&self, label: f32) -> usize {
        match &self.labels {
            Labels::Categories(names) => label.clamp(0.0, names.len().saturating_sub(1) as f32) as usize,
            Labels::Score(scale) => {
                let ways = ways(self.task, scale);
                match (ways, scale.cuts(ways)) {
                    // What is exactly neutral is a category of its own, not all that rounds to it.
                    (Ways::Three, None) => usize::from(label >= scale.neutral) + usize::from(label > scale.neutral),
                    _ => scale.division(ways, label).unwrap_or(0),
                }
            }
        }
    }

    /// What a label says to a target: above 0 yes, below 0 no, exactly 0 neither.
    #[must_use]
    pub fn truth(&self, target: usize, label: f32) -> f32 {
        match &self.labels {
            Labels::Categories(_) => side(self.category(label) == target),
            Labels::Score(Scale { neutral, cuts, .. }) => match cuts.binary {
                None => label - neutral,
                Some([cut]) => side(label > cut),
            },
        }
    }

    /// What the response r (K probabilities) says to a target. Neutral categories say nothing about a sentiment's sign;
    /// of categories with the same probability the first is named.
    #[must_use]
    pub fn answer(&self, target: usize, response: &[f32]) -> bool {
        if !self.is_score() {
            return most_probable(response) == target;
        }
        let half = response.len() / 2;
        let negative: f32 = response[..half].iter().sum();
        let positive: f32 = response[response.len() - half..].iter().sum();
        positive / (negative + positive).max(f32::MIN_POSITIVE) > 0.5
    }

    /// The score a response stands for: its mean over the steps' values, where the categories are five or seven steps.
    #[must_use]
    pub fn score(&self, response: &[f32]) -> Option<f32> {
        let scale = self.scale()?;
        let ways = match self.task {
            Task::Five => Ways::Five,
            Task::Seven => Ways::Seven,
            _ => return None,
        };
        let mean = || response.iter().zip(scale.values(ways)).map(|(r, value)| r * value).sum();
        scale.cuts(ways).is_none().then(mean)
    }

    /// Whether a regressed score is positive; one that is exactly neutral is not.
    #[must_use]
    pub fn says_positive(&self, score: f32) -> bool {
        self.truth(0, score) > 0.0
    }

    /// Whether a regressed score is positive where neutral counts as positive.
    #[must_use]
    pub fn says_not_negative(&self, score: f32) -> bool {
        self.truth(0, score) >= 0.0
    }

    /// The category of a score in a division of the scale; none where it is not divided so, or labels are no scores.
    #[must_use]
    pub fn division(&self, ways: Ways, score: f32) -> Option<usize> {
        self.scale()?.division(ways, score)
    }
}

/// The division of the scale whose categories a task has.
fn ways(task: Task, scale: &Scale) -> Ways {
    match task {
        Task::Binary | Task::Emotion => Ways::Two,
        Task::Ternary => Ways::Three,
        Task::Five => Ways::Five,
        Task::Seven => Ways::Seven,
        Task::Regression => scale.finest(),
    }
}

fn side(yes: bool) -> f32 {
    if yes { 1.0 } else { -1.0 }
}

/// The category with the greatest logit or probability, the first of equals.
#[must_use]
pub fn most_probable(values: &[f32]) -> usize {
    (1..values.len()).fold(0, |best, k| if values[k] > values[best] { k } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cuts;

    fn scale(range: [f32; 2], neutral: f32, cuts: Cuts) -> Labels {
        Labels::Score(Scale { range, neutral, cuts })
    }

    fn mosi(task: Task) -> LabelSpace {
        LabelSpace::new(task, &scale([-3.0, 3.0], 0.0, Cuts::default())).unwrap()
    }

    fn emotions() -> LabelSpace {
        let names = ["happy", "sad", "angry", "neutral"].map(str::to_owned).to_vec();
        LabelSpace::new(Task::Emotion, &Labels::Categories(names)).unwrap()
    }

    #[test]
    fn zero_and_half_scores() {
        assert_eq!([-0.2, -0.0, 0.0, 0.2].map(|s| mosi(Task::Binary).category(s)), [0, 1, 1, 1]);
        assert_eq!([-0.2, -0.0, 0.0, 0.2].map(|s| mosi(Task::Ternary).category(s)), [0, 1, 1, 2]);
        let halves = [-3.0, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.3];
        assert_eq!(halves.map(|s| mosi(Task::Seven).category(s)), [0, 1, 1, 3, 3, 5, 5, 6]);
        assert_eq!(halves.map(|s| mosi(Task::Regression).category(s)), [0, 1, 1, 3, 3, 5, 5, 6]);
    }

    #[test]
    fn a_neutral_value_other_than_zero() {
        let pom = |task| LabelSpace::new(task, &scale([1.0, 7.0], 4.0, Cuts::default())).unwrap();
        assert_eq!([3.5, 4.0, 4.5].map(|s| pom(Task::Binary).category(s)), [0, 1, 1]);
        assert_eq!([3.5, 4.0, 4.5].map(|s| pom(Task::Binary).truth(0, s)), [-0.5, 0.0, 0.5]);
        assert_eq!([3.5, 4.0, 4.5].map(|s| pom(Task::Regression).says_positive(s)), [false, false, true]);
        assert_eq!([3.5, 4.0, 4.5].map(|s| pom(Task::Regression).says_not_negative(s)), [false, true, true]);
        assert_eq!(pom(Task::Seven).score(&[0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5]), Some(4.0));
        assert_eq!(pom(Task::Five).names(), ["2", "3", "4", "5", "6"]);
    }

    #[test]
    fn sides_of_the_neutral_value_are_the_same_on_every_scale() {
        let pom = |task| LabelSpace::new(task, &scale([1.0, 7.0], 4.0, Cuts::default())).unwrap();
        let alike = [Task::Binary, Task::Ternary, Task::Seven, Task::Regression]
            .map(|task| mosi(task).is_answered_as(&pom(task)) && mosi(task).is_answered_as(&mosi(task)));
        assert_eq!(alike, [true, true, false, false]);
        assert!(!mosi(Task::Binary).is_answered_as(&mosi(Task::Ternary)));
        assert!(emotions().is_answered_as(&emotions()));
    }

    #[test]
    fn a_binary_cut_leaves_no_score_out() {
        let cuts = Cuts { binary: Some([0.0]), ..Cuts::default() };
        let sims = LabelSpace::new(Task::Binary, &scale([-1.0, 1.0], 0.0, cuts)).unwrap();
        assert_eq!([-0.2, 0.0, 0.2].map(|s| sims.truth(0, s)), [-1.0, -1.0, 1.0]);
        assert_eq!([-0.2, 0.0, 0.2].map(|s| sims.category(s)), [0, 0, 1]);
        assert_eq!(
            [0.0, 0.2].map(|s| (sims.says_positive(s), sims.says_not_negative(s))),
            [(false, false), (true, true)]
        );
    }

    #[test]
    fn categories_are_questions_of_their_own() {
        assert_eq!([0.0, 1.0, 2.0, 3.0].map(|label| emotions().category(label)), [0, 1, 2, 3]);
        assert_eq!([0.0, 1.0].map(|label| emotions().truth(1, label)), [-1.0, 1.0]);
        assert_eq!(emotions().targets(), ["happy", "sad", "angry", "neutral"]);
        assert_eq!(mosi(Task::Seven).targets(), ["positive"]);
    }

    #[test]
    fn responses_as_answers_and_scores() {
        let ternary = mosi(Task::Ternary);
        assert!(ternary.answer(0, &[0.2, 0.6, 0.3]) && !ternary.answer(0, &[0.3, 0.4, 0.3]));
        let named = |response: &[f32]| [0, 1, 2, 3].map(|target| emotions().answer(target, response));
        assert_eq!(named(&[0.1, 0.4, 0.4, 0.1]), [false, true, false, false]);
        assert_eq!(named(&[0.1, 0.2, 0.2, 0.5]), [false, false, false, true]);
        assert_eq!(mosi(Task::Seven).score(&[0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5]), Some(0.0));
        assert_eq!(mosi(Task::Binary).score(&[0.5, 0.5]), None);
    }

    #[test]
    fn labels_that_cannot_have_a_task_are_refused_with_what_to_set() {
        let narrow = scale([-1.0, 1.0], 0.0, Cuts::default());
        let one_sided = scale([0.0, 3.0], 0.0, Cuts::default());
        for (task, labels, expected) in [
            (Task::Seven, &narrow, "a scale of 7 categories, but the data set's labels are scores within -1 and 1"),
            (Task::Binary, &one_sided, "set `labels.neutral`"),
            (Task::Regression, &one_sided, "choose another `labels.column`"),
            (Task::Emotion, &narrow, "set `task = \"binary\"`"),
            (Task::Binary, emotions().labels(), "the categories happy, sad, angry, neutral; set `task = \"emotion\"`"),
        ] {
            let error = LabelSpace::new(task, labels).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
