//! From files to labelled segments, video by video: some at a time are read and aligned on all cores, and handed on in
//! order, so that memory holds a few videos and the result does not depend on the number of threads.

mod files;
mod given;
mod labels;
mod referred;
mod segment;
mod segments;
mod source;
mod video;

pub(crate) use files::Files;
pub use segment::video;
pub(crate) use segment::{Segment, Track};
pub(crate) use source::Source;
pub(crate) use video::Video;

use rayon::prelude::*;

use crate::progress::tell;
use crate::{DataError, Progress};

/// Videos that each thread works at before the segments are handed on.
const VIDEOS: usize = 4;

/// Gives each segment of each labelled video to `take`, in order, and returns what was met on the way.
pub(crate) fn each<E: From<DataError>>(
    files: &Files<'_>,
    progress: &Progress<'_>,
    mut take: impl FnMut(Segment) -> Result<(), E>,
) -> Result<Video, E> {
    let videos: Vec<String> = files.segments.videos(&files.features).into_iter().collect();
    let mut total = Video::default();
    for (number, some) in videos.chunks(VIDEOS * rayon::current_num_threads()).enumerate() {
        let made: Vec<Result<Video, DataError>> = some
            .par_iter()
            .map(|video| match files.recipe.reference {
                Some(_) => referred::video(files, video),
                None => given::video(files, video),
            })
            .collect();
        for (at, video) in made.into_iter().enumerate() {
            for segment in total.count(&mut video?) {
                take(segment)?;
            }
            let done = number * VIDEOS * rayon::current_num_threads() + at + 1;
            tell(progress, done, videos.len())?;
        }
    }
    Ok(total)
}
