//! Cross-validation: the videos in parts, each of which is the test split once.

use crate::unfit;
use serde::{Deserialize, Serialize};

/// More parts than this are no cross-validation of any data set here.
const PARTS: usize = 1000;

/// How a data set's videos are divided into parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cross {
    /// So many parts of equal size, drawn once, the same in every run.
    Parts(usize),
    /// A part for each group: the videos whose ids start so, such as those of a session, `Ses01`.
    Groups(Vec<String>),
}

impl Cross {
    /// The number of parts.
    #[must_use]
    pub const fn parts(&self) -> usize {
        match self {
            Self::Parts(parts) => *parts,
            Self::Groups(groups) => groups.len(),
        }
    }

    /// What part `fold` is called: its group, or its number from 1.
    #[must_use]
    pub fn name(&self, fold: usize) -> String {
        match self {
            Self::Parts(parts) => format!("{} of {parts}", fold + 1),
            Self::Groups(groups) => groups.get(fold).cloned().unwrap_or_default(),
        }
    }

    /// What is wrong with it, where anything is.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        if self.parts() < 3 {
            return Some(format!("has {} parts, expected at least 3: to train, to validate, to test", self.parts()));
        }
        if self.parts() > PARTS {
            return Some(format!("has {} parts, expected at most {PARTS}", self.parts()));
        }
        let Self::Groups(groups) = self else { return None };
        if let Some(reason) = groups.iter().find_map(|group| unfit(group)) {
            return Some(format!("has a group whose name cannot be shown: {reason}"));
        }
        let overlaps = |(at, group): (usize, &String)| {
            let other =
                groups.iter().enumerate().find(|&(other, name)| other != at && group.starts_with(name.as_str()));
            other.map(|(_, name)| format!("has `{group}` and `{name}`: a video would be in both"))
        };
        groups.iter().enumerate().find_map(overlaps)
    }
}

/// One of the divisions: part `test` is tested, the next one (the first after the last) validates, the others train.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossFold {
    /// The parts.
    pub cross: Cross,
    /// The part that is tested, from 0.
    pub test: usize,
}

impl std::fmt::Display for CrossFold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "fold {}", self.cross.name(self.test))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_overlap_or_are_too_few() {
        let groups = |names: &[&str]| Cross::Groups(names.iter().map(ToString::to_string).collect());
        assert_eq!(Cross::Parts(3).fault(), None);
        assert_eq!(groups(&["Ses01", "Ses02", "Ses03"]).fault(), None);
        assert!(Cross::Parts(usize::MAX).fault().unwrap().contains("at most 1000"));
        assert!(groups(&["a", "b\n", "c"]).fault().unwrap().contains("\\u{a}"));
        assert!(Cross::Parts(2).fault().unwrap().contains("at least 3"));
        assert!(groups(&["S1", "S10", "S2"]).fault().unwrap().contains("`S10` and `S1`"));
        assert!(groups(&["a", "b", "b"]).fault().is_some());
        let fold = CrossFold { cross: groups(&["Ses01", "Ses02", "Ses03"]), test: 1 };
        assert_eq!(fold.to_string(), "fold Ses02");
    }
}
