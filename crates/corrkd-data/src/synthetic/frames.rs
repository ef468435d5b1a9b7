//! Frames of voice and face: (N, width), N = seconds x rate.
//!
//! A frame is `expression x emphasis x direction + speaker + segment + noise` in each column: `expression` is what the
//! modality shows of the segment's sentiment, `emphasis` is largest on words of sentiment and nothing in pauses, and
//! the three disturbances are drawn for each video, segment and frame.

use corrkd_csd::{Entry, Features, Rows};
use corrkd_random::Stream;

use super::Size;
use super::draws::stream;
use super::flaws;
use super::video::{Spoken, Video};

/// Columns of COVAREP.
pub(super) const AUDIO_WIDTH: usize = 74;
/// Columns of FACET 4.2.
pub(super) const VISION_WIDTH: usize = 35;

/// Standard deviations: of the direction's columns, and of what the video, the segment and the frame add.
const DIRECTION: f64 = 0.5;
const SPEAKER: f64 = 0.35;
const SEGMENT: f64 = 0.5;
const FRAME: f64 = 1.0;
/// Emphasis on words of sentiment and on others.
const EMPHASIS: [f64; 2] = [2.0, 0.7];
/// Values are multiples of this, which lets them compress.
const GRID: f64 = 1.0 / 16.0;

/// COVAREP frames of a video, `rate` a second: columns 0 (pitch in Hz) and 1 (voiced or not) are those of COVAREP, the
/// rest is made up.
pub(super) fn audio(size: Size, video: &Video, rate: u32) -> Entry {
    let source = Source {
        stream: stream("audio").named(size.name()).at(video.outline.index as u64),
        direction: stream("audio direction"),
        width: AUDIO_WIDTH,
        rate,
    };
    source.frames(
        video,
        |sentiment| sentiment.audio,
        |frame, spoken, values| {
            let voiced = !spoken.is_pause();
            values[0] = if voiced { 160.0 + 20.0 * values[0] } else { 0.0 };
            values[1] = f32::from(u8::from(voiced));
            values[flaws::CONSTANT] = 1.0;
            if frame.uniform(0) < flaws::INFINITE_CHANCE[usize::from(voiced)] {
                values[flaws::INFINITE].fill(f32::NEG_INFINITY);
            }
            if frame.uniform(1) < flaws::UNDEFINED_CHANCE {
                values[flaws::UNDEFINED] = f32::NAN;
            }
        },
    )
}

/// FACET frames of a video, `rate` a second, or nothing for the video that has none.
pub(super) fn vision(size: Size, video: &Video, rate: u32) -> Option<Entry> {
    if flaws::faceless(&video.outline) {
        return None;
    }
    let source = Source {
        stream: stream("vision").named(size.name()).at(video.outline.index as u64),
        direction: stream("vision direction"),
        width: VISION_WIDTH,
        rate,
    };
    Some(source.frames(video, |sentiment| sentiment.vision, |_, _, _| ()))
}

/// Where a modality's frames come from.
struct Source {
    stream: Stream,
    direction: Stream,
    width: usize,
    rate: u32,
}

impl Source {
    /// All frames of a video; `finish` sees each frame's own stream, its word and its values.
    fn frames(
        &self,
        video: &Video,
        expression: impl Fn(&super::sentiment::Sentiment) -> f64,
        finish: impl Fn(Stream, &Spoken, &mut [f32]),
    ) -> Entry {
        let columns = 0..self.width as u64;
        let row = |stream: Stream, deviation: f64| -> Vec<f64> {
            columns.clone().map(|column| deviation * stream.normal(column)).collect()
        };
        let direction = row(self.direction, DIRECTION);
        let speaker = row(self.stream.named("speaker"), SPEAKER);
        let count = (video.seconds() * f64::from(self.rate)).floor() as usize;
        let mut intervals = Vec::with_capacity(count);
        let mut values = Vec::with_capacity(count * self.width);
        let mut frame = 0;
        for (place, spoken) in video.words.iter().enumerate() {
            let emphasis = if spoken.is_pause() { 0.0 } else { EMPHASIS[usize::from(!spoken.is_polar())] };
            let shown = spoken.segment.map_or(0.0, |index| expression(&video.segments[index].sentiment)) * emphasis;
            let state = match spoken.segment {
                Some(index) => row(self.stream.named("segment").at(index as u64), SEGMENT),
                None => row(self.stream.named("between").at(place as u64), SEGMENT),
            };
            let level: Vec<f64> =
                (0..self.width).map(|column| shown * direction[column] + speaker[column] + state[column]).collect();
            // A frame belongs to the word in which it starts.
            while frame < count && frame as f64 / f64::from(self.rate) < spoken.end {
                let own = self.stream.at(frame as u64);
                let from = values.len();
                for (column, level) in level.iter().enumerate() {
                    let value = level + FRAME * own.normal(column as u64);
                    values.push(((value / GRID).round() * GRID) as f32);
                }
                finish(own.named("flaws"), spoken, &mut values[from..]);
                intervals.push([frame as f64 / f64::from(self.rate), (frame + 1) as f64 / f64::from(self.rate)]);
                frame += 1;
            }
        }
        Entry { intervals, features: Features::F32(Rows::flat(self.width, values)) }
    }
}
