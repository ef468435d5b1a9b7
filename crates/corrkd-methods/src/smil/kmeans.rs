//! k-means: K centres that the sum of squared distances of N points from the nearest one is small for, by k-means++
//! (Arthur and Vassilvitskii, 2007) and Lloyd's iterations.
//!
//! All is computed in f64 and in the order of the points, so that the same points and draws give the same bits.

use corrkd_random::Stream;

/// A point or a centre, d numbers.
pub(super) type Point = Vec<f64>;

/// `count` centres after at most so many iterations, from where [`start`] puts them; none of no points.
pub(super) fn centres(points: &[Point], count: usize, iterations: usize, stream: Stream) -> Vec<Point> {
    lloyd(points, start(points, count, stream), iterations)
}

/// `count` of the points: the first at random, each further one with a probability that is as its squared distance from
/// the nearest before it. Where no point is at a distance, since there are fewer than `count` different ones, some are
/// there twice.
pub(super) fn start(points: &[Point], count: usize, stream: Stream) -> Vec<Point> {
    if points.is_empty() {
        return Vec::new();
    }
    let mut centres = vec![points[stream.below(0, points.len())].clone()];
    let mut nearest: Vec<f64> = points.iter().map(|point| squared(point, &centres[0])).collect();
    for draw in 1..count {
        let goal = stream.uniform(draw as u64) * nearest.iter().sum::<f64>();
        let mut reached = 0.0;
        let passes = |distance: &f64| {
            reached += distance;
            reached > goal
        };
        // A sum that rounding leaves short of its goal ends at the last point that has any share in it.
        let last = || nearest.iter().rposition(|&distance| distance > 0.0).unwrap_or(0);
        let centre = points[nearest.iter().position(passes).unwrap_or_else(last)].clone();
        for (nearest, point) in nearest.iter_mut().zip(points) {
            *nearest = nearest.min(squared(point, &centre));
        }
        centres.push(centre);
    }
    centres
}

/// Moves each centre to the mean of the points that it is the nearest of, the first of several, until no point changes
/// sides, `iterations` times at most. A centre without points stays where it is.
pub(super) fn lloyd(points: &[Point], mut centres: Vec<Point>, iterations: usize) -> Vec<Point> {
    let mut sides = Vec::new();
    for _ in 0..iterations {
        let now: Vec<usize> = points.iter().map(|point| nearest(point, &centres)).collect();
        if now == sides {
            break;
        }
        sides = now;
        let mut counts = vec![0usize; centres.len()];
        let mut sums: Vec<Point> = centres.iter().map(|centre| vec![0.0; centre.len()]).collect();
        for (point, &side) in points.iter().zip(&sides) {
            counts[side] += 1;
            sums[side].iter_mut().zip(point).for_each(|(sum, x)| *sum += x);
        }
        for ((centre, sum), count) in centres.iter_mut().zip(sums).zip(counts) {
            if count > 0 {
                *centre = sum.into_iter().map(|sum| sum / count as f64).collect();
            }
        }
    }
    centres
}

/// The place of the centre that a point is nearest to.
fn nearest(point: &Point, centres: &[Point]) -> usize {
    let distances = centres.iter().map(|centre| squared(point, centre));
    let least =
        distances.enumerate().fold((0, f64::INFINITY), |least, next| if next.1 < least.1 { next } else { least });
    least.0
}

fn squared(a: &Point, b: &Point) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}
