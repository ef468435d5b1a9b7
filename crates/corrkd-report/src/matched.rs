//! Two rows' runs of the same seeds, sample by sample, in a column of the main table.

use crate::evidence::{Evidence, Finished};
use crate::target::Target;
use corrkd_metrics::{Contrasts, Pair, Zeros, f1_contrasts, mean, sign_f1, sign_flip_p};
use corrkd_record::Sweep;

/// The answers of S pairs of runs under C conditions.
pub(crate) struct Matched<'a> {
    /// What the draws of a test are named: the rows and the target.
    name: String,
    truth: &'a [f32],
    /// C x S.
    conditions: Vec<Vec<Pair<'a>>>,
}

impl<'a> Matched<'a> {
    /// The runs of a row and of another, asked about a target; none where one was not judged under a condition.
    pub(crate) fn of(
        sweep: &Sweep,
        evidence: &'a Evidence,
        [row, other]: [&str; 2],
        target: &'a Target,
        conditions: &[String],
    ) -> Option<Self> {
        let runs = evidence.pairs(sweep, row, other);
        let answers = |run: &'a Finished, condition: &str| Some(&*run.answers.under(condition)?.targets[target.index]);
        let pairs = |condition: &String| {
            let pair = |&(variant, reference): &(&'a Finished, &'a Finished)| {
                Some(Pair { variant: answers(variant, condition)?, reference: answers(reference, condition)? })
            };
            runs.iter().map(pair).collect::<Option<Vec<_>>>()
        };
        let conditions = conditions.iter().map(pairs).collect::<Option<_>>()?;
        let name = [row, other, &target.metric].join("\n");
        (!runs.is_empty()).then_some(Self { name, truth: &target.truth, conditions })
    }

    /// Test samples that count: a truth of exactly zero is for neither side.
    pub(crate) fn samples(&self) -> usize {
        self.truth.iter().filter(|truth| **truth != 0.0 && !truth.is_nan()).count()
    }

    /// The differences in weighted F1, as fractions, C x S.
    pub(crate) fn differences(&self) -> Vec<Vec<f64>> {
        let f1 = |answers: &[bool]| sign_f1(self.truth, answers, Zeros::Excluded);
        let difference = |pair: &Pair| f1(pair.variant) - f1(pair.reference);
        self.conditions.iter().map(|pairs| pairs.iter().map(difference).collect()).collect()
    }

    /// The p of some of them, one for each seed.
    pub(crate) fn p(&self, differences: &[f64]) -> Option<f64> {
        sign_flip_p(differences, &self.name)
    }

    /// Their intervals over seeds and samples; none of a single sample.
    pub(crate) fn intervals(&self) -> Option<Contrasts> {
        f1_contrasts(self.truth, &self.conditions)
    }
}

/// The mean over the conditions of each seed's differences, S.
pub(crate) fn averages(differences: &[Vec<f64>]) -> Vec<f64> {
    let seeds = differences.first().map_or(0, Vec::len);
    let of_seed =
        |seed| mean(&differences.iter().map(|of_condition: &Vec<f64>| of_condition[seed]).collect::<Vec<_>>());
    (0..seeds).filter_map(of_seed).collect()
}
