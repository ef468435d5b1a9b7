//! Which video a sample is of, its number in it, and when it was said.
//!
//! Ids come as `video[i]`; as MMSA's `video$_$i`; as rows of video, start and end in seconds (MulT); or as the video
//! alone; as texts, or as numbers of any type, which are texts digit by digit. An id of another form is a video of its
//! own. Files without ids give each sample a video of its own.
//!
//! Different ids stay different. What cannot be in a name of HDF5's or the SDK's is written as in an address: `/`, `[` and
//! `]` as `%2F`, `%5B` and `%5D`, and `%` before one of these as `%25`. An id with a control character is refused.

use corrkd_data::Fold;
use corrkd_numpy::{Kind, NumpyError, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Words that one id may have; more would be something else, and the same many times over would take for ever.
const WORDS: usize = 8;
/// What an id should be, for messages.
const EXPECTED: &str = "ids, each a text without control characters";
/// Characters of names that mean something to HDF5 or the SDK, and what stands for them.
const ESCAPES: [(char, &str); 3] = [('/', "2F"), ('[', "5B"), (']', "5D")];

/// What a file says of one sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Id {
    video: String,
    /// The digits of its number in the video.
    number: Option<String>,
    /// Start and end in seconds.
    pub(crate) interval: Option<[f64; 2]>,
}

/// Why a value holds no ids.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NoIds {
    /// It is of another kind.
    Kind,
    /// One of them is none: what was expected, and what is there.
    Id(&'static str, String),
}

impl Id {
    /// The id in the words of a row.
    pub(crate) fn of(words: &[String]) -> Result<Self, NoIds> {
        let (name, rest) = words.split_first().ok_or(NoIds::Kind)?;
        let shown = || format!("\"{}\"", name.escape_debug());
        if !corrkd_system::one_line(name) {
            return Err(NoIds::Id(EXPECTED, shown()));
        }
        // What numpy and pandas have where there is none.
        if name.is_empty() || matches!(&name[..], "NaN" | "nan") {
            return Err(NoIds::Id("an id for each sample, or no ids at all", shown()));
        }
        let (video, number) = split(name);
        let time = |text: &String| text.trim().parse::<f64>().ok().filter(|time| time.is_finite());
        let interval = match rest {
            [start, end] => time(start).zip(time(end)).map(|(start, end)| [start, end]),
            _ => None,
        };
        let interval = interval.filter(|[start, end]| start < end);
        Ok(Self { video: escaped(video), number: number.map(str::to_owned), interval })
    }
}

/// Video and number of an id, if it ends in one.
fn split(name: &str) -> (&str, Option<&str>) {
    let bracket = name.strip_suffix(']').and_then(|name| name.rsplit_once('['));
    let numbered = bracket.or_else(|| name.rsplit_once("$_$"));
    let whole = |number: &str| number.bytes().all(|byte| byte.is_ascii_digit()) && number.parse::<u64>().is_ok();
    match numbered {
        Some((video, number)) if !video.is_empty() && whole(number) => (video, Some(number)),
        _ => (name, None),
    }
}

/// A video's id as a name in files; no two have the same.
fn escaped(video: &str) -> String {
    let mut name = String::with_capacity(video.len());
    for (at, character) in video.char_indices() {
        let code = ESCAPES.iter().find(|(other, _)| *other == character).map(|(_, code)| *code);
        let behind = &video[at + character.len_utf8()..];
        let looks = ESCAPES.iter().map(|(_, code)| *code).chain(["25"]).any(|code| behind.starts_with(code));
        match code.or((character == '%' && looks).then_some("25")) {
            Some(code) => name.extend(["%", code]),
            None => name.push(character),
        }
    }
    name
}

/// The ids in a value: one word for each sample, or one row of words.
pub(crate) fn read(value: Value<'_>) -> Result<Result<Vec<Id>, NoIds>, NumpyError> {
    if let Some(array) = value.array() {
        let words = match array.dtype().kind {
            Kind::Object => value.items().map(|items| items.map(Value::word).collect::<Result<Option<Vec<_>>, _>>()),
            _ => array.words()?.map(|words| Ok(Some(words))),
        };
        if let Some(Some(words)) = words.transpose()? {
            let rows = array.shape().first().copied().unwrap_or(0);
            let columns = words.len().checked_div(rows).unwrap_or(1);
            return Ok(if columns == 0 { Err(NoIds::Kind) } else { words.chunks(columns).map(Id::of).collect() });
        }
    }
    let Some(items) = value.items() else { return Ok(Err(NoIds::Kind)) };
    let mut ids = Vec::new();
    for item in items {
        let words = match item.word()? {
            Some(word) => Some(vec![word]),
            None => match item.array().filter(|array| array.len() <= WORDS).map(|array| array.words()).transpose()? {
                Some(Some(words)) => Some(words),
                _ => {
                    let items = item.items().filter(|items| items.len() <= WORDS);
                    items.map(|items| items.map(Value::word).collect()).transpose()?.flatten()
                }
            },
        };
        match words.ok_or(NoIds::Kind).and_then(|words| Id::of(&words)) {
            Ok(id) => ids.push(id),
            Err(wrong) => return Ok(Err(wrong)),
        }
    }
    Ok(Ok(ids))
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
    /// Samples that have video and number of one before them in the same fold.
    pub(crate) repeated: usize,
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
    // A name that is made here must not be one that the file has.
    let free = |mut name: String| {
        while folds_of.contains_key(&name[..]) {
            name.push('_');
        }
        name
    };
    let mut names = Names {
        samples: Default::default(),
        videos: Default::default(),
        split_videos: folds_of.values().filter(|folds| folds.len() > 1).count(),
        numbered: false,
        repeated: 0,
    };
    for (fold, ids) in Fold::ALL.into_iter().zip(ids) {
        let (samples, videos) = (&mut names.samples[fold as usize], &mut names.videos[fold as usize]);
        let ids = match *ids {
            Ok(ids) => ids,
            Err(count) => {
                videos.extend((0..count).map(|number| free(format!("{fold}_{number:04}"))));
                samples.extend(videos.iter().map(|video| format!("{video}[0]")));
                continue;
            }
        };
        let mut groups: BTreeMap<&str, Vec<&Id>> = BTreeMap::new();
        for id in ids {
            groups.entry(&id.video).or_default().push(id);
        }
        names.repeated += groups.values().map(|group| repeated(group)).sum::<usize>();
        let numbers: BTreeMap<&str, Numbers> =
            groups.into_iter().map(|(video, group)| (video, Numbers::of(&group))).collect();
        let mut next: BTreeMap<&str, usize> = BTreeMap::new();
        for id in ids {
            let count = next.entry(&id.video).or_insert(0);
            let split = folds_of.get(&id.video[..]).is_some_and(|folds| folds.len() > 1);
            let video = if split { free(format!("{}.{fold}", id.video)) } else { id.video.clone() };
            let digits = id.number.as_deref().unwrap_or_default();
            let number = match numbers.get(&id.video[..]) {
                Some(Numbers::Values) => plain(digits).to_owned(),
                Some(Numbers::Digits) => digits.to_owned(),
                Some(Numbers::Order) | None => count.to_string(),
            };
            names.numbered |= !matches!(numbers.get(&id.video[..]), Some(Numbers::Order) | None);
            if *count == 0 {
                videos.push(video.clone());
            }
            *count += 1;
            samples.push(format!("{video}[{number}]"));
        }
    }
    names
}

/// Where the numbers of a video's samples are from.
#[derive(Clone, Copy)]
enum Numbers {
    /// The file's.
    Values,
    /// The file's, which differ only in the zeros before them.
    Digits,
    /// The file's order.
    Order,
}

impl Numbers {
    /// Those of a video's samples.
    fn of(ids: &[&Id]) -> Self {
        let Some(digits) = ids.iter().map(|id| id.number.as_deref()).collect::<Option<Vec<&str>>>() else {
            return Self::Order;
        };
        let differ = |numbers: BTreeSet<&str>| numbers.len() == ids.len();
        if differ(digits.iter().map(|digits| plain(digits)).collect()) {
            Self::Values
        } else if differ(digits.iter().copied().collect()) {
            Self::Digits
        } else {
            Self::Order
        }
    }
}

/// Samples of a video that have the number of one before them.
fn repeated(ids: &[&Id]) -> usize {
    let numbers: Vec<&str> = ids.iter().filter_map(|id| id.number.as_deref()).collect();
    numbers.len() - numbers.iter().collect::<BTreeSet<_>>().len()
}

/// A number's digits without zeros before them.
fn plain(digits: &str) -> &str {
    let kept = digits.trim_start_matches('0');
    if kept.is_empty() { "0" } else { kept }
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
        // A number twice, or missing once, is no number; zeros before it make another.
        assert_eq!(samples(&[&["a[7]"], &["a[7]"], &["b[4]"]], &[])[0], ["a[0]", "a[1]", "b[4]"]);
        let repeated = |rows: &[&[&str]]| name(&[Ok(&ids(rows)), Ok(&[]), Ok(&[])]).repeated;
        assert_eq!(repeated(&[&["a[7]"], &["a[7]"], &["b[7]"], &["a[07]"]]), 1);
        assert_eq!(repeated(&[&["a"], &["a"], &["b"]]), 0, "a video's samples without numbers are not the same");
        assert_eq!(samples(&[&["a[7]"], &["a"]], &[])[0], ["a[0]", "a[1]"]);
        assert_eq!(samples(&[&["a[1]"], &["a[01]"], &["a[0]"]], &[])[0], ["a[1]", "a[01]", "a[0]"]);
        // Ids of no known form.
        let odd = [&["x$_$y"][..], &["a/b"], &["[1]"], &["a[+1]"], &["01"], &["1"], &["a "]];
        let expected = ["x$_$y[0]", "a%2Fb[0]", "%5B1%5D[0]", "a%5B+1%5D[0]", "01[0]", "1[0]", "a [0]"];
        assert_eq!(samples(&odd, &[])[0], expected);
    }

    #[test]
    fn names_differ_where_ids_do() {
        assert_eq!(escaped("a/b"), "a%2Fb");
        assert_eq!(escaped("a%2Fb"), "a%252Fb");
        assert_eq!(escaped("a%252Fb"), "a%25252Fb");
        assert_eq!(escaped("100%"), "100%");
        assert_eq!(samples(&[&["a_b"], &["a/b"], &["A_b"]], &[])[0], ["a_b[0]", "a%2Fb[0]", "A_b[0]"]);
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for (word, got) in [("a\n", "\"a\\n\""), ("a\u{85}b", "\"a\\u{85}b\""), ("", "\"\""), ("NaN", "\"NaN\"")] {
            assert!(matches!(Id::of(&[word.to_owned()]), Err(NoIds::Id(_, other)) if other == got), "{word:?}");
        }
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
        let names = name(&[Ok(&ids(&[&["a[1]"], &["valid_0000"]])), Err(1), Ok(&ids(&[&["a[2]"], &["a.train"]]))]);
        assert_eq!(names.samples[0], ["a.train_[1]", "valid_0000[0]"], "`a.train` is another video");
        assert_eq!(names.samples[1], ["valid_0000_[0]"]);
    }
}
