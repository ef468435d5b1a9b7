//! Files that people brought whose labels, zeros or folds were misread.

use crate::brought::cases;
use corrkd_config::{Cross, Labels};
use corrkd_data::unseen;
use corrkd_import::{Choices, ImportError, LabelValues, Report, import};
use std::path::Path;
use tempfile::TempDir;

/// Imports a file into `out` of a new folder.
fn imported(file: &Path, choices: &Choices) -> Result<(TempDir, Report), ImportError> {
    let folder = tempfile::tempdir().unwrap();
    let report = import(file, &folder.path().join("out"), choices, &unseen)?;
    Ok((folder, report))
}

fn load(folder: &TempDir, fold: Option<corrkd_config::CrossFold>) -> corrkd_data::Dataset {
    let out = folder.path().join("out");
    let name = out.join("recipe.toml").to_str().unwrap().to_owned();
    let dataset = corrkd_config::DatasetRef { name, size: None, fold };
    corrkd_data::load(&dataset, Some(&out), &folder.path().join("cache"), corrkd_data::Trust::Read, &unseen).unwrap()
}

#[test]
fn class_numbers_as_sentiment() {
    let Some(case) = cases("01-class-numbers-as-sentiment") else { return };
    let file = case.join("meld_numbers.pkl");
    let message = imported(&file, &Choices::default()).err().unwrap().to_string();
    let got = "at `labels`: expected scores with both signs in column `sentiment`, or a column for each category, got whole \
               numbers from 0 to 6, 7 different; name the categories";
    assert!(message.contains(got), "{message}");
    let names = ["neutral", "surprise", "fear", "sadness", "joy", "disgust", "anger"].map(str::to_owned).to_vec();
    let values = Some(LabelValues::Categories(names.clone()));
    let (folder, _) = imported(&file, &Choices { values, ..Choices::default() }).unwrap();
    assert_eq!(load(&folder, None).labels, Labels::Categories(names));
    let values = Some(LabelValues::Scale([0.0, 3.0, 6.0]));
    let (folder, _) = imported(&file, &Choices { values, ..Choices::default() }).unwrap();
    assert_eq!(load(&folder, None).summary.clipped, 0);
}

#[test]
fn zeros_for_a_missing_face() {
    let Some(case) = cases("13-zeros-for-a-missing-face") else { return };
    let choices = Choices::default();
    let (zeros, told) = imported(&case.join("zeros.pkl"), &choices).unwrap();
    assert!(told.to_string().contains("\nvision: missing in 18 samples (all zeros)\n"), "{told}");
    let (nans, told) = imported(&case.join("nans.pkl"), &choices).unwrap();
    assert!(told.to_string().contains("\nvision: missing in 18 samples (no finite value)\n"), "{told}");
    // The same samples lack the same, and what they have is the same.
    let (zeros, nans) = (load(&zeros, None), load(&nans, None));
    assert_eq!((&zeros.train, &zeros.valid, &zeros.test), (&nans.train, &nans.valid, &nans.test));
    assert_eq!(zeros.summary.lacking.vision, 18);
    let data = Choices { zeros: Some(corrkd_data::Zeros::Data), ..Choices::default() };
    let (data, _) = imported(&case.join("zeros.pkl"), &data).unwrap();
    assert_eq!(load(&data, None).summary.lacking.vision, 0);
}

#[test]
fn sessions_without_a_validation_fold() {
    let Some(case) = cases("16-leave-one-session-out") else { return };
    let (folder, report) = imported(&case.join("no_valid.pkl"), &Choices::default()).unwrap();
    let groups = "folds = [\"Ses01\", \"Ses02\", \"Ses03\", \"Ses04\", \"Ses05\"]";
    assert!(report.to_string().contains(&format!("warning: the valid fold is empty: set {groups} in the experiment")));
    let Some(cross @ Cross::Groups(_)) = report.cross else { panic!("groups") };
    let data = load(&folder, Some(corrkd_config::CrossFold { cross, test: 4 }));
    assert_eq!([data.train.samples.len(), data.valid.samples.len(), data.test.samples.len()], [36, 12, 12]);
    let (_, report) = imported(&case.join("with_valid.pkl"), &Choices::default()).unwrap();
    assert!(!report.to_string().contains("warning"), "{report}");
}
