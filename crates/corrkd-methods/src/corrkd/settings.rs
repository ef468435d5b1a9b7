//! CorrKD's settings, with the paper's value for MOSI as the default, or our choice ("Open") where none is published.
//!
//! Three open choices are no settings: initial values (Xavier-uniform weights, zero biases), the normalisation that ends
//! a pre-norm encoder, and RCD's marginals (all other pairs of the batch). Nor is what makes a regression of the method,
//! which the paper has none of: one number, added to the neutral value of the scale; the mean absolute error; CPD's
//! categories are the finest division of the scale that the data set's convention has; RCD is of the score, in one part; in
//! its place may stand the divergence of two normal distributions of variance one.

use corrkd_config::{ConfigError, Ranges, Selection, Task};
use corrkd_losses::{Contrast, Decoupled, Distance, Push};
use corrkd_nn::{Clip, OptimizerSettings};
use serde::{Deserialize, Serialize};
use toml::Table;

/// The resolved configuration of a teacher and its student.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The network of teacher and student.
    pub network: Size,
    /// Dropout of teacher and student while they train.
    pub dropout: Probabilities,
    /// How the teacher trains.
    pub teacher: Training,
    /// How the student trains.
    pub student: Training,
    /// What the student minimises.
    pub losses: Losses,
}

/// The network's size (method, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Size {
    /// Width d of a frame after the convolution. Paper: 40.
    pub width: usize,
    /// Attention heads. Paper: 10 (MOSI, IEMOCAP), 8 (MOSEI). Must divide the width.
    pub heads: usize,
    /// Transformer layers. Open; 4, as in MulT.
    pub layers: usize,
    /// Width of the feed-forward part. Open; 4 d.
    pub feed_forward: usize,
    /// Frames the temporal convolution sees. Paper: 3. Odd.
    pub kernel: usize,
    /// Whether Transformer layers normalise what enters their branches (or else their sums). Open; true.
    pub pre_norm: bool,
    /// Whether frames attend to missing ones, which hold the zero vector and their position. Open; true. Where all
    /// frames of a modality are missing they attend to each other either way.
    pub attend_missing: bool,
}

impl Default for Size {
    fn default() -> Self {
        Self { width: 40, heads: 10, layers: 4, feed_forward: 160, kernel: 3, pre_norm: true, attend_missing: true }
    }
}

/// Dropout probabilities, to the nearest 1/65536. Open; MulT's published ranges for the same width and heads.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Probabilities {
    /// Raw language features.
    pub language: f64,
    /// Attention weights.
    pub attention: f64,
    /// Inside the feed-forward part, after its activation.
    pub feed_forward: f64,
    /// Each residual branch before it is added.
    pub residual: f64,
    /// The pooled representation before the classifier.
    pub output: f64,
}

impl Default for Probabilities {
    fn default() -> Self {
        Self { language: 0.25, attention: 0.1, feed_forward: 0.1, residual: 0.1, output: 0.1 }
    }
}

/// How a network is trained and its best epoch chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Training {
    /// Passes over the training split. Paper: 50 (MOSI), 20 (MOSEI), 30 (IEMOCAP).
    pub epochs: usize,
    /// Samples per step. Paper: 64 (MOSI, IEMOCAP), 32 (MOSEI).
    pub batch: usize,
    /// Adam's step size. Paper: 4e-3 (MOSI, IEMOCAP), 2e-3 (MOSEI).
    pub learning_rate: f64,
    /// The gradient's Euclidean norm over all parameters is cut to this. Open; 0.8.
    pub clip_norm: f64,
    /// Epochs without a better validation score before training stops; 0 trains all epochs, as the paper does.
    pub patience: usize,
    /// What makes an epoch the best, measured on the validation split alone: under the complete condition for the teacher,
    /// the mean over all sets of modalities for the student. Open; the loss.
    pub selection: Selection,
}

impl Default for Training {
    fn default() -> Self {
        Self { epochs: 50, batch: 64, learning_rate: 4e-3, clip_norm: 0.8, patience: 0, selection: Selection::Loss }
    }
}

impl Training {
    /// Adam with one rate for all parameters.
    #[must_use]
    pub fn optimizer(&self) -> OptimizerSettings {
        OptimizerSettings::plain(self.learning_rate, Clip::Norm(self.clip_norm))
    }
}

/// The student's loss terms. Paper: all four, each with weight 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Losses {
    /// The labels': cross entropy; of a regression the mean absolute error.
    pub task: TaskLoss,
    /// Sample-level contrastive distillation.
    pub scd: Scd,
    /// Category-guided prototype distillation.
    pub cpd: Cpd,
    /// Response-disentangled consistency distillation.
    pub rcd: Rcd,
}

/// The task's loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TaskLoss {
    /// The factor in the student's sum; 0 leaves it out.
    pub weight: f64,
    /// By how much each category counts, for teacher and student, in training and when the best epoch is chosen by the loss.
    /// Open; none.
    pub weights: ClassWeights,
}

impl Default for TaskLoss {
    fn default() -> Self {
        Self { weight: 1.0, weights: ClassWeights::None }
    }
}

/// By how much the categories count in the cross entropy, which is then a weighted mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClassWeights {
    /// All the same.
    #[default]
    None,
    /// N / (K n_k), where n_k of the N training samples are of category k of K: rare ones count as much as frequent ones.
    Balanced,
}

/// Sample-level contrastive distillation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scd {
    /// The factor in the sum.
    pub weight: f64,
    /// The distance eta up to which other samples are pushed away. Paper: 1.2 (MOSI), 1.0 (MOSEI), 1.4 (IEMOCAP).
    pub margin: f64,
    /// What a distance is. Open; `unit`, between representations of norm one, because under it the paper's margins act.
    /// The paper chose its margins on validation data, for each data set another, so under its reading they made a
    /// difference. Plainly Euclidean they make none: behind the encoders' final normalisation the distance between a
    /// student's representation and another sample's teacher's was 9.4 in the median and 1.96 at least (1.7 million pairs,
    /// 12 epochs, `mosi-utterance`), so that the push is zero at every margin from 1.0 to 1.4, and what is left is the
    /// squared pull of 120 numbers, some hundred times all other terms. Between vectors of norm one distances are 0 to 2,
    /// and those between unrelated ones near the root of 2, just beyond the paper's margins.
    pub distance: Distance,
    /// How the pushes away from a batch's other samples are put together. Open; their mean.
    pub push: Push,
}

impl Default for Scd {
    fn default() -> Self {
        Self { weight: 1.0, margin: 1.2, distance: Distance::Unit, push: Push::Mean }
    }
}

impl Scd {
    /// As the loss takes them.
    pub(super) const fn contrast(&self) -> Contrast {
        let &Self { margin, distance, push, .. } = self;
        Contrast { margin, distance, push }
    }
}

/// Category-guided prototype distillation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cpd {
    /// The factor in the sum.
    pub weight: f64,
    /// Whether categories that are absent from a batch count in the K that the sum is divided by. Open; false.
    pub count_absent: bool,
}

impl Default for Cpd {
    fn default() -> Self {
        Self { weight: 1.0, count_absent: false }
    }
}

/// Response-disentangled consistency distillation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rcd {
    /// The factor in the sum.
    pub weight: f64,
    /// What ties the student's response to the teacher's.
    pub form: RcdForm,
    /// Units in each of the statistics network's two hidden layers. Open; 64.
    pub hidden: usize,
    /// What the form `dkd` needs.
    pub dkd: Decoupled,
}

impl Default for Rcd {
    fn default() -> Self {
        Self { weight: 1.0, form: RcdForm::MutualInformation, hidden: 64, dkd: Decoupled::default() }
    }
}

/// How responses are distilled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RcdForm {
    /// The paper's: mutual information of target and of non-target responses, separately.
    #[default]
    MutualInformation,
    /// The ablation's "without RCD": Kullback-Leibler divergence between the two responses; of a regression that between
    /// normal distributions of variance one around the scores, half their squared difference.
    Kl,
    /// Decoupled knowledge distillation (Zhao et al., CVPR 2022), a control: the divergence of target against non-target
    /// and that among the non-target categories, weighted apart. With two categories the second is zero; a regression has
    /// none.
    Dkd,
}

impl Losses {
    /// Whether the student learns from a teacher at all.
    #[must_use]
    pub fn ask_a_teacher(&self) -> bool {
        [self.scd.weight, self.cpd.weight, self.rcd.weight].into_iter().any(|weight| weight > 0.0)
    }

    /// Whether one of them tells samples of a batch apart, and means nothing where there is one.
    fn compare_samples(&self) -> bool {
        let rcd = self.rcd.weight > 0.0 && self.rcd.form == RcdForm::MutualInformation;
        self.scd.weight > 0.0 || self.cpd.weight > 0.0 || rcd
    }

    /// What a teacher depends on, as a table.
    pub(super) fn of_teacher(&self) -> Table {
        let weights = Table::try_from(self.task).expect("texts have a form in TOML").remove("weights");
        let task: Table = weights.map(|weights| ("weights".to_owned(), weights)).into_iter().collect();
        [("task".to_owned(), task.into())].into_iter().collect()
    }
}

/// What is expected of a batch by losses that tell its samples apart.
const ALONE: &str = "at least 2, since with one sample SCD has none to push away from, CPD is 0 and RCD has no marginals; \
                     or 0 as the weight of losses.scd, losses.cpd and losses.rcd";

impl Settings {
    /// As a table, in the order of the fields.
    pub(super) fn table(&self) -> Table {
        Table::try_from(self).expect("numbers, texts and tables have a form in TOML")
    }

    /// Checks what types cannot say for a task; `whose` names the row in errors.
    pub(super) fn check(&self, whose: &str, task: Task) -> Result<(), ConfigError> {
        let ranges = Ranges::of(whose);
        let n = &self.network;
        ranges.size("network.width", n.width)?;
        let even = n.width.is_multiple_of(2);
        ranges.hold(even, "network.width", n.width, "a positive even number")?;
        let divides = n.heads > 0 && n.width.is_multiple_of(n.heads);
        ranges.hold(divides, "network.heads", n.heads, "a divisor of network.width")?;
        ranges.depth("network.layers", n.layers)?;
        ranges.size("network.feed_forward", n.feed_forward)?;
        ranges.size("network.kernel", n.kernel)?;
        ranges.hold(n.kernel % 2 == 1, "network.kernel", n.kernel, "an odd number")?;
        let d = &self.dropout;
        for (key, p) in [
            ("dropout.language", d.language),
            ("dropout.attention", d.attention),
            ("dropout.feed_forward", d.feed_forward),
            ("dropout.residual", d.residual),
            ("dropout.output", d.output),
        ] {
            ranges.dropout(key, p)?;
        }
        for (name, t) in [("teacher", &self.teacher), ("student", &self.student)] {
            let key = |leaf: &str| format!("{name}.{leaf}");
            ranges.epochs(&key("epochs"), t.epochs)?;
            ranges.batch(&key("batch"), t.batch)?;
            ranges.positive(&key("learning_rate"), t.learning_rate)?;
            ranges.positive(&key("clip_norm"), t.clip_norm)?;
        }
        let l = &self.losses;
        for (key, weight) in [
            ("losses.task.weight", l.task.weight),
            ("losses.scd.weight", l.scd.weight),
            ("losses.cpd.weight", l.cpd.weight),
            ("losses.rcd.weight", l.rcd.weight),
        ] {
            ranges.not_negative(key, weight)?;
        }
        let some = l.task.weight > 0.0 || l.ask_a_teacher();
        ranges.hold(some, "losses", "all zero", "at least one positive weight")?;
        let enough = self.student.batch > 1 || !l.compare_samples();
        ranges.hold(enough, "student.batch", self.student.batch, ALONE)?;
        let regression = task == Task::Regression;
        let weighed = regression && l.task.weights == ClassWeights::Balanced;
        ranges.hold(!weighed, "losses.task.weights", "balanced", "none, since a score has no categories to weigh")?;
        let parted = regression && l.rcd.weight > 0.0 && l.rcd.form == RcdForm::Dkd;
        ranges.hold(
            !parted,
            "losses.rcd.form",
            "dkd",
            "mutual-information or kl, since a score has no target and non-target parts",
        )?;
        ranges.positive("losses.scd.margin", l.scd.margin)?;
        ranges.size("losses.rcd.hidden", l.rcd.hidden)?;
        let dkd = &l.rcd.dkd;
        ranges.not_negative("losses.rcd.dkd.alpha", dkd.alpha)?;
        ranges.not_negative("losses.rcd.dkd.beta", dkd.beta)?;
        ranges.positive("losses.rcd.dkd.temperature", dkd.temperature)
    }
}
