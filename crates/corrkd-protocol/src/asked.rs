//! What an experiment's rows ask of its data: the laws that take from training samples, the conditions of the test, the epochs.

use crate::ProtocolError;
use crate::view::View;
use corrkd_config::{Condition, EXTERNAL, Experiment, Missing, Plan, Row};
use corrkd_data::{DataStatistics, conditions};

/// What is to be written of one data set.
pub(crate) struct Asked {
    /// Each law that rows train under, once.
    pub(crate) laws: Vec<Missing>,
    /// Of each row the place of its law; none where it trains on complete samples.
    pub(crate) law_of: Vec<Option<usize>>,
    /// Each test condition of any row, once.
    pub(crate) conditions: Vec<Condition>,
    /// The test conditions of each row.
    pub(crate) conditions_of: Vec<Vec<Condition>>,
    /// The conditions of the validation: the sets of the data's modalities.
    pub(crate) validation: Vec<Condition>,
    /// The most epochs of any row, or as many as were said.
    pub(crate) epochs: usize,
}

impl Asked {
    /// That of an experiment.
    ///
    /// # Errors
    /// [`ProtocolError::NoEpochs`].
    pub(crate) fn of(
        experiment: &Experiment,
        data: &DataStatistics,
        epochs: Option<usize>,
    ) -> Result<Self, ProtocolError> {
        let plan = Plan::of(experiment);
        let trained = plan.runs[..plan.part].iter().map(|run| run.job.epochs()).max().unwrap_or(0);
        let epochs = epochs.unwrap_or(trained);
        if epochs == 0 {
            return Err(ProtocolError::NoEpochs);
        }
        let mut asked = Self {
            laws: Vec::new(),
            law_of: Vec::new(),
            conditions: Vec::new(),
            conditions_of: Vec::new(),
            validation: data.modalities().subsets().map(Condition::only).collect(),
            epochs,
        };
        for row in &experiment.rows {
            let law = loses(row).then(|| place(&mut asked.laws, row.protocol.missing));
            asked.law_of.push(law);
            let tested = conditions(data, &row.protocol.evaluation);
            for &condition in &tested {
                place(&mut asked.conditions, condition);
            }
            asked.conditions_of.push(tested);
        }
        Ok(asked)
    }

    /// How training samples look under a law, epoch by epoch.
    pub(crate) fn training(&self, law: usize) -> Vec<View> {
        (1..=self.epochs).map(|epoch| View::Epoch(epoch, self.laws[law])).collect()
    }
}

/// What a law's files and its line in the manifest are called.
pub(crate) fn law_name(place: usize) -> String {
    format!("law{}", place + 1)
}

/// Whether a row trains on samples that lose something. Another program's is to train as the protocol says.
fn loses(row: &Row) -> bool {
    row.method == EXTERNAL || row.stages.iter().any(|stage| stage.sees_missing)
}

/// The place of a value in a list that has each once.
fn place<T: PartialEq>(list: &mut Vec<T>, value: T) -> usize {
    list.iter().position(|known| *known == value).unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    })
}
