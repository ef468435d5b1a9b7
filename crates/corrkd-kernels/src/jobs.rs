//! Work in parts that threads share. How it is divided must not depend on the threads, nor the order in which results are
//! added up: then their bits do not either.

use rayon::prelude::*;

/// Does all jobs, on several threads where there are several of both; the results keep the jobs' order.
pub fn each<J: Send, R: Send>(jobs: Vec<J>, work: impl Fn(J) -> R + Send + Sync) -> Vec<R> {
    if jobs.len() > 1 && rayon::current_num_threads() > 1 {
        jobs.into_par_iter().with_max_len(1).map(work).collect()
    } else {
        jobs.into_iter().map(work).collect()
    }
}

/// Adds `other` to `sum`, number by number.
pub(super) fn add(sum: &mut [f32], other: &[f32]) {
    sum.iter_mut().zip(other).for_each(|(sum, other)| *sum += other);
}
