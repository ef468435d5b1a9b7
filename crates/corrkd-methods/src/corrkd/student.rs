//! The student (method, section 3, step 2): it sees masked copies of the samples that the frozen teacher saw complete, and
//! minimises L_task + L_SCD + L_CPD + L_RCD.

use super::consistency::Consistency;
use super::idle::{of_distillation, of_task};
use super::network::Network;
use super::response::{Response, numbers};
use super::settings::Settings;
use super::teacher::{Teacher, again, answer, inputs, training};
use candle_core::Tensor;
use corrkd_config::{Condition, Missing};
use corrkd_data::Batch;
use corrkd_losses::{Loss, cpd, scd};
use corrkd_nn::{DropoutKey, Params};
use corrkd_train::{Context, Idle, Known, Learner, Model, Output, Term, TrainError, Training, TrainingBatch, part};

/// Samples that the teacher is asked about at once. In batches up to this size its answer to a sample has the same bits
/// whatever is beside it; beyond, the classifier's product adds up in another order.
const BATCH: usize = 64;

/// A student in training.
pub struct Student {
    params: Params,
    network: Network,
    response: Response,
    /// What ties its response to the teacher's, where that takes part.
    consistency: Option<Consistency>,
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
    /// (N, R).
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
        let mut params = context.params(seed)?;
        let mut root = params.root();
        let Settings { network, dropout, losses, .. } = &settings;
        let labels = &context.space;
        let network = Network::new(root.sub("student"), &context.widths, network, dropout, numbers(labels))?;
        let response = Response::of(&context, losses.task.weights);
        let consistency = match losses.rcd.weight > 0.0 {
            true => Some(Consistency::new(root.sub("statistics"), &losses.rcd, labels)?),
            false => None,
        };
        let taught = teacher.map(|teacher| part("teacher", || Taught::by(teacher, &context))).transpose()?;
        let sets = context.statistics.modalities().subsets();
        let training = training(&settings.student, &response, sets.map(Condition::only).collect());
        Ok(Self { params, network, response, consistency, taught, training, settings, law, seed, context })
    }

    /// The term that needs no teacher.
    fn task(&self, student: &super::Output, batch: &Batch) -> Result<Option<Term>, TrainError> {
        let weight = self.settings.losses.task.weight;
        if weight == 0.0 {
            return Ok(None);
        }
        let Loss { value, parts } = self.response.loss(&student.logits, batch, &self.context)?;
        Ok(Some(Term { name: "task", weight, value, parts }))
    }

    /// The terms of the teacher's H and numbers for the same samples.
    fn distilled(
        &self,
        student: &super::Output,
        [ht, lt]: [&Tensor; 2],
        categories: &[usize],
    ) -> Result<Vec<Term>, TrainError> {
        let losses = &self.settings.losses;
        let mut terms = Vec::with_capacity(3);
        let mut term = |name, weight, loss: &dyn Fn() -> candle_core::Result<Loss>| -> Result<(), TrainError> {
            if weight > 0.0 {
                let Loss { value, parts } = loss()?;
                terms.push(Term { name, weight, value, parts });
            }
            Ok(())
        };
        let counted = losses.cpd.count_absent.then(|| self.context.space.categories());
        let hs = &student.representation;
        term("scd", losses.scd.weight, &|| scd(hs, ht, losses.scd.contrast(), self.context.kernels))?;
        term("cpd", losses.cpd.weight, &|| cpd(hs, ht, categories, counted))?;
        if let Some(tie) = &self.consistency {
            term(tie.name(), losses.rcd.weight, &|| tie.loss(&student.logits, lt, categories))?;
        }
        Ok(terms)
    }
}

impl Taught {
    fn by(teacher: &Teacher, context: &Context) -> Result<Self, TrainError> {
        let (mut representations, mut logits) = (Vec::new(), Vec::new());
        let indices: Vec<usize> = (0..context.train.samples.len()).collect();
        for chunk in indices.chunks(BATCH) {
            let said = teacher.says(&context.batch(&context.train, chunk))?;
            logits.push(said.logits.detach());
            representations.push(said.representation.detach());
        }
        Ok(Self { representations: Tensor::cat(&representations, 0)?, logits: Tensor::cat(&logits, 0)? })
    }

    /// H (B, 3d) and numbers (B, R) of the samples at `indices`.
    fn of(&self, indices: &[usize]) -> candle_core::Result<[Tensor; 2]> {
        let places: Vec<u32> = indices.iter().map(|&index| index as u32).collect();
        let places = Tensor::new(places, self.logits.device())?;
        Ok([self.representations.index_select(&places, 0)?, self.logits.index_select(&places, 0)?])
    }
}

impl Model for Student {
    fn answer(&self, batch: &Batch) -> Result<Output, TrainError> {
        let inputs = inputs(&self.settings, &self.context, batch)?;
        answer(self.network.forward(&inputs, DropoutKey::NONE)?, &self.response)
    }

    fn answer_again(&self, batch: &Batch, known: &mut Known) -> Result<Output, TrainError> {
        answer(again(&self.network, (&self.settings, &self.context), batch, known)?, &self.response)
    }
}

impl Learner for Student {
    fn params(&self) -> &Params {
        &self.params
    }

    fn training(&self) -> &Training {
        &self.training
    }

    fn idle(&self) -> Vec<Idle> {
        let weighed = self.settings.losses.task.weight > 0.0;
        let mut idle: Vec<Idle> =
            weighed.then(|| of_task("student", &self.response, &self.context)).flatten().into_iter().collect();
        if self.taught.is_some() {
            idle.extend(of_distillation(&self.settings, &self.context));
        }
        idle
    }

    fn terms(&self, batch: &TrainingBatch<'_>) -> Result<Vec<Term>, TrainError> {
        let masked = self.context.masked(batch, self.seed, &self.law);
        let student = self.network.forward(&inputs(&self.settings, &self.context, &masked)?, batch.key)?;
        let categories = self.context.categories(batch.batch);
        let mut terms: Vec<Term> = self.task(&student, batch.batch)?.into_iter().collect();
        if let Some(taught) = &self.taught {
            let [ht, lt] = taught.of(batch.indices)?;
            terms.extend(self.distilled(&student, [&ht, &lt], &categories)?);
        }
        Ok(terms)
    }
}
