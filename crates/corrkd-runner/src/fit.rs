//! Whether a data set is one for an experiment's rows: what its recipe says, held against their tasks and methods.

use crate::{
    failure::{Failure, OrExit},
    known::RecipeFacts,
};
use anyhow::{Context, anyhow};
use corrkd_config::{Exit, Experiment, LabelSpace, Mechanism, MethodPlan, Row};

/// Refuses tasks that the labels cannot have, methods that read the modalities frame by frame where each has frames of its
/// own, and trainings on misheard words where no words are at hand.
///
/// # Errors
/// Exit code 2.
pub(crate) fn check(experiment: &Experiment, facts: &RecipeFacts, methods: &[&dyn MethodPlan]) -> Result<(), Failure> {
    let dataset = &experiment.dataset;
    for task in experiment.tasks() {
        let space = LabelSpace::new(task, &facts.labels);
        space.with_context(|| format!("data set {dataset}")).or_exit(Exit::Input)?;
    }
    let mishears = |row: &&Row| row.protocol.missing.mechanism.language == Mechanism::Words;
    if let Some(row) = experiment.rows.iter().filter(|_| !facts.words).find(mishears) {
        let error = anyhow!(
            "row `{}`: `missing.mechanism` is words for language, but the language frames of the data set {dataset} are not \
             known to be words; take another mechanism, or name a data set whose recipe has `reference = \"language\"`",
            row.name
        );
        return Err(Failure::new(Exit::Input, error));
    }
    let needs = |method: &str| methods.iter().any(|known| known.name() == method && known.needs_aligned());
    let unfit = experiment.rows.iter().find(|row| !facts.aligned && needs(&row.method));
    unfit.map_or(Ok(()), |row| {
        let error = anyhow!(
            "row `{}`: the method {} needs the same frames in all modalities, but those of the data set {dataset} have \
             lengths of their own; take the row out, or name a data set that is aligned",
            row.name,
            row.method
        );
        Err(Failure::new(Exit::Input, error))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use corrkd_config::{ConfigError, Cuts, Labels, PerModality, Protocol, Scale, Shape, Stage};
    use std::collections::BTreeMap;

    /// A method that needs aligned frames, or does not.
    struct Needing(bool);

    impl MethodPlan for Needing {
        fn name(&self) -> &'static str {
            if self.0 { "cubic" } else { "free" }
        }

        fn defaults(&self) -> toml::Table {
            toml::Table::new()
        }

        fn needs_aligned(&self) -> bool {
            self.0
        }

        fn stages(&self, _: &str, settings: toml::Table, _: &Protocol) -> Result<Vec<Stage>, ConfigError> {
            Ok(vec![Stage {
                name: self.name(),
                training: "training",
                settings,
                sees_missing: true,
                needs: vec![],
                is_part: false,
            }])
        }
    }

    /// What is said of an experiment on data of this kind; nothing where all is well.
    fn said(lines: &str, aligned: bool, words: bool) -> Option<String> {
        let methods: [&dyn MethodPlan; 2] = [&Needing(true), &Needing(false)];
        let text = format!("title = \"t\"\ndataset = \"d\"\nseeds = [1]\nreference = \"a\"\n{lines}");
        let experiment = Experiment::parse(&text, &BTreeMap::new(), &methods).unwrap();
        let labels = Labels::Score(Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() });
        let shape = Shape { widths: PerModality::all(1), frames: PerModality::all(1) };
        let facts = RecipeFacts { folds: None, labels, aligned, words, shape };
        check(&experiment, &facts, &methods).err().map(|failure| {
            assert_eq!(failure.exit, Exit::Input);
            format!("{:#}", failure.error)
        })
    }

    #[test]
    fn what_does_not_fit_the_data_is_one_line() {
        let free = "[[variant]]\nname = \"a\"\nmethod = \"free\"\n";
        let cubic = format!("{free}[[variant]]\nname = \"b\"\nmethod = \"cubic\"\n");
        assert_eq!((said(&cubic, true, true), said(free, false, true)), (None, None));
        let line = said(&cubic, false, true).unwrap();
        assert!(line.starts_with("row `b`: the method cubic needs the same frames in all modalities"), "{line}");
        assert!(line.contains("the data set d") && line.contains("take the row out") && !line.contains('\n'), "{line}");
        let line = said(&format!("task = \"emotion\"\n{free}"), true, true).unwrap();
        assert!(line.starts_with("data set d: `task = \"emotion\"` asks for categories"), "{line}");
        let words =
            format!("missing.mechanism = {{ language = \"words\", audio = \"frames\", vision = \"frames\" }}\n{free}");
        assert_eq!(said(&words, true, true), None);
        assert!(said(&words, true, false).unwrap().contains("not known to be words"));
    }
}
