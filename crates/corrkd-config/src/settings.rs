//! Every setting of a run, with the paper's value for MOSI as the default, or our choice ("Open") where none is published.
//!
//! Three open choices are no settings: initial values (Xavier-uniform weights, zero biases), the normalisation that ends
//! a pre-norm encoder, and RCD's marginals (all other pairs of the batch).

use crate::{Condition, ConfigError, Mechanism, Presence, Task};
use serde::{Deserialize, Serialize};

/// The resolved configuration of a teacher and its student.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What is predicted (open in the paper; binary).
    pub task: Task,
    /// The network of teacher and student.
    pub network: Network,
    /// Dropout of teacher and student while they train.
    pub dropout: Dropout,
    /// How the teacher trains.
    pub teacher: Training,
    /// How the student trains.
    pub student: Training,
    /// What the student loses of each training sample (MRM).
    pub missing: Missing,
    /// What the student minimises.
    pub losses: Losses,
    /// What is measured on the test split.
    pub evaluation: Evaluation,
}

/// The part of the settings that a teacher depends on: students that differ elsewhere share it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeacherSettings {
    /// As in [`Settings`].
    pub task: Task,
    /// As in [`Settings`].
    pub network: Network,
    /// As in [`Settings`].
    pub dropout: Dropout,
    /// As in [`Settings`].
    pub teacher: Training,
    /// As in [`Settings`].
    pub evaluation: Evaluation,
}

/// The network's size (method, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
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

impl Default for Network {
    fn default() -> Self {
        Self { width: 40, heads: 10, layers: 4, feed_forward: 160, kernel: 3, pre_norm: true, attend_missing: true }
    }
}

/// Dropout probabilities, to the nearest 1/65536. Open; MulT's published ranges for the same width and heads.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dropout {
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

impl Default for Dropout {
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
    /// What makes an epoch the best, measured on the validation split alone. Open; the loss.
    pub selection: Selection,
}

impl Default for Training {
    fn default() -> Self {
        Self { epochs: 50, batch: 64, learning_rate: 4e-3, clip_norm: 0.8, patience: 0, selection: Selection::Loss }
    }
}

/// The validation score that picks an epoch: over the complete condition for a teacher, the mean over all seven
/// sets of modalities for a student.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// The lowest cross entropy.
    #[default]
    Loss,
    /// The highest weighted F1.
    F1,
}

/// Modality Random Missing, the law of the student's training samples. Open in the paper.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Missing {
    /// Whether whole modalities go missing: the set that stays is uniform over the seven non-empty ones.
    pub inter: bool,
    /// Each modality that stays draws its ratio uniformly from this range: with the default mechanism, the probability
    /// that a frame is dropped.
    pub intra: [f64; 2],
    /// What happens to a modality at its ratio; by default independent frames are missing, as in the paper.
    pub mechanism: Mechanism,
}

impl Default for Missing {
    fn default() -> Self {
        Self { inter: true, intra: [0.0, 1.0], mechanism: Mechanism::Frames }
    }
}

/// The student's loss terms. Paper: all four, each with weight 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Losses {
    /// Cross entropy with the labels.
    pub task: Weighted,
    /// Sample-level contrastive distillation.
    pub scd: Scd,
    /// Category-guided prototype distillation.
    pub cpd: Cpd,
    /// Response-disentangled consistency distillation.
    pub rcd: Rcd,
}

/// A loss term with nothing but a weight; weight 0 leaves it out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Weighted {
    /// The factor in the sum.
    pub weight: f64,
}

impl Default for Weighted {
    fn default() -> Self {
        Self { weight: 1.0 }
    }
}

/// Sample-level contrastive distillation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scd {
    /// The factor in the sum.
    pub weight: f64,
    /// The distance eta up to which other samples are pushed away. Paper: 1.2 (MOSI), 1.0 (MOSEI), 1.4 (IEMOCAP).
    pub margin: f64,
    /// How the pushes away from a batch's other samples are put together. Open; their mean.
    pub push: Push,
}

impl Default for Scd {
    fn default() -> Self {
        Self { weight: 1.0, margin: 1.2, push: Push::Mean }
    }
}

/// How SCD's pushes of one sample are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Push {
    /// Their mean.
    #[default]
    Mean,
    /// Their sum.
    Sum,
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
    pub dkd: Dkd,
}

impl Default for Rcd {
    fn default() -> Self {
        Self { weight: 1.0, form: RcdForm::MutualInformation, hidden: 64, dkd: Dkd::default() }
    }
}

/// How responses are distilled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RcdForm {
    /// The paper's: mutual information of target and of non-target responses, separately.
    #[default]
    MutualInformation,
    /// The ablation's "without RCD": Kullback-Leibler divergence between the two responses.
    Kl,
    /// Decoupled knowledge distillation (Zhao et al., CVPR 2022), a control: the divergence of target against non-target
    /// and that among the non-target categories, weighted apart. With two categories the second is zero.
    Dkd,
}

/// Decoupled knowledge distillation; the defaults are those of its paper's experiments.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dkd {
    /// Factor of the divergence of target against non-target.
    pub alpha: f64,
    /// Factor of the divergence among the non-target categories.
    pub beta: f64,
    /// What logits are divided by; the loss is multiplied by its square.
    pub temperature: f64,
}

impl Default for Dkd {
    fn default() -> Self {
        Self { alpha: 1.0, beta: 8.0, temperature: 4.0 }
    }
}

/// What is measured on the test split beside the seven sets of modalities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Evaluation {
    /// Frame-drop ratios of the curve. Paper: 0.0 to 1.0 by 0.1.
    pub ratios: Vec<f64>,
    /// Further conditions. By default each [`Mechanism`] that the paper does not look at, half way: to all modalities at
    /// once, but delay and noise to one at a time, whose streams then no longer agree.
    pub conditions: Vec<Condition>,
    /// Conditions under which the representations H of the test samples are kept, for a projection; all different. None
    /// by default.
    pub representations: Vec<Condition>,
}

impl Default for Evaluation {
    fn default() -> Self {
        let half = |mechanism, streams| Condition::damaged(Presence::COMPLETE, mechanism, streams, 0.5);
        let all = [Mechanism::Bursts, Mechanism::Tail, Mechanism::Label, Mechanism::Energy];
        let one = [Mechanism::Delay, Mechanism::Noise];
        let single = |mechanism| Presence::ALL.into_iter().take(3).map(move |stream| half(mechanism, stream));
        Self {
            ratios: (0..=10).map(|tenth| f64::from(tenth) / 10.0).collect(),
            conditions: all
                .map(|m| half(m, Presence::COMPLETE))
                .into_iter()
                .chain(one.into_iter().flat_map(single))
                .collect(),
            representations: Vec::new(),
        }
    }
}

impl Settings {
    /// What the teacher depends on.
    #[must_use]
    pub fn for_teacher(&self) -> TeacherSettings {
        TeacherSettings {
            task: self.task,
            network: self.network,
            dropout: self.dropout,
            teacher: self.teacher,
            evaluation: self.evaluation.clone(),
        }
    }

    /// Checks what types cannot say.
    pub(crate) fn check(&self, whose: &str) -> Result<(), ConfigError> {
        let range = |ok: bool, key: &str, got: String, expected: &'static str| match ok {
            true => Ok(()),
            false => Err(ConfigError::Range { whose: whose.to_owned(), key: key.to_owned(), got, expected }),
        };
        let n = &self.network;
        range(
            n.width > 0 && n.width.is_multiple_of(2),
            "network.width",
            n.width.to_string(),
            "a positive even number",
        )?;
        range(
            n.heads > 0 && n.width.is_multiple_of(n.heads),
            "network.heads",
            n.heads.to_string(),
            "a divisor of network.width",
        )?;
        range(n.layers > 0, "network.layers", n.layers.to_string(), "at least 1")?;
        range(n.feed_forward > 0, "network.feed_forward", n.feed_forward.to_string(), "at least 1")?;
        range(n.kernel % 2 == 1, "network.kernel", n.kernel.to_string(), "an odd number")?;
        let d = &self.dropout;
        for (key, p) in [
            ("dropout.language", d.language),
            ("dropout.attention", d.attention),
            ("dropout.feed_forward", d.feed_forward),
            ("dropout.residual", d.residual),
            ("dropout.output", d.output),
        ] {
            range((0.0..1.0).contains(&p), key, p.to_string(), "a probability below 1")?;
        }
        let positive = |x: f64| x.is_finite() && x > 0.0;
        for (name, t) in [("teacher", &self.teacher), ("student", &self.student)] {
            let key = |leaf: &str| format!("{name}.{leaf}");
            range(t.epochs > 0, &key("epochs"), t.epochs.to_string(), "at least 1")?;
            range(t.batch > 0, &key("batch"), t.batch.to_string(), "at least 1")?;
            let rate = t.learning_rate;
            range(positive(rate), &key("learning_rate"), rate.to_string(), "a positive number")?;
            range(positive(t.clip_norm), &key("clip_norm"), t.clip_norm.to_string(), "a positive number")?;
        }
        let [low, high] = self.missing.intra;
        range(
            0.0 <= low && low <= high && high <= 1.0,
            "missing.intra",
            format!("[{low}, {high}]"),
            "[low, high] within 0 and 1",
        )?;
        let l = &self.losses;
        for (key, weight) in [
            ("losses.task.weight", l.task.weight),
            ("losses.scd.weight", l.scd.weight),
            ("losses.cpd.weight", l.cpd.weight),
            ("losses.rcd.weight", l.rcd.weight),
        ] {
            range(weight.is_finite() && weight >= 0.0, key, weight.to_string(), "zero or a positive number")?;
        }
        range(
            l.task.weight + l.scd.weight + l.cpd.weight + l.rcd.weight > 0.0,
            "losses",
            "all zero".to_owned(),
            "at least one positive weight",
        )?;
        range(positive(l.scd.margin), "losses.scd.margin", l.scd.margin.to_string(), "a positive number")?;
        range(l.rcd.hidden > 0, "losses.rcd.hidden", l.rcd.hidden.to_string(), "at least 1")?;
        let dkd = &l.rcd.dkd;
        for (key, factor) in [("losses.rcd.dkd.alpha", dkd.alpha), ("losses.rcd.dkd.beta", dkd.beta)] {
            range(factor.is_finite() && factor >= 0.0, key, factor.to_string(), "zero or a positive number")?;
        }
        let temperature = dkd.temperature;
        range(positive(temperature), "losses.rcd.dkd.temperature", temperature.to_string(), "a positive number")?;
        let ratios = &self.evaluation.ratios;
        range(
            ratios.iter().all(|p| (0.0..=1.0).contains(p)) && ratios.is_sorted_by(|a, b| a < b),
            "evaluation.ratios",
            format!("{ratios:?}"),
            "rising numbers within 0 and 1",
        )?;
        let kept: Vec<String> = self.evaluation.representations.iter().map(Condition::to_string).collect();
        range(
            kept.iter().enumerate().all(|(i, condition)| !kept[..i].contains(condition)),
            "evaluation.representations",
            format!("{kept:?}"),
            "different conditions",
        )
    }
}
