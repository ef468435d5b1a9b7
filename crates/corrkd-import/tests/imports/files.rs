//! Folders of single files: labels in a table, and a file for each sample and modality.

use corrkd_csd::{Entry, Features};
use corrkd_data::{Trust, Zeros, load, unseen};
use corrkd_import::{Choices, Layout, Report, import};
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder that is being made.
pub(crate) struct World(TempDir);

impl World {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.0.path().join("in").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    fn out(&self) -> PathBuf {
        self.0.path().join("out")
    }

    pub(crate) fn imported(&self) -> Report {
        let report = import(&self.0.path().join("in"), &self.out(), &Choices::default(), &unseen);
        report.unwrap_or_else(|error| panic!("{error}"))
    }

    /// The refusal, which is of the data, and leaves nothing.
    pub(crate) fn refused(&self, parts: &[&str]) {
        let (path, out) = (self.0.path().join("in"), self.0.path().join("refused"));
        let Err(error) = import(&path, &out, &Choices::default(), &unseen) else { panic!("imported, not {parts:?}") };
        assert!(!error.is_user_input(), "exit code 3: {error}");
        assert!(!out.exists());
        let message = error.to_string();
        for part in parts {
            assert!(message.contains(part), "`{part}` is not in: {message}");
        }
    }

    fn entry(&self, modality: &str, id: &str) -> Entry {
        corrkd_csd::read(&self.out().join(format!("{modality}.csd"))).unwrap().entries.remove(id).unwrap()
    }

    pub(crate) fn values(&self, modality: &str, id: &str) -> Vec<f64> {
        match self.entry(modality, id).features {
            Features::F32(rows) => rows.values.iter().map(|&value| f64::from(value)).collect(),
            Features::F64(rows) => rows.values,
            Features::Texts(_) => panic!("numbers"),
        }
    }
}

/// An array as `numpy.save` writes it.
pub(crate) fn npy(shape: &[usize], values: &[f32]) -> Vec<u8> {
    let shape: String = shape.iter().map(|axis| format!("{axis},")).collect();
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.bytes());
    file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    file
}

/// Three folds of two samples, `a/x` to `f`, with two frames of each modality.
fn small() -> World {
    let ids = ["a/x", "b", "c", "d", "e", "f"];
    let mut world = World::new().file(
        "labels.csv",
        "id,split,sentiment\na/x,train,-1.5\nb,train,2\nc,val,1\nd,val,-1\ne,test,0.5\nf,Test,-0.25\n",
    );
    for (number, id) in ids.iter().enumerate() {
        let base = number as f32;
        world = world
            .file(&format!("text/{id}.npy"), npy(&[2, 3], &[base, 1.0, 2.0, 3.0, 4.0, 5.0]))
            .file(&format!("audio/{id}.csv"), format!("{base},1\n2,3\n"))
            .file(&format!("Visual/{id}.txt"), format!("{base} 1.5\n-2e-1  nan\n"));
    }
    world
}

#[test]
fn a_folder_of_single_files_is_a_data_set() {
    let world = small();
    let report = world.imported();
    assert_eq!(report.layout, Layout::Files);
    assert_eq!((report.samples.train, report.samples.valid, report.samples.test), (2, 2, 2));
    assert!(report.aligned);
    assert_eq!(world.values("language", "b[0]"), [1.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(world.values("audio", "a%2Fx[0]"), [0.0, 1.0, 2.0, 3.0]);
    let vision = world.values("vision", "f[0]");
    assert!(vision[..3] == [5.0, 1.5, -0.2] && vision[3].is_nan(), "{vision:?}");
    assert_eq!(world.values("labels", "f[0]"), [-0.25]);
    let text = report.to_string();
    for line in ["labels.csv: 6 samples, labels sentiment", "language: 6 arrays", "audio: 6 tables"] {
        assert!(text.contains(line), "{text}");
    }
    let name = world.out().join("recipe.toml").to_str().unwrap().to_owned();
    let dataset = corrkd_config::DatasetRef { name, size: None, fold: None };
    let data = load(&dataset, Some(&world.out()), &world.0.path().join("cache"), Trust::Read, &unseen).unwrap();
    assert_eq!(data.summary.samples, report.samples);
}

/// One vector for each utterance, as GCNet's and MERBench's features are, with their table.
#[test]
fn vectors_by_utterance() {
    let mut world = World::new().file("labels.csv", "id,split,emo,val\nu_1,train,0,-3\nu_2,valid,1,2\nu_3,test,2,1\n");
    for id in ["u_1", "u_2", "u_3"] {
        world = world
            .file(&format!("language/{id}.npy"), npy(&[3], &[1.0, 2.0, 3.0]))
            .file(&format!("audio/{id}.npy"), npy(&[1, 1, 2], &[4.0, 5.0]));
    }
    // The first column is whole numbers: which of the two is the label has to be said.
    let choices = Choices { label: Some("val".into()), ..Choices::default() };
    let report = import(&world.0.path().join("in"), &world.out(), &choices, &unseen).unwrap();
    assert_eq!(report.features.vision, None);
    assert_eq!(world.values("audio", "u_2[0]"), [4.0, 5.0]);
    assert_eq!(world.values("labels", "u_3[0]"), [2.0, 1.0]);
}

/// MMSA's table: two columns name a sample, and a text stands beside the labels. Its own format writes what it leaves out.
#[test]
fn tables_as_they_come() {
    let table = "\u{feff}video_id;clip_id;text;label;label_T;label_A;label_V;annotation;mode\r\n\
                 v1;1;\"a; \"\"b\"\"\";-1.0;-0.5;0;1;Negative;train\r\n\
                 v1;2;c;0.5;;0;1;Positive;valid\r\n\r\n\
                 v2;1;d;1;0.5;0;1;Positive;test\r\n";
    let mut world = World::new().file("label.csv", table);
    for file in ["v1/1", "v1_2", "v2$_$1"] {
        world = world.file(&format!("vision/{file}.tsv"), "1\t2\n");
    }
    let report = world.imported();
    let names: Vec<&str> = report.labels.iter().map(|(name, ..)| &name[..]).collect();
    assert_eq!(names, ["sentiment", "language", "audio", "vision"]);
    assert!(report.to_string().contains("no labels, left out: text, annotation"), "{report}");
    let labels = corrkd_csd::read(&world.out().join("labels.csd")).unwrap();
    assert_eq!(labels.entries.keys().collect::<Vec<_>>(), ["v1.train[1]", "v1.valid[2]", "v2[1]"]);
    assert!(world.values("labels", "v1.valid[2]")[1].is_nan());
}

#[test]
fn a_column_of_texts_is_categories() {
    let mut world = World::new();
    for (fold, rows) in [("train", "a,hap\nb,sad\n"), ("dev", "c,sad\n"), ("test", "d,hap\n")] {
        world = world.file(&format!("{fold}.csv"), format!("name,emotion\n{rows}"));
    }
    for id in ["a", "b", "c", "d"] {
        world = world.file(&format!("audio/{id}.csv"), "1,2\n3,4\n");
    }
    let report = world.imported();
    assert_eq!(report.counts, [("hap".to_owned(), 2), ("sad".to_owned(), 2)]);
    assert_eq!(world.values("labels", "b[0]"), [0.0, 1.0]);
    // A sample in two folds, and a table of another kind.
    world
        .file("test.csv", "name,emotion\na,hap\n")
        .refused(&["test.csv: at `line 2`: expected each id once", "line 2 of train.csv"]);
}

/// What tells when a frame was is no feature; a frame without a face holds nothing.
#[test]
fn tables_of_openface_and_facet() {
    let labels = "id,split,score\nx,train,-1\ny,valid,1\nz,test,0.5\n";
    let openface = |rows: &str| format!("frame, face_id, timestamp, confidence, success, AU01_r, AU02_r\n{rows}");
    let mut world = World::new().file("labels.csv", labels);
    for (id, rows) in
        [("x", "1, 0, 0.033, 0.98, 1, 0.5, 0.25\n2, 0, 0.067, 0.1, 0, 9, 9\n"), ("y", "1,0,0.0,0.9,1,2,3\n")]
    {
        world = world.file(&format!("openface/{id}.csv"), openface(rows));
    }
    world = world.file("facet/z.csv", "1\n").file("vision/x.csv", "1\n");
    world.refused(&["two folders of vision, `facet` and `vision`"]);

    let mut world = World::new().file("labels.csv", labels);
    for (id, rows) in
        [("x", "1, 0, 0.033, 0.98, 1, 0.5, 0.25\n2, 0, 0.067, 0.1, 0, 9, 9\n"), ("y", "1,0,0.0,0.9,1,2,3\n"), ("z", "")]
    {
        world = world
            .file(&format!("vision/{id}.csv"), openface(rows))
            .file(&format!("audio/{id}.csv"), "0,0.0333333,1.5,\n1,0.0666667,-2.5,\n2,0.1,1,\n3,0.133333,0.5,\n");
    }
    let report = world.imported();
    let vision = world.values("vision", "x[0]");
    assert!(vision[..2] == [0.5, 0.25] && vision[2].is_nan() && vision[3].is_nan(), "{vision:?}");
    assert!(world.values("vision", "z[0]").iter().all(|value| value.is_nan()));
    assert_eq!(world.values("audio", "y[0]"), [1.5, -2.5, 1.0, 0.5]);
    let text = report.to_string();
    for part in [
        "no features, left out: frame, face_id, timestamp, confidence, success; frames without success hold no data",
        "vision: 3 tables; none, or no frames, for 1 samples",
        "no features, left out: column 1 (goes up in equal steps), column 2 (goes up in equal steps)",
        "vision: missing in 1 samples (no finite value), and in 1 single frames of others",
    ] {
        assert!(text.contains(part), "`{part}` is not in {text}");
    }
    assert_eq!(report.features.vision.as_ref().unwrap().zeros, Zeros::Data);
}

/// Equal steps in one file are no clock where another has none, nor are two frames.
#[test]
fn a_feature_is_no_clock() {
    let world = World::new()
        .file("labels.csv", "id,split,score\nx,train,-1\ny,valid,1\nz,test,0.5\n")
        .file("audio/x.csv", "1,7\n2,8\n3,9\n")
        .file("audio/y.csv", "1,7\n2,8\n2,9\n")
        .file("audio/z.csv", "1,7\n2,8\n");
    world.imported();
    assert_eq!(world.values("audio", "x[0]"), [1.0, 7.0, 2.0, 8.0, 3.0, 9.0]);
}

/// A sample without a file lacks the modality, in as many frames as the others have where these are aligned.
#[test]
fn a_file_that_is_not_there_is_a_modality_that_is_missing() {
    let world = small();
    let path = |name: &str| world.0.path().join("in").join(name);
    std::fs::remove_file(path("audio/b.csv")).unwrap();
    std::fs::write(path("text/f.npy"), npy(&[0, 3], &[])).unwrap();
    std::fs::write(path("audio/stray.csv"), "1,2\n").unwrap();
    std::fs::write(path("audio/.hidden"), "x").unwrap();
    let report = world.imported();
    assert!(report.aligned);
    assert!(world.values("audio", "b[0]").iter().all(|value| value.is_nan()));
    assert_eq!(world.entry("audio", "b[0]").intervals.len(), 2);
    let text = report.to_string();
    for part in [
        "audio: missing in 1 samples (no finite value)",
        "language: missing in 1 samples (no finite value)",
        "; 1 files without labels left out, such as `stray`",
    ] {
        assert!(text.contains(part), "`{part}` is not in {text}");
    }
    std::fs::remove_file(path("audio/e.csv")).unwrap();
    std::fs::remove_file(path("text/e.npy")).unwrap();
    std::fs::remove_file(path("Visual/e.txt")).unwrap();
    world.refused(&["at `test/id`: expected a file with frames in one folder at least", "got none for `e`"]);
}

#[test]
fn a_folder_of_nothing_is_refused() {
    let mut world = small();
    for id in ["a/x", "b", "c", "d", "e", "f"] {
        world = world.file(&format!("text/{id}.npy"), npy(&[0, 0], &[])).file(&format!("audio/{id}.csv"), "x,y\n");
    }
    world.refused(&["expected frames in one file at least, got none"]);
}

#[test]
fn without_a_column_split_all_train() {
    let mut world = World::new().file("labels.csv", "id,label\nv1,-1\nv2,1\nv3,0.5\n");
    for id in ["v1", "v2", "v3"] {
        world = world.file(&format!("audio/{id}.csv"), "1,2\n");
    }
    let text = world.imported().to_string();
    assert!(text.contains("no column split"), "{text}");
    assert!(text.contains("set folds = 3 in the experiment"), "{text}");
}

#[test]
fn what_is_lacking_is_said_with_the_way() {
    let way = "datasets/README.md has short Python programs";
    World::new().file("vidA.csv", "0,0.03,1\n").file("vidB.csv", "0,0.03,1\n").refused(&[
        "without labels",
        "vidA.csv",
        way,
    ]);
    World::new().file("train.npy", npy(&[2, 2], &[0.0; 4])).file("train.lengths", "2\n").refused(&[way]);
    World::new().file("audio/a.csv", "1\n").refused(&["no labels", "audio: 1 files of audio", way]);
    World::new()
        .file("labels.csv", "id,split,x\na,train,1\n")
        .refused(&["no folder named language, audio or vision", way]);
    World::new().file("notes.md", "x").refused(&["no file of each fold in this folder", way]);
    World::new()
        .file("labels.csv", "id,split,x\na,train,1\n")
        .file("audio/b.csv", "1\n")
        .refused(&["a file for each id, such as `a.npy`, got none of them, but `b` and so on"]);
}

#[test]
fn faults_are_told_with_file_and_line() {
    let labels = |text: &str| small().file("labels.csv", text);
    labels("sample,x\na,1\n").refused(&["labels.csv: at `line 1`: expected a header with a column `id`"]);
    labels("id,split,x\nb,train,1\nb,train,1\n")
        .refused(&["at `line 3`: expected each id once", "got `b` as in line 2 of labels.csv"]);
    labels("id,split,x\nb,eval,1\n").refused(&["at `line 2`: expected train, valid or test as the split, got `eval`"]);
    labels("id,split,x\nb,train\n").refused(&["at `line 2`: expected 3 cells as in the header, got 2"]);
    labels("id,split,x\n,train,1\n").refused(&["at `line 2`: expected an id for each sample"]);
    small()
        .file("labels.csv", b"id,split,x\nb,train,1\nc,train,\xe9\n")
        .refused(&["labels.csv: at `line 3`: expected UTF-8"]);
    small().file("labels.csv", "<!DOCTYPE html><html>").refused(&["a web page", "save the file itself"]);
    labels("id,split,x\n").refused(&["labels.csv: at `line 2`: expected a line for each sample, got none"]);
    small().file("labels.csv", "").refused(&["an empty file"]);
    labels("id,split,x\nb\u{1b}[2J,train,1\n")
        .refused(&["at `line 2`: expected ids, each a text without control", "\\u{1b}[2J"]);
    let named = "id,split,\u{1b}[2J\nb,train,-1\nc,train,0\nd,train,1\n";
    labels(named).refused(&["expected names of labels in one line, without control characters, got \"\\u{1b}[2J\""]);
    let audio = |text: &str| small().file("audio/c.csv", text);
    audio("1,2\n3\n").refused(&["c.csv: at `line 2`: expected 2 values as in the first line, got 1"]);
    audio("1,2\n3,x\n").refused(&["c.csv: at `line 2`: expected a number, got `x` in column 2"]);
    audio("1,2,3\n").refused(&["c.csv: at `columns`: expected 2 columns of features as in ", "got 3"]);
    audio("a,b\n1,2\n").refused(&["c.csv: at `line 1`: expected no header as in ", "got a,b"]);
    audio("version https://git-lfs.github.com/spec/v1\n").refused(&["a pointer of Git LFS", "`git lfs pull`"]);
    small().file("text/c.npy", npy(&[1, 2, 3], &[0.0; 6])).imported();
    small().file("text/c.npy", npy(&[2, 1, 3], &[0.0; 6])).refused(&["numbers of one sample, (T, D) or (D)"]);
    small().file("text/c.npy", "<html>").refused(&["a web page"]);
    small().file("text/c.csv", "1,2,3\n").refused(&["expected one file of each sample, got "]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    /// Whatever stands in the tables: a data set or a refusal, and nothing left of one.
    #[test]
    fn arbitrary_tables(
        labels in "[a-c,;\t \"\n0-2.\u{feff}é-]{0,60}",
        frames in "[0-2,;\t \"\n.x-]{0,40}",
        header in any::<bool>(),
    ) {
        let labels = if header { format!("id,split,x\na,train,-1\nb,test,1\n{labels}") } else { labels };
        let world = World::new().file("labels.csv", labels).file("audio/a.csv", &frames).file("audio/b.csv", "1,2\n");
        let done = import(&world.0.path().join("in"), &world.out(), &Choices::default(), &unseen).is_ok();
        prop_assert_eq!(std::fs::read_dir(world.0.path()).unwrap().count(), if done { 2 } else { 1 });
    }
}

/// None is waited for.
#[cfg(unix)]
#[test]
fn pipes_among_the_files() {
    let piped = |world: World, name: &str| {
        let path = world.0.path().join("in").join(name);
        let _ = std::fs::remove_file(&path);
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        world.refused(&[name, "it is a pipe, a socket or a device, expected a regular file"]);
    };
    ["labels.csv", "audio/b.csv", "text/c.npy"].into_iter().for_each(|name| piped(small(), name));
    piped(World::new().file("other", ""), "train.pkl");
    piped(World::new().file("y_train.h5", ""), "X_train.h5");
}

/// Folders as users brought them, where they are at hand.
#[test]
fn folders_of_users() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/09-loose-feature-files");
    if !cases.is_dir() {
        use std::io::Write as _;
        let _ = std::io::stderr().write_all(format!("skipped: {} is absent\n", cases.display()).as_bytes());
        return;
    }
    let out = tempfile::tempdir().unwrap();
    for folder in ["facet", "npy", "facet/vidA.csv"] {
        let error = import(&cases.join(folder), &out.path().join("out"), &Choices::default(), &unseen).unwrap_err();
        assert!(!error.is_user_input(), "{error}");
        assert!(error.to_string().contains("datasets/README.md"), "{error}");
    }
    // The same files with labels are a data set.
    let mut world = World::new().file("labels.csv", "id,split,label\nvidA,train,-1\nvidB,test,1\nvidC,valid,0.5\n");
    for (name, id) in [("vidA", "vidA"), ("vidB", "vidB"), ("vidA", "vidC")] {
        let text = std::fs::read(cases.join(format!("facet/{name}.csv"))).unwrap();
        world = world.file(&format!("vision/{id}.csv"), text);
    }
    let report = world.imported();
    let vision = report.features.vision.as_ref().unwrap();
    assert_eq!((vision.width, vision.longest), (35, 20), "frame and time are no features");
}
