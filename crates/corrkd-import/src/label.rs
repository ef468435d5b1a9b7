//! Labels: N rows of named columns.

use corrkd_config::Modality;
use corrkd_numpy::{Kind, Numbers, NumpyError, Value, View};
use std::collections::BTreeSet;

/// The label of CMU-MOSI and the first of CMU-MOSEI.
pub(crate) const SENTIMENT: &str = "sentiment";
/// CMU-MOSEI's seven columns, in the order of the SDK's `All Labels`.
pub(crate) const MOSEI: [&str; 7] = [SENTIMENT, "happy", "sad", "anger", "surprise", "disgust", "fear"];
/// IEMOCAP's four emotions, in the order of MulT's files.
pub(crate) const IEMOCAP: [&str; 4] = ["neutral", "happy", "sad", "angry"];

/// Texts that may be names of categories; more are something else.
const NAMES: usize = 64;

/// Numbers with the shape that they came in.
pub(crate) struct Table {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f64>,
}

/// Labels of N samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Labels {
    /// The columns' names, C.
    pub(crate) columns: Vec<String>,
    /// N x C values, row after row.
    pub(crate) values: Vec<f64>,
}

/// The numbers of an array, or of a list of numbers or of arrays of one number, with NaN for `None`, or of texts that are
/// numbers; nothing if there are others in it.
pub(crate) fn numbers(value: Value<'_>) -> Result<Option<Table>, NumpyError> {
    if let Some(values) = texts(value)?.as_deref().and_then(written) {
        let shape = value.array().map_or(vec![values.len()], |array| array.shape().to_vec());
        return Ok(Some(Table { shape, values }));
    }
    if let Some(array) = value.array().filter(|array| array.dtype().kind != Kind::Object) {
        return Ok(array.numbers()?.map(|numbers| Table { shape: array.shape().to_vec(), values: doubles(numbers) }));
    }
    let Some(items) = value.items() else { return Ok(None) };
    let number = |item: Value<'_>| match item.view() {
        View::None => Ok(Some(f64::NAN)),
        _ => item.number(),
    };
    let values: Option<Vec<f64>> = items.map(number).collect::<Result<_, _>>()?;
    Ok(values.map(|values| Table { shape: vec![values.len()], values }))
}

/// The texts of an array or a list of nothing else.
fn texts(value: Value<'_>) -> Result<Option<Vec<String>>, NumpyError> {
    if let Some(array) = value.array().filter(|array| array.dtype().kind != Kind::Object) {
        return Ok(if array.dtype().is_numeric() { None } else { array.texts()? });
    }
    let Some(items) = value.items() else { return Ok(None) };
    items.map(Value::text).collect()
}

/// The numbers that all of some texts are; nothing where there are other texts.
fn written(texts: &[String]) -> Option<Vec<f64>> {
    texts.iter().map(|text| text.trim().parse().ok()).collect::<Option<Vec<f64>>>().filter(|values| !values.is_empty())
}

/// The texts that labels of all folds are, each once, sorted; nothing where they are numbers, or too many to be names.
pub(crate) fn names<'a>(values: impl Iterator<Item = Value<'a>>) -> Result<Vec<String>, NumpyError> {
    let mut names = BTreeSet::new();
    for value in values {
        names.extend(texts(value)?.filter(|texts| written(texts).is_none()).into_iter().flatten());
        if names.len() > NAMES {
            return Ok(Vec::new());
        }
    }
    Ok(names.into_iter().collect())
}

/// Labels that are texts, as a column of zeros and ones for each of `names`; nothing where they are not.
pub(crate) fn by_name(value: Value<'_>, names: &[String], count: usize) -> Result<Option<Labels>, NumpyError> {
    let texts = texts(value)?.filter(|texts| texts.len() == count && !names.is_empty());
    Ok(texts.map(|texts| Labels {
        columns: names.to_vec(),
        values: texts.iter().flat_map(|text| names.iter().map(move |name| f64::from(name == text))).collect(),
    }))
}

fn doubles(numbers: Numbers) -> Vec<f64> {
    match numbers {
        Numbers::Single(values) => values.into_iter().map(f64::from).collect(),
        Numbers::Double(values) => values,
    }
}

impl Labels {
    /// Those of `count` samples of which nobody asks for any.
    pub(crate) fn unasked(count: usize) -> Self {
        Self { columns: vec![SENTIMENT.to_owned()], values: vec![0.0; count] }
    }

    /// Number of samples, N.
    pub(crate) fn rows(&self) -> usize {
        self.values.len().checked_div(self.columns.len()).unwrap_or(0)
    }

    /// The values of a column, N.
    pub(crate) fn column(&self, column: usize) -> impl Iterator<Item = f64> + Clone {
        self.values.iter().copied().skip(column).step_by(self.columns.len().max(1))
    }

    /// The labels in a table of `count` samples: (N), (N, C), (N, 1, C), or (N, C, 2) where each pair is (absent, present)
    /// and becomes 1 where the second is greater. Those of one modality alone have its name.
    pub(crate) fn of(table: Table, count: usize, modality: Option<Modality>) -> Option<Self> {
        let Table { shape, mut values } = table;
        let columns = match shape[..] {
            [rows] if rows == count => 1,
            [rows, columns] | [rows, 1, columns] if rows == count => columns,
            [rows, columns, 2] if rows == count => {
                values = values.as_chunks::<2>().0.iter().map(|[no, yes]| f64::from(u8::from(yes > no))).collect();
                columns
            }
            _ => return None,
        };
        let columns = match (columns, modality) {
            (0, _) => return None,
            (1, Some(modality)) => vec![modality.name().to_owned()],
            (1, None) => vec![SENTIMENT.to_owned()],
            (4, None) if shape.len() == 3 && shape[2] == 2 => IEMOCAP.map(str::to_owned).to_vec(),
            (7, None) => MOSEI.map(str::to_owned).to_vec(),
            (more, _) => (0..more).map(|column| format!("label_{column}")).collect(),
        };
        Some(Self { columns, values })
    }

    /// Labels of the same samples, side by side.
    pub(crate) fn beside(parts: Vec<Self>) -> Self {
        let rows = parts.first().map_or(0, Self::rows);
        let row =
            |part: &Self, row: usize| part.values[row * part.columns.len()..(row + 1) * part.columns.len()].to_vec();
        let values = (0..rows).flat_map(|number| parts.iter().flat_map(move |part| row(part, number))).collect();
        Self { columns: parts.into_iter().flat_map(|part| part.columns).collect(), values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(shape: &[usize], values: &[f64]) -> Option<Labels> {
        Labels::of(Table { shape: shape.to_vec(), values: values.to_vec() }, 2, None)
    }

    #[test]
    fn shapes_in_use() {
        for shape in [&[2][..], &[2, 1], &[2, 1, 1]] {
            let got = labels(shape, &[1.5, -2.0]).unwrap();
            assert_eq!(got, Labels { columns: vec!["sentiment".into()], values: vec![1.5, -2.0] });
        }
        assert_eq!(labels(&[2, 7], &[0.0; 14]).unwrap().columns[..3], ["sentiment", "happy", "sad"]);
        assert_eq!(labels(&[2, 1, 7], &[0.0; 14]).unwrap().columns.len(), 7);
        let pairs = [1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0];
        let got = labels(&[2, 4, 2], &pairs).unwrap();
        assert_eq!(got.columns, ["neutral", "happy", "sad", "angry"]);
        assert_eq!(got.values, [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
        assert_eq!(labels(&[2, 3], &[0.0; 6]).unwrap().columns, ["label_0", "label_1", "label_2"]);
        assert_eq!(labels(&[3], &[0.0; 3]), None);
        assert_eq!(labels(&[2, 0], &[]), None);
    }

    #[test]
    fn columns_stand_beside_each_other() {
        let part = |modality, values: &[f64]| {
            Labels::of(Table { shape: vec![2], values: values.to_vec() }, 2, modality).unwrap()
        };
        let both = Labels::beside(vec![part(None, &[1.0, 2.0]), part(Some(Modality::Audio), &[3.0, 4.0])]);
        assert_eq!(
            both,
            Labels { columns: vec!["sentiment".into(), "audio".into()], values: vec![1.0, 3.0, 2.0, 4.0] }
        );
    }
}
