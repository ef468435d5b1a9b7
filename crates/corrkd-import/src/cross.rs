//! How a data set can be run that lacks one of its three folds.

use corrkd_config::Cross;
use std::collections::BTreeMap;

/// Parts where nothing tells of groups.
const PARTS: usize = 5;
/// Groups at most; more are no sessions.
const GROUPS: usize = 20;

/// The parts that videos can be divided into: groups where all ids begin with one of a few names such as `Ses01`, else
/// five; nothing where there are fewer than three videos.
pub(crate) fn cross(videos: &[Vec<String>; 3]) -> Option<Cross> {
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    for video in videos.iter().flatten() {
        *groups.entry(group(video)).or_default() += 1;
    }
    let several = !groups.contains_key("") && groups.values().all(|&videos| videos > 1);
    let named = Cross::Groups(groups.keys().map(|&group| group.to_owned()).collect());
    if several && groups.len() <= GROUPS && named.fault().is_none() {
        return Some(named);
    }
    let parts = Cross::Parts(PARTS.min(videos.iter().map(Vec::len).sum()));
    parts.fault().is_none().then_some(parts)
}

/// The letters and then digits that an id begins with.
fn group(video: &str) -> &str {
    let digits = video.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(video.len());
    let end =
        video[digits..].find(|character: char| !character.is_ascii_digit()).map_or(video.len(), |end| digits + end);
    if digits == 0 || end == digits { "" } else { &video[..end] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ids: &[&str]) -> Option<Cross> {
        cross(&[ids.iter().map(ToString::to_string).collect(), Vec::new(), Vec::new()])
    }

    #[test]
    fn sessions_are_groups() {
        let ids: Vec<String> =
            (1..=5).flat_map(|s| ["F_impro01", "M_script02"].map(|rest| format!("Ses0{s}{rest}"))).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let named = ["Ses01", "Ses02", "Ses03", "Ses04", "Ses05"].map(str::to_owned).to_vec();
        assert_eq!(of(&ids), Some(Cross::Groups(named)));
        assert_eq!(of(&ids[..4]), Some(Cross::Parts(4)), "two sessions are too few");
        assert_eq!(of(&["s1_a", "s1_b", "s2_a", "s2_b", "s10_a", "s10_b"]), Some(Cross::Parts(5)), "s10 is no s1");
        assert_eq!(of(&["v1", "v2", "v3"]), Some(Cross::Parts(3)), "a group of one is none");
        assert_eq!(of(&["03bSnISJMiM", "0h-zjBukYpk", "1DmNV9C1hbY", "c5xs"]), Some(Cross::Parts(4)));
        assert_eq!(of(&["v1", "v2"]), None);
    }
}
