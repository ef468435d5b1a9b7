//! Samples whose labels nobody asks for: features come out as with labels, and folds and labels need not be there.

use crate::fixture;
use corrkd_csd::Reader;
use corrkd_data::unseen;
use corrkd_import::{Choices, import};
use std::fs;
use std::path::Path;

fn unlabelled() -> Choices {
    Choices { unlabelled: true, ..Choices::default() }
}

/// Every layout that has labels is read without asking for them.
#[test]
fn features_are_those_that_labels_stand_beside() {
    for file in [
        "mult-mosi-np2-p4.pkl",
        "mmsa-unaligned-np2-p4.pkl",
        "lmf-np2-p3.pkl",
        "npz-flat.npz",
        "npz-folds",
        "mfn",
        "mfn-new",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let out = |name: &str| folder.path().join(name);
        import(&fixture(file), &out("with"), &Choices::default(), &unseen).unwrap();
        import(&fixture(file), &out("without"), &unlabelled(), &unseen).unwrap();
        let (with, without) = (sequences(&out("with")), sequences(&out("without")));
        assert!(!with.is_empty(), "{file}");
        for (name, reader) in &with {
            let other = &without.iter().find(|(other, _)| other == name).unwrap().1;
            assert!(reader.ids().eq(other.ids()), "{file}: {name}");
            // Written out, NaN is equal to itself.
            let told = |reader: &Reader, id: &str| format!("{:?}", reader.entry(id).unwrap());
            assert!(reader.ids().all(|id| told(reader, id) == told(other, id)), "{file}: {name}");
        }
    }
}

/// The sequences of features in a folder.
fn sequences(folder: &Path) -> Vec<(String, Reader)> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let features = files.filter(|path| path.extension().is_some_and(|e| e == "csd") && !path.ends_with("labels.csd"));
    features.map(|path| (path.file_name().unwrap().display().to_string(), Reader::open(&path).unwrap())).collect()
}

#[test]
fn folds_and_labels_need_not_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let (mfn, new) = (folder.path().join("mfn"), folder.path().join("new"));
    fs::create_dir_all(&mfn).unwrap();
    fs::copy(fixture("mfn").join("data/X_test.h5"), mfn.join("X_test.h5")).unwrap();
    for (modality, text) in [("language", "1,2\n3,4\n"), ("vision", "5\n6\n")] {
        fs::create_dir_all(new.join(modality)).unwrap();
        fs::write(new.join(modality).join("clip.csv"), text).unwrap();
    }
    for (number, input) in [&mfn, &new].into_iter().enumerate() {
        let out = folder.path().join(format!("out{number}"));
        let refused = import(input, &out, &Choices::default(), &unseen);
        assert!(refused.is_err() && !out.exists(), "{}", input.display());
        let report = import(input, &out, &unlabelled(), &unseen).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(report.samples.train + report.samples.valid, 0);
        assert!(report.samples.test > 0 && !sequences(&out).is_empty());
    }
}

#[test]
fn without_features_it_is_no_data() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "nothing").unwrap();
    assert!(import(folder.path(), &folder.path().join("out"), &unlabelled(), &unseen).is_err());
}
