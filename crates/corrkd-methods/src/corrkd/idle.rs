//! What of a training may turn out to do nothing on a data set, which the loop tells where it held in every epoch.

use super::response::Response;
use super::settings::{Losses, RcdForm, Scd, Settings};
use corrkd_config::Task;
use corrkd_losses::{BLIND, Distance};
use corrkd_train::{Context, Idle};
use std::collections::BTreeSet;

/// Of the labels' loss; `training` is the table of the settings that says how it trains.
pub(super) fn of_task(training: &str, response: &Response, context: &Context) -> Option<Idle> {
    response.weights()?;
    let warning = format!(
        "losses.task.weights = \"balanced\" did nothing: no batch held samples of two categories, and in a weighted mean \
         over one category its weight cancels out. {}",
        other_batches(training, context)
    );
    Some(Idle { part: "task.categories", at: 1.0, warning })
}

/// Of the losses that ask a teacher.
pub(super) fn of_distillation(settings: &Settings, context: &Context) -> Vec<Idle> {
    let Losses { scd, cpd, rcd, .. } = &settings.losses;
    let mut idle = Vec::new();
    if scd.weight > 0.0 {
        idle.push(Idle { part: "scd.within", at: 0.0, warning: no_push(scd, context) });
    }
    if cpd.weight > 0.0 {
        let warning = format!(
            "CPD compared no categories: no batch held samples of two, so that there was one prototype. {}",
            other_batches("student", context)
        );
        idle.push(Idle { part: "cpd.categories", at: 1.0, warning });
    }
    if rcd.weight > 0.0 {
        let categories = context.space.categories();
        match (rcd.form, context.space.task()) {
            (RcdForm::MutualInformation, Task::Regression) => idle.push(blind("rcd.score", "score", context)),
            (RcdForm::MutualInformation, _) => {
                idle.push(blind("rcd.target", "target response", context));
                // Of two categories the other's response says the same again.
                idle.extend((categories > 2).then(|| blind("rcd.others", "non-target responses", context)));
            }
            (RcdForm::Dkd, _) if categories == 2 && rcd.dkd.beta > 0.0 => {
                let warning =
                    "losses.rcd.dkd.beta did nothing: with two categories there is one beside the target, and \
                               nothing to distil among the others. A task of more categories has it, and \
                               losses.rcd.dkd.beta = 0 says that it is not wanted."
                        .to_owned();
                idle.push(Idle { part: "dkd.others", at: 0.0, warning });
            }
            (RcdForm::Dkd | RcdForm::Kl, _) => {}
        }
    }
    idle
}

fn no_push(scd: &Scd, context: &Context) -> String {
    if is_alone(context) {
        return format!("SCD pushed no samples apart. {}", other_batches("student", context));
    }
    let other = match scd.distance {
        Distance::Unit => "",
        Distance::RootMeanSquare | Distance::Euclidean => {
            ", or set losses.scd.distance = \"unit\", by which distances are 0 to 2"
        }
    };
    format!(
        "SCD pushed no samples apart: in no batch were the representations of two samples nearer than losses.scd.margin = \
         {}, so that any smaller margin gives the same bits. Raise it above scd.nearest, which events.jsonl tells for each \
         epoch{other}.",
        scd.margin
    )
}

/// A bound on mutual information that is within a hundredth of the blind value, 0.014 nats, counts as no higher: chance lifts
/// that of a batch as much.
fn blind(part: &'static str, of_what: &str, context: &Context) -> Idle {
    let warning = match is_alone(context) {
        true => format!("RCD had no pairs of samples to tell apart. {}", other_batches("student", context)),
        false => format!(
            "RCD found next to no information that the student's {of_what} shares with the teacher's: in no epoch did the \
             bound {part} rise by a hundredth above {BLIND:.3}, what it is to know nothing. To tie the responses all the \
             same, set losses.rcd.form = \"kl\", which holds each to its teacher's without comparing samples."
        ),
    };
    Idle { part, at: 0.99 * BLIND, warning }
}

/// What gives batches of several samples and categories.
fn other_batches(training: &str, context: &Context) -> String {
    let samples = &context.train.samples;
    let categories: BTreeSet<usize> = samples.iter().map(|sample| context.space.category(sample.label)).collect();
    match categories.len() {
        _ if is_alone(context) => "The training split has a single sample: give it more.".to_owned(),
        0 | 1 => {
            "The training split has no samples of two categories: give it others, or choose another task.".to_owned()
        }
        _ => format!("Raise {training}.batch."),
    }
}

/// Whether there is no second sample to learn from.
fn is_alone(context: &Context) -> bool {
    context.train.samples.len() < 2
}
