//! Zeros in whole samples, in single frames, in one fold: what is missing is counted, and missing when it is loaded.

use crate::made::Made;
use corrkd_data::{Fold, Sample, Zeros};
use corrkd_import::{Choices, ImportError};

const COUNTS: [usize; 3] = [6, 3, 3];

/// Samples with scores, and the vision of the training fold changed: four frames of two columns each.
fn made(change: impl Fn(&mut [f32])) -> Made {
    let scores: Vec<f64> = (0..12).map(|k| f64::from(k % 7) - 3.0).collect();
    let mut vision: Vec<f32> = (0..48).map(|k| (k % 13) as f32 - 6.5).collect();
    change(&mut vision);
    Made::new(COUNTS).labelled(COUNTS, &scores).floats("train_vision", &[6, 4, 2], &vision)
}

fn zeros(zeros: Zeros) -> Choices {
    Choices { zeros: Some(zeros), ..Choices::default() }
}

/// Which frames of vision hold data, by training sample.
fn present(samples: &[Sample]) -> Vec<Vec<bool>> {
    samples.iter().map(|sample| sample.present.vision.clone()).collect()
}

#[test]
fn a_modality_that_is_zero_in_whole_samples_is_missing() {
    // Samples 1 and 4, and one frame of sample 2.
    let file = made(|vision| {
        vision[8..16].fill(0.0);
        vision[32..40].fill(0.0);
        vision[18..20].fill(0.0);
    });
    let imported = file.import(&Choices::default()).unwrap();
    assert!(
        imported.told("vision: missing in 2 samples (all zeros), and in 1 single frames of others"),
        "{}",
        imported.report
    );
    assert_eq!(imported.recipe()["features"]["vision"]["zeros"].as_str(), Some("missing"));
    assert!(imported.recipe()["features"]["audio"].get("zeros").is_none());
    let data = imported.load();
    assert_eq!((data.summary.lacking.vision, data.summary.without_data.vision), (2, 1));
    let expected = |sample: usize, frame: usize| !matches!((sample, frame), (1 | 4, _) | (2, 1));
    let expected: Vec<Vec<bool>> = (0..6).map(|s| (0..4).map(|f| expected(s, f)).collect()).collect();
    assert_eq!(present(&data.train.samples), expected);

    let imported = file.import(&zeros(Zeros::Data)).unwrap();
    assert!(
        imported.told("vision: 2 samples of zeros, and 1 frames of others, which are data as chosen"),
        "{}",
        imported.report
    );
    assert!(imported.recipe()["features"]["vision"].get("zeros").is_none());
    assert_eq!(imported.load().summary.lacking.vision, 0);
}

#[test]
fn single_frames_of_zeros_are_data_unless_it_is_said() {
    let file = made(|vision| vision[18..20].fill(0.0));
    let imported = file.import(&Choices::default()).unwrap();
    assert!(imported.told("vision: 1 frames of zeros, which are data (--zeros missing if not)"), "{}", imported.report);
    assert_eq!(imported.load().summary.without_data.vision, 0);
    let imported = file.import(&zeros(Zeros::Missing)).unwrap();
    assert!(imported.told("vision: missing in 1 single frames"), "{}", imported.report);
    assert_eq!(imported.load().summary.without_data.vision, 1);
}

#[test]
fn nan_is_missing_always() {
    let file = made(|vision| {
        vision[8..16].fill(f32::NAN);
        vision[18..20].fill(f32::NAN);
        // One value of a frame is not.
        vision[24] = f32::NAN;
    });
    for choices in [Choices::default(), zeros(Zeros::Data)] {
        let imported = file.import(&choices).unwrap();
        let told = "vision: missing in 1 samples (no finite value), and in 1 single frames of others";
        assert!(imported.told(told), "{}", imported.report);
        let data = imported.load();
        assert_eq!((data.summary.lacking.vision, data.summary.without_data.vision), (1, 1));
    }
}

#[test]
fn a_modality_that_is_missing_in_one_fold() {
    let warning = "warning: vision is missing in all 6 samples of the train fold";
    let imported = made(|vision| vision.fill(0.0)).import(&Choices::default()).unwrap();
    assert!(imported.told("vision: missing in 6 samples (all zeros)"), "{}", imported.report);
    assert!(imported.told(warning), "{}", imported.report);
    let absent = made(|_| ()).without("train_vision");
    let imported = absent.import(&Choices::default()).unwrap();
    assert!(imported.told("vision: missing in 6 samples (not in the file)"), "{}", imported.report);
    assert!(imported.told(warning), "{}", imported.report);
    let data = imported.load();
    assert_eq!(data.summary.lacking.vision, 6);
    assert!(data.split(Fold::Train).samples.iter().all(|sample| sample.lacks(corrkd_config::Modality::Vision)));
    assert!(data.split(Fold::Test).samples.iter().all(|sample| !sample.lacks(corrkd_config::Modality::Vision)));
    // And none of another width in one fold.
    let misfit = made(|_| ()).floats("train_vision", &[6, 4, 3], &[1.0; 72]);
    let error = misfit.import(&Choices::default()).err().unwrap();
    assert!(matches!(error, ImportError::Field { .. }), "{error}");
    assert!(error.to_string().ends_with("at `valid/vision`: expected 3 columns as in train, got 2 columns"), "{error}");
}
