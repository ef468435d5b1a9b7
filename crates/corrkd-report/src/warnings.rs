//! What a reader could take for more than it is, and what to do about it: a line for each kind, however many rows and
//! seeds it concerns.

use crate::comparison::{Compared, LEVEL, headline};
use crate::evidence::Evidence;
use crate::silent::{Silent, silent};
use crate::target::Target;
use corrkd_config::Task;
use corrkd_metrics::{holm, least_sign_flip_p, pairs_to_resolve};
use corrkd_record::{Runs, Sweep};
use std::collections::BTreeMap;

/// Rows named in a line; of more, only the number is given.
const NAMED: usize = 8;

/// The warnings, most important first; none where there is nothing to warn of.
pub(crate) fn warnings(runs: &Runs, sweep: &Sweep, evidence: &Evidence, compared: &[Compared]) -> Vec<String> {
    let mut warnings: Vec<String> = failed(runs, sweep, evidence).into_iter().collect();
    warnings.extend(of_runs(sweep, evidence));
    warnings.extend(one_answer(sweep, evidence));
    warnings.extend(last_epoch(sweep, evidence));
    let columns = headline().map(|condition| {
        let of_target = |target: &Target| {
            let of = |c: &&Compared| c.condition == condition && c.metric == target.metric;
            (target.clone(), compared.iter().filter(of).collect())
        };
        let about: Vec<(Target, Vec<&Compared>)> = evidence.targets.iter().map(of_target).collect();
        (condition.clone(), about)
    });
    // All columns compare the same rows over the same seeds, about each target.
    let first = columns.iter().flat_map(|(_, about)| about).find(|(_, column)| !column.is_empty());
    warnings.extend(first.into_iter().flat_map(|(_, column)| few_seeds(column)));
    warnings.extend(columns.iter().filter_map(|(condition, about)| noise(sweep, evidence.called(condition), about)));
    warnings
}

/// Runs without a result.
fn failed(runs: &Runs, sweep: &Sweep, evidence: &Evidence) -> Option<String> {
    let log = match &evidence.failed[..] {
        [] => return None,
        [one] => format!("Its log is {}", runs.run(&one.id).log_path().display()),
        [first, ..] => {
            let root = runs.run(&first.id).path().with_file_name("ID").join("log.txt");
            format!("The log of each is {}, with the ID that is listed as without a result", root.display())
        }
    };
    let count = |row: &str| evidence.failed.iter().filter(|run| run.row == row).count();
    let rows = evidence.trained_rows(sweep).filter(|row| count(row) > 0);
    let rows = listed(rows.map(|row| format!("{row} ({})", count(row))).collect());
    let total = sweep.runs.len();
    Some(format!(
        "{} of {total} runs left no result: {rows}. The same `ablate` command tries them again. {log}.",
        evidence.failed.len()
    ))
}

/// What the runs themselves warn of, by text, with the rows and seeds that say so.
fn of_runs(sweep: &Sweep, evidence: &Evidence) -> Vec<String> {
    type Seeds<'a> = (&'a str, Vec<u64>);
    // By text, in the order in which they first come, each row with its seeds.
    let mut found: Vec<(&str, Vec<Seeds>)> = Vec::new();
    for row in evidence.trained_rows(sweep) {
        for result in evidence.results(row) {
            for text in &result.warnings {
                let place = found.iter().position(|of| of.0 == text).unwrap_or_else(|| {
                    found.push((text, Vec::new()));
                    found.len() - 1
                });
                let rows = &mut found[place].1;
                match rows.last_mut().filter(|of| of.0 == row) {
                    Some((_, seeds)) if seeds.contains(&result.spec.seed) => {}
                    Some((_, seeds)) => seeds.push(result.spec.seed),
                    None => rows.push((row, vec![result.spec.seed])),
                }
            }
        }
    }
    let of_row = |(row, seeds): Seeds| {
        let many = if seeds.len() == 1 { "" } else { "s" };
        format!("{row} (seed{many} {})", listed(seeds.iter().map(u64::to_string).collect()))
    };
    let line = |(text, rows): (&str, Vec<Seeds>)| format!("{}: {text}", listed(rows.into_iter().map(of_row).collect()));
    found.into_iter().map(line).collect()
}

/// Networks that give one answer to all samples, or nearly all.
fn one_answer(sweep: &Sweep, evidence: &Evidence) -> Option<String> {
    let silent = silent(sweep, evidence);
    let rows: Vec<String> = silent.iter().map(Silent::told).collect();
    // Where the settings have class weights and they are not in use, they are a remedy.
    let unweighted = |of: &Silent| {
        let mut results = evidence.results(&of.row);
        results.any(|result| {
            let losses = result.spec.job.settings.get("losses");
            let weights = losses.and_then(|losses| losses.get("task")?.get("weights")?.as_str());
            weights == Some("none") && result.spec.job.task != Task::Regression
        })
    };
    let remedy = if silent.iter().any(unweighted) {
        " With losses.task.weights = \"balanced\" rare categories count as much as frequent ones in training."
    } else {
        ""
    };
    (!rows.is_empty()).then(|| {
        format!(
            "One answer for all test samples, or for 99 % and more: {}. There the scores are those of a constant, which the \
             tables list: do not take them for what a network has learnt.{remedy}",
            listed(rows)
        )
    })
}

/// Runs that were still getting better: their best epoch is the last they were allowed.
fn last_epoch(sweep: &Sweep, evidence: &Evidence) -> Vec<String> {
    // By the settings' table and the epochs allowed, the rows with such runs.
    let mut found: BTreeMap<(&str, usize), Vec<String>> = BTreeMap::new();
    for row in evidence.trained_rows(sweep) {
        let mut counts: BTreeMap<(&str, usize), usize> = BTreeMap::new();
        for result in evidence.results(row) {
            let job = &result.spec.job;
            let allowed = (job.training.as_str(), job.epochs());
            if result.training.as_ref().is_some_and(|training| training.best_epoch == allowed.1) {
                *counts.entry(allowed).or_default() += 1;
            }
        }
        for (allowed, count) in counts {
            found
                .entry(allowed)
                .or_default()
                .push(format!("{row} ({count} of {} runs)", evidence.results(row).count()));
        }
    }
    let line = |((training, epochs), rows): ((&str, usize), Vec<String>)| {
        format!(
            "The best epoch is the last of {epochs} for {}: these runs may not have been trained to their end. Train \
             longer: raise {training}.epochs.",
            listed(rows)
        )
    };
    found.into_iter().map(line).collect()
}

/// Rows with so few seeds that the permutation test can find nothing, even were every difference as clear as can be.
fn few_seeds(column: &[&Compared]) -> Vec<String> {
    let rows = column.len();
    let least: Vec<f64> = column.iter().map(|c| least_sign_flip_p(c.seeds)).collect();
    let mut found: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (compared, _) in column.iter().zip(holm(&least)).filter(|(_, least)| *least > LEVEL) {
        found.entry(compared.seeds).or_default().push(compared.row.clone());
    }
    let line = |(seeds, names): (usize, Vec<String>)| {
        let least = least_sign_flip_p(seeds);
        let corrected = if rows > 1 {
            format!(" ({} with Holm's correction for {rows} rows)", (least * rows as f64).min(1.0))
        } else {
            String::new()
        };
        format!(
            "With {seeds} shared seed{} the permutation test cannot go below p = {least}{corrected}, so no difference of {} \
             can be significant, however large. Give at least {} seeds.",
            if seeds == 1 { "" } else { "s" },
            listed(names),
            seeds_for(rows)
        )
    };
    found.into_iter().map(line).collect()
}

/// Differences in a column that may be none.
fn noise(sweep: &Sweep, condition: &str, about: &[(Target, Vec<&Compared>)]) -> Option<String> {
    let unclear = |c: &Compared| c.p_holm > LEVEL;
    let of_target = |(target, column): &(Target, Vec<&Compared>)| {
        let line = |c: &&&Compared| {
            let remedy = remedy(c, column.len(), unclear(c));
            format!("{} ({:+.2}; {remedy})", target.label(&c.row), 100.0 * c.difference)
        };
        column.iter().filter(|c| !c.is_significant()).map(|c| line(&c)).collect::<Vec<_>>()
    };
    let rows: Vec<String> = about.iter().flat_map(of_target).collect();
    let reference = &sweep.reference;
    (!rows.is_empty()).then(|| {
        format!(
            "{condition}: the difference from {reference} lies within the noise (its 95 % interval holds 0, or Holm's p \
             is above {LEVEL}) for {}. Do not rank these rows against {reference}.",
            listed(rows)
        )
    })
}

/// What would tell a difference of this size from none: the seeds that [`pairs_to_resolve`] gives for the spread of the
/// seeds' differences, and at least as many as the permutation test needs.
fn remedy(compared: &Compared, rows: usize, unclear: bool) -> String {
    let Some(sd) = compared.sd else { return "one seed does not tell how many it would take".to_owned() };
    let Some(seeds) = pairs_to_resolve(compared.difference, sd).map(|seeds| seeds.max(seeds_for(rows))) else {
        return "no number of seeds resolves a difference of 0".to_owned();
    };
    match seeds > compared.seeds as u64 {
        true => format!("about {seeds} seeds would resolve it"),
        false if unclear => "a few more seeds may resolve it".to_owned(),
        false => "more test samples would resolve it, not more seeds".to_owned(),
    }
}

/// The fewest seeds n with `rows 2^(1-n) <= LEVEL`, with which every row's difference can be significant.
fn seeds_for(rows: usize) -> u64 {
    1 + (rows as f64 / LEVEL).log2().ceil() as u64
}

/// Names in a row, the first few where there are many.
fn listed(names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let named = names.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
    if more == 0 { named } else { format!("{named} and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scores::AVERAGE;
    use corrkd_metrics::Interval;

    fn compared(seeds: usize, difference: f64, sd: Option<f64>) -> Compared {
        let interval = Interval { low: -1.0, high: 1.0 };
        let [row, metric, condition] = ["row", "f1", AVERAGE].map(str::to_owned);
        Compared { row, metric, condition, seeds, samples: 9, difference, sd, interval, p: 1.0, p_holm: 1.0 }
    }

    /// `(scipy.stats.norm.ppf(0.975) + scipy.stats.norm.ppf(0.8))**2 * (0.02 / 0.01)**2` is 31.4
    #[test]
    fn remedies() {
        let of = |seeds, difference, sd, unclear| remedy(&compared(seeds, difference, sd), 3, unclear);
        assert_eq!(of(5, 0.01, Some(0.02), true), "about 32 seeds would resolve it");
        // 2 by their spread, but with 3 rows the test needs 7.
        assert_eq!(of(5, 0.01, Some(0.005), true), "about 7 seeds would resolve it");
        assert_eq!(of(32, 0.01, Some(0.02), true), "a few more seeds may resolve it");
        assert_eq!(of(32, 0.01, Some(0.02), false), "more test samples would resolve it, not more seeds");
    }

    #[test]
    fn fewest_seeds() {
        for rows in 1..100 {
            let seeds = seeds_for(rows) as usize;
            let least = |seeds| holm(&vec![least_sign_flip_p(seeds); rows])[0];
            assert!(least(seeds) <= LEVEL && least(seeds - 1) > LEVEL, "{rows}");
        }
    }
}
