//! Which group each variable belongs to: the one with the longest prefix that takes it.

use super::Group;
use crate::{NnError, Params};
use std::collections::{BTreeMap, BTreeSet};

/// The number of each variable's group, by the variable's name. A packed variable is in one group, by its layer's name.
pub(super) fn memberships(params: &Params, groups: &[Group]) -> Result<BTreeMap<String, usize>, NnError> {
    for (number, group) in groups.iter().enumerate() {
        let fault = match params.iter().any(|(name, _)| group.takes(name)) {
            true if groups[..number].iter().all(|other| other.prefix != group.prefix) => continue,
            true => "it is there twice".to_owned(),
            false => unmatched(params, group),
        };
        return Err(NnError::Group { prefix: group.prefix.clone(), fault });
    }
    let mut numbers = BTreeMap::new();
    let mut left_over = Vec::new();
    for (name, _) in params.iter() {
        let takers = groups.iter().enumerate().filter(|(_, group)| group.takes(name));
        match takers.max_by_key(|(_, group)| group.prefix.len()) {
            Some((number, _)) => {
                numbers.insert(name.to_owned(), number);
            }
            None => left_over.extend(params.names_in(name).map(str::to_owned)),
        }
    }
    match left_over.is_empty() {
        true => Ok(numbers),
        false => Err(NnError::Ungrouped { names: left_over }),
    }
}

/// Why a group takes no variable.
fn unmatched(params: &Params, group: &Group) -> String {
    let inside = |variable: &str| params.names_in(variable).any(|name| group.takes(name));
    match params.iter().find(|(variable, _)| inside(variable)) {
        Some((layer, _)) => format!("its parameters are a part of `{layer}`, which can only be in a group as a whole"),
        None => {
            let parts: BTreeSet<&str> = params.iter().filter_map(|(name, _)| name.split('.').next()).collect();
            let parts: Vec<&str> = parts.into_iter().collect();
            format!("it takes no parameter; the network's parts are {}", parts.join(", "))
        }
    }
}
