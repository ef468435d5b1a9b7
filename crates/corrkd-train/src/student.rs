//! The student (method, section 3, step 2): the complete batch goes to the frozen teacher, its masked copy to the
//! student, and the student minimises L_task + L_SCD + L_CPD + L_RCD.

use crate::TrainError;
use crate::learner::{Learner, Term, View};
use corrkd_config as config;
use corrkd_config::{Condition, RcdForm, Settings};
use corrkd_data::{Batch, training_fates};
use corrkd_losses::{Decoupled, Push, cpd, dkd, kl, rcd, scd};
use corrkd_models::{Network, StatisticsNetwork};
use corrkd_nn::{Noise, Params, cross_entropy, softmax};

/// A student in training, with its frozen teacher.
pub(crate) struct Student {
    params: Params,
    network: Network,
    /// RCD's statistics networks, of target and of non-target responses, where RCD takes part.
    statistics: Option<[StatisticsNetwork; 2]>,
    teacher: Network,
    settings: Settings,
    seed: u64,
    view: View,
}

impl Student {
    /// A fresh student of `teacher`.
    pub(crate) fn new(settings: &Settings, seed: u64, teacher: Network, view: View) -> Result<Self, TrainError> {
        let mut params = Params::new(seed, view.dtype, &view.device).with(view.kernels);
        let categories = settings.task.categories();
        let mut root = params.root();
        let network =
            Network::new(root.sub("student"), &view.widths, &settings.network, &settings.dropout, categories)?;
        let form = settings.losses.rcd;
        let statistics = if form.weight > 0.0 && form.form == RcdForm::MutualInformation {
            let mut scope = root.sub("statistics");
            Some([
                StatisticsNetwork::new(scope.sub("target"), 1, form.hidden)?,
                StatisticsNetwork::new(scope.sub("others"), categories - 1, form.hidden)?,
            ])
        } else {
            None
        };
        Ok(Self { params, network, statistics, teacher, settings: settings.clone(), seed, view })
    }
}

impl Learner for Student {
    fn params(&self) -> &Params {
        &self.params
    }

    fn network(&self) -> &Network {
        &self.network
    }

    fn terms(&self, batch: &Batch, epoch: usize, noise: Noise) -> Result<Vec<Term>, TrainError> {
        let law = &self.settings.missing;
        let View { widths, population, .. } = &self.view;
        let masked = batch.masked(widths, |row| training_fates(self.seed, epoch, row, law, population));
        let student = self.network.forward(&self.view.inputs(&masked)?, noise)?;
        let teacher = self.teacher.forward(&self.view.inputs(batch)?, Noise::OFF)?;
        let categories = self.view.categories(batch);
        let losses = &self.settings.losses;
        let mut terms = Vec::with_capacity(4);
        let mut term = |name, weight, value: &dyn Fn() -> candle_core::Result<_>| -> Result<(), TrainError> {
            if weight > 0.0 {
                terms.push(Term { name, weight, value: value()? });
            }
            Ok(())
        };
        let targets = self.view.targets(&categories)?;
        term("task", losses.task.weight, &|| cross_entropy(&student.logits, &targets))?;
        let push = match losses.scd.push {
            config::Push::Mean => Push::Mean,
            config::Push::Sum => Push::Sum,
        };
        let counted = losses.cpd.count_absent.then(|| self.settings.task.categories());
        let (hs, ht) = (&student.representation, &teacher.representation);
        term("scd", losses.scd.weight, &|| scd(hs, ht, losses.scd.margin, push, self.view.kernels))?;
        term("cpd", losses.cpd.weight, &|| cpd(hs, ht, &categories, counted))?;
        let (ls, lt, weight) = (&student.logits, &teacher.logits, losses.rcd.weight);
        match (losses.rcd.form, &self.statistics) {
            (RcdForm::MutualInformation, None) => {}
            (RcdForm::MutualInformation, Some([target, others])) => term("rcd", weight, &|| {
                let (rs, rt) = (softmax(ls)?, softmax(lt)?);
                rcd(&rs, &rt, &categories, |t, s| target.forward(t, s), |t, s| others.forward(t, s))
            })?,
            (RcdForm::Kl, _) => term("kl", weight, &|| kl(ls, lt))?,
            (RcdForm::Dkd, _) => {
                let config::Dkd { alpha, beta, temperature } = losses.rcd.dkd;
                term("dkd", weight, &|| dkd(ls, lt, &categories, Decoupled { alpha, beta, temperature }))?;
            }
        }
        Ok(terms)
    }

    fn validated_on(&self) -> Vec<Condition> {
        self.view.population.modalities().subsets().map(Condition::only).collect()
    }
}
