//! A run's events as TensorBoard's: the fields of `tensorflow/core/util/event.proto` and `summary.proto` that scalars need.

use super::record;
use corrkd_record::Event;
use prost::Message;

/// What the first record of a file says.
const VERSION: &str = "brain.Event:2";

#[derive(Clone, PartialEq, Message)]
struct Told {
    /// Seconds since the training began. The run's events know no other time, and so the same run gives the same bytes.
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(string, optional, tag = "3")]
    file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    summary: Option<Summary>,
}

#[derive(Clone, PartialEq, Message)]
struct Summary {
    #[prost(message, repeated, tag = "1")]
    value: Vec<Value>,
}

#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(string, tag = "1")]
    tag: String,
    /// Optional, so that zero is written, too.
    #[prost(float, optional, tag = "2")]
    simple_value: Option<f32>,
}

/// The file of a run that has said this; nothing before its first epoch. More events make a longer file with the same beginning.
pub(super) fn file(events: &[Event]) -> Option<Vec<u8>> {
    let mut file = Vec::new();
    let version = Told { file_version: Some(VERSION.to_owned()), ..Told::default() };
    record::add(&mut file, &version.encode_to_vec());
    let empty = file.len();
    let mut time = 0.0;
    for event in events {
        let Event::Epoch { epoch, losses, parts, gradient_norm, validation, seconds, .. } = event else { continue };
        time += seconds;
        let of = |group: &str, name: &str, value: f64| Value {
            tag: format!("{group}/{name}"),
            simple_value: Some(value as f32),
        };
        let mut value: Vec<Value> = losses.iter().map(|(name, &value)| of("loss", name, value)).collect();
        value.extend(parts.iter().map(|(name, &value)| of("part", name, value)));
        value.push(of("gradient", "norm", *gradient_norm));
        value.push(of("validation", "loss", validation.loss));
        value.push(of("validation", "f1", validation.f1));
        value.push(of("validation", "accuracy", validation.accuracy));
        let told = Told { wall_time: time, step: *epoch as i64, file_version: None, summary: Some(Summary { value }) };
        record::add(&mut file, &told.encode_to_vec());
    }
    (file.len() > empty).then_some(file)
}
