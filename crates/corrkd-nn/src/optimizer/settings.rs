//! What can be set about an optimizer.

use crate::NnError;
use corrkd_config::Ranges;
use serde::{Deserialize, Serialize};

/// How Adam steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptimizerSettings {
    /// Parts of the network with rates of their own. Of the groups that take a parameter it belongs to the one with the
    /// longest prefix.
    pub groups: Vec<Group>,
    /// How gradients are kept small.
    pub clip: Clip,
    /// How rates fall from epoch to epoch.
    pub schedule: Schedule,
    /// Micro-batches whose gradients are summed for one step; 1 steps on each.
    pub accumulate: usize,
    /// What happens to an epoch's last micro-batches where they are fewer than that.
    pub tail: Tail,
}

/// A part of the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The name of a parameter, or of a layer or part of the network, which takes all parameters inside: `text` takes
    /// `text.weight` and not `texts.weight`. Empty, it takes all that no other group does.
    pub prefix: String,
    /// The step size at the start.
    pub learning_rate: f64,
    /// L2 penalty: this times the parameter is added to its gradient, after clipping.
    pub weight_decay: f64,
}

/// How a step's gradient, the sum over its micro-batches, is kept small.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clip {
    /// Not at all.
    None,
    /// The Euclidean norm over all parameters together is cut to this.
    Norm(f64),
    /// Each element is cut to this on either side of zero.
    Value(f64),
}

/// How the groups' rates fall.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Schedule {
    /// They stay.
    Constant,
    /// Times `factor` behind every `every`-th epoch: PyTorch's `StepLR`.
    Step {
        /// Epochs between.
        every: usize,
        /// The factor.
        factor: f64,
    },
    /// Times `factor` when more than `patience` epochs in a row did not lower the validation loss by a ten-thousandth of
    /// the least so far: PyTorch's `ReduceLROnPlateau` with its defaults.
    Plateau {
        /// The factor, below 1.
        factor: f64,
        /// Epochs that may pass.
        patience: usize,
    },
}

/// What happens to an epoch's last, incomplete group of micro-batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tail {
    /// A step is taken on it.
    Step,
    /// It is forgotten.
    Drop,
}

impl OptimizerSettings {
    /// One constant rate for all parameters, no decay, a step on every batch.
    #[must_use]
    pub fn plain(learning_rate: f64, clip: Clip) -> Self {
        Self {
            groups: vec![Group { prefix: String::new(), learning_rate, weight_decay: 0.0 }],
            clip,
            schedule: Schedule::Constant,
            accumulate: 1,
            tail: Tail::Step,
        }
    }

    /// Checks what types cannot say.
    pub(super) fn check(&self) -> Result<(), NnError> {
        let ranges = Ranges::of("the optimizer");
        for group in &self.groups {
            let key = |leaf: &str| format!("groups.\"{}\".{leaf}", group.prefix);
            ranges.not_negative(&key("learning_rate"), group.learning_rate)?;
            ranges.not_negative(&key("weight_decay"), group.weight_decay)?;
        }
        match self.clip {
            Clip::None => {}
            Clip::Norm(most) => ranges.positive("clip.norm", most)?,
            Clip::Value(most) => ranges.positive("clip.value", most)?,
        }
        match self.schedule {
            Schedule::Constant => {}
            Schedule::Step { every, factor } => {
                ranges.at_least_one("schedule.step.every", every)?;
                ranges.positive("schedule.step.factor", factor)?;
            }
            Schedule::Plateau { factor, .. } => {
                let falls = factor > 0.0 && factor < 1.0;
                ranges.hold(falls, "schedule.plateau.factor", factor, "a number between 0 and 1")?;
            }
        }
        Ok(ranges.at_least_one("accumulate", self.accumulate)?)
    }
}

impl Group {
    /// Whether a parameter or variable of this name is inside.
    pub(super) fn takes(&self, name: &str) -> bool {
        Self::is_inside(&self.prefix, name)
    }

    /// The same of a group with this prefix.
    pub(crate) fn is_inside(prefix: &str, name: &str) -> bool {
        match name.strip_prefix(prefix) {
            Some(rest) => prefix.is_empty() || rest.is_empty() || rest.starts_with('.'),
            None => false,
        }
    }
}
