//! A finished run answers from its folder alone, as it did when it was tested: without its data, and without the runs that it
//! needed.

use super::{cases, methods};
use corrkd_config::Condition;
use corrkd_record::{RunDir, Runs};
use corrkd_train::{Finished, TrainError, predict};
use std::fs;

#[test]
fn a_run_answers_from_its_folder_alone() {
    for case in cases() {
        let (home, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let runs = Runs::open(home.path()).unwrap();
        for result in case.run(&runs, &mut |_, _| {}) {
            let (from, to) = (runs.run(&result.id), Runs::open(elsewhere.path()).unwrap().run(&result.id));
            copy(&from, &to);
            let Finished { model, context, other_code, .. } = Finished::open(&methods(), &to).unwrap();
            assert_eq!(other_code, None);
            let kept = from.predictions(&result).unwrap();
            for condition in ["lav", "l", "lav@0.5"].map(|text| text.parse::<Condition>().unwrap()) {
                let ask = || predict(&*model, &case.data.test, condition, result.spec.seed, &context).unwrap();
                // Two threads that ask at once hear the same.
                let (predicted, other) = std::thread::scope(|scope| {
                    let other = scope.spawn(ask);
                    (ask(), other.join().unwrap())
                });
                assert_eq!(predicted.answers, other.answers, "{}, {} under {condition}", case.name, result.id);
                let name = condition.to_string();
                let expected = kept.iter().filter(|prediction| prediction.condition == name);
                let expected: Vec<_> = expected.map(|prediction| &prediction.answer).collect();
                assert_eq!(
                    predicted.answers.iter().collect::<Vec<_>>(),
                    expected,
                    "{}, {} under {name}",
                    case.name,
                    result.id
                );
            }
            // What it answers by beside its weights belongs to it like all else.
            let mut bytes = fs::read(to.context_path()).unwrap();
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            fs::write(to.context_path(), bytes).unwrap();
            assert!(matches!(Finished::open(&methods(), &to), Err(TrainError::Record(_))), "{}", case.name);
        }
    }
}

fn copy(from: &RunDir, to: &RunDir) {
    fs::create_dir_all(to.path()).unwrap();
    for file in fs::read_dir(from.path()).unwrap() {
        let file = file.unwrap().path();
        fs::copy(&file, to.path().join(file.file_name().unwrap())).unwrap();
    }
}
