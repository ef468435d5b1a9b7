//! Files that cannot be imported, and that nothing is left of one.

use crate::fixture;
use corrkd_data::unseen;
use corrkd_import::{Choices, ImportError, import};
use std::ops::ControlFlow;
use std::path::Path;

/// The error of an import, after which there must be nothing in the folder.
fn refused(file: &Path) -> ImportError {
    let folder = tempfile::tempdir().unwrap();
    let error = import(file, &folder.path().join("out"), &Choices::default(), &unseen).unwrap_err();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{error}");
    error
}

#[test]
fn an_unknown_layout_shows_what_there_is_and_what_is_known() {
    let error = refused(&fixture("unknown-np2-p4.pkl"));
    assert!(!error.is_user_input());
    let message = error.to_string();
    for part in [
        "unknown layout: train has no labels; known are\n",
        "\n  MMSA: the same with regression_labels,",
        "\nthe file holds\ndict of 2\n  train: dict of 2\n    text: array [2, 3, 4] f8\n    scores: list of 2\n",
    ] {
        assert!(message.contains(part), "{message}");
    }
    let error = refused(&fixture("mfn/data/X_train.h5"));
    assert!(error.to_string().contains("one HDF5 file is no data set"), "{error}");
    assert!(error.to_string().contains("data: [4, 5, 325] f64"), "{error}");
    let error = refused(&fixture(""));
    assert!(error.to_string().contains("no file of each fold in this folder"), "{error}");
}

#[test]
fn parts_that_do_not_fit_together() {
    let error = refused(&fixture("misfit-np2-p4.pkl"));
    assert!(!error.is_user_input());
    let expected = "at `train/labels`: expected labels of 4 samples, got an array of shape [7, 1, 1] of f8";
    assert!(error.to_string().ends_with(expected), "{error}");
}

#[test]
fn absent_and_damaged_files() {
    assert!(refused(Path::new("no such file.pkl")).to_string().contains("no such file"));
    let folder = tempfile::tempdir().unwrap();
    let part = folder.path().join("part.pkl");
    let whole = std::fs::read(fixture("mult-mosi-np2-p4.pkl")).unwrap();
    std::fs::write(&part, &whole[..whole.len() / 2]).unwrap();
    let error = refused(&part);
    assert!(matches!(error, ImportError::Numpy(_)) && !error.is_user_input(), "{error}");
}

#[test]
fn a_folder_in_use_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine"), "mine").unwrap();
    let error = import(&fixture("mult-mosi-np2-p4.pkl"), folder.path(), &Choices::default(), &unseen).unwrap_err();
    assert!(matches!(error, ImportError::Occupied { .. }) && error.is_user_input());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    for none in [folder.path().join("mine"), folder.path().join("new/.."), ".".into(), "/".into(), "".into()] {
        let error = import(&fixture("mult-mosi-np2-p4.pkl"), &none, &Choices::default(), &unseen).unwrap_err();
        assert!(matches!(error, ImportError::Occupied { .. }) && error.is_user_input(), "{}: {error}", none.display());
    }
    assert_eq!(std::fs::read(folder.path().join("mine")).unwrap(), b"mine");
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    import(&fixture("mult-mosi-np2-p4.pkl"), &empty, &Choices::default(), &unseen).unwrap();
    assert_eq!(std::fs::read_dir(&empty).unwrap().count(), 6);
}

#[test]
fn an_import_that_is_stopped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for steps in [1, 20, 47] {
        let stop = |done, all| {
            assert_eq!(all, 2 * 3 * 8);
            if done < steps { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let error = import(&fixture("mult-mosi-np2-p4.pkl"), &folder.path().join("out"), &Choices::default(), &stop)
            .unwrap_err();
        assert!(matches!(error, ImportError::Interrupted));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
