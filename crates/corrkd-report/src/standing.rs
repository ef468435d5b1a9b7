//! How rows stand among each other: which is the best of a column, and which cannot be told from it.

use crate::comparison::{incomplete, significant};
use crate::evidence::Evidence;
use crate::matched::{Matched, averages};
use crate::scores::AVERAGE;
use crate::table::{Cell, Mark};
use crate::target::Target;
use corrkd_metrics::holm;
use corrkd_record::Sweep;

/// Marks the best of some cells, all that are equal to it; none where there are not two numbers to choose from.
pub(crate) fn mark_best<'a>(cells: impl IntoIterator<Item = &'a mut Cell>, low_is_good: bool) {
    let goodness = |cell: &Cell| cell.mean().map(|mean| if low_is_good { -mean } else { mean });
    let cells: Vec<&mut Cell> = cells.into_iter().filter(|cell| cell.mean().is_some()).collect();
    let Some(best) = cells.iter().filter_map(|cell| goodness(cell)).max_by(f64::total_cmp) else { return };
    if cells.len() > 1 {
        cells.into_iter().filter(|cell| goodness(cell) == Some(best)).for_each(|cell| cell.mark = Some(Mark::Best));
    }
}

/// Marks, in a column of the main table whose best are marked, the rows that cannot be told from the first of these.
/// The cells are those of the sweep's rows, in order.
pub(crate) fn mark_ties(sweep: &Sweep, evidence: &Evidence, target: &Target, condition: &str, cells: &mut [&mut Cell]) {
    let Some(best) = cells.iter().position(|cell| cell.mark == Some(Mark::Best)) else { return };
    let averaged = condition == AVERAGE;
    let conditions = if averaged { incomplete() } else { vec![condition.to_owned()] };
    let challenger = |row: usize| {
        let rows = [sweep.rows[row].as_str(), &sweep.rows[best]];
        let matched = Matched::of(sweep, evidence, rows, target, &conditions)?;
        let p = matched.p(&averages(&matched.differences()))?;
        Some((row, matched, p))
    };
    let unmarked = (0..cells.len()).filter(|&row| cells[row].mark.is_none() && cells[row].mean().is_some());
    let challengers: Vec<(usize, Matched, f64)> = unmarked.filter_map(challenger).collect();
    let corrected = holm(&challengers.iter().map(|(.., p)| *p).collect::<Vec<_>>());
    for ((row, matched, _), p) in challengers.into_iter().zip(corrected) {
        // The mean over the conditions, of which there is one but for the average.
        if !significant(p, || Some(matched.intervals()?.mean)) {
            cells[row].mark = Some(Mark::Tie);
        }
    }
}
