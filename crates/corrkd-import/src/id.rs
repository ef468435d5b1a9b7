//! Which video a sample is of, its number in it, and when it was said.
//!
//! Ids come as `video[i]`; as MMSA's `video$_$i`; as rows of video, start and end in seconds (MulT); or as the video
//! alone. An id of another form is a video of its own. Files without ids give each sample a video of its own.

use corrkd_data::Fold;
use corrkd_numpy::{Kind, NumpyError, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Words that one id may have; more would be something else, and the same many times over would take for ever.
const WORDS: usize = 8;

/// What a file says of one sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Id {
    video: String,
    index: Option<u64>,
    /// Start and end in seconds.
    pub(crate) interval: Option<[f64; 2]>,
}

impl Id {
    /// The id in the words of a row.
    fn of(words: &[String]) -> Option<Self> {
        let (name, rest) = words.split_first()?;
        let (video, index) = split(name);
        let time = |text: &String| text.trim().parse::<f64>().ok().filter(|time| time.is_finite());
        let interval = match rest {
            [start, end] => time(start).zip(time(end)).map(|(start, end)| [start, end]),
            _ => None,
        };
        Some(Self { video, index, interval: interval.filter(|[start, end]| start < end) })
    }
}

/// Video and number of an id, if it ends in one.
fn split(name: &str) -> (String, Option<u64>) {
    let bracket = name.strip_suffix(']').and_then(|name| name.rsplit_once('['));
    let numbered = bracket.or_else(|| name.rsplit_once("$_$"));
    let found = numbered.and_then(|(video, number)| Some((video, number.parse().ok()?)));
    let (video, index) = found.map_or((name, None), |(video, number)| (video, Some(number)));
    // What HDF5 and the SDK read as a path or as a number.
    let video = video.replace(['/', '\0', '[', ']'], "_");
    (if matches!(&video[..], "" | ".") { "_".to_owned() } else { video }, index)
}

/// The ids in a value: one text for each sample, or one row of texts; nothing if it is neither.
pub(crate) fn read(value: Value<'_>) -> Result<Option<Vec<Id>>, NumpyError> {
    if let Some(array) = value.array() {
        let words = match array.dtype().kind {
            Kind::Object => value.items().map(|items| items.map(word).collect::<Result<Option<Vec<_>>, _>>()),
            _ => array.texts()?.map(|texts| Ok(Some(texts))),
        };
        if let Some(Some(words)) = words.transpose()? {
            let rows = array.shape().first().copied().unwrap_or(0);
            let columns = words.len().checked_div(rows).unwrap_or(1);
            return Ok(if columns == 0 { None } else { words.chunks(columns).map(Id::of).collect() });
        }
    }
    let Some(items) = value.items() else { return Ok(None) };
    let mut ids = Vec::new();
    for item in items {
        let words = match word(item)? {
            Some(word) => Some(vec![word]),
            None => match item.array().filter(|array| array.len() <= WORDS).map(|array| array.texts()).transpose()? {
                Some(Some(words)) => Some(words),
                _ => {
                    let items = item.items().filter(|items| items.len() <= WORDS);
                    items.map(|items| items.map(word).collect()).transpose()?.flatten()
                }
            },
        };
        let Some(id) = words.and_then(|words| Id::of(&words)) else { return Ok(None) };
        ids.push(id);
    }
    Ok(Some(ids))
}

/// A text, or a number as one.
fn word(value: Value<'_>) -> Result<Option<String>, NumpyError> {
    Ok(match value.text()? {
        Some(text) => Some(text),
        None => value.number()?.map(|number| number.to_string()),
    })
}

/// The samples' names, `video[i]`, by fold.
pub(crate) struct Names {
    /// In the order of [`Fold::ALL`]; each in the order of the file.
    pub(crate) samples: [Vec<String>; 3],
    /// The videos of each fold, in the order of their first samples.
    pub(crate) videos: [Vec<String>; 3],
    /// Videos that the file has in more than one fold.
    pub(crate) split_videos: usize,
    /// Whether the numbers are the file's own.
    pub(crate) numbered: bool,
}

/// Names all samples. `ids` holds those of each fold, or only how many there are.
///
/// A number is the file's if all numbers of the video are there and differ, else it counts the video's samples in the
/// file's order. A video in more than one fold is a video for each of them, `video.train`.
pub(crate) fn name(ids: &[Result<&[Id], usize>; 3]) -> Names {
    let mut folds_of: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (fold, ids) in ids.iter().enumerate() {
        for id in ids.iter().flat_map(|ids| ids.iter()) {
            folds_of.entry(&id.video).or_default().insert(fold);
        }
    }
    let mut names = Names {
        samples: Default::default(),
        videos: Default::default(),
        split_videos: folds_of.values().filter(|folds| folds.len() > 1).count(),
        numbered: false,
    };
    for (fold, ids) in Fold::ALL.into_iter().zip(ids) {
        let (samples, videos) = (&mut names.samples[fold as usize], &mut names.videos[fold as usize]);
        let ids = match *ids {
            Ok(ids) => ids,
            Err(count) => {
                videos.extend((0..count).map(|number| format!("{fold}_{number:04}")));
                samples.extend(videos.iter().map(|video| format!("{video}[0]")));
                continue;
            }
        };
        let mut numbers: BTreeMap<&str, Option<BTreeSet<u64>>> = BTreeMap::new();
        for id in ids {
            let seen = numbers.entry(&id.video).or_insert_with(|| Some(BTreeSet::new()));
            let new = id.index.is_some_and(|index| seen.as_mut().is_some_and(|seen| seen.insert(index)));
            if !new {
                *seen = None;
            }
        }
        let mut next: BTreeMap<&str, u64> = BTreeMap::new();
        for id in ids {
            let own = numbers.get(&id.video[..]).is_some_and(Option::is_some);
            let count = next.entry(&id.video).or_insert(0);
            let split = folds_of.get(&id.video[..]).is_some_and(|folds| folds.len() > 1);
            let video = if split { format!("{}.{fold}", id.video) } else { id.video.clone() };
            let index = id.index.filter(|_| own).unwrap_or(*count);
            if *count == 0 {
                videos.push(video.clone());
            }
            *count += 1;
            names.numbered |= own;
            samples.push(format!("{video}[{index}]"));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(rows: &[&[&str]]) -> Vec<Id> {
        let words = |row: &&[&str]| row.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        rows.iter().map(|row| Id::of(&words(row)).unwrap()).collect()
    }

    fn samples(train: &[&[&str]], test: &[&[&str]]) -> [Vec<String>; 3] {
        name(&[Ok(&ids(train)), Ok(&[]), Ok(&ids(test))]).samples
    }

    #[test]
    fn numbers_of_the_file_or_of_its_order() {
        let [train, _, test] = samples(&[&["a[7]"], &["b$_$0002"], &["a[3]"]], &[&["c", "1.5", "2"], &["c", "3", "4"]]);
        assert_eq!(train, ["a[7]", "b[2]", "a[3]"]);
        assert_eq!(test, ["c[0]", "c[1]"]);
        // A number twice, or missing once, is no number.
        assert_eq!(samples(&[&["a[7]"], &["a[7]"], &["b[4]"]], &[])[0], ["a[0]", "a[1]", "b[4]"]);
        assert_eq!(samples(&[&["a[7]"], &["a"]], &[])[0], ["a[0]", "a[1]"]);
        // Ids of no known form.
        assert_eq!(samples(&[&["x$_$y"], &["a/b"], &[""], &["[1]"]], &[])[0], ["x$_$y[0]", "a_b[0]", "_[0]", "_[1]"]);
    }

    #[test]
    fn intervals_are_times_in_order() {
        let interval = |row: &[&str]| ids(&[row])[0].interval;
        assert_eq!(interval(&["a", "1.5", "2"]), Some([1.5, 2.0]));
        assert_eq!(interval(&["a", "2", "2"]), None);
        assert_eq!(interval(&["a", "nan", "2"]), None);
        assert_eq!(interval(&["a"]), None);
    }

    #[test]
    fn a_video_in_two_folds_is_two_videos() {
        let names = name(&[Ok(&ids(&[&["a[1]"], &["b[1]"]])), Err(2), Ok(&ids(&[&["a[2]"]]))]);
        assert_eq!(names.samples[0], ["a.train[1]", "b[1]"]);
        assert_eq!(names.samples[1], ["valid_0000[0]", "valid_0001[0]"]);
        assert_eq!(names.samples[2], ["a.test[2]"]);
        assert_eq!(names.videos[0], ["a.train", "b"]);
        assert_eq!(names.split_videos, 1);
    }
}
