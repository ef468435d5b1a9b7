//! A test condition: which modalities are there, and what happens to their frames.
//!
//! A condition is written as a text, which is also its key in every file: `lav` (complete), `l` (only language is
//! there), `lav@0.3` (each frame is dropped with probability 0.3), `lav@bursts:0.5` (another [`Mechanism`]),
//! `lav@delay-v:0.5` (it concerns vision alone), `l@0.5` (both kinds of missingness together).

use crate::{ConfigError, Mechanism, Modality, Presence};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What a network gets to see of each test sample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Condition {
    /// Modalities that are available (inter-modality missingness takes the others away).
    pub present: Presence,
    /// What happens to the frames of those; never with a ratio of 0.
    pub damage: Option<Damage>,
}

/// What happens to frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Damage {
    /// How.
    pub mechanism: Mechanism,
    /// To which modalities, of those that are available.
    pub streams: Presence,
    /// How much, above 0 and up to 1.
    pub ratio: f64,
}

impl Condition {
    /// Nothing is missing.
    pub const COMPLETE: Self = Self::only(Presence::COMPLETE);

    /// Whole modalities are missing.
    #[must_use]
    pub const fn only(present: Presence) -> Self {
        Self { present, damage: None }
    }

    /// Frames of all modalities are missing, each with this probability (intra-modality missingness, the paper's curve).
    #[must_use]
    pub fn dropped(ratio: f64) -> Self {
        Self::damaged(Presence::COMPLETE, Mechanism::Frames, Presence::COMPLETE, ratio)
    }

    /// Something happens to some of the modalities that are there; nothing where the ratio is 0.
    #[must_use]
    pub fn damaged(present: Presence, mechanism: Mechanism, streams: Presence, ratio: f64) -> Self {
        Self { present, damage: (ratio != 0.0).then_some(Damage { mechanism, streams, ratio }) }
    }

    /// The drop ratio p on the paper's curve; none for a condition that is not on it.
    #[must_use]
    pub fn curve_ratio(&self) -> Option<f64> {
        match self.damage {
            _ if !self.present.is_complete() => None,
            None => Some(0.0),
            Some(Damage { mechanism: Mechanism::Frames, streams, ratio }) if streams.is_complete() => Some(ratio),
            Some(_) => None,
        }
    }

    /// Whether it can be told from others on data of these modalities: a damage needs a modality to happen to.
    #[must_use]
    pub fn concerns(&self, has: Presence) -> bool {
        let touched =
            |streams: Presence| Modality::ALL.into_iter().any(|m| has.has(m) && self.present.has(m) && streams.has(m));
        touched(Presence::COMPLETE) && self.damage.is_none_or(|damage| touched(damage.streams))
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.present)?;
        let Some(Damage { mechanism, streams, ratio }) = self.damage else { return Ok(()) };
        match (mechanism, streams.is_complete()) {
            (Mechanism::Frames, true) => write!(f, "@{ratio}"),
            (_, true) => write!(f, "@{mechanism}:{ratio}"),
            (_, false) => write!(f, "@{mechanism}-{streams}:{ratio}"),
        }
    }
}

impl FromStr for Condition {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        read(text).ok_or_else(|| ConfigError::Condition { got: text.to_owned() })
    }
}

fn read(text: &str) -> Option<Condition> {
    let Some((present, damage)) = text.split_once('@') else { return Some(Condition::only(text.parse().ok()?)) };
    let (what, ratio) = damage.split_once(':').unwrap_or(("frames", damage));
    let (name, streams) = match what.split_once('-') {
        Some((name, streams)) => (name, streams.parse().ok()?),
        None => (what, Presence::COMPLETE),
    };
    let mechanism = Mechanism::ALL.into_iter().find(|mechanism| mechanism.name() == name)?;
    let ratio: f64 = ratio.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio))?;
    Some(Condition::damaged(present.parse().ok()?, mechanism, streams, ratio))
}

impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        condition.to_string()
    }
}

impl TryFrom<String> for Condition {
    type Error = ConfigError;

    fn try_from(text: String) -> Result<Self, ConfigError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read() {
        for text in
            ["lav", "l", "lav@0.3", "l@0.5", "lav@bursts:0.5", "lav@delay-v:0.25", "lav@frames-la:1", "av@noise-a:1"]
        {
            assert_eq!(text.parse::<Condition>().unwrap().to_string(), text);
        }
        assert_eq!("lav@0".parse::<Condition>().unwrap(), Condition::COMPLETE);
        assert_eq!("lav@frames:0.3".parse::<Condition>().unwrap(), Condition::dropped(0.3));
        for text in ["", "lv@", "x", "lav@1.5", "lav@-0.1", "lav@gust:0.5", "lav@delay-:0.5", "lav@NaN"] {
            let error = text.parse::<Condition>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is no condition")), "{error}");
        }
    }

    #[test]
    fn the_papers_curve() {
        let ratio = |text: &str| text.parse::<Condition>().unwrap().curve_ratio();
        assert_eq!(
            ["lav", "lav@0.3", "la", "l@0.3", "lav@tail:0.3", "lav@frames-v:0.3"].map(ratio),
            [Some(0.0), Some(0.3), None, None, None, None]
        );
    }

    #[test]
    fn what_concerns_data_without_a_modality() {
        let concerns = |text: &str, has: &str| text.parse::<Condition>().unwrap().concerns(has.parse().unwrap());
        assert!(concerns("lav", "l") && concerns("lav@delay-l:0.5", "l") && concerns("lav@tail:0.5", "l"));
        assert!(!concerns("av", "l") && !concerns("lav@delay-v:0.5", "l") && !concerns("l@noise-v:0.5", "lav"));
    }
}
