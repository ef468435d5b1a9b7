//! A description as text: file by file, the segments, the data set.

use corrkd_csd::List;
use std::fmt;

use super::labels::labels;
use super::{alike, bytes, count, few, number, share, short, table, whole};
use crate::{Contents, DataSet, Described, Description, Lengths, Missing, Quantiles, Segments, Values};

/// Ids shown of many.
const SHOWN: usize = 3;
const QUANTILES: [&str; 7] = ["", "min", "5 %", "median", "95 %", "max", "mean"];

/// Names and what is said of them.
type Facts<'a> = Vec<(&'a str, String)>;

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = self.files.iter().map(file).collect();
        parts.extend(self.segments.as_ref().map(segments));
        parts.extend(self.files.iter().filter_map(|file| Some(labels(file.labels.as_ref()?, &file.file))));
        parts.extend(self.recipe.as_ref().map(data_set));
        write!(f, "{}", parts.join("\n\n"))
    }
}

fn facts(facts: Facts<'_>) -> String {
    table(None, facts.into_iter().map(|(name, text)| vec![name.to_owned(), text]).collect(), 2)
}

fn quantiles(rows: &[(&str, Option<Quantiles>)]) -> Option<String> {
    let row = |(name, quantiles): &(&str, Option<Quantiles>)| {
        let Quantiles { min, p5, median, p95, max, mean, .. } = (*quantiles)?;
        let numbers = alike([min, p5, median, p95, max, mean]);
        Some([(*name).to_owned()].into_iter().chain(numbers).collect())
    };
    let rows: Vec<Vec<String>> = rows.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| table(Some(&QUANTILES), rows, 1))
}

fn file(described: &Described) -> String {
    let Described { file, roles, bytes: length, sha256, as_expected, problem, contents, missing, unlabelled, .. } =
        described;
    let mut head = file.clone();
    if !roles.is_empty() {
        head = format!("{head}: {}", roles.join(", "));
    }
    let mut lines = vec![head];
    let mut list: Facts<'_> = Vec::new();
    if let Some(length) = length {
        list.push(("size", bytes(*length)));
    }
    match (as_expected, sha256) {
        (Some(true), _) => list.push(("sha256", "as in the recipe".to_owned())),
        (Some(false), Some(got)) => list.push(("sha256", format!("{got}, not the recipe's"))),
        _ => {}
    }
    // What is to be copied stands as it is.
    let (whole, folded) = problem
        .as_deref()
        .map(|problem| problem.split_once('\n').map_or((None, problem), |(first, rest)| (Some(rest), first)))
        .unzip();
    list.extend(folded.map(|problem| ("problem", problem.to_owned())));
    let mut spread = None;
    if let Some(contents) = contents {
        list.extend(self::contents(contents));
        spread = quantiles(&[
            ("rows of an entry", contents.rows_per_entry),
            ("seconds of an entry", contents.seconds_per_entry),
            // A single row has no rate.
            ("rows per second", contents.rows_per_second.filter(|_| contents.rows > contents.entries)),
        ]);
    }
    let what = if contents.as_ref().is_some_and(|contents| contents.by_segment) { "segment or video" } else { "video" };
    if !missing.is_empty() {
        let ids = few(missing, SHOWN);
        list.push(("missing", format!("{}: {ids}", count(missing.len(), what))));
    }
    if !unlabelled.is_empty() {
        let ids = few(unlabelled, SHOWN);
        list.push(("no labels", format!("{}: {ids}", count(unlabelled.len(), what))));
    }
    lines.push(facts(list));
    lines.extend(whole.flatten().map(str::to_owned));
    lines.extend(spread.map(|spread| format!("\n{spread}")));
    lines.join("\n")
}

fn contents(contents: &Contents) -> Facts<'static> {
    let mut list: Facts<'_> = vec![("root", contents.root.clone())];
    match &contents.metadata_root {
        Some(serde_json::Value::String(name)) if *name == contents.root => {}
        Some(other) => list.push(("", format!("but {other} in the metadata"))),
        None => list.push(("", "no root name in the metadata".to_owned())),
    }
    let keyed = match contents.by_segment {
        true => format!("{} of {}", count(contents.entries, "segment"), count(contents.videos, "video")),
        false if contents.entries == contents.videos => format!("{}, one for each video", whole(contents.entries)),
        false => format!("{} of {}", whole(contents.entries), count(contents.videos, "video")),
    };
    list.push(("entries", keyed));
    for (number, what) in [(contents.unreadable_entries, "cannot be read"), (contents.empty_entries, "without rows")] {
        if number > 0 {
            list.push(("", format!("{} {what}", count(number, "entry"))));
        }
    }
    let shape = match &contents.row_shapes[..] {
        [] => "nothing".to_owned(),
        [shape] if shape.len() == 1 => count(shape[0], "column"),
        shapes => shapes.iter().map(|shape| format!("{shape:?}")).collect::<Vec<_>>().join(" or "),
    };
    list.push(("rows", format!("{} of {shape}, {}", whole(contents.rows), contents.kinds.join(" and "))));
    if let Some(words) = &contents.words {
        let pauses = match words.pauses {
            0 => "no pauses, sp".to_owned(),
            some => format!("{} are pauses, sp ({})", whole(some), share(some, words.texts)),
        };
        list.push(("texts", format!("{}, {} distinct; {pauses}", whole(words.texts), whole(words.distinct))));
        if words.empty > 0 {
            list.push(("", format!("{} empty", whole(words.empty))));
        }
    }
    list.push(("intervals", intervals(contents)));
    if let (Some(rows @ 1..), Some(inside)) = (contents.rows_of_labelled, contents.rows_in_segments) {
        list.push(("in segments", format!("{} of the rows of labelled videos", share(inside, rows))));
    }
    if let Some(values) = &contents.values {
        list.extend(self::values(values, contents.rows));
    }
    list
}

fn intervals(contents: &Contents) -> String {
    let times = &contents.intervals;
    let mut said = Vec::new();
    for (number, one, many) in [
        (times.not_finite, "is not finite", "are not finite"),
        (times.reversed, "ends before it starts", "end before they start"),
        (times.no_length, "has no length", "have no length"),
        (times.unsorted, "starts before the one above", "start before the one above"),
        (times.overlapping, "overlaps an earlier one", "overlap an earlier one"),
    ] {
        if number > 0 {
            said.push(format!("{} {}", whole(number), if number == 1 { one } else { many }));
        }
    }
    if said.is_empty() {
        said.push("in order, none overlap".to_owned());
    }
    said.push(match times.gaps {
        0 => "no gaps".to_owned(),
        gaps => {
            let (all, longest) = (number(times.gap_seconds), number(times.longest_gap));
            format!("{} of {all} s, the longest {longest} s", count(gaps, "gap"))
        }
    });
    said.join("; ")
}

fn values(values: &Values, rows: usize) -> Facts<'static> {
    let mut list: Facts<'_> = Vec::new();
    let sum = |of: &dyn Fn(&crate::Column) -> usize| values.columns.iter().map(of).sum::<usize>();
    if values.not_finite == 0 {
        list.push(("values", "all finite".to_owned()));
    } else {
        let kinds = [
            (sum(&|column| column.negative_infinite), "-inf"),
            (sum(&|column| column.positive_infinite), "inf"),
            (sum(&|column| column.nan), "NaN"),
            (sum(&|column| column.too_large), "beyond 3.4e38"),
        ];
        let kinds =
            kinds.iter().filter(|(number, _)| *number > 0).map(|(number, name)| format!("{} {name}", whole(*number)));
        let columns =
            values.columns.iter().filter(|c| c.nan + c.positive_infinite + c.negative_infinite + c.too_large > 0);
        let columns: Vec<usize> = columns.map(|column| column.column).collect();
        let (faulty, entries) = (values.rows_not_finite, values.entries_not_finite);
        list.push((
            "not finite",
            format!(
                "{} values ({}) in {} ({}) of {}; columns {}",
                whole(values.not_finite),
                kinds.collect::<Vec<_>>().join(", "),
                count(faulty, "row"),
                share(faulty, rows),
                count(entries, "entry"),
                List(&columns)
            ),
        ));
    }
    let constant: Vec<usize> =
        values.constant_columns.iter().copied().filter(|column| !values.zero_columns.contains(column)).collect();
    for (name, columns) in [("constant", &constant), ("all zeros", &values.zero_columns)] {
        if !columns.is_empty() {
            let plural = if columns.len() == 1 { "" } else { "s" };
            list.push((name, format!("column{plural} {}", List(columns))));
        }
    }
    // A row of one column that is zero is a zero.
    if values.zero_rows > 0 && values.columns.len() > 1 {
        let entries = count(values.entries_with_zero_rows, "entry");
        list.push((
            "zero rows",
            format!(
                "{} ({}) in {entries}{}",
                whole(values.zero_rows),
                share(values.zero_rows, rows),
                match values.zero_entries {
                    0 => String::new(),
                    some => format!(", {} of nothing else", whole(some)),
                }
            ),
        ));
    }
    list
}

fn segments(segments: &Segments) -> String {
    let place = |place: &crate::LabelRow| match place.id.contains('[') {
        true => place.id.clone(),
        false => format!("{}[{}]", place.id, place.row),
    };
    let named = |places: &[crate::LabelRow]| few(&places.iter().map(place).collect::<Vec<_>>(), SHOWN);
    let mut list: Facts<'_> =
        vec![("number", format!("{} of {}", whole(segments.segments), count(segments.videos, "video")))];
    for (name, places) in [
        ("no length", &segments.no_length),
        ("below 0.5 s", &segments.short),
        ("no frames", &segments.without_frames),
        ("no words", &segments.without_words),
    ] {
        if !places.is_empty() {
            list.push((name, format!("{}: {}", whole(places.len()), named(places))));
        }
    }
    if !segments.overlapping.is_empty() {
        let firsts: Vec<_> = segments.overlapping.iter().map(|pair| pair.first.clone()).collect();
        let runs = if firsts.len() == 1 { "runs" } else { "run" };
        list.push(("overlapping", format!("{} {runs} into a later one: {}", whole(firsts.len()), named(&firsts))));
    }
    if let Some(file) = &segments.frames_of {
        list.push(("frames", format!("rows of {}", short(file))));
    }
    if let (Some(longer), Some(time)) = (segments.longer_than_time, segments.time) {
        let part = match longer {
            0 => "none".to_owned(),
            _ => format!("{} ({})", whole(longer), share(longer, segments.segments)),
        };
        list.push(("longer than T", format!("{part} of more than {time} frames")));
    }
    if let Some(file) = &segments.words_of {
        list.push(("words", format!("of {}, pauses not counted", short(file))));
    }
    for Lengths { modality, time, longer_than_time, without, .. } in &segments.lengths {
        let longer = match longer_than_time {
            0 => format!("none of more than {time} rows"),
            some => format!("{} ({}) of more than {time} rows", whole(*some), share(*some, segments.segments)),
        };
        let none = match without {
            0 => String::new(),
            some => format!(", {} without any", whole(*some)),
        };
        list.push((modality.name(), format!("{longer}{none}")));
    }
    let mut lengths = vec![("seconds", segments.seconds)];
    match &segments.lengths[..] {
        [] => lengths.push(("frames", segments.frames)),
        own => lengths.extend(own.iter().map(|length| (length.modality.name(), length.frames))),
    }
    lengths.push(("words", segments.words));
    let lengths = quantiles(&lengths).map(|lengths| format!("\n\n{lengths}")).unwrap_or_default();
    format!("Labelled segments\n{}{lengths}", facts(list))
}

fn data_set(set: &DataSet) -> String {
    let mut place: Facts<'_> = vec![("folder", set.folder.clone())];
    place.extend(set.tested.as_ref().map(|part| ("tested", format!("{part} of the recipe's cross-validation"))));
    let head = format!("{}: {}\n{}", set.name, set.title, facts(place));
    let cell = |number: Option<usize>| number.map_or_else(|| "-".to_owned(), whole);
    let rows = set.folds.iter().map(|fold| {
        let known = [fold.videos, fold.labelled, fold.segments].map(whole);
        [fold.fold.to_owned()].into_iter().chain(known).chain([cell(fold.samples), cell(fold.expected)]).collect()
    });
    let header = ["fold", "videos", "with labels", "segments", "samples", "expected"];
    let mut list: Facts<'_> = Vec::new();
    if !set.in_no_fold.is_empty() {
        list.push(("in no fold", format!("{}: {}", count(set.in_no_fold.len(), "video"), few(&set.in_no_fold, SHOWN))));
    }
    if !set.without_labels.is_empty() {
        let ids = few(&set.without_labels, SHOWN);
        list.push(("no labels", format!("{}: {ids}", count(set.without_labels.len(), "video"))));
    }
    if let Some(problem) = &set.problem {
        list.push(("no samples", problem.clone()));
    }
    let text = set.summary.map(|summary| summary.to_string());
    if let Some(text) = &text {
        let lines = text.lines().skip(1).filter(|line| !line.starts_with("folds:"));
        list.extend(lines.filter_map(|line| line.split_once(": ")).map(|(name, rest)| (name, rest.to_owned())));
    }
    let list = if list.is_empty() { String::new() } else { format!("\n\n{}", facts(list)) };
    let missing = missing(&set.missing).map(|missing| format!("\n\n{missing}")).unwrap_or_default();
    format!("{head}\n\n{}{list}{missing}", table(Some(&header), rows.collect(), 1))
}

/// What is missing by nature, where anything is.
fn missing(missing: &[Missing]) -> Option<String> {
    let part = |(number, all)| match number {
        0 => "none".to_owned(),
        _ => format!("{} ({})", whole(number), share(number, all)),
    };
    let some = |all: &&[Missing]| all.iter().any(|part| part.lacking + part.without_data > 0);
    let row = |all: &[Missing]| {
        let name = all.iter().map(|part| part.modality.name().to_owned()).take(1);
        let samples = all.iter().map(|fold| part((fold.lacking, fold.samples)));
        let sum = |of: fn(&Missing) -> usize| all.iter().map(of).sum();
        let frames = part((sum(|fold| fold.without_data), sum(|fold| fold.frames)));
        name.chain(samples).chain([frames]).collect()
    };
    let rows: Vec<Vec<String>> = missing.chunk_by(|a, b| a.modality == b.modality).filter(some).map(row).collect();
    let header = ["missing in samples", "train", "valid", "test", "single frames"];
    (!rows.is_empty()).then(|| table(Some(&header), rows, 1))
}
