//! `corrkd reproduce`: the paper's tables and figures, and what it does not show, each an experiment file named
//! `WHAT-DATASET.toml`.

use crate::{
    campaign::Campaign,
    exit_codes::{RUNNING, exit_codes},
    experiment,
    failure::Failure,
    known::Known,
    options::{Named, Options},
};
use anyhow::anyhow;
use corrkd_config::Exit;
use corrkd_system::err;

/// What can be reproduced, in the order of `all`.
const WHATS: [&str; 8] =
    ["table1", "table2", "table3", "curves", "ablation-curves", "projection", "controls", "balance"];
/// All that there is for a data set.
const ALL: &str = "all";

/// Reproduce a table or figure of the paper on a data set, and write its report.
///
/// WHAT is table1 or table2 (methods under each set of modalities), table3 (the ablation), curves, ablation-curves
/// (both over the share of dropped frames), projection (representations in two dimensions), controls (what the paper
/// lacks: fewer losses and other ones at equal compute), balance (the weights of two losses), or all of these. Each is the
/// experiment WHAT-DATASET, which the program carries; they share their runs, and what is finished is reused.
#[derive(clap::Args)]
#[command(after_help = exit_codes(&RUNNING))]
pub struct Reproduce {
    /// table1, table2, table3, curves, ablation-curves, projection, controls, balance or all
    what: String,
    /// The data set, as in the files' names: mosi, mosei, iemocap, mosi-utterance, pom, synthetic or
    /// synthetic-unaligned
    #[arg(long, value_name = "NAME")]
    dataset: String,
    #[command(flatten)]
    options: Options,
}

impl Reproduce {
    /// Does it, with the methods and recipes that are known. An experiment that fails does not stop the next.
    ///
    /// # Errors
    /// As the exit codes say; of several, the gravest.
    pub fn run(self, known: Known<'_>) -> Result<(), Failure> {
        let names = self.names()?;
        let read = |name: &String| self.options.read(name.as_ref(), known);
        let experiments: Vec<Named> = names.iter().map(read).collect::<Result<_, _>>()?;
        if self.options.only_planned(&experiments, known.recipes)? {
            return Ok(());
        }
        let mut campaign = Campaign::open(&self.options)?;
        let (mut pages, mut failures) = (Vec::new(), Vec::new());
        for (index, named) in experiments.iter().enumerate() {
            err(format_args!("{} ({} of {})", named.name, index + 1, experiments.len()));
            match campaign.answer(named) {
                Ok(()) => pages.push(campaign.page(&named.name)),
                Err(failure) if failure.stops_all() => return Err(failure),
                Err(failure) => {
                    err(format_args!("error: {:#}", failure.error));
                    failures.push((named.name.as_str(), failure));
                }
            }
        }
        pages.iter().for_each(|page| err(format_args!("report {}", page.display())));
        let failed: Vec<&str> = failures.iter().map(|(name, _)| *name).collect();
        let failed = failed.join(", ");
        match failures.iter().map(|(_, failure)| failure).min_by_key(|failure| failure.gravity()) {
            None => campaign.complete(&experiments),
            Some(gravest) => Err(Failure::new(gravest.exit, anyhow!("not complete: {failed}"))),
        }
    }

    /// The names of the experiments asked for.
    fn names(&self) -> Result<Vec<String>, Failure> {
        let files: Vec<&str> = experiment::names().collect();
        let asked = |what: &&str| self.what == ALL || self.what == *what;
        let name = |what: &str| format!("{what}-{}", self.dataset);
        let names: Vec<String> =
            WHATS.into_iter().filter(asked).map(name).filter(|name| files.contains(&name.as_str())).collect();
        if !names.is_empty() {
            return Ok(names);
        }
        let there = WHATS.map(|what| {
            let datasets = files.iter().filter_map(|file| file.strip_prefix(what)?.strip_prefix('-'));
            format!("  {what:<15} {}\n", datasets.collect::<Vec<_>>().join(", "))
        });
        let (what, dataset, there) = (&self.what, &self.dataset, there.concat());
        let error = anyhow!(
            "there is no {what} for the data set {dataset}; there are, and {ALL} for each data set,\n{there}\
             Table 2 is of emotions, which sentiment data have none of, and Tables 1 and 3 are of sentiment"
        );
        Err(Failure::new(Exit::Input, error))
    }
}
