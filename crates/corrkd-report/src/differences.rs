//! The table of differences from the reference row, with what says how far they can be trusted.

use crate::comparison::{Compared, LEVEL, headline, patterns};
use crate::evidence::Evidence;
use crate::summary::Estimate;
use crate::table::{Cell, Mark, Table};
use crate::target::Target;
use corrkd_record::Sweep;

/// For each target a row for each of the sweep's but the reference, under the average and the complete set; none where
/// nothing can be compared.
pub(crate) fn table(sweep: &Sweep, evidence: &Evidence, compared: &[Compared]) -> Option<Table> {
    let columns = headline().into_iter().filter(|condition| compared.iter().any(|c| c.condition == *condition));
    let columns: Vec<String> = columns.collect();
    let line = |row: &String, target: &Target| {
        let of_row: Vec<&Compared> = compared.iter().filter(|c| c.row == *row && c.metric == target.metric).collect();
        let seeds = of_row.iter().map(|c| c.seeds).max()?;
        let runs = evidence.paired(sweep, row);
        let cells = columns.iter().flat_map(|condition| match of_row.iter().find(|c| c.condition == *condition) {
            None => Default::default(),
            Some(c) => {
                let difference = Cell::points(Some(Estimate { n: c.seeds as u32, mean: c.difference, sd: None }));
                let mark = c.is_significant().then_some(Mark::Significant);
                let others = [Cell::interval(c.interval, true), Cell::probability(c.p), Cell::probability(c.p_holm)];
                let [interval, p, holm] = others.map(|cell| cell.of(&runs));
                [Cell { mark, ..difference.of(&runs) }, interval, p, holm]
            }
        });
        Some([Cell::words(target.label(row)), Cell::words(seeds)].into_iter().chain(cells).collect())
    };
    let of_target = |target| sweep.rows.iter().filter_map(move |row| line(row, target));
    let lines: Vec<Vec<Cell>> = evidence.targets.iter().flat_map(of_target).collect();
    let header = columns.iter().flat_map(|of| [evidence.called(of), "95 % interval", "p", "Holm p"]);
    (!lines.is_empty()).then(|| Table {
        name: "differences",
        caption: format!("Differences from {} in weighted F1, in percentage points", sweep.reference),
        header: ["", "seeds"].into_iter().chain(header).map(str::to_owned).collect(),
        groups: vec![lines],
        notes: notes(compared),
    })
}

/// What a reader must know to read it.
fn notes(compared: &[Compared]) -> Vec<String> {
    let samples = compared.first().map_or(0, |c| c.samples);
    let seeds = compared.iter().map(|c| c.seeds);
    let [fewest, most] = [seeds.clone().min(), seeds.max()].map(Option::unwrap_or_default);
    let interval = if most > 1 {
        let one = if fewest == 1 { " Of a single seed it is that of other test samples alone." } else { "" };
        format!(
            "Its 95 % interval is that of other seeds and other test samples: ± Student's t times the root of two variances, that \
             of the seeds' mean and that which the {samples} test samples that count have in common for all seeds (jackknife).{one}"
        )
    } else {
        format!(
            "With one seed its 95 % interval is that of other test samples alone (jackknife over the {samples} that count): what \
             other seeds would give is not in it."
        )
    };
    let test = match patterns(most) {
        test if patterns(fewest) == test => test,
        test => format!("{}; {test}", patterns(fewest)),
    };
    vec![
        format!("The mean over the seeds that both have a result for. {interval}"),
        format!(
            "\"p\": how often a mean at least as far from zero would come up if each seed's difference had its sign by \
             chance ({test}); \"Holm p\": corrected for all rows compared in that column. {} behind a difference: its \
             interval is clear of 0 and Holm's p at most {LEVEL}. comparison.csv has the other columns.",
            Mark::Significant.sign()
        ),
    ]
}
