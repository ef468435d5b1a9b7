//! Rows of features picked out, made up, and put together, whatever their type.

use corrkd_csd::{Features, Rows};

use crate::Zeros;

/// The rows at `picked`, in that order.
pub(crate) fn pick(features: &Features, picked: &[usize]) -> Features {
    match features {
        Features::F32(rows) => Features::F32(pick_rows(rows, picked)),
        Features::F64(rows) => Features::F64(pick_rows(rows, picked)),
        Features::Texts(rows) => Features::Texts(pick_rows(rows, picked)),
    }
}

/// As [`pick`], for one type.
pub(crate) fn pick_rows<T: Clone>(rows: &Rows<T>, picked: &[usize]) -> Rows<T> {
    let width = rows.width();
    let mut values = Vec::with_capacity(picked.len() * width);
    for &row in picked {
        values.extend_from_slice(&rows.values[row * width..(row + 1) * width]);
    }
    Rows { shape: rows.shape.clone(), values }
}

/// `count` rows of zeros, or of empty texts, shaped as those of `like`.
pub(crate) fn zeros(like: &Features, count: usize) -> Features {
    fn make<T: Clone>(rows: &Rows<T>, count: usize, zero: T) -> Rows<T> {
        Rows { shape: rows.shape.clone(), values: vec![zero; count * rows.width()] }
    }
    match like {
        Features::F32(rows) => Features::F32(make(rows, count, 0.0)),
        Features::F64(rows) => Features::F64(make(rows, count, 0.0)),
        Features::Texts(rows) => Features::Texts(make(rows, count, String::new())),
    }
}

/// Puts the rows of `more` behind those of `all`; `None` where they differ in shape, or are texts beside numbers.
/// Single precision beside double becomes double, as in NumPy.
pub(crate) fn append(all: Features, more: Features) -> Option<Features> {
    if all.shape() != more.shape() {
        return None;
    }
    fn join<T>(mut all: Rows<T>, mut more: Rows<T>) -> Rows<T> {
        all.values.append(&mut more.values);
        all
    }
    Some(match (all, more) {
        (Features::F32(all), Features::F32(more)) => Features::F32(join(all, more)),
        (Features::F64(all), Features::F64(more)) => Features::F64(join(all, more)),
        (Features::Texts(all), Features::Texts(more)) => Features::Texts(join(all, more)),
        (Features::F32(all), Features::F64(more)) => Features::F64(join(doubled(all), more)),
        (Features::F64(all), Features::F32(more)) => Features::F64(join(all, doubled(more))),
        _ => return None,
    })
}

fn doubled(rows: Rows<f32>) -> Rows<f64> {
    Rows { shape: rows.shape, values: rows.values.into_iter().map(f64::from).collect() }
}

/// One row out of several single ones of the same kind: along their first axis, (k x D).
pub(crate) fn beside(parts: Vec<Features>) -> Option<Features> {
    let count = parts.len();
    let mut joined = parts.into_iter().try_fold(None, |all, part| match all {
        None => Some(Some(part)),
        Some(all) => append(all, part).map(Some),
    })??;
    let shape = match &mut joined {
        Features::F32(rows) => &mut rows.shape,
        Features::F64(rows) => &mut rows.shape,
        Features::Texts(rows) => &mut rows.shape,
    };
    if let Some(axis) = shape.first_mut() {
        *axis *= count;
    }
    Some(joined)
}

/// For each row whether it holds a finite number, other than zero where `zeros` are no data; or is a text.
pub(crate) fn hold_data(features: &Features, zeros: Zeros) -> Vec<bool> {
    fn each<T: Copy>(rows: &Rows<T>, holds: impl Fn(T) -> bool) -> Vec<bool> {
        rows.values.chunks_exact(rows.width().max(1)).map(|row| row.iter().any(|&value| holds(value))).collect()
    }
    let holds = |value: f32| value.is_finite() && (zeros == Zeros::Data || value != 0.0);
    match features {
        Features::F32(rows) => each(rows, holds),
        Features::F64(rows) => each(rows, |value| (value as f32).is_finite() && (zeros == Zeros::Data || value != 0.0)),
        Features::Texts(rows) => vec![true; rows.len()],
    }
}

/// Whether all are finite. It looks at all of them, as vectors do at once, and does not stop at the first that is not.
pub(crate) fn all_finite(values: &[f32]) -> bool {
    values.iter().fold(true, |all, value| all & value.is_finite())
}

/// Makes rows NaN that hold no data, so that they are left out of means like others that are not measured.
pub(crate) fn unmeasured(features: &mut Features, present: &[bool]) {
    fn each<T: Copy>(rows: &mut Rows<T>, present: &[bool], nan: T) {
        let width = rows.width().max(1);
        let missing = rows.values.chunks_exact_mut(width).zip(present).filter(|&(_, &present)| !present);
        missing.for_each(|(row, _)| row.fill(nan));
    }
    match features {
        Features::F32(rows) => each(rows, present, f32::NAN),
        Features::F64(rows) => each(rows, present, f64::NAN),
        Features::Texts(_) => {}
    }
}

/// The number of values that are NaN or infinite, or would be in 32 bits; with `zero` they become 0.
pub(crate) fn non_finite(features: &mut Features, zero: bool) -> usize {
    fn count<T>(values: &mut [T], finite: impl Fn(&T) -> bool, zero: Option<fn() -> T>) -> usize {
        let mut found = 0;
        for value in values.iter_mut().filter(|value| !finite(value)) {
            found += 1;
            if let Some(zero) = zero {
                *value = zero();
            }
        }
        found
    }
    match features {
        Features::F32(rows) => count(&mut rows.values, |v| v.is_finite(), zero.then_some(|| 0.0)),
        Features::F64(rows) => count(&mut rows.values, |v| (*v as f32).is_finite(), zero.then_some(|| 0.0)),
        Features::Texts(_) => 0,
    }
}
