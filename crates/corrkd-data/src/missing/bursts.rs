//! Missing blocks of consecutive frames: a connection that drops out.

use corrkd_random::Stream;

/// Frames in a block. Where a frame is a word, five are about two seconds of speech; fifty, the paper's T on MOSI and MOSEI,
/// are ten blocks.
const BURST: usize = 5;

/// For each frame whether it is present. Blocks are missing independently, each with probability `ratio`. Where the first
/// one starts is drawn, or else the same places would be the ends of blocks in every sample.
pub(super) fn bursts(stream: Stream, length: usize, ratio: f64) -> Vec<bool> {
    let phase = stream.named("phase").below(0, BURST);
    (0..length).map(|t| stream.uniform(((t + phase) / BURST) as u64) >= ratio).collect()
}
