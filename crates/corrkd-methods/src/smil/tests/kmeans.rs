//! k-means: Lloyd's iterations against scikit-learn's, where k-means++ starts against the same in Python, and what
//! holds of any points.

use super::super::kmeans::{Point, centres, lloyd, start};
use super::{golden, hold, numbers};
use candle_core::Tensor;
use corrkd_random::Stream;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn points(golden: &BTreeMap<String, Tensor>, name: &str) -> Vec<Point> {
    let tensor = &golden[&format!("kmeans/{name}")];
    numbers(tensor).chunks(tensor.dim(1).unwrap()).map(<[f64]>::to_vec).collect()
}

#[test]
fn lloyd_s_iterations_are_scikit_learn_s() {
    let golden = golden();
    let of = |name: &str| points(&golden, name);
    for iterations in [1, 3, 100] {
        let ours = lloyd(&of("points"), of("start"), iterations);
        hold(&format!("{iterations} iterations"), &ours.concat(), &of(&iterations.to_string()).concat(), 0.0, 1e-12);
    }
}

#[test]
fn it_starts_at_points_that_are_drawn_by_their_distance() {
    let golden = golden();
    let ours = start(&points(&golden, "points"), 6, Stream::new(3, "k-means"));
    assert_eq!(ours, points(&golden, "plus"));
}

/// Of points at 0, 1 and 3 the second centre is drawn from two, with shares as squared distances: from 0 by 1 and 9,
/// from 1 by 1 and 4, from 3 by 9 and 4.
#[test]
fn shares_are_squared_distances() {
    let points = [0.0, 1.0, 3.0].map(|x| vec![x]);
    let draws = 40_000;
    let mut counts = BTreeMap::new();
    for draw in 0..draws {
        let drawn = start(&points, 2, Stream::new(1, "draw").at(draw)).concat();
        *counts.entry(drawn.iter().map(|&x| x as u8).collect::<Vec<_>>()).or_insert(0) += 1;
    }
    let shares =
        [([0, 1], 0.1), ([0, 3], 0.9), ([1, 0], 0.2), ([1, 3], 0.8), ([3, 0], 9.0 / 13.0), ([3, 1], 4.0 / 13.0)];
    assert_eq!(counts.len(), shares.len());
    for (pair, share) in shares {
        let got = f64::from(counts[&pair.to_vec()]) / draws as f64;
        // Five standard errors at most.
        assert!((got - share / 3.0).abs() < 0.012, "{pair:?}: {got}");
    }
}

#[test]
fn fewer_points_than_centres_are_all_centres() {
    let stream = Stream::new(5, "few");
    assert_eq!(centres(&[], 3, 25, stream), Vec::<Point>::new());
    // One point; two that coincide; three, of which two do.
    for points in [vec![[1.0, 2.0]], vec![[1.0, 2.0]; 2], vec![[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]]] {
        let points: Vec<Point> = points.iter().map(|point| point.to_vec()).collect();
        let centres = centres(&points, 4, 25, stream);
        assert_eq!(centres.len(), 4);
        assert!(centres.iter().all(|centre| points.contains(centre)), "{centres:?}");
        assert!(points.iter().all(|point| centres.contains(point)), "{centres:?}");
    }
}

/// The sum of squared distances from the nearest centre.
fn inertia(points: &[Point], centres: &[Point]) -> f64 {
    let squared = |a: &Point, b: &Point| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
    points.iter().map(|point| centres.iter().map(|centre| squared(point, centre)).fold(f64::INFINITY, f64::min)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No iteration makes it worse; at the end each centre that is the nearest of any point is the mean of those.
    #[test]
    fn iterations_lead_to_a_rest(seed: u64, count in 1usize..40, width in 1usize..4, k in 1usize..8) {
        let stream = Stream::new(seed, "points");
        // In part the same places.
        let place = |i: usize, d: usize| stream.at(i as u64).below(d as u64, 6) as f64;
        let points: Vec<Point> = (0..count).map(|i| (0..width).map(|d| place(i, d)).collect()).collect();
        let mut at = start(&points, k, stream.named("start"));
        prop_assert!(at.len() == k && at.iter().all(|centre| points.contains(centre)));
        for _ in 0..3 {
            let next = lloyd(&points, at.clone(), 1);
            prop_assert!(inertia(&points, &next) <= inertia(&points, &at) + 1e-9);
            at = next;
        }
        let rest = lloyd(&points, at, 1000);
        prop_assert_eq!(&lloyd(&points, rest.clone(), 1), &rest);
        prop_assert!(rest.iter().flatten().all(|x| (0.0..6.0).contains(x)));
    }
}
