//! The table of differences from the reference row, with what says how far they can be trusted.

use crate::comparison::{Compared, REPLICATES, headline};
use crate::summary::Estimate;
use crate::table::{Cell, Table};
use corrkd_record::Sweep;

/// A row for each of the sweep's but the reference, under the average and the complete set; none where nothing can be
/// compared.
pub(crate) fn table(sweep: &Sweep, compared: &[Compared]) -> Option<Table> {
    let columns = headline().into_iter().filter(|condition| compared.iter().any(|c| c.condition == *condition));
    let columns: Vec<String> = columns.collect();
    let find = |row: &str, condition: &str| compared.iter().find(|c| c.row == row && c.condition == condition);
    let line = |row: &String| {
        let found: Vec<Option<&Compared>> = columns.iter().map(|condition| find(row, condition)).collect();
        let seeds = found.iter().flatten().map(|c| c.seeds).max()?;
        let cells = found.into_iter().flat_map(|found| match found {
            None => [Cell::default(), Cell::default(), Cell::default(), Cell::default()],
            Some(c) => [
                Cell::points(Some(Estimate { n: c.seeds as u32, mean: c.difference, sd: None })),
                Cell::interval(c.interval, true),
                Cell::probability(c.p),
                Cell::probability(c.p_holm),
            ],
        });
        Some([Cell::words(row.clone()), Cell::words(seeds.to_string())].into_iter().chain(cells).collect())
    };
    let rows: Vec<Vec<Cell>> = sweep.rows.iter().filter_map(line).collect();
    let header = columns.iter().flat_map(|condition| [condition.as_str(), "95 % interval", "p", "Holm p"]);
    (!rows.is_empty()).then(|| Table {
        name: "differences",
        caption: format!("Differences from {} in weighted F1, in percentage points", sweep.reference),
        header: ["", "seeds"].into_iter().chain(header).map(str::to_owned).collect(),
        groups: vec![rows],
    })
}

/// What a reader must know to read it.
pub(crate) fn notes(sweep: &Sweep, compared: &[Compared]) -> Vec<String> {
    let Some(samples) = compared.first().map(|c| c.samples) else { return Vec::new() };
    let reference = &sweep.reference;
    vec![
        format!(
            "\"Differences from {reference}\": the mean over the seeds that both have a result for. Its 95 % interval is \
             that of other seeds and other test samples: both are drawn anew with replacement, {REPLICATES} times, from \
             these seeds and the {samples} test samples with a label other than zero (percentiles of the bootstrap; of few \
             seeds it comes out somewhat narrow)."
        ),
        "\"p\": how often a mean at least as far from zero would come up if each seed's difference had its sign by \
         chance (exact, over all patterns of signs); \"Holm p\": corrected for all rows compared in that column. \
         comparison.csv has the other columns."
            .to_owned(),
    ]
}
