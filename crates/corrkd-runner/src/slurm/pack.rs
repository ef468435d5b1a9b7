//! Runs as jobs: one each where it takes long enough, several in one where they are short, and which waits for which.

use super::element::{Before, Element, JobId};
use std::collections::{BTreeMap, BTreeSet};

/// What a job should last at least, seconds: less drowns in its scheduling.
pub(crate) const ENOUGH: f64 = 600.0;

/// A run that is to be submitted.
pub(crate) struct Wanted {
    /// Its place among the tasks.
    pub(crate) task: usize,
    /// Its seed and fold: what needs it has the same.
    pub(crate) part: (u64, usize),
    /// How long it takes, where that is known.
    pub(crate) seconds: Option<f64>,
    /// What it needs, of what is not finished.
    pub(crate) needs: Vec<Need>,
}

/// What a run waits for.
pub(crate) enum Need {
    /// One that is to be submitted as well, by its place among the tasks.
    Task(usize),
    /// One that was submitted earlier, in this element; whether it is the only run there.
    Queued(JobId, bool),
}

/// The runs in jobs, each behind those that it waits for. Short runs of a seed and fold share one, in their order; where all of a
/// seed and fold are short, whole ones do, so that none waits for another.
pub(crate) fn pack(wanted: &[Wanted]) -> Vec<Element> {
    let mut groups: Vec<Vec<&Wanted>> = Vec::new();
    let mut small: Option<(Vec<&Wanted>, f64)> = None;
    for part in wanted.chunk_by(|a, b| a.part == b.part) {
        let all: f64 = part.iter().map(seconds).sum();
        if all < ENOUGH {
            let (mut runs, mut sum) = small.take().unwrap_or_default();
            runs.extend(part);
            sum += all;
            if sum < ENOUGH { small = Some((runs, sum)) } else { groups.push(runs) }
        } else {
            groups.extend(within(part));
        }
    }
    groups.extend(small.map(|(runs, _)| runs));
    elements(&groups)
}

/// A seed's and fold's runs in jobs that last long enough; what is left at the end joins the one before.
fn within(part: &[Wanted]) -> Vec<Vec<&Wanted>> {
    let mut groups: Vec<Vec<&Wanted>> = Vec::new();
    let (mut open, mut sum) = (Vec::new(), 0.0);
    for run in part {
        open.push(run);
        sum += seconds(run);
        if sum >= ENOUGH {
            groups.push(std::mem::take(&mut open));
            sum = 0.0;
        }
    }
    match groups.last_mut() {
        Some(last) => last.extend(open),
        None => groups.push(open),
    }
    groups
}

/// A run of which nothing is known has a job of its own.
fn seconds(run: &Wanted) -> f64 {
    run.seconds.unwrap_or(ENOUGH)
}

fn elements(groups: &[Vec<&Wanted>]) -> Vec<Element> {
    let place: BTreeMap<usize, usize> =
        groups.iter().enumerate().flat_map(|(place, runs)| runs.iter().map(move |run| (run.task, place))).collect();
    let element = |(own, runs): (usize, &Vec<&Wanted>)| {
        let before = |need: &Need| match need {
            Need::Task(task) => place.get(task).filter(|&&place| place != own).map(|&place| Before::Here(place)),
            Need::Queued(job, alone) => Some(Before::Queued(job.clone(), *alone)),
        };
        Element {
            runs: runs.iter().map(|run| run.task).collect(),
            after: runs.iter().flat_map(|run| &run.needs).filter_map(before).collect(),
            seconds: runs.iter().map(|run| run.seconds).sum(),
        }
    };
    groups.iter().enumerate().map(element).collect()
}

/// Elements that wait for the same, of at most so many, are an array; each comes behind those that it waits for.
pub(crate) fn arrays(elements: &[Element], most: usize) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut of: BTreeMap<&BTreeSet<Before>, usize> = BTreeMap::new();
    for (place, element) in elements.iter().enumerate() {
        let group = *of.entry(&element.after).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(place);
    }
    groups.iter().flat_map(|group| group.chunks(most.max(1)).map(<[usize]>::to_vec)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For each of some seeds a teacher and students that need it, of so many seconds.
    fn sweep(seeds: usize, teacher: Option<f64>, students: &[Option<f64>]) -> Vec<Wanted> {
        let size = students.len() + 1;
        let part = |seed: usize| {
            (0..size).map(move |at| Wanted {
                task: seed * size + at,
                part: (seed as u64, 0),
                seconds: if at == 0 { teacher } else { students[at - 1] },
                needs: if at == 0 { vec![] } else { vec![Need::Task(seed * size)] },
            })
        };
        (0..seeds).flat_map(part).collect()
    }

    fn packed(wanted: &[Wanted]) -> Vec<(Vec<usize>, Vec<Before>)> {
        pack(wanted).into_iter().map(|element| (element.runs, element.after.into_iter().collect())).collect()
    }

    #[test]
    fn a_long_run_has_a_job_and_waits_for_its_own_teacher_alone() {
        let long = Some(3600.0);
        let elements = pack(&sweep(3, long, &[long, None]));
        assert_eq!(elements.len(), 9);
        assert!([0, 3, 6].iter().all(|&teacher| elements[teacher].after.is_empty()));
        assert_eq!(elements[5].after, BTreeSet::from([Before::Here(3)]));
        assert_eq!((elements[3].seconds, elements[5].seconds), (long, None));
        // The teachers are one array, which comes first, and each seed's students another; all are cut at the limit.
        assert_eq!(arrays(&elements, 1001), [vec![0, 3, 6], vec![1, 2], vec![4, 5], vec![7, 8]]);
        assert_eq!(arrays(&elements, 2), [vec![0, 3], vec![6], vec![1, 2], vec![4, 5], vec![7, 8]]);
    }

    #[test]
    fn short_seeds_are_whole_in_a_job_and_wait_for_nothing() {
        let wanted = sweep(10, Some(50.0), &[Some(50.0), Some(50.0)]);
        let elements = packed(&wanted);
        assert_eq!(elements.iter().map(|(runs, _)| runs.len()).collect::<Vec<_>>(), [12, 12, 6]);
        assert!(elements.iter().all(|(_, after)| after.is_empty()));
    }

    #[test]
    fn short_runs_of_a_long_seed_share_jobs_that_last() {
        let wanted = sweep(1, Some(1200.0), &[Some(250.0); 7]);
        let first = vec![Before::Here(0)];
        assert_eq!(packed(&wanted), [(vec![0], vec![]), (vec![1, 2, 3], first.clone()), (vec![4, 5, 6, 7], first)]);
    }

    #[test]
    fn what_waits_for_an_earlier_submission_says_so() {
        let job = JobId { array: 12, index: 3 };
        let run = Wanted { task: 7, part: (1, 0), seconds: None, needs: vec![Need::Queued(job.clone(), true)] };
        assert_eq!(packed(&[run]), [(vec![7], vec![Before::Queued(job, true)])]);
    }
}
