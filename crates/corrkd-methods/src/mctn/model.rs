//! The model of a set of modalities: what it reads, its network, and what it loses on a batch.

use super::block::{Block, Clock};
use super::network::{Encoded, Network, Shape};
use super::route::Route;
use super::settings::{Losses, Settings};
use crate::head::Head;
use candle_core::Tensor;
use corrkd_config::{Modality, PerModality};
use corrkd_data::Batch;
use corrkd_nn::{DropoutKey, Scope, frame_mask};
use corrkd_train::{Answers, Context, Term, TrainError};

/// A set's model.
pub(super) struct SetModel {
    pub(super) route: Route,
    source: Block,
    targets: Vec<Block>,
    network: Network,
    head: Head,
}

/// What of a batch is read: features (B, T, D), which steps exist (B, T), and the clock that they are on.
struct Read {
    x: Tensor,
    frames: Option<Tensor>,
    clock: Clock,
}

impl SetModel {
    /// Builds the network. `greatest` are the training split's greatest absolute values.
    ///
    /// # Errors
    /// [`TrainError::Nn`].
    pub(super) fn new(
        scope: Scope<'_>,
        route: Route,
        settings: &Settings,
        greatest: &PerModality<Vec<f32>>,
        context: &Context,
    ) -> Result<Self, TrainError> {
        let sides: Vec<&[Modality]> = [&route.source[..]].into_iter().chain(route.targets.chunks(1)).collect();
        let columns = |side: &&[Modality]| side.iter().map(|&m| greatest.get(m).len()).sum();
        let inputs = sides.iter().map(columns).max().unwrap_or(0);
        let block = |side: &[Modality]| Block::new(side, inputs, greatest, context);
        let head = Head::of(&context.space);
        let shape =
            Shape { inputs, width: settings.network.width, targets: route.targets.len(), numbers: head.numbers() };
        Ok(Self {
            source: block(&route.source)?,
            targets: route.targets.chunks(1).map(block).collect::<candle_core::Result<_>>()?,
            network: Network::new(scope, shape)?,
            head,
            route,
        })
    }

    /// The numbers (R each) and what they are read out of (d each), of the samples in `rows`, without dropout.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn says(&self, batch: &Batch, rows: &[usize], context: &Context) -> Result<Encoded, TrainError> {
        let Read { x, frames, .. } = self.read(batch, rows, context)?;
        Ok(self.network.forward(&x, frames.as_ref(), DropoutKey::NONE)?)
    }

    /// Numbers (B, R) as answers.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn answers(&self, numbers: &Tensor) -> candle_core::Result<Answers> {
        self.head.answers(numbers)
    }

    /// The terms of a training step on a batch.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn terms(
        &self,
        batch: &Batch,
        losses: &Losses,
        key: DropoutKey,
        context: &Context,
    ) -> Result<Vec<Term>, TrainError> {
        let rows: Vec<usize> = (0..batch.ids.len()).collect();
        let Read { x, frames, clock } = self.read(batch, &rows, context)?;
        let frames = frames.as_ref();
        let encoded = self.network.forward(&x, frames, key)?;
        let task = self.head.loss(&encoded.numbers, batch, context)?;
        let mut terms = vec![Term { name: "task", weight: 1.0, value: task, parts: Vec::new() }];
        let mut held = |name, weight, translated: &Tensor, block: &Block| -> Result<(), TrainError> {
            let wanted = block.features(batch, &rows, &clock, context)?;
            let (counted, count) = block.counted(batch, &rows, &clock, context)?;
            let value = (((translated - wanted)?.sqr()? * counted)?.sum_all()? / count)?;
            terms.push(Term { name, weight, value, parts: Vec::new() });
            Ok(())
        };
        if let Some([there, back]) = self.network.there_and_back(&encoded, frames, key)? {
            held("translation", losses.translation, &there, &self.targets[0])?;
            held("cycle", losses.cycle, &back, &self.source)?;
        }
        if let Some(further) = self.network.further(&encoded, frames, key)? {
            held("hierarchy", losses.hierarchy, &further, &self.targets[1])?;
        }
        Ok(terms)
    }

    /// What it reads of the samples in `rows`.
    fn read(&self, batch: &Batch, rows: &[usize], context: &Context) -> Result<Read, TrainError> {
        let clock = Clock::of(batch, rows, self.route.source[0]);
        let frames = frame_mask(clock.lengths(), clock.time, context.dtype, &context.device)?;
        Ok(Read { x: self.source.features(batch, rows, &clock, context)?, frames, clock })
    }
}
