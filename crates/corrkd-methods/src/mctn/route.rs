//! Which modalities a model reads, and which it translates them into.

use corrkd_config::{Modality, Presence};

/// The order in which the paper's hierarchy goes from one modality to the next.
const ORDER: [Modality; 3] = [Modality::Language, Modality::Vision, Modality::Audio];

/// What the model of a set of modalities does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// What it reads, in the order of all listings; at least one.
    pub(super) source: Vec<Modality>,
    /// What it translates that into, one after the other: none, one or two.
    pub(super) targets: Vec<Modality>,
}

impl Route {
    /// That of samples with these modalities, in data that `has` those. What the data set lacks altogether is neither
    /// read nor translated into. A set that has all that is left reads the first modality in the hierarchy's order; so
    /// does one that has none of it.
    pub(super) fn of(set: Presence, has: Presence) -> Self {
        let all: Vec<Modality> = ORDER.into_iter().filter(|&m| has.has(m)).collect();
        let mut source: Vec<Modality> = Modality::ALL.into_iter().filter(|&m| has.has(m) && set.has(m)).collect();
        if source.is_empty() || source.len() == all.len() {
            source = all[..1].to_vec();
        }
        let targets = all.into_iter().filter(|m| !source.contains(m)).collect();
        Self { source, targets }
    }
}
