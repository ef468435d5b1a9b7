//! The folds of a cross-validation.

use corrkd_config::{Cross, CrossFold};
use corrkd_random::Stream;

use crate::Folds;

/// Divides videos (sorted, each once) into the folds where one part is tested, the next one validates and the others train.
///
/// Parts of equal size are drawn by the videos' names alone: whatever the seed of a run, they are the same.
///
/// # Errors
/// What is wrong: fewer videos than parts, a group without a video, a video without a group.
pub(crate) fn folds(videos: &[&str], fold: &CrossFold) -> Result<Folds, String> {
    let CrossFold { cross, test } = fold;
    let parts = cross.parts();
    let parted: Vec<usize> = match cross {
        Cross::Parts(_) if videos.len() < parts => {
            return Err(format!("{parts} parts of {} videos, expected at least a video in each", videos.len()));
        }
        Cross::Parts(_) => {
            let mut part = vec![0; videos.len()];
            let order = Stream::new(0, "folds").permutation(videos.len());
            for (rank, video) in order.into_iter().enumerate() {
                part[video] = rank * parts / videos.len();
            }
            part
        }
        Cross::Groups(groups) => {
            let of = |video: &&str| groups.iter().position(|group| video.starts_with(group.as_str()));
            let found: Vec<Option<usize>> = videos.iter().map(of).collect();
            if let Some(at) = found.iter().position(Option::is_none) {
                let groups = groups.join(", ");
                return Err(format!(
                    "video `{}` is in none of the groups {groups}: its id starts with none",
                    videos[at]
                ));
            }
            if let Some(group) = (0..parts).find(|&group| !found.contains(&Some(group))) {
                return Err(format!("no video's id starts with the group `{}`", groups[group]));
            }
            found.into_iter().flatten().collect()
        }
    };
    let valid = (test + 1) % parts;
    let mut folds = Folds::default();
    for (video, part) in videos.iter().zip(parted) {
        let list = match part {
            _ if part == *test => &mut folds.test,
            _ if part == valid => &mut folds.valid,
            _ => &mut folds.train,
        };
        list.push((*video).to_owned());
    }
    Ok(folds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_video_is_tested_once_and_validates_once(count in 3usize..40, parts in 3usize..8) {
            prop_assume!(count >= parts);
            let names: Vec<String> = (0..count).map(|i| format!("v{i:03}")).collect();
            let videos: Vec<&str> = names.iter().map(String::as_str).collect();
            let all: Vec<Folds> = (0..parts)
                .map(|test| folds(&videos, &CrossFold { cross: Cross::Parts(parts), test }).unwrap())
                .collect();
            for video in &names {
                prop_assert_eq!(all.iter().filter(|f| f.test.contains(video)).count(), 1);
                prop_assert_eq!(all.iter().filter(|f| f.valid.contains(video)).count(), 1);
            }
            for (at, f) in all.iter().enumerate() {
                prop_assert_eq!(f.train.len() + f.valid.len() + f.test.len(), count);
                prop_assert!(f.test.len().abs_diff(count / parts) <= 1 && !f.train.is_empty());
                prop_assert_eq!(&f.valid, &all[(at + 1) % parts].test);
            }
        }
    }

    #[test]
    fn a_group_is_left_out_at_a_time() {
        let groups = || Cross::Groups(["S1", "S2", "S3"].map(str::to_owned).to_vec());
        let of = |videos: &[&str], test| folds(videos, &CrossFold { cross: groups(), test });
        let made = of(&["S1a", "S1b", "S2a", "S3a"], 2).unwrap();
        assert_eq!(
            (made.train, made.valid, made.test),
            (vec!["S2a".into()], vec!["S1a".into(), "S1b".into()], vec!["S3a".into()])
        );
        assert!(of(&["S1a", "S2a", "S3a", "T1"], 0).unwrap_err().contains("`T1` is in none of the groups S1, S2, S3"));
        assert!(of(&["S1a", "S2a"], 0).unwrap_err().contains("starts with the group `S3`"));
    }
}
