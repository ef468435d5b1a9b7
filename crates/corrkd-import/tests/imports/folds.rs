//! Files in which a fold is empty: what to do is told, and works.

use crate::made::Made;
use corrkd_config::{Cross, CrossFold};
use corrkd_import::Choices;

/// Twelve samples with ids and scores in the folds' sizes.
fn made(counts: [usize; 3], id: impl Fn(usize) -> String) -> Made {
    let scores: Vec<f64> = (0..12).map(|k| f64::from(k % 7) - 3.0).collect();
    let mut made = Made::new(counts).labelled(counts, &scores);
    let mut start = 0;
    for (fold, count) in ["train", "valid", "test"].into_iter().zip(counts) {
        let ids: Vec<String> = (start..start + count).map(&id).collect();
        made = made.texts(&format!("{fold}_id"), &ids);
        start += count;
    }
    made
}

#[test]
fn an_empty_fold_is_told_with_what_to_do() {
    let sessions = |k: usize| format!("Ses0{}F_impro{:02}", k / 3 + 1, k % 3);
    let imported = made([9, 0, 3], sessions).import(&Choices::default()).unwrap();
    let told = "warning: the valid fold is empty: set folds = [\"Ses01\", \"Ses02\", \"Ses03\", \"Ses04\"] in the experiment, \
                so that each part is tested once, the next one validates and the others train; or cross = [\"Ses01\", \
                \"Ses02\", \"Ses03\", \"Ses04\"] under [folds] in the recipe";
    assert!(imported.told(told), "{}", imported.report);
    assert!(imported.load_fold(None).is_err());
    let Some(cross @ Cross::Groups(_)) = imported.report.cross.clone() else { panic!("groups") };
    for test in 0..4 {
        let data = imported.load_fold(Some(CrossFold { cross: cross.clone(), test })).unwrap();
        assert_eq!([data.train.samples.len(), data.valid.samples.len(), data.test.samples.len()], [6, 3, 3]);
        let session = format!("Ses0{}F", test + 1);
        assert!(data.test.samples.iter().all(|sample| sample.id.starts_with(&session)));
    }
    let imported = made([12, 0, 0], |k| format!("{}abc[{}]", k / 2, k % 2)).import(&Choices::default()).unwrap();
    assert!(imported.report.to_string().contains("warning: the valid and test folds are empty: set folds = 5 in"));
    let cross = imported.report.cross.clone().unwrap();
    assert_eq!(cross, Cross::Parts(5));
    assert!(imported.load_fold(Some(CrossFold { cross, test: 4 })).is_ok());
    // As a key of the recipe.
    let path = imported.out().join("recipe.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("[folds]\n", "[folds]\ncross = 5\n")).unwrap();
    let read = corrkd_data::Recipe::parse("recipe", &std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(read.folds.unwrap().cross, Some(Cross::Parts(5)));
}

#[test]
fn too_few_videos_for_folds_are_refused() {
    let file = made([8, 0, 4], |k| format!("v{}[{k}]", k / 8));
    let expected =
        "at `valid/labels`: expected samples, or three videos in all to be divided into folds, got none, and 2 videos";
    assert!(file.refused(&Choices::default(), &[expected]).ends_with("2 videos in all"));
}

#[test]
fn whole_folds_say_nothing() {
    let imported = made([6, 3, 3], |k| format!("v{k}")).import(&Choices::default()).unwrap();
    assert!(imported.report.cross.is_none() && !imported.report.to_string().contains("warning"), "{}", imported.report);
}
