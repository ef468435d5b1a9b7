//! Samples as JSON lines: an object for each, with an id and for each modality its frames, as the data set's files have them;
//! null, or nothing, is missing: a modality, a frame of it, or a number in that.
//!
//! ```json
//! {"id": "clip 7", "language": [[0.1, 0.2], [0.3, 0.4]], "audio": null, "vision": [[1.5], null]}
//! ```

use corrkd_config::PerModality;
use corrkd_data::Given;
use serde::Deserialize;
use std::io::BufRead;
use std::path::PathBuf;

use crate::PredictError;

/// A longer line is no sample.
const LONGEST: u64 = 1 << 30;

/// Samples of lines.
pub struct JsonLines<R> {
    from: R,
    path: PathBuf,
    line: usize,
}

/// A line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: Id,
    #[serde(default)]
    language: Frames,
    #[serde(default)]
    audio: Frames,
    #[serde(default)]
    vision: Frames,
}

type Frames = Option<Vec<Option<Vec<Number>>>>;

/// A number of a frame; NaN where there is none, for which JSON has null alone.
struct Number(f32);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(Option::deserialize(from)?.unwrap_or(f32::NAN)))
    }
}

/// Ids are texts, or whole numbers, which are texts digit by digit.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text or a whole number as `id`")]
enum Id {
    Text(String),
    Number(i64),
}

impl<R: BufRead> JsonLines<R> {
    /// Those of a reader; `path` names it in errors.
    pub const fn new(from: R, path: PathBuf) -> Self {
        Self { from, path, line: 0 }
    }

    fn next_line(&mut self) -> Result<Option<(String, Given)>, PredictError> {
        let mut text = String::new();
        loop {
            self.line += 1;
            text.clear();
            let read = std::io::Read::take(&mut self.from, LONGEST).read_line(&mut text);
            let wrong = |reason: String| PredictError::Line { line: self.line, reason };
            match read {
                Ok(0) => return Ok(None),
                Ok(_) if text.trim().is_empty() => continue,
                Ok(bytes) if bytes as u64 == LONGEST => return Err(wrong(format!("longer than {LONGEST} bytes"))),
                Ok(_) => {}
                Err(cause) if cause.kind() == std::io::ErrorKind::InvalidData => {
                    return Err(wrong("not UTF-8".to_owned()));
                }
                Err(cause) => return Err(PredictError::Io { path: self.path.clone(), cause }),
            }
            let Line { id, language, audio, vision } =
                serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| wrong(error.to_string()))?;
            let id = match id {
                Id::Text(text) => text,
                Id::Number(number) => number.to_string(),
            };
            return match corrkd_system::one_line(&id) {
                true => {
                    let [language, audio, vision] = [language, audio, vision].map(numbers);
                    Ok(Some((id, PerModality { language, audio, vision })))
                }
                false => Err(wrong("an id with a control character".to_owned())),
            };
        }
    }
}

/// The numbers of frames.
fn numbers(frames: Frames) -> Option<Vec<Option<Vec<f32>>>> {
    let plain = |frame: Vec<Number>| frame.into_iter().map(|Number(number)| number).collect();
    frames.map(|frames| frames.into_iter().map(|frame| frame.map(plain)).collect())
}

impl<R: BufRead> Iterator for JsonLines<R> {
    type Item = Result<(String, Given), PredictError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_line().transpose()
    }
}
