//! The devices that runs are spread over. Each run is shown one, which it takes for the first: where it computes is no part of
//! what it is.

use crate::failure::Failure;
use anyhow::anyhow;
use corrkd_config::{ConfigError, Device, Exit};
use std::{env, process::Command, str::FromStr};

/// What NVIDIA's library shows a process.
pub(crate) const VISIBLE: &str = "CUDA_VISIBLE_DEVICES";

/// `cpu`, `metal`, `cuda`, `cuda:1`, `cuda:0,cuda:1` or `cuda:all`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Devices {
    /// One, which all runs share.
    One(Device),
    /// Cards by their indices.
    Cards(Vec<usize>),
    /// All cards that there are.
    All,
}

impl Devices {
    /// Where runs compute, by its kind.
    pub(crate) fn kind(&self) -> Device {
        match self {
            Self::One(device) => *device,
            Self::Cards(_) | Self::All => Device::Cuda(0),
        }
    }

    /// What each of the cards is called by whoever is to see that one alone; none where there are no cards.
    ///
    /// # Errors
    /// Exit code 2 for a card that is not there, or where it cannot be found out which there are.
    pub(crate) fn cards(&self) -> Result<Vec<String>, Failure> {
        let refuse = |what: String| Err(Failure::new(Exit::Input, anyhow!("--device: {what}")));
        let known = visible().or_else(|| counted().map(|count| (0..count).map(|index| index.to_string()).collect()));
        match (self, known) {
            (Self::One(_), _) => Ok(Vec::new()),
            (Self::All, Some(all)) if !all.is_empty() => Ok(all),
            (Self::All, _) => refuse("`nvidia-smi -L` shows no card here; name them, as in cuda:0,cuda:1".to_owned()),
            (Self::Cards(cards), Some(all)) => match cards.iter().find(|&&card| card >= all.len()) {
                Some(card) => refuse(format!("there is no cuda:{card}, there are {} cards", all.len())),
                None => Ok(cards.iter().map(|&card| all[card].clone()).collect()),
            },
            (Self::Cards(cards), None) => Ok(cards.iter().map(usize::to_string).collect()),
        }
    }
}

/// The cards that this process is shown, where somebody has chosen.
fn visible() -> Option<Vec<String>> {
    let said = env::var(VISIBLE).ok()?;
    let cards: Vec<String> =
        said.split(',').map(|card| card.trim().to_owned()).filter(|card| !card.is_empty()).collect();
    (!cards.is_empty()).then_some(cards)
}

/// How many cards the machine has, where NVIDIA's tool says.
fn counted() -> Option<usize> {
    let output = Command::new("nvidia-smi").arg("-L").output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).lines().filter(|line| line.starts_with("GPU ")).count())
}

impl FromStr for Devices {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        if text == "cuda:all" {
            return Ok(Self::All);
        }
        let mut cards: Vec<usize> = Vec::new();
        for part in text.split(',') {
            match part.parse()? {
                Device::Cuda(card) if !cards.contains(&card) => cards.push(card),
                // One alone; in a list each is a card, and another one.
                device @ (Device::Cpu | Device::Metal) if part == text => return Ok(Self::One(device)),
                _ => return Err(ConfigError::Device { got: text.to_owned() }),
            }
        }
        Ok(Self::Cards(cards))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_of_cards_alone() {
        let read = |text: &str| text.parse::<Devices>();
        assert_eq!(read("cpu").unwrap(), Devices::One(Device::Cpu));
        assert_eq!(read("cuda").unwrap(), Devices::Cards(vec![0]));
        assert_eq!(read("cuda:1,cuda:0").unwrap(), Devices::Cards(vec![1, 0]));
        assert_eq!(read("cuda:all").unwrap(), Devices::All);
        for text in ["cuda:0,cpu", "cuda:0,cuda:0", "cpu,cpu", "", "cuda:all,cuda:1", "gpu"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert_eq!(read("cuda:1,cuda:0").unwrap().kind(), Device::Cuda(0));
        assert!(read("metal").unwrap().cards().unwrap().is_empty());
    }
}
