//! A test condition: which modalities are there, and what happens to their frames.
//!
//! A condition is written as a text, which is also its key in every file: `lav` (complete), `l` (only language is
//! there), `lav@0.3` (each frame is dropped with probability 0.3), `lav@bursts:0.5` (another [`Mechanism`]),
//! `lav@delay-v:0.5` (it concerns vision alone), `lav@gap-v:0.3:0.5` (a gap of three tenths, in the middle),
//! `lav@frames-l:0.2+noise-a:0.5` (each modality its own), `l@0.5` (both kinds of missingness together). A damage names each
//! modality once; where it names none it concerns all, but `words` language alone.

use crate::{ConfigError, Mechanism, Modality, PerModality, Presence};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What a network gets to see of each test sample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Condition {
    /// Modalities that are available (inter-modality missingness takes the others away).
    pub present: Presence,
    /// What happens to the frames of each of them; never with a ratio of 0.
    pub damage: PerModality<Option<Damage>>,
}

/// What happens to the frames of a modality.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Damage {
    /// How.
    pub mechanism: Mechanism,
    /// How much, above 0 and up to 1.
    pub ratio: f64,
    /// Where a gap lies, from 0 (it begins with the first frame) to 1 (it ends with the last); where nothing is said, it is
    /// drawn for each sample.
    pub position: Option<f64>,
}

impl Condition {
    /// Nothing is missing.
    pub const COMPLETE: Self = Self::only(Presence::COMPLETE);

    /// Whole modalities are missing.
    #[must_use]
    pub const fn only(present: Presence) -> Self {
        Self { present, damage: PerModality { language: None, audio: None, vision: None } }
    }

    /// Frames of all modalities are missing, each with this probability (intra-modality missingness, the paper's curve).
    #[must_use]
    pub fn dropped(ratio: f64) -> Self {
        Self::damaged(Presence::COMPLETE, Mechanism::Frames, Presence::COMPLETE, ratio)
    }

    /// Something happens to some of the modalities that are there, of those it can happen to; nothing where the ratio is 0.
    #[must_use]
    pub fn damaged(present: Presence, mechanism: Mechanism, streams: Presence, ratio: f64) -> Self {
        let damage = (ratio != 0.0).then_some(Damage { mechanism, ratio, position: None });
        Self {
            present,
            damage: PerModality::from_fn(|m| damage.filter(|_| streams.has(m) && mechanism.streams().has(m))),
        }
    }

    /// A gap of a share `length` of a modality's frames at a position.
    #[must_use]
    pub fn gap(modality: Modality, length: f64, position: f64) -> Self {
        let gap = Damage { mechanism: Mechanism::Gap, ratio: length, position: Some(position) };
        let damage = PerModality::from_fn(|m| (m == modality && length != 0.0).then_some(gap));
        Self { present: Presence::COMPLETE, damage }
    }

    /// The drop ratio p on the paper's curve; none for a condition that is not on it.
    #[must_use]
    pub fn curve_ratio(&self) -> Option<f64> {
        let first = self.damage.language;
        match first {
            _ if !self.present.is_complete() || self.damage.iter().any(|(_, damage)| *damage != first) => None,
            None => Some(0.0),
            Some(Damage { mechanism: Mechanism::Frames, ratio, .. }) => Some(ratio),
            Some(_) => None,
        }
    }

    /// The modality, position and length of a gap that is alone, and whose place is given; none for any other condition.
    #[must_use]
    pub fn gap_at(&self) -> Option<(Modality, f64, f64)> {
        let mut damaged = self.damage.iter().filter_map(|(m, damage)| Some((m, (*damage)?)));
        match (damaged.next(), damaged.next()) {
            (Some((m, Damage { mechanism: Mechanism::Gap, ratio, position: Some(at) })), None)
                if self.present.is_complete() =>
            {
                Some((m, at, ratio))
            }
            _ => None,
        }
    }

    /// Whether it can be told from others on data of these modalities, whose language frames are `words` or not: each damage
    /// needs a modality to happen to, and recognition errors need words.
    #[must_use]
    pub fn concerns(&self, has: Presence, words: bool) -> bool {
        let there = |m: Modality| has.has(m) && self.present.has(m);
        let met = |damage: Damage| {
            Modality::ALL.into_iter().any(|m| there(m) && *self.damage.get(m) == Some(damage))
                && (words || damage.mechanism != Mechanism::Words)
        };
        Modality::ALL.into_iter().any(there) && self.damage.iter().all(|(_, damage)| damage.is_none_or(met))
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.present)?;
        let mut separator = '@';
        let mut told: Vec<Damage> = Vec::new();
        for damage in self.damage.iter().filter_map(|(_, damage)| *damage) {
            if told.contains(&damage) {
                continue;
            }
            told.push(damage);
            let Damage { mechanism, ratio, position } = damage;
            let streams = Presence::of(|m| *self.damage.get(m) == Some(damage)).unwrap_or(Presence::COMPLETE);
            match (mechanism, streams.is_complete()) {
                (Mechanism::Frames, true) => write!(f, "{separator}{ratio}")?,
                (_, true) => write!(f, "{separator}{mechanism}:{ratio}")?,
                (_, false) => write!(f, "{separator}{mechanism}-{streams}:{ratio}")?,
            }
            if let Some(position) = position {
                write!(f, ":{position}")?;
            }
            separator = '+';
        }
        Ok(())
    }
}

impl FromStr for Condition {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        read(text).ok_or_else(|| ConfigError::Condition { got: text.to_owned() })
    }
}

fn read(text: &str) -> Option<Condition> {
    let Some((present, damages)) = text.split_once('@') else { return Some(Condition::only(text.parse().ok()?)) };
    let mut condition = Condition::only(present.parse().ok()?);
    let mut met = PerModality::<bool>::default();
    for damage in damages.split('+') {
        let (what, ratio) = damage.split_once(':').unwrap_or(("frames", damage));
        let (name, streams) = what.split_once('-').map_or((what, None), |(name, streams)| (name, Some(streams)));
        let mechanism = Mechanism::named(name)?;
        let streams = streams.map_or(Some(mechanism.streams()), |streams| streams.parse().ok())?;
        let (ratio, position) = match ratio.split_once(':') {
            Some((ratio, position)) if mechanism == Mechanism::Gap => (ratio, Some(share(position)?)),
            Some(_) => return None,
            None => (ratio, None),
        };
        let ratio = share(ratio)?;
        for m in Modality::ALL.into_iter().filter(|&m| streams.has(m)) {
            if std::mem::replace(met.get_mut(m), true) || !mechanism.streams().has(m) {
                return None;
            }
            *condition.damage.get_mut(m) = (ratio != 0.0).then_some(Damage { mechanism, ratio, position });
        }
    }
    Some(condition)
}

/// A number from 0 to 1, and no negative zero.
fn share(text: &str) -> Option<f64> {
    text.parse().ok().filter(|share| (0.0..=1.0).contains(share)).map(f64::abs)
}

crate::spelled!(Condition, ConfigError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read() {
        for text in [
            "lav",
            "l",
            "lav@0.3",
            "l@0.5",
            "lav@bursts:0.5",
            "lav@delay-v:0.25",
            "lav@frames-la:1",
            "av@noise-a:1",
            "lav@gap:0.3",
            "lav@gap-v:0.3:0.5",
            "lav@gap:0.3:1",
            "lav@mean:0.5",
            "lav@words-l:0.2",
            "lav@frames-l:0.2+frames-a:0.5",
            "lav@words-l:0.1+gap-av:0.5:0",
            "lav@frames-lv:0.2+delay-a:0.1",
        ] {
            assert_eq!(text.parse::<Condition>().unwrap().to_string(), text);
        }
        for (text, same) in [
            ("lav@0", "lav"),
            ("lav@gap-v:0:0.5", "lav"),
            ("lav@frames:0.3", "lav@0.3"),
            ("lav@frames-a:0.5+frames-l:0.2", "lav@frames-l:0.2+frames-a:0.5"),
            ("lav@frames-a:0.5+frames-l:0.5", "lav@frames-la:0.5"),
            ("lav@frames-a:0.5+frames-l:0.5+frames-v:0.5", "lav@0.5"),
            ("lav@frames-a:0.5+tail-l:0", "lav@frames-a:0.5"),
            ("lav@words:0.2", "lav@words-l:0.2"),
            ("lav@words:0.2+gap-v:0.3:-0", "lav@words-l:0.2+gap-v:0.3:0"),
        ] {
            assert_eq!(text.parse::<Condition>().unwrap().to_string(), same);
        }
        for text in [
            "",
            "lv@",
            "x",
            "lav@1.5",
            "lav@-0.1",
            "lav@gust:0.5",
            "lav@delay-:0.5",
            "lav@NaN",
            "lav@0.3+",
            "lav@0.3+noise-a:0.5",
            "lav@frames-l:0.2+frames-la:0.5",
            "lav@frames-l:0+frames-l:0.5",
            "lav@frames:0.3:0.5",
            "lav@gap:0.3:2",
            "lav@gap:0.3:",
            "lav@gap:0.3:0.5:0.5",
            "lav@words-a:0.5",
            "lav@words-lav:0.5",
        ] {
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
    fn gaps_at_a_place() {
        let at = |text: &str| text.parse::<Condition>().unwrap().gap_at();
        assert_eq!(at("lav@gap-v:0.3:0.5"), Some((Modality::Vision, 0.5, 0.3)));
        assert_eq!(Condition::gap(Modality::Vision, 0.3, 0.5).to_string(), "lav@gap-v:0.3:0.5");
        assert_eq!(["lav@gap-v:0.3", "lav@gap:0.3:0.5", "v@gap-v:0.3:0.5", "lav@tail-v:0.3"].map(at), [None; 4]);
    }

    #[test]
    fn what_concerns_data_without_a_modality() {
        let concerns = |text: &str, has: &str| text.parse::<Condition>().unwrap().concerns(has.parse().unwrap(), false);
        assert!(concerns("lav", "l") && concerns("lav@delay-l:0.5", "l") && concerns("lav@tail:0.5", "l"));
        assert!(!concerns("av", "l") && !concerns("lav@delay-v:0.5", "l") && !concerns("l@noise-v:0.5", "lav"));
        assert!(concerns("lav@frames-l:0.2+frames-a:0.5", "la"));
        // Of the two that it names, one cannot happen.
        assert!(!concerns("lav@frames-l:0.2+frames-a:0.5", "lv") && !concerns("lv@frames-l:0.2+frames-a:0.5", "lav"));
    }

    #[test]
    fn recognition_errors_need_words() {
        let concerns = |text: &str, has: &str| {
            [false, true].map(|words| text.parse::<Condition>().unwrap().concerns(has.parse().unwrap(), words))
        };
        assert_eq!(concerns("lav@words:0.5", "lav"), [false, true]);
        assert_eq!(concerns("lav@words-l:0.5+frames-a:0.5", "la"), [false, true]);
        assert_eq!(concerns("lav@words:0.5", "av"), [false; 2]);
    }
}
