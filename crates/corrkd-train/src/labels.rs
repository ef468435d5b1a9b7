//! Whether a data set's labels are what a task is to learn.

use crate::TrainError;
use corrkd_config::Task;
use corrkd_data::LabelKind;

/// Sentiment asks for scores that can be below zero and above, emotions for the task's categories in the task's order.
///
/// # Errors
/// [`TrainError::Labels`].
pub fn fit(task: Task, labels: &LabelKind) -> Result<(), TrainError> {
    let remedy = match (task.is_sentiment(), labels) {
        (true, LabelKind::Score { range: [low, high], .. }) if *low < 0.0 && *high > 0.0 => return Ok(()),
        (false, LabelKind::Category { categories }) if categories == task.names() => return Ok(()),
        (true, LabelKind::Score { .. }) => "choose another `labels.column` in the recipe",
        (true, LabelKind::Category { .. }) => "set `task = \"emotion\"` in the experiment",
        (false, LabelKind::Score { .. }) => "set `task = \"binary\"`, or give the recipe `labels.categories`",
        (false, LabelKind::Category { .. }) => "set `labels.categories` in the recipe to these",
    };
    let expected = match task.is_sentiment() {
        true => "scores below zero and above".to_owned(),
        false => format!("the categories {}, in this order", task.names().join(", ")),
    };
    let got = match labels {
        LabelKind::Score { column, range: [low, high], .. } => format!("scores within {low} and {high} (`{column}`)"),
        LabelKind::Category { categories } => format!("the categories {}", categories.join(", ")),
    };
    Err(TrainError::Labels { expected, got, remedy })
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_data::Outside;

    #[test]
    fn labels_of_another_kind_are_refused_with_what_to_set() {
        let score = |range| LabelKind::Score { column: "happy".to_owned(), range, outside: Outside::Error };
        let categories = |names: &[&str]| LabelKind::Category { categories: names.iter().map(|&n| n.into()).collect() };
        for task in [Task::Binary, Task::Ternary, Task::Seven] {
            fit(task, &score([-3.0, 3.0])).unwrap();
        }
        fit(Task::Emotion, &categories(Task::Emotion.names())).unwrap();

        let emotions = "the categories happy, sad, angry, neutral";
        for (task, labels, expected, got, remedy) in [
            (
                Task::Seven,
                score([0.0, 1.0]),
                "scores below zero and above",
                "scores within 0 and 1 (`happy`)",
                "another",
            ),
            (Task::Binary, categories(Task::Emotion.names()), "scores below", emotions, "set `task = \"emotion\"` in"),
            (
                Task::Emotion,
                score([-3.0, 3.0]),
                emotions,
                "scores within -3 and 3 (`happy`)",
                "set `task = \"binary\"`",
            ),
            (Task::Emotion, categories(&["sad", "happy"]), emotions, "the categories sad, happy", "to these"),
        ] {
            let error = fit(task, &labels).unwrap_err();
            let text = error.to_string();
            let (needs, rest) = text.split_once(", but the data set's labels are ").unwrap();
            assert!(needs.contains(expected) && rest.starts_with(got) && rest.contains(remedy), "{text}");
            assert_eq!(error.exit(), corrkd_config::Exit::Input);
        }
    }
}
