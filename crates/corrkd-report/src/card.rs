//! A model card, written from a run's record: what the network is, what it learned from, how it was judged, and what that does
//! not say.

use corrkd_config::{Condition, LabelSpace, Modality, Presence};
use corrkd_metrics::{Interval, jackknife_interval};
use corrkd_record::{Prediction, RunResult, Trained, scores};
use std::fmt::Write as _;

/// The card of a run, as Markdown: of its result, its predictions of the test split, and the title of its data set's recipe.
#[must_use]
pub fn card(result: &RunResult, predictions: &[Prediction], space: &LabelSpace, title: &str) -> String {
    let spec = &result.spec;
    let mut card = format!(
        "# {} of {} on {}, seed {}\n\nA network that judges the {} of spoken video by what was said, heard and seen, also where \
         parts of that are missing. Its method is `{}`, its run `{}`; this card is made of the run's record.\n",
        spec.job.stage,
        spec.job.method,
        spec.dataset.name,
        spec.seed,
        if space.is_score() { "sentiment" } else { "emotion" },
        spec.job.method,
        result.id,
    );
    section(
        &mut card,
        "Data",
        &[
            ("Data set", format!("{title} (`{}`, fingerprint `{:.12}`)", spec.dataset.name, spec.fingerprint)),
            ("Samples", {
                let sizes = result.samples;
                format!("{} to train, {} to validate, {} to test", sizes.train, sizes.valid, sizes.test)
            }),
            ("Labels", labels(space)),
            ("Lacking by nature in the test split", lacking(result)),
        ],
    );
    if let Some(trained) = &result.training {
        section(&mut card, "Training", &training(result, trained));
    }
    _ = write!(card, "\n## Settings\n\n```toml\n{}```\n", toml::to_string(&spec.job.settings).unwrap_or_default());
    card.push_str(&judged(predictions, space));
    limits(&mut card, result);
    card.push_str(
        "\n## Use\n\n`corrkd predict RUN --data FILE` answers new samples with the run's folder alone; what they lack is \
         missing, and said in the answer. `corrkd evaluate RUN --data DIR --conditions ...` scores it under further conditions.\n\n\
         ## Licence\n\nNot stated: whoever passes the network on says here under which licence, and whether that of the data allows it.\n",
    );
    card
}

fn section(card: &mut String, title: &str, lines: &[(&str, String)]) {
    _ = write!(card, "\n## {title}\n\n");
    for (what, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        _ = writeln!(card, "- {what}: {value}");
    }
}

fn labels(space: &LabelSpace) -> String {
    let names = space.names().join(", ");
    match space.scale() {
        Some(scale) => {
            let [low, high] = scale.range;
            format!(
                "scores from {low} to {high}, neutral at {}; the task is `{}`, in {names}",
                scale.neutral,
                space.task()
            )
        }
        None => format!("categories {names}"),
    }
}

fn lacking(result: &RunResult) -> String {
    let of = |m: Modality| {
        let (samples, frames) = (result.lacking.samples.get(m), result.lacking.frames.get(m));
        (samples + frames > 0).then(|| format!("{m} of {samples} samples, and {frames} single frames"))
    };
    Modality::ALL.into_iter().filter_map(of).collect::<Vec<_>>().join("; ")
}

fn training(result: &RunResult, trained: &Trained) -> Vec<(&'static str, String)> {
    let Trained { epochs, best_epoch, validation, parameters, seconds, .. } = trained;
    let environment = &result.environment;
    vec![
        ("Parameters", parameters.to_string()),
        ("Epochs", format!("{epochs}, of which number {best_epoch} was chosen by the validation split alone")),
        ("Validation", format!("loss {:.4}, weighted F1 {:.1} %", validation.loss, 100.0 * validation.f1)),
        (
            "Sees samples with something missing",
            if result.spec.job.missing.is_some() { "yes" } else { "no" }.to_owned(),
        ),
        (
            "Time",
            format!(
                "{seconds:.0} s on {} ({}, {} threads)",
                environment.cpu.as_deref().unwrap_or("an unknown processor"),
                environment.device,
                environment.threads
            ),
        ),
        ("Program", format!("corrkd {}, code `{:.12}`", environment.version, result.spec.code)),
    ]
}

/// The scores under each set of modalities, with the interval over other test samples.
fn judged(predictions: &[Prediction], space: &LabelSpace) -> String {
    let mut text = "\n## Scores\n\nOn the test split, read once, after training. Weighted F1 with its 95 % interval over other test \
                    samples (jackknife); other seeds would give other networks, of which one run says nothing.\n\n\
                    | there | weighted F1 (%) | 95 % | accuracy (%) |\n|---|---|---|---|\n"
        .to_owned();
    for set in Presence::ALL {
        let condition = Condition::only(set).to_string();
        let under: Vec<&Prediction> = predictions.iter().filter(|p| p.condition == condition).collect();
        if under.is_empty() {
            continue;
        }
        let f1 = |without: Option<usize>| {
            let kept = under.iter().enumerate().filter(|&(sample, _)| Some(sample) != without);
            scores(space, &kept.map(|(_, &prediction)| prediction).collect::<Vec<_>>()).f1
        };
        let interval = jackknife_interval(under.len(), f1).map_or_else(String::new, |Interval { low, high }| {
            format!("{:.1} to {:.1}", 100.0 * low.max(0.0), 100.0 * high.min(1.0))
        });
        let all = scores(space, &under);
        _ = writeln!(text, "| {condition} | {:.1} | {interval} | {:.1} |", 100.0 * all.f1, 100.0 * all.accuracy);
    }
    text.push_str("\nl is language, a audio, v vision.\n");
    text
}

/// What a reader must not take from the scores.
fn limits(card: &mut String, result: &RunResult) {
    card.push_str("\n## Limits\n\n");
    for warning in &result.warnings {
        _ = writeln!(card, "- {warning}");
    }
    card.push_str(
        "- It answers what its training data ask, of speakers, languages and recordings like theirs; nothing here says how it \
         fares elsewhere.\n- Frames must be made by the same extractors as the data set's: another one's numbers mean something \
         else at the same width.\n- Missing was simulated as the settings say; what goes missing in the field may depend on what \
         is said.\n",
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_config::{Cuts, Labels, Scale, Task};
    use corrkd_record::Answer;

    #[test]
    fn scores_stand_beside_their_intervals() {
        let scale = Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() };
        let space = LabelSpace::new(Task::Regression, &Labels::Score(scale)).unwrap();
        let prediction = |id: usize| Prediction {
            condition: "lav".to_owned(),
            id: id.to_string(),
            label: if id.is_multiple_of(2) { 1.0 } else { -1.0 },
            category: 0,
            answer: Answer::Score(if id % 4 == 3 {
                0.5
            } else if id.is_multiple_of(2) {
                1.0
            } else {
                -1.0
            }),
        };
        let text = judged(&(0..40).map(prediction).collect::<Vec<_>>(), &space);
        // Thirty of forty are right: accuracy 75 %, whose standard error is 6.9 %.
        let line = text.lines().find(|line| line.starts_with("| lav |")).unwrap();
        assert!(line.ends_with("| 75.0 |"), "{line}");
        let ends: Vec<f64> =
            line.split('|').nth(3).unwrap().split(" to ").map(|end| end.trim().parse().unwrap()).collect();
        assert!(ends[0] < 62.0 && ends[0] > 50.0 && ends[1] > 84.0 && ends[1] < 95.0, "{line}");
    }
}
