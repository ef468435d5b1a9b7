//! Whether two programs compute the same: each term of the loss, and the gradient's norm, over some steps from the same
//! weights and inputs.

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The largest relative difference that rounding may make over a few steps in f32.
const ALLOWED: f64 = 1e-4;

/// How far two programs are apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Agreement {
    /// The program that was held against ours.
    pub(super) program: &'static str,
    /// The request that both answered.
    pub(super) check: String,
    /// The largest difference over the larger value.
    pub(super) difference: f64,
    /// The term it stands at.
    pub(super) term: String,
}

impl Agreement {
    /// Compares two answers to the same check.
    ///
    /// # Errors
    /// If the answers do not hold the same terms, or are further apart than rounding explains.
    pub(super) fn of(program: &'static str, check: &str, ours: &Value, theirs: &Value) -> Result<Self> {
        let terms = |answer: &Value| answer["terms"].as_object().cloned().context("a check without terms");
        let (ours, theirs) = (terms(ours)?, terms(theirs)?);
        if !ours.keys().eq(theirs.keys()) {
            let names = |terms: &serde_json::Map<_, _>| terms.keys().cloned().collect::<Vec<_>>().join(", ");
            bail!("{program} has the terms {}, ours {}", names(&theirs), names(&ours));
        }
        let mut largest = Self { program, check: check.to_owned(), difference: 0.0, term: String::new() };
        for (term, ours) in &ours {
            let (ours, theirs) = (numbers(ours), numbers(&theirs[term]));
            if ours.is_empty() || ours.len() != theirs.len() {
                bail!("{program} has {} values of {term}, ours {}", theirs.len(), ours.len());
            }
            for (a, b) in ours.iter().zip(&theirs) {
                let difference = if a == b { 0.0 } else { (a - b).abs() / a.abs().max(b.abs()) };
                if difference.is_nan() || difference > ALLOWED {
                    bail!(
                        "{program} and ours do not compute the same: {term} is {b} and {a}, {difference:.1e} apart \
                         (allowed: {ALLOWED:.0e}); their times cannot be compared"
                    );
                }
                if difference >= largest.difference {
                    largest = Self { difference, term: term.clone(), ..largest };
                }
            }
        }
        Ok(largest)
    }
}

/// A number that is none becomes NaN, as JSON has no NaN.
fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().into_iter().flatten().map(|value| value.as_f64().unwrap_or(f64::NAN)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_largest_difference_is_relative() {
        let ours = json!({ "terms": { "norm": [100.0, 50.0], "task": [0.5, 0.25] } });
        let theirs = json!({ "terms": { "norm": [100.0, 50.001], "task": [0.5, 0.250_01] } });
        let found = Agreement::of("eager", "check", &ours, &theirs).unwrap();
        assert_eq!(found.term, "task");
        assert!((found.difference - 4e-5).abs() < 1e-8, "{found:?}");
        assert_eq!(Agreement::of("eager", "check", &ours, &ours).unwrap().difference, 0.0);
    }

    #[test]
    fn what_differs_is_named() {
        let ours = json!({ "terms": { "task": [0.5, 0.25] } });
        for (theirs, said) in [
            (json!({ "terms": { "task": [0.5, 0.250_03] } }), "task is 0.25003 and 0.25, 1.2e-4 apart"),
            (json!({ "terms": { "task": [0.5, null] } }), "task is NaN and 0.25"),
            (json!({ "terms": { "task": [0.5] } }), "eager has 1 values of task, ours 2"),
            (json!({ "terms": { "task": [0.5, 0.25], "scd": [1.0] } }), "eager has the terms scd, task, ours task"),
            (json!({}), "a check without terms"),
        ] {
            let error = Agreement::of("eager", "check", &ours, &theirs).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
