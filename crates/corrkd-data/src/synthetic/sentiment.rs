//! A segment's sentiment, and how much of it each modality lets on.
//!
//! With standard normal, independent `mood` (of the video), `said`, `voice`, `face` and noises, and
//! `u = sqrt(0.15) mood + sqrt(0.85) said`:
//!
//! - sentiment = u + A voice + V face + noise, the label's source;
//! - words are chosen by u, with noise for each word ([`super::video`]);
//! - audio shows `a u + A' voice + noise`, vision `b u + V' face + noise`, scaled to unit variance.
//!
//! Voice and face thus tell what the words leave out (complementary), and repeat a part of what they tell.
//! The constants are set so that linear probes separate positive from negative at about 80 (language), 65 (audio) and
//! 60 (vision) percent weighted F1; `tests.rs` holds them to it.

use super::draws::Draws;

/// Share of the variance of what is said that belongs to the video's mood.
const MOOD: f64 = 0.15;
/// Weight in the sentiment of what only the voice tells.
const VOICE: f64 = 0.4;
/// Weight in the sentiment of what only the face tells.
const FACE: f64 = 0.3;
/// Weight in the sentiment of what nothing tells.
const UNTOLD: f64 = 0.15;
/// Label units for one standard deviation of sentiment.
const SCALE: f64 = 1.5;

/// How a modality mixes: what is said, what only it tells, and noise.
const AUDIO: [f64; 3] = [0.4, 1.0, 0.75];
const VISION: [f64; 3] = [0.3, 0.9, 1.0];

/// One segment's sentiment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sentiment {
    /// The label: fifths in [-3, 3].
    pub(super) label: f32,
    /// What words are chosen by, unit variance.
    pub(super) said: f64,
    /// What only the voice tells, unit variance.
    pub(super) voice: f64,
    /// What only the face tells, unit variance.
    pub(super) face: f64,
    /// What the voice shows, unit variance.
    pub(super) audio: f64,
    /// What the face shows, unit variance.
    pub(super) vision: f64,
}

/// Draws a segment's sentiment in a video of the given mood (standard normal).
pub(super) fn sentiment(mood: f64, mut draws: Draws) -> Sentiment {
    let said = MOOD.sqrt() * mood + (1.0 - MOOD).sqrt() * draws.normal();
    let (voice, face) = (draws.normal(), draws.normal());
    let norm = (1.0 + VOICE * VOICE + FACE * FACE + UNTOLD * UNTOLD).sqrt();
    let score = (said + VOICE * voice + FACE * face + UNTOLD * draws.normal()) / norm;
    // Adding zero turns -0 into 0.
    let label = (5.0 * SCALE * score).round().clamp(-15.0, 15.0) / 5.0 + 0.0;
    let mut shown = |[repeated, alone, noise]: [f64; 3], own: f64| {
        let norm = (repeated * repeated + alone * alone + noise * noise).sqrt();
        (repeated * said + alone * own + noise * draws.normal()) / norm
    };
    let audio = shown(AUDIO, voice);
    Sentiment { label: label as f32, said, voice, face, audio, vision: shown(VISION, face) }
}
