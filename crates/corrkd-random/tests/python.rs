//! The streams against a second implementation of their documentation, in Python (`golden/stream.py`).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use corrkd_random::Stream;
use serde::Deserialize;

/// A stream by how it is reached, and what Python draws from it.
#[derive(Deserialize)]
struct Case {
    seed: u64,
    purpose: String,
    path: Vec<Step>,
    draws: Vec<Draw>,
    permutations: Vec<Vec<usize>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Step {
    At(u64),
    Named(String),
}

/// Everything drawn at one position (`word` at its low 32 bits); `below` holds pairs of n and the number below it.
#[derive(Deserialize)]
struct Draw {
    position: u64,
    bits: u64,
    word: u32,
    uniform: f64,
    normal: f64,
    below: Vec<(usize, usize)>,
}

#[test]
fn draws_are_those_of_the_python_implementation() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("golden/stream.json")).unwrap();
    for case in cases {
        let stream = case.path.iter().fold(Stream::new(case.seed, &case.purpose), |stream, step| match step {
            Step::At(index) => stream.at(*index),
            Step::Named(name) => stream.named(name),
        });
        for Draw { position, bits, word, uniform, normal, below } in case.draws {
            assert_eq!(stream.bits(position), bits);
            assert_eq!(stream.word(position as u32), word);
            assert_eq!(stream.uniform(position), uniform);
            for (n, expected) in below {
                assert_eq!(stream.below(position, n), expected);
            }
            // The logarithm and the cosine of two mathematical libraries may differ in a last bit.
            assert!((stream.normal(position) - normal).abs() <= 1e-12);
        }
        for order in case.permutations {
            assert_eq!(stream.permutation(order.len()), order);
        }
    }
}
