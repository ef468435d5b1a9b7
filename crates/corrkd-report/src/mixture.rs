//! No table is of a mixture: runs are compared only where they are of the same data and labels, tested on the same samples, and were
//! computed by the same code on the same kind of device. A row, or a stage on the way to one, is a mean over seeds and folds and
//! over nothing else.
//!
//! Of runs that differ, those stay that most are like, or where there are as many of each, those that the first is like.

use crate::answers::{Sample, same};
use crate::record::Record;
use corrkd_config::{EXTERNAL, Job};
use corrkd_record::SweepRun;
use std::collections::BTreeMap;
use toml::Table;

/// A run that can be tabulated.
type Known<'a> = (&'a SweepRun, &'a Record);

/// What runs must share.
struct Shared {
    /// What it is called.
    what: &'static str,
    /// Among which runs: those that have the same here.
    among: fn(&Known) -> String,
    /// What they share, in words.
    value: fn(&Known) -> String,
}

/// In the order in which it is asked for.
const SHARED: [Shared; 7] = [
    Shared {
        what: "data set",
        among: |_| String::new(),
        value: |(_, of)| {
            let dataset = &of.result.spec.dataset;
            dataset.size.as_ref().map_or_else(|| dataset.name.clone(), |size| format!("{}, size {size}", dataset.name))
        },
    },
    Shared { what: "labels", among: |_| String::new(), value: |(_, of)| format!("{:?}", of.result.spec.labels) },
    Shared { what: "data's fingerprint", among: fold, value: |(_, of)| of.result.spec.fingerprint.clone() },
    Shared { what: "device", among: |_| String::new(), value: |(_, of)| of.result.spec.device.first().to_string() },
    Shared {
        what: "form of the kernels",
        among: |_| String::new(),
        value: |(_, of)| of.result.spec.kernels.to_string(),
    },
    Shared {
        what: "code's fingerprint",
        among: |(_, of)| of.result.spec.job.method.clone(),
        value: |(_, of)| of.result.spec.code.clone(),
    },
    Shared {
        what: "row's settings",
        among: |(run, _)| run.listed_as().to_owned(),
        value: |(_, of)| settings(&of.result.spec.job),
    },
];

/// The longest value that a line shows.
const SHOWN: usize = 80;

fn fold((run, _): &Known) -> String {
    format!("{:?}", run.fold)
}

/// A run's settings, without those that name its seed's file of another program's predictions.
fn settings(job: &Job) -> String {
    match job.method == EXTERNAL {
        true => format!("{:?}", Job { settings: Table::new(), ..job.clone() }),
        false => format!("{job:?}"),
    }
}

/// Takes those out that are not like the others; for each what is not.
pub(crate) fn sift(runs: &[SweepRun], records: &mut [Result<Record, String>]) {
    for Shared { what, among, value } in SHARED {
        let known = known(runs, records).map(|(place, of)| (place, among(&of), value(&of))).collect();
        for (place, value, like) in strangers(known) {
            let shown = if value.chars().count() > SHOWN { String::new() } else { format!(" ({value})") };
            records[place] = Err(apart(&format!("its {what}{shown}"), like));
        }
    }
    // The samples themselves, by the first run of the fold that has the same.
    let mut first: Vec<&[Sample]> = Vec::new();
    let samples = known(runs, records).map(|(place, of)| {
        let own = &of.1.answers.samples[..];
        let place_of = first.iter().position(|known| same(known, own)).unwrap_or_else(|| {
            first.push(own);
            first.len() - 1
        });
        (place, fold(&of), place_of.to_string())
    });
    let samples = samples.collect();
    for (place, _, like) in strangers(samples) {
        records[place] = Err(apart("its test samples or their labels", like));
    }
}

fn known<'a>(runs: &'a [SweepRun], records: &'a [Result<Record, String>]) -> impl Iterator<Item = (usize, Known<'a>)> {
    let both = runs.iter().zip(records).enumerate();
    both.filter_map(|(place, (run, record))| Some((place, (run, record.as_ref().ok()?))))
}

/// Of places, each with what it is to share with whom: those that do not, with what they have, and how many of how many do.
fn strangers(known: Vec<(usize, String, String)>) -> Vec<(usize, String, [usize; 2])> {
    let mut among: BTreeMap<&str, Vec<&(usize, String, String)>> = BTreeMap::new();
    known.iter().for_each(|of| among.entry(of.1.as_str()).or_default().push(of));
    let mut strangers = Vec::new();
    for all in among.into_values() {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for of in &all {
            let place = *places.entry(of.2.as_str()).or_insert(counts.len());
            if place == counts.len() {
                counts.push((of.2.as_str(), 0));
            }
            counts[place].1 += 1;
        }
        // The first of those that are most.
        let Some(&(value, count)) = counts.iter().rev().max_by_key(|of| of.1) else { continue };
        let odd = all.iter().filter(|of| of.2 != value);
        strangers.extend(odd.map(|of| (of.0, of.2.clone(), [count, all.len()])));
    }
    strangers
}

/// What is said of a run that is not like the others.
fn apart(what: &str, [like, all]: [usize; 2]) -> String {
    let others = if 2 * like > all { format!("most of the {all} runs") } else { "the first of the runs".to_owned() };
    format!(
        "{what}: not the same as of {others}, so it is in no table beside them; the experiment's `ablate` command, given again, \
         plans all runs alike"
    )
}
