//! Recognition errors: each word is wrong with probability p; of three wrong ones two are another word, one is missing.

use super::{all, any_population, before_and_after, bits, ids, sample, split, statistics};
use corrkd_config::{Condition, Mechanism, Modality, PerModality, Presence};
use corrkd_data::{DataStatistics, Sample, Split};
use proptest::prelude::*;

fn misheard(p: f64) -> Condition {
    all(Mechanism::Words, p)
}

/// A sample that says these words, numbered from 1; 0 is a frame without data.
fn says(id: &str, words: &[u8]) -> Sample {
    let word = |&w: &u8| (w > 0).then(|| vec![f32::from(w), -1.0, 0.0]);
    let other = |width| vec![Some(vec![1.0; width])];
    let language = words.iter().map(word).collect();
    sample(id, 0.0, &PerModality { language, audio: other(2), vision: other(1) })
}

/// The words that are heard where a sample says others, 0 where none is heard.
fn heard(sample: &Sample, seed: u64, p: f64, statistics: &DataStatistics) -> Vec<u8> {
    let [_, after] = before_and_after(sample, seed, &misheard(p), statistics);
    let frames = after.features.language.chunks(3).zip(&after.present.language);
    frames.map(|(frame, &there)| if there { frame[0] as u8 } else { 0 }).collect()
}

fn trained(words: &[u8]) -> DataStatistics {
    statistics(Presence::COMPLETE, Split { samples: vec![says("t[0]", words)] })
}

proptest! {
    /// Nothing else happens to language, and nothing at all to voice and face.
    #[test]
    fn a_word_stays_or_is_another_or_is_missing(split in split(1.0..2.0f32), seed: u64, p in 0.0..=1.0f64) {
        let statistics = statistics(Presence::COMPLETE, split.clone());
        let known: Vec<Vec<u32>> = split.samples.iter().flat_map(|s| s.features.language.chunks(3).map(bits)).collect();
        for sample in &split.samples {
            let [before, after] = before_and_after(sample, seed, &misheard(p), &statistics);
            for m in [Modality::Audio, Modality::Vision] {
                prop_assert_eq!(bits(after.features.get(m)), bits(before.features.get(m)));
                prop_assert_eq!(after.present.get(m), before.present.get(m));
            }
            for t in 0..sample.length(Modality::Language) {
                let [was, is] = [&before, &after].map(|of| bits(&of.features.language[t * 3..(t + 1) * 3]));
                match (before.present.language[t], after.present.language[t]) {
                    (_, false) => prop_assert_eq!(&is[..], [0; 3]),
                    (was_there, true) => prop_assert!(was_there && (is == was || known.contains(&is))),
                }
                // One word cannot be taken for itself, so nothing is left of any but what is another's.
                prop_assert!(p < 1.0 || is != was || !before.present.language[t]);
            }
        }
    }

    #[test]
    fn what_is_wrong_stays_wrong_in_the_same_way(
        words in prop::collection::vec(0u8..9, 1..30), seed: u64, a in 0.0..=1.0f64, b in 0.0..=1.0f64,
    ) {
        let statistics = trained(&[1, 2, 3, 4, 4, 5, 6, 0, 7]);
        let said = says("v[0]", &words);
        let [less, more] = [a.min(b), a.max(b)].map(|p| heard(&said, seed, p, &statistics));
        for (t, &word) in words.iter().enumerate() {
            prop_assert!(less[t] == word || less[t] == more[t]);
        }
    }
}

/// Said is a word 9 that training does not know, and word 1, which makes up six of its ten words.
#[test]
fn shares_of_errors_and_of_the_words_heard() {
    let statistics = trained(&[1, 1, 2, 1, 3, 0, 1, 0, 2, 1, 1, 2]);
    let p = 0.3;
    let mut counts = [[0.0; 10]; 2];
    let n = 60_000.0;
    for id in ids(3000) {
        let heard = heard(&says(&id, &[[9, 1]; 20].concat()), 1, p, &statistics);
        for of in heard.chunks(2) {
            counts[0][usize::from(of[0])] += 1.0 / n;
            counts[1][usize::from(of[1])] += 1.0 / n;
        }
    }
    let near = |counts: [f64; 10], expected: &[(usize, f64)]| {
        // Standard error 0.0019 at most.
        assert!(expected.iter().all(|&(word, share)| (counts[word] - share).abs() < 0.008), "{counts:?}, {expected:?}");
        let named: f64 = expected.iter().map(|&(word, _)| counts[word]).sum();
        assert!((named - 1.0).abs() < 1e-6, "{counts:?}");
    };
    near(counts[0], &[(9, 1.0 - p), (0, p / 3.0), (1, p * 0.4), (2, p * 0.2), (3, p * 2.0 / 30.0)]);
    // What is heard instead of a word is another one.
    near(counts[1], &[(1, 1.0 - p), (0, p / 3.0), (2, p * 0.5), (3, p * 0.5 / 3.0)]);
}

/// Where training has no other word, or none, a wrong one is missing.
#[test]
fn without_another_word() {
    let said = says("v[0]", &[5, 0, 5, 5]);
    for statistics in [trained(&[5, 5]), trained(&[0]), any_population()] {
        assert_eq!(heard(&said, 1, 1.0, &statistics), [0; 4]);
    }
}
