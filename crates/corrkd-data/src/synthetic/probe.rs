//! Logistic regression on segment means: what a modality tells linearly, for the tests alone.

/// Rows of features with labels of -1 or 1.
pub(super) struct Rows {
    pub(super) features: Vec<Vec<f64>>,
    pub(super) signs: Vec<f64>,
}

/// Penalty on the squared weights, against the sum of the losses (scikit-learn's C = 1 / PENALTY).
const PENALTY: f64 = 100.0;

/// Weighted F1 (in percent) on `test` of the classifier fitted on `train`, both standardised by `train`.
pub(super) fn weighted_f1(train: &Rows, test: &Rows) -> f64 {
    let width = train.features[0].len();
    let n = train.features.len() as f64;
    let column = |f: &dyn Fn(&[f64]) -> Vec<f64>| -> Vec<f64> {
        let mut sum = vec![0.0; width];
        for row in &train.features {
            f(row).iter().zip(&mut sum).for_each(|(value, sum)| *sum += value / n);
        }
        sum
    };
    let mean = column(&<[f64]>::to_vec);
    let variance = column(&|row| row.iter().zip(&mean).map(|(value, mean)| (value - mean).powi(2)).collect());
    let scaled = |rows: &Rows| -> Vec<Vec<f64>> {
        let scale = |row: &Vec<f64>| {
            let z = row.iter().zip(mean.iter().zip(&variance));
            z.map(|(value, (mean, variance))| (value - mean) / variance.sqrt().max(1e-6)).chain([1.0]).collect()
        };
        rows.features.iter().map(scale).collect()
    };
    let weights = fit(&scaled(train), &train.signs);
    let said: Vec<bool> = scaled(test).iter().map(|row| dot(row, &weights) > 0.0).collect();
    f1(&test.signs.iter().map(|&sign| sign > 0.0).collect::<Vec<_>>(), &said)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Accelerated gradient descent on the convex loss; the last column is the unpenalised intercept.
fn fit(rows: &[Vec<f64>], signs: &[f64]) -> Vec<f64> {
    let width = rows[0].len();
    // The curvature is at most the penalty plus a quarter of the greatest eigenvalue of X'X, found by iteration.
    let mut vector = vec![1.0; width];
    let mut eigenvalue = 0.0;
    for _ in 0..30 {
        let mut next = vec![0.0; width];
        for row in rows {
            let along = dot(row, &vector);
            next.iter_mut().zip(row).for_each(|(next, value)| *next += along * value);
        }
        eigenvalue = dot(&next, &next).sqrt();
        vector = next.into_iter().map(|value| value / eigenvalue).collect();
    }
    let step = 1.0 / (PENALTY + 0.3 * eigenvalue);
    let (mut weights, mut ahead) = (vec![0.0; width], vec![0.0; width]);
    for iteration in 0..300 {
        let mut gradient: Vec<f64> = ahead.iter().map(|weight| PENALTY * weight).collect();
        gradient[width - 1] = 0.0;
        for (row, sign) in rows.iter().zip(signs) {
            let pull = -sign / (1.0 + (sign * dot(row, &ahead)).exp());
            gradient.iter_mut().zip(row).for_each(|(gradient, value)| *gradient += pull * value);
        }
        let next: Vec<f64> = ahead.iter().zip(&gradient).map(|(weight, gradient)| weight - step * gradient).collect();
        let momentum = f64::from(iteration) / f64::from(iteration + 3);
        ahead = next.iter().zip(&weights).map(|(next, last)| next + momentum * (next - last)).collect();
        weights = next;
    }
    weights
}

/// F1 of each class, weighted by the class's share, in percent.
fn f1(truth: &[bool], said: &[bool]) -> f64 {
    [false, true]
        .map(|class| {
            let count = |f: &dyn Fn(bool, bool) -> bool| {
                truth.iter().zip(said).filter(|&(&truth, &said)| f(truth == class, said == class)).count() as f64
            };
            let (hit, wrong) = (count(&|truth, said| truth && said), count(&|truth, said| truth != said));
            100.0 * 2.0 * hit / (2.0 * hit + wrong).max(1.0) * count(&|truth, _| truth) / truth.len() as f64
        })
        .iter()
        .sum()
}
