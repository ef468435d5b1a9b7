//! What an export takes on the disk, known before it is written.

use crate::asked::Asked;
use crate::view::View;
use crate::views::{longest, modalities};
use corrkd_data::{Dataset, Fold};

/// More is no export but a slip.
pub(crate) const MOST: u64 = 16_000_000_000;
/// What a row of a table takes beside its masks, which take a bit for each frame.
const ROW: u64 = 8;

/// The bytes of one data set's files, for so many seeds: of arrays exactly but for their heads, of tables about.
pub(crate) fn bytes(data: &Dataset, asked: &Asked, seeds: usize, features: bool) -> u64 {
    let frames: u64 = modalities(data).map(|m| longest(data, m) as u64).sum();
    let numbers = |m| 4 * (longest(data, m) * data.widths.get(m)) as u64;
    let samples = |fold: Fold| data.split(fold).samples.len() as u64;
    let masks = frames + frames / 8 + ROW;
    let view = |view: &View| match features {
        true => masks + modalities(data).filter(|&m| view.alters(m)).map(numbers).sum::<u64>(),
        false => masks,
    };
    let under = |conditions: &[corrkd_config::Condition]| {
        conditions.iter().map(|&condition| view(&View::Under(condition))).sum::<u64>()
    };
    let laws: u64 = asked.laws.iter().map(|&law| view(&View::Epoch(1, law))).sum();
    let training = asked.epochs as u64 * (laws + 8 + ROW);
    let of_seed = samples(Fold::Train).saturating_mul(training)
        + samples(Fold::Valid) * under(&asked.validation)
        + samples(Fold::Test) * under(&asked.conditions);
    let whole: u64 = if features { modalities(data).map(numbers).sum() } else { 0 };
    let once: u64 = Fold::ALL.into_iter().map(samples).sum::<u64>() * (masks + whole);
    of_seed.saturating_mul(seeds as u64).saturating_add(once)
}
