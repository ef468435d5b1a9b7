//! What ties the student's response to the teacher's (method, section 4): RCD with its statistics networks, or what stands
//! in its place.

use super::settings::{Rcd, RcdForm};
use super::statistics::StatisticsNetwork;
use candle_core::{Result, Tensor};
use corrkd_config::{LabelSpace, Task};
use corrkd_losses::{Decoupled, Loss, dkd, kl, kl_of_scores, rcd, rcd_of_scores};
use corrkd_nn::{NnError, Scope, softmax};

/// The tie of a task's responses.
pub(super) enum Consistency {
    /// Mutual information of target and of non-target responses.
    Rcd(Box<[StatisticsNetwork; 2]>),
    /// That of scores, which have no parts.
    RcdOfScores(StatisticsNetwork),
    Kl,
    KlOfScores,
    Dkd(Decoupled),
}

impl Consistency {
    /// Builds the parameters that it needs.
    ///
    /// # Errors
    /// As [`Scope::get`].
    pub(super) fn new(mut scope: Scope<'_>, settings: &Rcd, labels: &LabelSpace) -> std::result::Result<Self, NnError> {
        let mut statistics = |name, inputs| StatisticsNetwork::new(scope.sub(name), inputs, settings.hidden);
        Ok(match (settings.form, labels.task()) {
            (RcdForm::MutualInformation, Task::Regression) => Self::RcdOfScores(statistics("score", 1)?),
            (RcdForm::MutualInformation, _) => {
                Self::Rcd(Box::new([statistics("target", 1)?, statistics("others", labels.categories() - 1)?]))
            }
            (RcdForm::Kl, Task::Regression) => Self::KlOfScores,
            (RcdForm::Kl, _) => Self::Kl,
            (RcdForm::Dkd, _) => Self::Dkd(settings.dkd),
        })
    }

    /// Its name among the losses.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Rcd(_) | Self::RcdOfScores(_) => "rcd",
            Self::Kl | Self::KlOfScores => "kl",
            Self::Dkd(_) => "dkd",
        }
    }

    /// The loss of the student's and the teacher's numbers (N, R), of samples of these categories.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn loss(&self, student: &Tensor, teacher: &Tensor, categories: &[usize]) -> Result<Loss> {
        match self {
            Self::Rcd(networks) => {
                let [target, others] = &**networks;
                let (student, teacher) = (softmax(student)?, softmax(teacher)?);
                rcd(&student, &teacher, categories, |t, s| target.forward(t, s), |t, s| others.forward(t, s))
            }
            Self::RcdOfScores(network) => rcd_of_scores(student, teacher, |t, s| network.forward(t, s)),
            Self::Kl => Ok(whole(kl(student, teacher)?)),
            Self::KlOfScores => Ok(whole(kl_of_scores(student, teacher)?)),
            Self::Dkd(how) => dkd(student, teacher, categories, *how),
        }
    }
}

/// A loss that has no parts.
fn whole(value: Tensor) -> Loss {
    Loss { value, parts: Vec::new() }
}
