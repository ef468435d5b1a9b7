//! `corrkd reproduce`: the paper's tables and figures, and what it does not show, each a file of `experiments/` that names
//! its data sets.

use crate::{
    campaign::Campaign,
    exit_codes::{RUNNING, exit_codes},
    experiment::{self, Carried},
    failure::{Failure, gravity, stops_all},
    known::Known,
    options::{Named, Options},
};
use anyhow::anyhow;
use corrkd_config::Exit;
use corrkd_system::err;

/// All that there is for a data set.
const ALL: &str = "all";

/// Reproduce a table or figure of the paper on a data set, and write its report.
///
/// WHAT is one of those below, or `all` that there are for the data set but those that tune settings. Each is an experiment that the program carries,
/// WHAT-DATASET; they share their runs, and what is finished is reused.
#[derive(clap::Args)]
#[command(after_help = format!("{}\n{}", listed(), exit_codes(&RUNNING)))]
pub struct Reproduce {
    /// A table or figure, or all
    what: String,
    /// The data set, as listed below
    #[arg(long, value_name = "NAME")]
    dataset: String,
    #[command(flatten)]
    options: Options,
}

/// What can be reproduced and for which data sets, a line each.
fn listed() -> String {
    let line = |Carried { name, datasets, .. }| format!("  {name:<15} {}\n", datasets.join(", "));
    format!(
        "Tables and figures, and their data sets:\n{}",
        experiment::tables().into_iter().map(line).collect::<String>()
    )
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
            let done =
                campaign.looked_after(named).and_then(|looked| if looked { Ok(()) } else { campaign.answer(named) });
            match done {
                Ok(()) => pages.push(campaign.page(&named.name)),
                Err(failure) if stops_all(&failure) => return Err(failure),
                Err(failure) => {
                    err(format_args!("error: {:#}", failure.error));
                    failures.push((named.name.as_str(), failure));
                }
            }
        }
        pages.iter().for_each(|page| err(format_args!("report {}", page.display())));
        let failed: Vec<&str> = failures.iter().map(|(name, _)| *name).collect();
        let failed = failed.join(", ");
        match failures.iter().map(|(_, failure)| failure).min_by_key(|failure| gravity(failure)) {
            None => campaign.complete(&experiments),
            Some(gravest) => Err(Failure::new(gravest.exit, anyhow!("not complete: {failed}"))),
        }
    }

    /// The names of the experiments asked for.
    fn names(&self) -> Result<Vec<String>, Failure> {
        let asked = |table: &Carried| self.what == table.name || self.what == ALL && !table.searches;
        let tables = experiment::tables().into_iter();
        let asked = tables.filter(|table| asked(table) && table.datasets.contains(&self.dataset));
        let names: Vec<String> = asked.map(|table| format!("{}-{}", table.name, self.dataset)).collect();
        if !names.is_empty() {
            return Ok(names);
        }
        let error = anyhow!(
            "there is no {} for the data set {}. {}Table 2 is of emotions, which sentiment data have none of, and Tables 1 and 3 \
             are of sentiment; {ALL} is all that a data set has",
            self.what,
            self.dataset,
            listed()
        );
        Err(Failure::new(Exit::Input, error))
    }
}
