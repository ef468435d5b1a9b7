//! The Python programs of `datasets/README.md` write what is read. The first needs nothing but a Python: that of
//! `CORRKD_PYTHON`, else `python3`. The second needs h5py and NumPy in it.

use corrkd_data::{Trust, load, unseen};
use corrkd_import::{Choices, import};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// The programs on the page, in their order.
fn programs() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/README.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, section) = page.split_once("\n## Features of your own\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    section.split("\n```python\n").skip(1).map(|rest| rest.split_once("\n```").unwrap().0.to_owned()).collect()
}

/// Runs a program in a folder; false where there is no Python or it lacks a module.
pub(crate) fn ran(program: &str, folder: &Path) -> bool {
    assert!(program.lines().count() < 30);
    let skipped = |why: &str| {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr().write_all(format!("skipped: {why}\n").as_bytes());
        false
    };
    let python = std::env::var_os("CORRKD_PYTHON").unwrap_or_else(|| "python3".into());
    let Ok(output) = Command::new(&python).args(["-B", "-c", program]).current_dir(folder).output() else {
        return skipped("there is no python3, and CORRKD_PYTHON names none");
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.contains("ModuleNotFoundError") {
        return skipped(said.trim().lines().last().unwrap_or_default());
    }
    assert!(output.status.success(), "{said}");
    true
}

#[test]
fn a_folder_of_single_files() {
    let folder = tempfile::tempdir().unwrap();
    if !ran(&programs()[0], folder.path()) {
        return;
    }
    let out = folder.path().join("out");
    let report = import(&folder.path().join("mine"), &out, &Choices::default(), &unseen).unwrap();
    assert_eq!((report.samples.train, report.samples.valid, report.samples.test), (18, 6, 6));
    let name = out.join("recipe.toml").to_str().unwrap().to_owned();
    let dataset = corrkd_config::DatasetRef { name, size: None, fold: None };
    let data = load(&dataset, Some(&out), &folder.path().join("cache"), Trust::Read, &unseen).unwrap();
    assert_eq!(data.summary.samples, report.samples);
}

#[test]
fn computational_sequences() {
    let folder = tempfile::tempdir().unwrap();
    if !ran(&programs()[1], folder.path()) {
        return;
    }
    for (name, root, rows) in [
        ("words", "words", 24),
        ("language", "glove_vectors", 24),
        ("audio", "COVAREP", 1200),
        ("vision", "FACET 4.2", 360),
        ("labels", "Opinion Segment Labels", 3),
    ] {
        let path = folder.path().join(name).with_extension("csd");
        let sequence = corrkd_csd::read(&path).unwrap();
        assert_eq!(sequence.root, root);
        assert_eq!(sequence.metadata["root name"], root);
        assert!(sequence.entries.values().all(|entry| entry.intervals.len() == rows), "{name}");
        assert_eq!(sequence.entries.keys().collect::<Vec<_>>(), ["v0", "v1", "v2"]);
        let findings = corrkd_csd::check_file(&path).unwrap();
        assert!(findings.is_empty() || name == "words", "{findings:?}");
    }
    let recipe = "title = \"mine\"\ntime = 8\nkeep = \"last\"\nstandardise = \"train\"\nreference = \"language\"\n\
                  [labels]\nfile = \"labels.csd\"\ncolumns = [\"sentiment\"]\ncolumn = \"sentiment\"\nrange = [-5.0, 5.0]\n\
                  [words]\nfile = \"words.csd\"\n\
                  [features.language]\nfile = \"language.csd\"\nwidth = 6\n\
                  [features.audio]\nfile = \"audio.csd\"\nwidth = 5\n\
                  [features.vision]\nfile = \"vision.csd\"\nwidth = 4\n\
                  [folds]\ntrain = [\"v0\"]\nvalid = [\"v1\"]\ntest = [\"v2\"]\n";
    let name = folder.path().join("recipe.toml");
    std::fs::write(&name, recipe).unwrap();
    let name = name.to_str().unwrap().to_owned();
    let dataset = corrkd_config::DatasetRef { name, size: None, fold: None };
    let data = load(&dataset, Some(folder.path()), &folder.path().join("cache"), Trust::Read, &unseen).unwrap();
    let samples = data.summary.samples;
    assert_eq!((samples.train, samples.valid, samples.test), (3, 3, 3));
}

/// Frames of all samples in one array, as fairseq has them: the lines that the refusal names make a folder that is read.
#[test]
fn an_array_of_all_frames_is_cut_into_files() {
    let folder = tempfile::tempdir().unwrap();
    let made = "import numpy; numpy.save('train.npy', numpy.arange(36, dtype='f4').reshape(18, 2))\n\
                open('train.lengths', 'w').writelines(f'{1 + k % 3}\\n' for k in range(9))\n\
                open('train.emo', 'w').writelines(f'Ses0{k // 3 + 1}F_{k} {\"sad hap\".split()[k % 2]}\\n' for k in range(9))";
    if !ran(made, folder.path()) {
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("out");
    let error = import(folder.path(), &out, &Choices::default(), &unseen).unwrap_err();
    assert!(!error.is_user_input());
    let message = error.to_string();
    let lines: Vec<&str> = message.lines().skip(1).take(4).map(str::trim).collect();
    assert!(ran(&lines.join("\n"), folder.path()));
    let report = import(folder.path(), &out, &Choices::default(), &unseen).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((report.samples.train, report.features.audio.as_ref().unwrap().longest), (9, 3));
    let text = report.to_string();
    assert!(text.contains("hap 4, sad 5"), "{text}");
    assert!(text.contains("folds = [\"Ses01\", \"Ses02\", \"Ses03\"]"), "{text}");
    let audio = corrkd_csd::read(&out.join("audio.csd")).unwrap();
    assert_eq!(audio.entries["Ses01F_1[0]"].features.clone().into_f32().unwrap().values, [2.0, 3.0, 4.0, 5.0]);
}
