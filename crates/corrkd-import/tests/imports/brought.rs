//! Files of other formats, arrays of MFN's `new_data`, modalities that one fold lacks, and values that only 64 bits hold.

use crate::made::Made;
use crate::programs::ran;
use corrkd_data::unseen;
use corrkd_import::{Choices, import};
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn refusal(file: &Path) -> String {
    let out = tempfile::tempdir().unwrap();
    let error = import(file, &out.path().join("out"), &Choices::default(), &unseen).unwrap_err();
    assert!(!error.is_user_input(), "exit code 3: {error}");
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0);
    error.to_string()
}

pub(crate) fn cases(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases").join(name);
    if !path.is_dir() {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr().write_all(format!("skipped: {} is absent\n", path.display()).as_bytes());
        return None;
    }
    Some(path)
}

#[test]
fn formats_that_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes, what) in [
        ("a.mat", &b"MATLAB 5.0 MAT-file"[..], "a file of MATLAB's"),
        ("b.pkl", b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS"),
        ("c.pkl", b"<!doctype html>", "a web page"),
        ("d.csv", b"id,label\na,1\n", "a table as text"),
        ("e.pkl.gz", b"\x1f\x8b\x08", "something packed by gzip; unpack it first: `gzip -dk "),
        ("f.npz", b"", "an empty file; fetch it again"),
        ("g.pt", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", "a file of PyTorch's tensors"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let message = refusal(&path);
        assert!(message.contains(what), "{message}");
    }
    let path = folder.path().join("words.csd");
    corrkd_csd::write(&path, &corrkd_csd::Sequence { root: "words".into(), ..Default::default() }).unwrap();
    let message = refusal(&path);
    assert!(
        message.contains("a computational sequence, `words`, which needs no import: a recipe names its file"),
        "{message}"
    );
}

#[test]
fn files_of_pytorch() {
    let Some(cases) = cases("08-torch-files") else { return };
    for name in ["tensors.pkl", "new.pt", "old.pth"] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        std::fs::copy(cases.join(name), &file).unwrap();
        let message = refusal(&file);
        assert!(message.contains("a file of PyTorch's tensors"), "{message}");
        assert!(message.contains("\n  import pickle, torch; "), "{message}");
        // The way leads to a data set.
        if ran(message.lines().nth(1).unwrap().trim(), folder.path()) {
            let out = folder.path().join("out");
            let report = import(&file.with_extension("arrays.pkl"), &out, &Choices::default(), &unseen);
            assert_eq!(report.unwrap_or_else(|error| panic!("{error}")).samples.train, 60, "{name}");
        }
    }
}

#[test]
fn ids_as_an_array_of_integers() {
    let Some(cases) = cases("06-integer-array-ids") else { return };
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("out");
    import(&cases.join("numbers.pkl"), &out, &Choices::default(), &unseen).unwrap();
    let labels = corrkd_csd::read(&out.join("labels.csd")).unwrap();
    assert_eq!(labels.entries.len(), 108);
    assert!((0..60).all(|id| labels.entries.contains_key(&format!("{id}[0]"))));
}

/// MFN's folders lack the words of some training folds, which are too large for a repository.
#[test]
fn arrays_of_folds_and_modalities() {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(crate::fixture("mfn-new")).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if name != "text_train_emb.h5" && name != "text_train.h5" {
            std::fs::copy(entry.path(), folder.path().join(name)).unwrap();
        }
    }
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("out");
    let report = import(folder.path(), &out, &Choices::default(), &unseen).unwrap_or_else(|error| panic!("{error}"));
    assert!(report.aligned);
    assert_eq!(report.features.language.as_ref().unwrap().missing(), [4, 0, 0]);
    let words = corrkd_csd::read(&out.join("language.csd")).unwrap();
    assert_eq!(words.entries.len(), 4);
    std::fs::remove_file(folder.path().join("y_train.h5")).unwrap();
    assert!(refusal(folder.path()).contains("no file of each fold in this folder"));
}

/// A fold without a modality, whichever fold and modality it is.
#[test]
fn one_fold_lacks_a_modality() {
    const COUNTS: [usize; 3] = [6, 3, 3];
    let labels: Vec<f64> = (0..12).map(|k| f64::from(k) / 2.0 - 2.75).collect();
    for (fold, samples) in [("train", 6), ("valid", 3), ("test", 3)] {
        for (field, modality) in [("text", "language"), ("audio", "audio"), ("vision", "vision")] {
            let made = Made::new(COUNTS).labelled(COUNTS, &labels).without(&format!("{fold}_{field}"));
            let imported = made.import(&Choices::default()).unwrap_or_else(|error| panic!("{error}"));
            let sequence = corrkd_csd::read(&imported.out().join(format!("{modality}.csd"))).unwrap();
            assert_eq!(sequence.entries.len(), 12 - samples);
            assert!(imported.told(&format!("{modality}: missing in {samples} samples (not in the file)")));
            assert_eq!(imported.load().summary.samples.train, 6);
        }
    }
}

/// A fold may be absent, but what is there under another name is not passed over.
#[test]
fn a_fold_that_is_absent_and_one_of_another_name() {
    const COUNTS: [usize; 3] = [6, 3, 3];
    let labels: Vec<f64> = (0..12).map(|k| f64::from(k) / 2.0 - 2.75).collect();
    let fields = ["text", "audio", "vision", "labels", "id"];
    let without = || {
        let made = Made::new(COUNTS).labelled(COUNTS, &labels);
        fields.iter().fold(made, |made, field| made.without(&format!("valid_{field}")))
    };
    let report = without().import(&Choices::default()).unwrap_or_else(|error| panic!("{error}")).report;
    assert_eq!((report.samples.train, report.samples.valid, report.samples.test), (6, 0, 3));
    assert!(report.to_string().contains("the valid fold is empty: set folds = "), "{report}");
    without().floats("eval_text", &[3, 4, 2], &[0.5; 24]).refused(
        &Choices::default(),
        &["unknown layout: no valid in it, but `eval_text` (valid may be val, validation or dev)"],
    );
}

/// The arrays of an `.npz` in files of their own, in one folder or in one for each fold.
#[test]
fn folders_of_arrays() {
    const COUNTS: [usize; 3] = [6, 3, 3];
    let labels: Vec<f64> = (0..12).map(|k| f64::from(k) / 2.0 - 2.75).collect();
    let made = Made::new(COUNTS).labelled(COUNTS, &labels);
    let whole = made.import(&Choices::default()).unwrap_or_else(|error| panic!("{error}"));
    for nested in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (arrays, out) = (folder.path().join("arrays"), folder.path().join("out"));
        made.write_apart(&arrays, nested);
        let report = import(&arrays, &out, &Choices::default(), &unseen).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(report.samples, whole.report.samples);
        for file in ["language", "audio", "vision", "labels"] {
            let read = |folder: &Path| corrkd_csd::read(&folder.join(format!("{file}.csd"))).unwrap().entries;
            assert!(read(&out) == read(&whole.out()), "{file}");
        }
    }
}

/// What f32 cannot hold is counted and placed like infinity.
#[test]
fn finite_means_finite_in_single_precision() {
    const COUNTS: [usize; 3] = [3, 3, 3];
    let labels: Vec<f64> = (0..9).map(|k| f64::from(k) / 2.0 - 2.0).collect();
    let mut values = vec![0.5; 3 * 4 * 2];
    values[9] = 1e39;
    values[20] = f64::NEG_INFINITY;
    values[21] = f64::from(f32::MAX);
    let made = Made::new(COUNTS).labelled(COUNTS, &labels).doubles("train_audio", &[3, 4, 2], &values);
    let report = made.import(&Choices::default()).unwrap_or_else(|error| panic!("{error}")).report;
    let audio = report.features.audio.as_ref().unwrap();
    assert_eq!((audio.not_finite, audio.first_not_finite.as_deref()), (2, Some("train0[1]")));
    assert!(report.to_string().contains("; 2 values not finite, kept, the first in `train0[1]`"), "{report}");
}
