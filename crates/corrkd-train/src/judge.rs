//! Logits against labels: loss and scores.

use corrkd_config::{Task, most_probable};
use corrkd_metrics::{Judged, Scores, Target};

/// Logits and labels of a split, judged.
pub(crate) struct Verdict {
    /// The response to each sample, K probabilities.
    pub(crate) responses: Vec<Vec<f32>>,
    /// Mean cross entropy.
    pub(crate) loss: f64,
    /// All scores.
    pub(crate) scores: Scores,
}

/// Judges the logits of samples with the given labels.
pub(crate) fn judge(task: Task, logits: &[Vec<f32>], labels: &[f32]) -> Verdict {
    let truth: Vec<usize> = labels.iter().map(|&label| task.category(label)).collect();
    let mut loss = 0.0;
    let mut responses = Vec::with_capacity(logits.len());
    for (logits, &category) in logits.iter().zip(&truth) {
        let logs = log_softmax(logits);
        loss -= logs[category];
        responses.push(logs.into_iter().map(|log| log.exp() as f32).collect::<Vec<f32>>());
    }
    let predicted: Vec<usize> = logits.iter().map(|logits| most_probable(logits)).collect();
    let target = |target| Target {
        truth: labels.iter().map(|&label| task.truth(target, label)).collect(),
        answers: responses.iter().map(|response| task.answer(target, response)).collect(),
    };
    let targets: Vec<Target> = (0..task.targets().len()).map(target).collect();
    let scores: Option<Vec<f32>> = responses.iter().map(|response| task.score(response)).collect();
    let scores = Scores::of(&Judged {
        labels,
        targets: &targets,
        sentiment: task.is_sentiment(),
        truth: &truth,
        predicted: &predicted,
        categories: task.categories(),
        scores: scores.as_deref(),
    });
    Verdict { responses, loss: loss / labels.len() as f64, scores }
}

/// log softmax in f64, so that a loss is as exact as its logits.
fn log_softmax(logits: &[f32]) -> Vec<f64> {
    let most = logits.iter().fold(f64::NEG_INFINITY, |most, &x| most.max(f64::from(x)));
    let total: f64 = logits.iter().map(|&x| (f64::from(x) - most).exp()).sum();
    logits.iter().map(|&x| f64::from(x) - most - total.ln()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_and_scores_by_hand() {
        // Responses (1/4, 3/4) and (1/2, 1/2); a tie is not positive.
        let verdict = judge(Task::Binary, &[vec![0.0, 3f32.ln()], vec![1.0, 1.0]], &[2.0, -1.0]);
        assert!((verdict.loss - (-(0.75f64.ln()) - 0.5f64.ln()) / 2.0).abs() < 1e-7);
        assert_eq!(verdict.scores.accuracy, 1.0);
        assert_eq!(verdict.responses[1], [0.5, 0.5]);
        assert_eq!(verdict.scores.mae, None);
    }
}
