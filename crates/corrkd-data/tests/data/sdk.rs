//! The operations of `mmdataset` against what the Python SDK makes of the same: golden/sdk.json, from golden/sdk.py.

use corrkd_csd::{Entry, Features, Rows};
use corrkd_data::mmdataset::{Mmdataset, Tensor};
use corrkd_data::{Collapse, Pad};
use serde_json::Value;

/// Cases in which the SDK's result is not wanted, and what is done instead (see `mmdataset`'s page).
const OTHERWISE: [(&str, &str); 10] = [
    ("collapse-by-nothing", "no function is none"),
    ("rows-without-start", "the order of the other rows stays"),
    ("times-f32-epsilon", "times are compared in f64"),
    ("prefix", "only the video itself is removed"),
    ("prefix-align", "only the video itself is removed"),
    ("sort-nan", "NaN sorts last"),
    ("rank-3-mean", "one row keeps its shape"),
    ("rank-3-reference", "one row keeps its shape"),
    ("rank-3-of-one", "one row keeps its shape"),
    ("rank-3-of-one-twice", "one row keeps its shape"),
];

fn number(value: &Value) -> f64 {
    match value.as_str() {
        Some("nan") => f64::NAN,
        Some("inf") => f64::INFINITY,
        Some("-inf") => f64::NEG_INFINITY,
        _ => value.as_f64().expect("a number"),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn texts(value: &Value) -> Vec<String> {
    list(value).iter().map(|v| v.as_str().expect("a text").to_owned()).collect()
}

fn sizes(value: &Value) -> Vec<usize> {
    list(value).iter().map(|v| v.as_u64().expect("a size") as usize).collect()
}

fn entry(value: &Value) -> (String, Entry) {
    let intervals = list(&value["intervals"]).iter().map(|pair| [number(&pair[0]), number(&pair[1])]).collect();
    let shape = sizes(&value["shape"])[1..].to_vec();
    let numbers = || list(&value["features"]).iter().map(number);
    let features = match value["dtype"].as_str().unwrap() {
        "f32" => Features::F32(Rows { shape, values: numbers().map(|v| v as f32).collect() }),
        "f64" | "i64" => Features::F64(Rows { shape, values: numbers().collect() }),
        "text" => Features::Texts(Rows { shape, values: texts(&value["features"]) }),
        other => panic!("{other}"),
    };
    (value["id"].as_str().unwrap().to_owned(), Entry { intervals, features })
}

fn add(dataset: &mut Mmdataset, sequence: &Value) {
    dataset.add(sequence["name"].as_str().unwrap(), list(&sequence["entries"]).iter().map(entry));
}

fn collapse(value: &Value) -> Vec<Collapse> {
    let function = |name: String| match name.as_str() {
        "mean" => Collapse::Mean,
        "max" => Collapse::Max,
        "last" => Collapse::Last,
        other => panic!("{other}"),
    };
    if value.is_null() { Vec::new() } else { texts(value).into_iter().map(function).collect() }
}

/// The tensors that the step gives, if it gives any.
fn obey(dataset: &mut Mmdataset, step: &Value) -> Result<Option<Vec<Vec<Tensor>>>, String> {
    let reference = || step["reference"].as_str().unwrap();
    let done = match step["do"].as_str().unwrap() {
        "unify" => dataset.unify(step["active"].as_bool().unwrap()),
        "hard_unify" => dataset.hard_unify(step["active"].as_bool().unwrap()),
        "align" => dataset.align(reference(), &collapse(&step["collapse"])),
        "impute" => dataset.impute(reference()),
        "sort" => {
            dataset.sort();
            Ok(())
        }
        "revert" => dataset.revert(),
        "add" => {
            add(dataset, &step["sequence"]);
            Ok(())
        }
        "get_tensors" => {
            let unpadded = texts(&step["non_sequences"]);
            let unpadded: Vec<&str> = unpadded.iter().map(String::as_str).collect();
            let pad = if step["direction"].as_bool().unwrap() { Pad::Back } else { Pad::Front };
            let folds: Option<Vec<Vec<String>>> = step["folds"].as_array().map(|all| all.iter().map(texts).collect());
            let time = step["seq_len"].as_u64().unwrap() as usize;
            let tensors = dataset.tensors(time, &unpadded, pad, folds.as_deref());
            return tensors.map(Some).map_err(|error| error.to_string());
        }
        other => panic!("{other}"),
    };
    done.map(|()| None).map_err(|error| error.to_string())
}

/// Equal to the last digits that f32 has where the values are f32, which the SDK sums in f32.
fn near(got: f64, expected: f64, single: bool) -> bool {
    let tolerance = if single { 2e-6 * expected.abs().max(1.0) } else { 1e-9 };
    got == expected || (got.is_nan() && expected.is_nan()) || (got - expected).abs() <= tolerance
}

fn numbers(features: &Features) -> Vec<f64> {
    match features {
        Features::F32(rows) => rows.values.iter().map(|&value| value.into()).collect(),
        Features::F64(rows) => rows.values.clone(),
        Features::Texts(_) => Vec::new(),
    }
}

fn compare(dataset: &Mmdataset, expected: &Value) -> Result<(), String> {
    let names: Vec<&str> = list(expected).iter().map(|sequence| sequence["name"].as_str().unwrap()).collect();
    let got: Vec<&str> = dataset.names().collect();
    if got != names {
        return Err(format!("sequences {got:?}, expected {names:?}"));
    }
    for sequence in list(expected) {
        let name = sequence["name"].as_str().unwrap();
        let keys: Vec<&str> = dataset.entries(name).iter().map(|(key, _)| key.as_str()).collect();
        let expected: Vec<(String, Entry)> = list(&sequence["entries"]).iter().map(entry).collect();
        if keys != expected.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>() {
            return Err(format!("{name}: keys {keys:?}"));
        }
        for ((key, got), (_, expected)) in dataset.entries(name).iter().zip(&expected) {
            let times = got.intervals.as_flattened().iter().zip(expected.intervals.as_flattened());
            if got.intervals.len() != expected.intervals.len() || !times.into_iter().all(|(&a, &b)| near(a, b, false)) {
                return Err(format!("{name} {key}: intervals {:?}, expected {:?}", got.intervals, expected.intervals));
            }
            let same = match (&got.features, &expected.features) {
                (Features::Texts(a), Features::Texts(b)) => a == b,
                (a, b) => {
                    let single = matches!(a, Features::F32(_));
                    let (x, y) = (numbers(a), numbers(b));
                    a.shape() == b.shape() && x.len() == y.len() && x.iter().zip(&y).all(|(&x, &y)| near(x, y, single))
                }
            };
            if !same {
                return Err(format!("{name} {key}: {:?}, expected {:?}", got.features, expected.features));
            }
        }
    }
    Ok(())
}

fn compare_tensors(got: &[Vec<Tensor>], expected: &Value) -> Result<(), String> {
    let expected = list(expected);
    if got.len() != expected.len() {
        return Err(format!("{} folds, expected {}", got.len(), expected.len()));
    }
    for (got, expected) in got.iter().flatten().zip(expected.iter().flat_map(list)) {
        let values: Vec<f64> = list(&expected["values"]).iter().map(number).collect();
        let same = got.name == expected["name"].as_str().unwrap()
            && got.shape == sizes(&expected["shape"])
            && got.values.len() == values.len()
            && got.values.iter().zip(&values).all(|(&a, &b)| near(a, b, true));
        if !same {
            return Err(format!("{got:?}, expected {expected}"));
        }
    }
    Ok(())
}

fn run(case: &Value) -> Result<(), String> {
    let mut dataset = Mmdataset::new();
    list(&case["given"]).iter().for_each(|sequence| add(&mut dataset, sequence));
    let mut tensors = None;
    for (index, step) in list(&case["steps"]).iter().enumerate() {
        let before = dataset.clone();
        match obey(&mut dataset, step) {
            Ok(made) => tensors = made,
            Err(error) => {
                let expected = &case["result"]["step"];
                if expected.as_u64() != Some(index as u64) {
                    return Err(format!("step {index}: {error}"));
                }
                // `tensors` unifies first, as in the SDK.
                let unchanged = dataset == before || step["do"] == "get_tensors";
                return if unchanged { Ok(()) } else { Err("changed in spite of the error".to_owned()) };
            }
        }
    }
    match &case["result"] {
        result if result.get("error").is_some() => Err(format!("no error, expected {}", result["error"])),
        result if result.get("tensors").is_some() => compare_tensors(&tensors.unwrap(), &result["tensors"]),
        result => compare(&dataset, &result["sequences"]),
    }
}

fn cases() -> Vec<Value> {
    let golden: Value = serde_json::from_str(include_str!("../golden/sdk.json")).unwrap();
    golden["cases"].as_array().unwrap().clone()
}

#[test]
fn results_are_the_sdks() {
    let mut wrong = Vec::new();
    let mut held = 0;
    for case in cases() {
        let name = case["name"].as_str().unwrap();
        let otherwise = OTHERWISE.iter().any(|(other, _)| *other == name);
        match (run(&case), otherwise) {
            (Ok(()), false) => held += 1,
            (Err(_), true) => {}
            (Err(error), false) => wrong.push(format!("{name}: {error}")),
            (Ok(()), true) => wrong.push(format!("{name}: the same as the SDK's, though said to differ")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(held > 100, "{held} cases");
}
