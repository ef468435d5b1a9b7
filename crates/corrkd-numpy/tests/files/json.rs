//! A value as the JSON that `fixtures/make.py` writes.

use corrkd_numpy::{Kind, Numbers, NumpyError, Value, View};
use serde_json::{Value as Json, json};

/// Everything in a value, nested at most `depth` deep.
pub(crate) fn described(value: Value<'_>, depth: usize) -> Result<Json, NumpyError> {
    if depth == 0 {
        return Ok(json!("deeper"));
    }
    let items = || -> Result<Vec<Json>, NumpyError> {
        value.items().into_iter().flatten().map(|item| described(item, depth - 1)).collect()
    };
    Ok(match value.view() {
        View::None => Json::Null,
        View::Bool(truth) => json!(truth),
        View::Int(integer) => json!(integer),
        View::Long(integer) => json!({ "long": integer }),
        View::Float(number) => json!({ "float": float(number) }),
        View::Text(_) => json!({ "text": value.text()? }),
        View::Bytes(_) => {
            let hex = value.bytes()?.iter().flatten().map(|byte| format!("{byte:02x}")).collect::<String>();
            json!({ "bytes": hex })
        }
        View::List(_) => json!({ "list": items()? }),
        View::Tuple(_) => json!({ "tuple": items()? }),
        View::Set(_) => json!({ "set": items()? }),
        View::Dict(_) => {
            let pair = |(key, value)| Ok([described(key, depth - 1)?, described(value, depth - 1)?]);
            let mut pairs = value.entries().into_iter().flatten().map(pair).collect::<Result<Vec<_>, NumpyError>>()?;
            // Python 2's dictionaries have no order.
            pairs.sort_by_key(|[key, _]| key.to_string());
            json!({ "dict": pairs })
        }
        View::Array(array) => {
            let texts = || array.texts().map(|texts| json!(texts));
            let items = match array.dtype().kind {
                Kind::Object => Json::Array(items()?),
                Kind::Bytes | Kind::Text => texts()?,
                _ => match array.numbers()? {
                    Some(Numbers::Single(numbers)) => numbers.into_iter().map(|n| numbered(f64::from(n))).collect(),
                    Some(Numbers::Double(numbers)) => numbers.into_iter().map(numbered).collect(),
                    None => Json::Null,
                },
            };
            json!({ "array": { "dtype": array.dtype().to_string(), "shape": array.shape(), "items": items } })
        }
        View::Other(name) => json!({ "other": name }),
    })
}

/// The same of the JSON in the file, in the same order.
pub(crate) fn sorted(json: &mut Json) {
    match json {
        Json::Array(items) => items.iter_mut().for_each(sorted),
        Json::Object(entries) => {
            entries.values_mut().for_each(sorted);
            if let Some(Json::Array(pairs)) = entries.get_mut("dict") {
                pairs.sort_by_key(|pair| pair[0].to_string());
            }
        }
        _ => {}
    }
}

fn numbered(number: f64) -> Json {
    json!({ "float": float(number) })
}

fn float(number: f64) -> Json {
    if number.is_finite() { json!(number) } else { json!(number.to_string().to_lowercase()) }
}
