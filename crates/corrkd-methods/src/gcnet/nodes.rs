//! A batch's samples as the nodes of graphs: each sample a graph of its frames, or each video one of its utterances.

use super::settings::NodeKind;
use candle_core::{Result, Tensor, WithDType};
use corrkd_config::{Modality, PerModality};
use corrkd_data::{Batch, video};
use corrkd_nn::{frame_mask, masked_mean};
use corrkd_train::Context;
use std::collections::BTreeMap;

/// The samples of each video, in the order of their numbers; ids are `video[i]`.
pub(super) fn videos<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<Vec<usize>> {
    let mut videos: BTreeMap<&str, Vec<(u64, usize)>> = BTreeMap::new();
    for (sample, id) in ids.enumerate() {
        let video = video(id);
        let number = id.get(video.len() + 1..).and_then(|rest| rest.strip_suffix(']')?.parse().ok());
        videos.entry(video).or_default().push((number.unwrap_or(0), sample));
    }
    let in_order = |mut numbered: Vec<(u64, usize)>| {
        numbered.sort_unstable();
        numbered.into_iter().map(|(_, sample)| sample).collect()
    };
    videos.into_values().map(in_order).collect()
}

/// Where the frames of a batch stand among the nodes of B graphs.
pub(super) struct Places {
    kind: NodeKind,
    /// The node of each sample's first frame, counted over all graphs: of all its frames, where it is a node.
    first: Vec<usize>,
    /// Nodes of each graph, B.
    lengths: Vec<usize>,
    /// Those of the largest, T.
    time: usize,
}

impl Places {
    pub(super) fn of(batch: &Batch, kind: NodeKind) -> Self {
        match kind {
            NodeKind::Frames => {
                // Sequences that are not aligned stand side by side from their first frames on.
                let longest = |i: usize| batch.lengths.iter().map(|(_, lengths)| lengths[i]).max().unwrap_or(0);
                let lengths: Vec<usize> = (0..batch.ids.len()).map(longest).collect();
                let time = lengths.iter().copied().max().unwrap_or(0);
                Self { kind, first: (0..lengths.len()).map(|graph| graph * time).collect(), lengths, time }
            }
            NodeKind::Utterances => {
                let videos = videos(batch.ids.iter().map(String::as_str));
                let lengths: Vec<usize> = videos.iter().map(Vec::len).collect();
                let time = lengths.iter().copied().max().unwrap_or(0);
                let mut first = vec![0; batch.ids.len()];
                for (graph, samples) in videos.iter().enumerate() {
                    samples.iter().enumerate().for_each(|(node, &sample)| first[sample] = graph * time + node);
                }
                Self { kind, first, lengths, time }
            }
        }
    }

    /// Which nodes exist, (B, T) of ones and zeros, or none if all do.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn exist(&self, context: &Context) -> Result<Option<Tensor>> {
        frame_mask(&self.lengths, self.time, context.dtype, &context.device)
    }

    /// The features of the nodes, (B, T, D), the modalities side by side; zero where a node has none. A node's are the
    /// mean over the frames that are there, or over what stands in the place of missing ones.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn features(&self, batch: &Batch, context: &Context) -> Result<Tensor> {
        let all = context.widths.iter().map(|(_, width)| width).sum::<usize>();
        let mut values = vec![0f32; self.lengths.len() * self.time * all];
        let mut column = 0;
        for (m, &width) in context.widths.iter() {
            let mut counts = vec![0u32; self.lengths.len() * self.time];
            let (features, present) = (batch.features.get(m), batch.present.get(m));
            self.frames(batch, m, |node, frame| {
                let frame_values = &features[frame * width..][..width];
                if present[frame] || frame_values.iter().any(|&x| x != 0.0) {
                    counts[node] += 1;
                    let sum = &mut values[node * all + column..][..width];
                    sum.iter_mut().zip(frame_values).for_each(|(sum, x)| *sum += x);
                }
            });
            for (node, &count) in counts.iter().enumerate().filter(|&(_, &count)| count > 1) {
                values[node * all + column..][..width].iter_mut().for_each(|sum| *sum /= count as f32);
            }
            column += width;
        }
        self.tensor(values, all, context)
    }

    /// By modality, which nodes (B x T) have a frame of it.
    pub(super) fn present(&self, batch: &Batch) -> PerModality<Vec<bool>> {
        PerModality::from_fn(|m| {
            let mut has = vec![false; self.lengths.len() * self.time];
            let present = batch.present.get(m);
            self.frames(batch, m, |node, frame| has[node] |= present[frame]);
            has
        })
    }

    /// By how much each feature's error counts, (B, T, D): where a node's modality is chosen, of B x T, one over its
    /// width and over the number of nodes; elsewhere nothing.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn weights(&self, chosen: &PerModality<Vec<bool>>, context: &Context) -> Result<Tensor> {
        let all = context.widths.iter().map(|(_, width)| width).sum::<usize>();
        let mut values = vec![0f64; self.lengths.len() * self.time * all];
        let (count, mut column) = (self.lengths.iter().sum::<usize>(), 0);
        for (m, &width) in context.widths.iter() {
            let weight = 1.0 / (width * count) as f64;
            for (node, _) in chosen.get(m).iter().enumerate().filter(|&(_, &chosen)| chosen) {
                values[node * all + column..][..width].fill(weight);
            }
            column += width;
        }
        self.tensor(values, all, context)
    }

    /// What is known of samples, (N, D_h), from what is of nodes, (B, T, D_h): that of a sample's node, or the mean
    /// over those that exist.
    ///
    /// # Errors
    /// A tensor operation's.
    pub(super) fn of_samples(&self, hidden: &Tensor, exist: Option<&Tensor>) -> Result<Tensor> {
        match (self.kind, exist) {
            (NodeKind::Frames, Some(exist)) => masked_mean(hidden, exist),
            (NodeKind::Frames, None) => hidden.mean(1),
            (NodeKind::Utterances, _) => {
                let nodes: Vec<u32> = self.first.iter().map(|&node| node as u32).collect();
                hidden.flatten(0, 1)?.index_select(&Tensor::new(nodes, hidden.device())?, 0)
            }
        }
    }

    /// Calls `each` with the node of every frame of a modality, and the frame's place in the batch.
    fn frames(&self, batch: &Batch, modality: Modality, mut each: impl FnMut(usize, usize)) {
        let time = *batch.time.get(modality);
        for (sample, (&first, &length)) in self.first.iter().zip(batch.lengths.get(modality)).enumerate() {
            for frame in 0..length {
                let node = match self.kind {
                    NodeKind::Frames => first + frame,
                    NodeKind::Utterances => first,
                };
                each(node, sample * time + frame);
            }
        }
    }

    fn tensor<F: WithDType>(&self, values: Vec<F>, width: usize, context: &Context) -> Result<Tensor> {
        let shape = (self.lengths.len(), self.time, width);
        Tensor::from_vec(values, shape, &context.device)?.to_dtype(context.dtype)
    }
}
