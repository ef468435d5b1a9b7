//! The scores of predictions by the names that frames and tables have for them.

use crate::target::Target;
use corrkd_metrics::Scores;

/// The scores that exist, by name: weighted F1 and, where there are several targets, that of each; then all others.
pub(crate) fn listed(scores: &Scores, targets: &[Target]) -> Vec<(String, f64)> {
    let each = targets.iter().zip(&scores.f1_targets).filter(|(target, _)| target.name.is_some());
    let each = each.map(|(target, &value)| (target.metric.clone(), value));
    let fixed = [
        ("f1_has0", scores.f1_has0),
        ("f1_swapped", scores.f1_swapped),
        ("accuracy", Some(scores.accuracy)),
        ("accuracy_has0", scores.accuracy_has0),
        ("accuracy_categories", Some(scores.accuracy_categories)),
        ("weighted_f1", Some(scores.f1_weighted)),
        ("recall_mean", Some(scores.recall_mean)),
        ("accuracy3", scores.accuracy3),
        ("accuracy5", scores.accuracy5),
        ("accuracy7", scores.accuracy7),
        ("mae", scores.mae),
        ("pearson", scores.pearson),
    ];
    let fixed = fixed.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let by_category = |name: &'static str, values: &[f64]| {
        values.iter().enumerate().map(|(k, &value)| (format!("{name}{k}"), value)).collect::<Vec<_>>()
    };
    let categories =
        [by_category("f1_category", &scores.f1_categories), by_category("recall_category", &scores.recall_categories)];
    [("f1".to_owned(), scores.f1)].into_iter().chain(each).chain(fixed).chain(categories.concat()).collect()
}
