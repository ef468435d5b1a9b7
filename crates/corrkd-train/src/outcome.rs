//! The test split, read once, after the epoch is chosen: predictions and scores under every condition, and
//! representations under those that are asked for.

use crate::predict::predict_again;
use crate::{Context, Known, Model, TrainError};
use corrkd_config::{Condition, Evaluation, Job, LabelSpace, Task};
use corrkd_data::Split;
use corrkd_record::{Answer, ConditionScores, Prediction, Representation, scores};

/// What the test split came to.
#[derive(Default)]
pub(crate) struct Outcome {
    /// Every prediction, by condition.
    pub(crate) predictions: Vec<Prediction>,
    /// The representation of every sample under each condition that is asked for, where the network has any.
    pub(crate) representations: Vec<Representation>,
}

/// Answers the test split under each condition. Representations are kept under those that are asked for and concern the
/// data set's modalities.
pub(crate) fn test(
    model: &dyn Model,
    split: &Split,
    conditions: &[Condition],
    evaluation: &Evaluation,
    seed: u64,
    context: &Context,
) -> Result<Outcome, TrainError> {
    let mut outcome = Outcome::default();
    let known = &mut Known::of(split.samples.len());
    for &condition in conditions {
        let predicted = predict_again(model, split, condition, seed, context, Some(known))?;
        let name = condition.to_string();
        outcome.predictions.extend(split.samples.iter().zip(predicted.answers).map(|(sample, answer)| Prediction {
            condition: name.clone(),
            id: sample.id.clone(),
            label: sample.label,
            category: context.space.category(sample.label),
            answer,
        }));
    }
    let kept = evaluation.representations.iter().filter(|condition| context.statistics.concerns(condition));
    for &condition in kept {
        let predicted = predict_again(model, split, condition, seed, context, Some(known))?;
        let rows = predicted.representations.unwrap_or_default();
        outcome.representations.extend(split.samples.iter().zip(rows).map(|(sample, values)| Representation {
            condition: condition.to_string(),
            id: sample.id.clone(),
            category: context.space.category(sample.label),
            values,
        }));
    }
    Ok(outcome)
}

/// The scores of predictions under each condition, in their order.
pub(crate) fn scored(space: &LabelSpace, conditions: &[Condition], predictions: &[Prediction]) -> Vec<ConditionScores> {
    let of = |&condition: &Condition| {
        let name = condition.to_string();
        let under: Vec<&Prediction> = predictions.iter().filter(|p| p.condition == name).collect();
        ConditionScores { condition, scores: scores(space, &under) }
    };
    conditions.iter().map(of).collect()
}

/// A warning of a network that answers all test samples alike while nothing is missing, where they are not all alike.
pub(crate) fn one_answer(space: &LabelSpace, predictions: &[Prediction], job: &Job) -> Option<String> {
    let complete = Condition::COMPLETE.to_string();
    let under: Vec<&Prediction> = predictions.iter().filter(|p| p.condition == complete).collect();
    let yes = |p: &Prediction| -> Vec<usize> {
        (0..space.targets().len()).filter(|&target| p.answer.says_yes(space, target)).collect()
    };
    let said = |p: &Prediction| match p.answer {
        Answer::Targets(_) => yes(p),
        _ => vec![p.answer.category(space)],
    };
    let first = under.first()?;
    let alike = under.iter().all(|p| said(p) == said(first) && yes(p) == yes(first));
    let truly = under.iter().all(|p| p.category == first.category);
    (alike && !truly).then(|| {
        let samples = under.len();
        let names: Vec<&str> = said(first).into_iter().filter_map(|k| Some(space.names().get(k)?.as_str())).collect();
        let answer = if names.is_empty() { "none of all".to_owned() } else { names.join(", ") };
        format!(
            "All {samples} test samples with nothing missing have the same answer, {answer}: the scores are those of a \
             constant. {}",
            remedies(job)
        )
    })
}

/// What may make a training learn more, as the settings of its method have it.
fn remedies(job: &Job) -> String {
    let value = |path: &[&str]| {
        let (last, tables) = path.split_last()?;
        tables.iter().try_fold(&job.settings, |table, key| table.get(*key)?.as_table())?.get(*last)
    };
    let training = job.training.as_str();
    let mut all = vec![format!("more {training}.epochs")];
    if value(&[training, "learning_rate"]).is_some() {
        all.insert(0, format!("a lower {training}.learning_rate"));
    }
    let unweighted = value(&["losses", "task", "weights"]).is_some_and(|weights| weights.as_str() == Some("none"));
    if unweighted && job.task != Task::Regression {
        all.push(
            "losses.task.weights = \"balanced\", by which rare categories count as much as frequent ones".to_owned(),
        );
    }
    format!("Try {}.", all.join(", or "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_config::{Cuts, Labels, Scale};

    /// The predictions of samples with nothing missing and with one modality alone.
    fn predictions(labels: [f32; 2], space: &LabelSpace, answer: impl Fn(usize) -> Answer) -> Vec<Prediction> {
        let of = |(i, label): (usize, f32)| {
            let prediction = |condition: &str, answer| Prediction {
                condition: condition.to_owned(),
                id: i.to_string(),
                label,
                category: space.category(label),
                answer,
            };
            // What is answered while something is missing is not asked.
            [prediction("lav", answer(i)), prediction("l", Answer::Score(0.0))]
        };
        labels.into_iter().enumerate().flat_map(of).collect()
    }

    fn job(task: Task, settings: &str) -> Job {
        Job {
            method: String::new(),
            stage: String::new(),
            training: "student".to_owned(),
            settings: settings.parse().unwrap(),
            task,
            missing: None,
            evaluation: Evaluation::default(),
        }
    }

    #[test]
    fn a_constant_is_warned_of_with_what_the_settings_have() {
        let scale = Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() };
        let binary = LabelSpace::new(Task::Binary, &Labels::Score(scale)).unwrap();
        let answered = |positive: [f32; 2]| {
            let answer = |i| Answer::Categories { probabilities: vec![1.0 - positive[i], positive[i]], score: None };
            predictions([-1.0, 2.0], &binary, answer)
        };
        let bare = job(Task::Binary, "student.epochs = 3");
        let warned = |p: &[Prediction], job: &Job| one_answer(&binary, p, job);
        let expected = "All 2 test samples with nothing missing have the same answer, positive: the scores are those of a \
                        constant. Try more student.epochs.";
        assert_eq!(warned(&answered([0.6, 0.9]), &bare).unwrap(), expected);
        let settings = "student.learning_rate = 1.0\nlosses.task.weights = \"none\"";
        let all = "Try a lower student.learning_rate, or more student.epochs, or losses.task.weights = \"balanced\", by \
                   which rare categories count as much as frequent ones.";
        assert!(warned(&answered([0.6, 0.9]), &job(Task::Binary, settings)).unwrap().ends_with(all));
        assert_eq!(warned(&answered([0.4, 0.9]), &bare), None);
        // Where all samples are of one category, one answer is right.
        let same =
            predictions([1.0, 2.0], &binary, |_| Answer::Categories { probabilities: vec![0.0, 1.0], score: None });
        assert_eq!(warned(&same, &bare), None);
    }

    #[test]
    fn a_constant_of_other_kinds_of_answers() {
        let scale = Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() };
        let regression = LabelSpace::new(Task::Regression, &Labels::Score(scale)).unwrap();
        let weights = job(Task::Regression, "losses.task.weights = \"none\"");
        let scores = |scores: [f32; 2]| predictions([-1.0, 2.0], &regression, |i| Answer::Score(scores[i]));
        let warning = one_answer(&regression, &scores([0.1, 0.2]), &weights).unwrap();
        assert!(warning.contains("the same answer, 0:") && !warning.contains("balanced"), "{warning}");
        // Another step of the scale, and another side of its neutral value.
        for other in [0.9, -0.1] {
            assert_eq!(one_answer(&regression, &scores([0.1, other]), &weights), None);
        }
        let names = ["happy", "sad", "angry"].map(str::to_owned).to_vec();
        let emotions = LabelSpace::new(Task::Emotion, &Labels::Categories(names)).unwrap();
        let emotion = job(Task::Emotion, "");
        let targets = |of: [[f32; 3]; 2]| predictions([0.0, 1.0], &emotions, |i| Answer::Targets(of[i].to_vec()));
        let none = one_answer(&emotions, &targets([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]]), &emotion).unwrap();
        assert!(none.contains("the same answer, none of all:"), "{none}");
        let two = one_answer(&emotions, &targets([[0.6, 0.7, 0.3], [0.7, 0.6, 0.1]]), &emotion).unwrap();
        assert!(two.contains("the same answer, happy, sad:"), "{two}");
        assert_eq!(one_answer(&emotions, &targets([[0.6, 0.7, 0.3], [0.7, 0.2, 0.1]]), &emotion), None);
    }
}
