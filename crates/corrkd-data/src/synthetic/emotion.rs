//! A segment's emotion, made of what its modalities let on: valence orders happy, neutral and the rest, arousal tells
//! anger from sadness (the circumplex model of affect, Russell 1980).
//!
//! With `said`, `voice` and `face` of [`super::sentiment`]:
//!
//! - valence = said + F face: happy above [`HAPPY`], neutral down to [`UNPLEASANT`];
//! - arousal = voice - S said: below that, angry above [`ANGRY`], else sad.
//!
//! Language thus tells three groups, and a part of what tells anger from sadness; the rest of that is the voice's. The
//! thresholds are set so that the four are about as frequent as in IEMOCAP's training fold (12 % happy, 25 % sad, 27 %
//! angry, 35 % neutral). Nothing is drawn, so that the other files are what they would be without.

use super::sentiment::Sentiment;

/// The emotions, in the order of MulT's file of IEMOCAP.
pub(super) const EMOTIONS: [&str; 4] = ["neutral", "happy", "sad", "angry"];

/// Weight of the face in valence.
const FACE: f64 = 0.3;
/// How much more arousal there is the worse what is said.
const STIR: f64 = 0.5;
/// Least valence of happiness.
const HAPPY: f64 = 1.2;
/// Greatest valence of sadness and anger.
const UNPLEASANT: f64 = 0.0;
/// Least arousal of anger.
const ANGRY: f64 = 0.3;

/// The emotion's place in [`EMOTIONS`].
pub(super) fn emotion(sentiment: &Sentiment) -> usize {
    let valence = sentiment.said + FACE * sentiment.face;
    let arousal = sentiment.voice - STIR * sentiment.said;
    match (valence, arousal) {
        (valence, _) if valence > HAPPY => 1,
        (valence, _) if valence > UNPLEASANT => 0,
        (_, arousal) if arousal > ANGRY => 3,
        _ => 2,
    }
}
