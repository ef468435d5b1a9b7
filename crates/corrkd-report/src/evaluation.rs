//! The scores of one network under some conditions, outside any experiment.

use crate::listed::listed;
use crate::target::targets;
use crate::{ReportError, frame_file};
use corrkd_config::LabelSpace;
use corrkd_record::ConditionScores;
use polars::df;

/// What a terminal has no room for; the file has it.
const LEFT_OUT: [&str; 7] =
    ["f1_has0", "f1_swapped", "accuracy_has0", "accuracy_categories", "weighted_f1", "accuracy3", "accuracy5"];

/// Scores told.
pub struct Evaluation {
    /// A line for each condition, for a terminal: shares in percent, errors in the labels' unit.
    pub terminal: String,
    /// A line for each condition and metric, with the columns condition, metric, value, as a report's `scores.csv`.
    pub csv: Vec<u8>,
}

/// Lays out the scores of a network whose task is `space`.
///
/// # Errors
/// [`ReportError::Frame`].
pub fn evaluation(space: &LabelSpace, under: &[ConditionScores]) -> Result<Evaluation, ReportError> {
    let (mut conditions, mut metrics, mut values) = (Vec::new(), Vec::new(), Vec::new());
    let mut table = comfy_table::Table::new();
    table.force_no_tty().load_style(comfy_table::TableStyle::new());
    for (place, ConditionScores { condition, scores }) in under.iter().enumerate() {
        let named = listed(scores, &targets(space, &[]));
        let shown = || named.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
        if place == 0 {
            let names = shown().map(|(name, _)| name.clone());
            table.set_header(std::iter::once("condition".to_owned()).chain(names));
        }
        let shown = shown().map(|(name, value)| match name.as_str() {
            "mae" | "pearson" => format!("{value:.3}"),
            _ => format!("{:.1}", 100.0 * value),
        });
        table.add_row(std::iter::once(condition.to_string()).chain(shown));
        for (metric, value) in named {
            conditions.push(condition.to_string());
            metrics.push(metric);
            values.push(value);
        }
    }
    let frame = df!["condition" => conditions, "metric" => metrics, "value" => values]?;
    Ok(Evaluation { terminal: table.trim_fmt(), csv: frame_file::csv(&frame)? })
}
