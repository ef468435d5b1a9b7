//! Missing blocks of consecutive frames: a connection that drops out.

use corrkd_random::Stream;

/// Frames in a block. Where a frame is a word, five are about two seconds of speech; fifty, the paper's T on MOSI and MOSEI,
/// are ten blocks.
const BURST: usize = 5;

/// Whether a frame is present. Blocks are missing independently, each with probability `ratio`. Where the first one starts is
/// drawn, or else the same places would be the ends of blocks in every sample.
pub(super) fn bursts(stream: Stream, ratio: f64) -> impl Fn(usize) -> bool {
    let phase = stream.named("phase").below(0, BURST);
    move |t| stream.uniform(((t + phase) / BURST) as u64) >= ratio
}
