//! GCNet in training: the task's loss on samples that lose something, and the error of what it rebuilds of what they
//! lost.

use super::NAME;
use super::network::Network;
use super::nodes::{Places, videos};
use super::settings::{NodeKind, Settings};
use crate::head::Head;
use crate::train_missing::validated_on;
use candle_core::Tensor;
use corrkd_config::{Missing, PerModality, Ranges};
use corrkd_data::{Batch, Split};
use corrkd_nn::{DropoutKey, Number, Params, weighted_squares};
use corrkd_train::{Context, Idle, Learner, Model, Output, Term, TrainError, Training, TrainingBatch};

/// The share of the nodes' modalities that are to be rebuilt, as it is told.
const REBUILT: &str = "reconstruction.share";

/// Nodes that are answered at once, or those of a single graph; it bounds memory and changes nothing else.
const NODES: usize = 1 << 14;

/// A network in training.
pub(super) struct GcNetLearner {
    params: Params,
    network: Network,
    nodes: NodeKind,
    head: Head,
    reconstruction: f64,
    training: Training,
    /// What training samples lose.
    law: Missing,
    seed: u64,
    context: Context,
}

impl GcNetLearner {
    /// A fresh one.
    ///
    /// # Errors
    /// [`TrainError::Nn`]; [`TrainError::Config`] where utterances are to be nodes, and no ids say which are together.
    pub(super) fn new(settings: &Settings, law: Missing, seed: u64, context: &Context) -> Result<Self, TrainError> {
        let Settings { network: size, dropout, losses, training: t } = settings;
        // A finished one has no training samples.
        if size.nodes == NodeKind::Utterances && context.weights.is_none() {
            let alone = together(&context.train).iter().all(|video| video.len() < 2);
            let expected =
                "\"frames\" for these data: no two training samples are of one video by their ids, `video[i]`";
            Ranges::of(NAME).hold(!alone, "network.nodes", "\"utterances\"", expected)?;
        }
        let mut params = context.params(seed)?;
        let head = Head::of(&context.space);
        let features = context.widths.iter().map(|(_, width)| width).sum();
        let network = Network::new(params.root().sub(NAME), features, head.numbers(), size, dropout)?;
        let training = Training {
            epochs: t.epochs,
            batch: t.batch,
            patience: t.patience,
            selection: t.selection,
            validated_on: validated_on(Some(&law), context),
            weights: None,
            optimizer: t.optimizer(),
        };
        let (nodes, reconstruction, context) = (size.nodes, losses.reconstruction, context.clone());
        Ok(Self { params, network, nodes, head, reconstruction, training, law, seed, context })
    }

    /// What is known of a batch's nodes as it is, without dropout: by some graphs at a time, of which nothing is kept
    /// for a gradient.
    fn seen(&self, features: &Tensor, exist: Option<&Tensor>) -> Result<Tensor, TrainError> {
        let (graphs, time, _) = features.dims3()?;
        let each = (NODES / time.max(1)).max(1);
        let some = |from: usize| {
            let part = |x: &Tensor| x.narrow(0, from, each.min(graphs - from));
            let exist = exist.map(part).transpose()?;
            Ok(self.network.hidden(&part(features)?, exist.as_ref(), DropoutKey::NONE)?.detach())
        };
        let parts: Vec<Tensor> = (0..graphs).step_by(each).map(some).collect::<candle_core::Result<_>>()?;
        Ok(Tensor::cat(&parts, 0)?)
    }

    /// The mean squared error of scores, or of targets what the head has.
    fn task(&self, numbers: &Tensor, batch: &Batch) -> Result<Tensor, TrainError> {
        match self.head {
            Head::Score(neutral) => {
                let scores = (numbers.squeeze(1)? + neutral)?;
                Ok((scores - self.context.labels(batch)?)?.sqr()?.mean_all()?)
            }
            Head::Targets(_) => self.head.loss(numbers, batch, &self.context),
        }
    }

    /// Of what is known of nodes (B, T, D_h): the squared error of the features that the complete samples have and
    /// those that were seen do not, each over its modality's width, summed, over the number of nodes.
    fn reconstruction(
        &self,
        nodes: &Tensor,
        places: &Places,
        complete: &Batch,
        seen: &Batch,
    ) -> Result<Term, TrainError> {
        let context = &self.context;
        let (had, has) = (places.present(complete), places.present(seen));
        let lost = had.map(|m, had| had.iter().zip(has.get(m)).map(|(&had, &has)| had && !has).collect::<Vec<_>>());
        let count = |of: &PerModality<Vec<bool>>| of.iter().flat_map(|(_, of)| of).filter(|&&chosen| chosen).count();
        let share = count(&lost) as f64 / count(&had).max(1) as f64;
        let (target, weights) = (places.features(complete, context)?, places.weights(&lost, context)?);
        let value = weighted_squares(&self.network.rebuilt(nodes)?, &target, &weights, context.kernels)?;
        Ok(Term {
            name: "reconstruction",
            weight: self.reconstruction,
            value,
            parts: vec![(REBUILT, Number::Known(share))],
        })
    }
}

/// The samples of each video of a split.
fn together(split: &Split) -> Vec<Vec<usize>> {
    videos(split.samples.iter().map(|sample| sample.id.as_str()))
}

impl Model for GcNetLearner {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        let places = Places::of(batch, self.nodes);
        let exist = places.exist(&self.context)?;
        let nodes = self.seen(&places.features(batch, &self.context)?, exist.as_ref())?;
        let samples = places.of_samples(&nodes, exist.as_ref())?;
        let answers = self.head.answers(&self.network.numbers(&samples)?)?;
        Ok(Output { answers, representation: Some(samples) })
    }

    fn together(&self, split: &Split) -> Vec<Vec<usize>> {
        match self.nodes {
            NodeKind::Frames => (0..split.samples.len()).map(|sample| vec![sample]).collect(),
            NodeKind::Utterances => together(split),
        }
    }
}

impl Learner for GcNetLearner {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let complete = batch.batch;
        let seen = self.context.masked(batch, self.seed, &self.law);
        let places = Places::of(complete, self.nodes);
        let exist = places.exist(&self.context)?;
        let nodes = self.network.hidden(&places.features(&seen, &self.context)?, exist.as_ref(), batch.key)?;
        let numbers = self.network.numbers(&places.of_samples(&nodes, exist.as_ref())?)?;
        let task = Term { name: "task", weight: 1.0, value: self.task(&numbers, complete)?, parts: Vec::new() };
        Ok(vec![task, self.reconstruction(&nodes, &places, complete, &seen)?])
    }

    fn idle(&self) -> Vec<Idle> {
        vec![Idle {
            part: REBUILT,
            at: 0.0,
            warning:
                "GCNet rebuilt nothing: no training sample lost a modality of a node; `missing` says what they lose."
                    .to_owned(),
        }]
    }
}
