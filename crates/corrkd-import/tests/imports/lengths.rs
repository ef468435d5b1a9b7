//! Modalities whose samples differ in their numbers of frames.

use crate::made::Made;
use corrkd_config::{Modality, PerModality};
use corrkd_data::Time;
use corrkd_import::{Choices, Side};

const COUNTS: [usize; 3] = [4, 3, 3];

/// Language of 5, audio of 9 and vision of 7 frames, padding behind; sample k has k % 3 fewer of each.
fn made(lengths: bool) -> Made {
    let scores: Vec<f64> = (0..10).map(|k| f64::from(k % 3) - 1.5).collect();
    let mut made = Made::new(COUNTS).labelled(COUNTS, &scores);
    for (fold, count) in ["train", "valid", "test"].into_iter().zip(COUNTS) {
        for (modality, frames) in [("text", 5), ("audio", 9), ("vision", 7)] {
            // The last frame of a sample is zero, and no padding.
            let value = |sample: usize, frame: usize| if frame + 1 + sample % 3 < frames { 1.5 } else { 0.0 };
            let values: Vec<f32> =
                (0..count).flat_map(|s| (0..frames).flat_map(move |f| [value(s, f), -value(s, f)])).collect();
            made = made.floats(&format!("{fold}_{modality}"), &[count, frames, 2], &values);
            if lengths && modality != "text" {
                let lengths: Vec<i64> = (0..count).map(|s| (frames - s % 3) as i64).collect();
                made = made.integers(&format!("{fold}_{modality}_lengths"), &lengths);
            }
        }
    }
    made
}

#[test]
fn each_modality_has_a_length_of_its_own() {
    for (lengths, last) in [(true, 0), (false, 1)] {
        let imported = made(lengths).import(&Choices::default()).unwrap();
        let told = "lengths: not aligned, each modality has its own: at most language 5, audio 9, vision 7 frames";
        assert!(imported.told(told), "{}", imported.report);
        assert!(!imported.report.to_string().contains("warning"), "{}", imported.report);
        assert_eq!(imported.report.features.audio.as_ref().unwrap().padding, Some(Side::Back));
        let data = imported.load();
        assert_eq!(data.time, Time::Unaligned(PerModality { language: 5, audio: 9, vision: 7 }));
        let length = |m: Modality| data.train.samples.iter().map(|sample| sample.length(m)).collect::<Vec<_>>();
        // Language has no lengths in the file, and its zeros at the end are padding.
        assert_eq!(length(Modality::Language), [4, 3, 2, 4]);
        assert_eq!(length(Modality::Audio), [9 - last, 8 - last, 7 - last, 9 - last]);
        assert_eq!(length(Modality::Vision), [7 - last, 6 - last, 5 - last, 7 - last]);
    }
}

/// All modalities of a sample cover the same seconds.
#[test]
fn frames_share_the_time_of_their_sample() {
    let imported = made(true).import(&Choices::default()).unwrap();
    let labels = corrkd_csd::read(&imported.out().join("labels.csd")).unwrap();
    for modality in ["language", "audio", "vision"] {
        let sequence = corrkd_csd::read(&imported.out().join(format!("{modality}.csd"))).unwrap();
        for (id, entry) in &sequence.entries {
            let (first, last) = (entry.intervals.first().unwrap(), entry.intervals.last().unwrap());
            assert_eq!([first[0], last[1]], labels.entries[id].intervals[0], "{id}");
            let lengths = || entry.intervals.iter().map(|[start, end]| end - start);
            assert!(lengths().all(|length| (length - lengths().next().unwrap()).abs() < 1e-9), "{id}");
        }
    }
}

#[test]
fn token_ids_are_no_features() {
    let made = made(true).floats("train_text_bert", &[4, 3, 5], &[0.0; 60]);
    let imported = made.import(&Choices::default()).unwrap();
    let told = "text_bert: token ids and masks, for fine-tuning a BERT: no features, left out";
    assert!(imported.told(told), "{}", imported.report);
}
