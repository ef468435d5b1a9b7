//! What did nothing in a whole training.

use corrkd_record::Event;

/// A part of a term that may turn out to do nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Idle {
    /// The part, as [`Term::parts`](crate::Term::parts) calls it.
    pub part: &'static str,
    /// The largest value at which it does nothing.
    pub at: f64,
    /// What it means if it was no larger in any epoch, or if no batch had it, and what to do; whole sentences.
    pub warning: String,
}

/// The warnings of what did nothing in any epoch that the events of a training tell of.
pub(crate) fn warnings(idle: Vec<Idle>, events: &[Event]) -> Vec<String> {
    let did_nothing = |of: &Idle| {
        events.iter().all(|event| match event {
            Event::Epoch { parts, .. } => parts.get(of.part).is_none_or(|&value| value <= of.at),
            _ => true,
        })
    };
    idle.into_iter().filter(did_nothing).map(|of| of.warning).collect()
}

#[cfg(test)]
mod tests {
    use super::{Idle, warnings};
    use corrkd_record::{Event, Validation};

    fn epoch(parts: &[(&str, f64)]) -> Event {
        Event::Epoch {
            epoch: 1,
            epochs: 2,
            losses: [].into(),
            parts: parts.iter().map(|&(name, value)| (name.to_owned(), value)).collect(),
            gradient_norm: 0.0,
            validation: Validation { loss: 0.0, f1: 0.0, accuracy: 0.0 },
            best: true,
            seconds: 0.0,
        }
    }

    #[test]
    fn only_what_did_nothing_in_every_epoch_is_warned_of() {
        let idle = |part, at| Idle { part, at, warning: format!("{part} did nothing") };
        let all = [idle("push", 0.0), idle("bound", -1.0), idle("pairs", 1.0), idle("never", 0.0)];
        let events = [
            epoch(&[("push", 0.0), ("bound", -1.5), ("pairs", 1.0)]),
            Event::Evaluating { conditions: 1 },
            epoch(&[("push", 1e-9), ("bound", -1.0), ("pairs", 1.0)]),
            epoch(&[("push", 0.0), ("bound", -2.0)]),
        ];
        let expected = ["bound", "pairs", "never"].map(|part| format!("{part} did nothing"));
        assert_eq!(warnings(all.to_vec(), &events), expected);
    }
}
