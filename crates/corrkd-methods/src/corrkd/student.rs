//! The student (method, section 3, step 2): it sees masked copies of the samples that the frozen teacher saw complete, and
//! minimises L_task + L_SCD + L_CPD + L_RCD.

use super::network::Network;
use super::settings::{RcdForm, Settings};
use super::statistics::StatisticsNetwork;
use super::teacher::{Teacher, answer, inputs, training};
use candle_core::Tensor;
use corrkd_config::{Condition, Missing};
use corrkd_data::Batch;
use corrkd_losses::{cpd, dkd, kl, rcd, scd};
use corrkd_nn::{Params, cross_entropy, softmax};
use corrkd_train::{Answers, Context, Learner, Model, Output, Term, TrainError, Training, TrainingBatch};

/// Samples that the teacher is asked about at once. In batches up to this size its answer to a sample has the same bits
/// whatever is beside it; beyond, the classifier's product adds up in another order.
const BATCH: usize = 64;

/// A student in training.
pub struct Student {
    params: Params,
    network: Network,
    /// RCD's statistics networks, of target and of non-target responses, where RCD takes part.
    statistics: Option<[StatisticsNetwork; 2]>,
    taught: Option<Taught>,
    training: Training,
    settings: Settings,
    law: Missing,
    seed: u64,
    context: Context,
}

/// What the teacher says to all N training samples, complete: it never changes, and so is asked once.
struct Taught {
    /// H, (N, 3d).
    representations: Tensor,
    /// (N, K).
    logits: Tensor,
}

impl Student {
    /// A fresh student of a teacher, or of none where no loss asks one.
    ///
    /// # Errors
    /// A tensor operation's.
    pub fn new(
        settings: Settings,
        law: Missing,
        seed: u64,
        teacher: Option<&Teacher>,
        context: Context,
    ) -> Result<Self, TrainError> {
        let mut params = Params::new(seed, context.dtype, &context.device).with(context.kernels);
        let categories = context.task.categories();
        let mut root = params.root();
        let Settings { network, dropout, losses, .. } = &settings;
        let network = Network::new(root.sub("student"), &context.widths, network, dropout, categories)?;
        let form = losses.rcd;
        let statistics = if form.weight > 0.0 && form.form == RcdForm::MutualInformation {
            let mut scope = root.sub("statistics");
            Some([
                StatisticsNetwork::new(scope.sub("target"), 1, form.hidden)?,
                StatisticsNetwork::new(scope.sub("others"), categories - 1, form.hidden)?,
            ])
        } else {
            None
        };
        let taught = teacher.map(|teacher| Taught::by(teacher, &context)).transpose()?;
        let sets = context.statistics.modalities().subsets();
        let training = training(&settings.student, sets.map(Condition::only).collect());
        Ok(Self { params, network, statistics, taught, training, settings, law, seed, context })
    }

    /// The terms that need no teacher.
    fn task(&self, student: &super::Output, categories: &[usize]) -> Result<Option<Term>, TrainError> {
        let weight = self.settings.losses.task.weight;
        if weight == 0.0 {
            return Ok(None);
        }
        let value = cross_entropy(&student.logits, &self.context.targets(categories)?)?;
        Ok(Some(Term { name: "task", weight, value }))
    }

    /// The terms of the teacher's H and logits for the same samples.
    fn distilled(
        &self,
        student: &super::Output,
        [ht, lt]: [&Tensor; 2],
        categories: &[usize],
    ) -> Result<Vec<Term>, TrainError> {
        let losses = &self.settings.losses;
        let mut terms = Vec::with_capacity(3);
        let mut term = |name, weight, value: &dyn Fn() -> candle_core::Result<_>| -> Result<(), TrainError> {
            if weight > 0.0 {
                terms.push(Term { name, weight, value: value()? });
            }
            Ok(())
        };
        let counted = losses.cpd.count_absent.then(|| self.context.task.categories());
        let hs = &student.representation;
        term("scd", losses.scd.weight, &|| scd(hs, ht, losses.scd.margin, losses.scd.push, self.context.kernels))?;
        term("cpd", losses.cpd.weight, &|| cpd(hs, ht, categories, counted))?;
        let (ls, weight) = (&student.logits, losses.rcd.weight);
        match (losses.rcd.form, &self.statistics) {
            (RcdForm::MutualInformation, None) => {}
            (RcdForm::MutualInformation, Some([target, others])) => term("rcd", weight, &|| {
                let (rs, rt) = (softmax(ls)?, softmax(lt)?);
                rcd(&rs, &rt, categories, |t, s| target.forward(t, s), |t, s| others.forward(t, s))
            })?,
            (RcdForm::Kl, _) => term("kl", weight, &|| kl(ls, lt))?,
            (RcdForm::Dkd, _) => term("dkd", weight, &|| dkd(ls, lt, categories, losses.rcd.dkd))?,
        }
        Ok(terms)
    }
}

impl Taught {
    fn by(teacher: &Teacher, context: &Context) -> Result<Self, TrainError> {
        let (mut representations, mut logits) = (Vec::new(), Vec::new());
        let indices: Vec<usize> = (0..context.train.samples.len()).collect();
        for chunk in indices.chunks(BATCH) {
            let said = teacher.answer(&context.batch(&context.train, chunk))?;
            if let (Answers::Categories(of_chunk), Some(h)) = (said.answers, said.representation) {
                logits.push(of_chunk.detach());
                representations.push(h.detach());
            }
        }
        Ok(Self { representations: Tensor::cat(&representations, 0)?, logits: Tensor::cat(&logits, 0)? })
    }

    /// H (B, 3d) and logits (B, K) of the samples at `indices`.
    fn of(&self, indices: &[usize]) -> candle_core::Result<[Tensor; 2]> {
        let places: Vec<u32> = indices.iter().map(|&index| index as u32).collect();
        let places = Tensor::new(places, self.logits.device())?;
        Ok([self.representations.index_select(&places, 0)?, self.logits.index_select(&places, 0)?])
    }
}

impl Model for Student {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        answer(&self.network, &inputs(&self.settings, &self.context, batch)?)
    }
}

impl Learner for Student {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let masked = self.context.masked(batch, self.seed, &self.law);
        let student = self.network.forward(&inputs(&self.settings, &self.context, &masked)?, batch.key)?;
        let categories = self.context.categories(batch.batch);
        let mut terms: Vec<Term> = self.task(&student, &categories)?.into_iter().collect();
        if let Some(taught) = &self.taught {
            let [ht, lt] = taught.of(batch.indices)?;
            terms.extend(self.distilled(&student, [&ht, &lt], &categories)?);
        }
        Ok(terms)
    }
}
