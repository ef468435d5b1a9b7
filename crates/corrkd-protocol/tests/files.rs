//! What the files hold, put together as a reader does it, is what the training loop makes of the same samples.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use corrkd_config::{
    Condition, ConfigError, Experiment, ExperimentFile, MethodPlan, Missing, Modality, Overrides, PerModality,
    Protocol, Stage,
};
use corrkd_csd::{Entry, Features, Rows, Sequence};
use corrkd_data::{
    Batch, DataError, Dataset, Progress, Row, Trust, load, test_corruption, training_corruption, unseen,
};
use corrkd_numpy::{Document, Numbers};
use corrkd_protocol::{ProtocolError, Request, export};
use polars::prelude::DataFrame;
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use toml::Table;

const RECIPE: &str = r#"
title = "tiny"
time = 6
keep = "first"
standardise = "train"
reference = "language"
labels = { file = "labels.csd", columns = ["score"], column = "score", range = [-3.0, 3.0] }
features.language = { file = "language.csd", width = 5 }
features.audio = { file = "audio.csd", width = 3 }
folds = { train = ["v0", "v1", "v2", "v3"], valid = ["v4"], test = ["v5"] }
"#;

/// Rows under two laws, one that alters audio, and one on complete samples; conditions of every kind.
const EXPERIMENT: &str = r#"
title = "tiny"
dataset = "tiny.toml"
seeds = [3, 8]
reference = "full"
evaluation = { ratios = [0.0, 0.5], conditions = ["la@delay-l:0.5", "a@noise-a:0.7", "la@mean:0.3", "la@words:0.9"] }
[[variant]]
name = "full"
method = "plain"
training.epochs = 3
[[variant]]
name = "noisy"
method = "plain"
missing = { inter = false, mechanism = { language = "frames", audio = "noise", vision = "frames" } }
[[variant]]
name = "again"
method = "plain"
evaluation.ratios = [0.25]
[[variant]]
name = "complete"
method = "plain"
training.complete = true
"#;

/// A method that says how long it trains, and whether on complete samples.
struct Plain;

impl MethodPlan for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn defaults(&self) -> Table {
        "training = { epochs = 2, complete = false }".parse().unwrap()
    }

    fn stages(&self, _: &str, settings: Table, _: &Protocol) -> Result<Vec<Stage>, ConfigError> {
        let mut all: Table = self.defaults();
        let said = settings.get("training").and_then(|said| said.as_table()).cloned().unwrap_or_default();
        all["training"].as_table_mut().unwrap().extend(said);
        let sees_missing = !all["training"]["complete"].as_bool().unwrap();
        Ok(vec![Stage { name: "it", training: "training", settings: all, sees_missing, needs: vec![], is_part: false }])
    }
}

/// Segments of one to eight frames in files, and what is asked of them.
struct World {
    dir: TempDir,
    experiment: Experiment,
    code: BTreeMap<String, String>,
}

impl World {
    fn new(lines: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("tiny.toml"), RECIPE).unwrap();
        let text = format!("{lines}\n{EXPERIMENT}");
        let file = ExperimentFile { name: "tiny".to_owned(), text, folder: Some(dir.path().to_owned()), on: None };
        let others = BTreeMap::<String, String>::new();
        let experiment = Experiment::read(&file, &others, &[&Plain], &Overrides::default()).unwrap();
        let world =
            Self { dir, experiment, code: [("plain", "1"), ("other", "2")].map(|(a, b)| (a.into(), b.into())).into() };
        let noise = |a: usize, b: usize, c: usize, d: usize| ((a * 31 + b * 7 + c * 13 + d * d * 3) % 11) as f32 - 5.0;
        world.sequence("labels", 1, &|v, s, _, _| noise(v, s, 2, 1) / 2.0, &|_| 1);
        world.sequence("language", 5, &noise, &|s| 1 + s);
        world.sequence("audio", 3, &|a, b, c, d| noise(d, c, b, a), &|s| 1 + s);
        world
    }

    fn sequence(
        &self,
        name: &str,
        width: usize,
        value: &dyn Fn(usize, usize, usize, usize) -> f32,
        frames: &dyn Fn(usize) -> usize,
    ) {
        let mut entries = BTreeMap::new();
        for video in 0..6 {
            let rows = || (0..8).flat_map(|segment| (0..frames(segment)).map(move |t| (segment, t)));
            let row = |(segment, t)| (0..width).map(move |column| value(video, segment, t, column));
            let interval = |(segment, t): (usize, usize)| {
                let start = (segment * 10 + t) as f64;
                [start, start + if name == "labels" { 10.0 } else { 1.0 }]
            };
            let features = Features::F32(Rows::flat(width, rows().flat_map(row).collect()));
            entries.insert(format!("v{video}"), Entry { intervals: rows().map(interval).collect(), features });
        }
        let sequence = Sequence { root: name.to_owned(), metadata: BTreeMap::new(), entries };
        corrkd_csd::write(&self.dir.path().join(format!("{name}.csd")), &sequence).unwrap();
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    fn export(&self, epochs: Option<usize>, features: bool) -> Result<Vec<String>, ProtocolError> {
        self.export_while(epochs, features, &unseen)
    }

    fn export_while(
        &self,
        epochs: Option<usize>,
        features: bool,
        progress: &Progress<'_>,
    ) -> Result<Vec<String>, ProtocolError> {
        let (source, cache) = (self.dir.path(), self.dir.path().join("cache"));
        let Self { experiment, code, .. } = self;
        let request = Request { name: "tiny", experiment, source: Some(source), cache: &cache, epochs, features, code };
        export(&request, &self.out(), &|_| (), progress)
    }

    fn data(&self, part: usize) -> Dataset {
        let dataset = &self.experiment.datasets()[part];
        load(dataset, Some(self.dir.path()), &self.dir.path().join("cache"), Trust::Read, &unseen).unwrap()
    }
}

/// The numbers of an array, and its shape.
fn array(file: &Path, name: &str) -> (Vec<usize>, Vec<f64>) {
    let document = Document::open(file).unwrap();
    let array = document.root().get(name).unwrap_or_else(|| panic!("{}: {name}", file.display())).array().unwrap();
    let numbers = match array.numbers().unwrap().unwrap() {
        Numbers::Single(numbers) => numbers.into_iter().map(f64::from).collect(),
        Numbers::Double(numbers) => numbers,
    };
    (array.shape().to_vec(), numbers)
}

/// The masks and the features of a view, put together as a network would see them, are those of the batch.
fn same(of: &Path, name: &str, view: &str, fold: &str, data: &Dataset, batch: &Batch, alters: &[Modality]) {
    for modality in [Modality::Language, Modality::Audio] {
        let (time, width) = (data.time.of(modality), *data.widths.get(modality));
        let (shape, masks) = array(&of.join(format!("{name}.npz")), &format!("{view}/{modality}"));
        assert_eq!(shape, [batch.ids.len(), time], "{name} {view}");
        let features = match alters.contains(&modality) {
            true => array(&of.join(format!("features/{name}.npz")), &format!("{view}/{modality}")),
            false => {
                let (shape, whole) = array(&of.join(format!("../features/{fold}.npz")), modality.name());
                (shape, whole.iter().enumerate().map(|(at, x)| x * masks[at / width]).collect())
            }
        };
        assert_eq!(features.0, [batch.ids.len(), time, width]);
        // A batch is as long as its longest sample, here T.
        assert_eq!(*batch.time.get(modality), time);
        let present: Vec<f64> = batch.present.get(modality).iter().map(|&p| f64::from(u8::from(p))).collect();
        assert_eq!(masks, present, "{name} {view} {modality}");
        let seen: Vec<f64> = batch.features.get(modality).iter().map(|&x| f64::from(x)).collect();
        assert_eq!(features.1, seen, "{name} {view} {modality}");
    }
}

fn whole(data: &Dataset, fold: corrkd_data::Fold) -> Batch {
    let split = data.split(fold);
    Batch::gather(split, &(0..split.samples.len()).collect::<Vec<_>>(), &data.widths)
}

#[test]
fn a_reader_has_what_the_training_loop_has() {
    let world = World::new("");
    let files = world.export(None, true).unwrap();
    let data = world.data(0);
    let statistics = data.statistics();
    let law = |mechanism| Missing { mechanism, ..Missing::default() };
    let noisy = PerModality { audio: corrkd_config::Mechanism::Noise, ..PerModality::default() };
    let laws = [law(PerModality::default()), Missing { inter: false, ..law(noisy) }];
    let (mut kept, mut all) = (0, 0);
    for seed in [3, 8] {
        let of = world.out().join(format!("seed{seed}"));
        let (shape, order) = array(&of.join("order.npz"), "order");
        assert_eq!(shape, [3, 32]);
        for epoch in 1..=3 {
            let expected = corrkd_data::epoch_order(32, seed, epoch);
            assert!(order[(epoch - 1) * 32..epoch * 32].iter().zip(&expected).all(|(&got, &want)| got == want as f64));
            for (number, law) in laws.iter().enumerate() {
                let train = whole(&data, corrkd_data::Fold::Train);
                let seen =
                    train.masked(&data.widths, |row: &Row<'_>| training_corruption(seed, epoch, row, law, &statistics));
                let alters: &[Modality] = if number == 1 { &[Modality::Audio] } else { &[] };
                same(&of, &format!("law{}", number + 1), &epoch.to_string(), "train", &data, &seen, alters);
                kept += seen.present.language.iter().filter(|&&present| present).count();
                all += seen.lengths.language.iter().sum::<usize>();
            }
        }
        let (l, a) = (Modality::Language, Modality::Audio);
        let tested: [(&str, &[Modality]); 10] = [
            ("l", &[]),
            ("a", &[]),
            ("la", &[]),
            ("lav", &[]),
            ("lav@0.5", &[]),
            ("lav@0.25", &[]),
            ("la@delay-l:0.5", &[l]),
            ("a@noise-a:0.7", &[a]),
            ("la@mean:0.3", &[l, a]),
            ("la@words-l:0.9", &[l]),
        ];
        for (name, alters) in tested {
            let condition: Condition = name.parse().unwrap();
            let test = whole(&data, corrkd_data::Fold::Test);
            let seen = test.masked(&data.widths, |row: &Row<'_>| test_corruption(seed, row, &condition, &statistics));
            same(&of, "test", &condition.to_string(), "test", &data, &seen, alters);
        }
        for name in ["l", "a", "la"] {
            let condition: Condition = name.parse().unwrap();
            let valid = whole(&data, corrkd_data::Fold::Valid);
            let seen = valid.masked(&data.widths, |row: &Row<'_>| test_corruption(seed, row, &condition, &statistics));
            same(&of, "valid", name, "valid", &data, &seen, &[]);
        }
    }
    assert!(kept > all / 5 && kept < all / 2, "{kept} of {all} frames are present in training");

    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(world.out().join("protocol.json")).unwrap()).unwrap();
    let rows = manifest["rows"].as_array().unwrap();
    let laws: Vec<_> = rows.iter().map(|row| row["law"].as_str()).collect();
    assert_eq!(laws, [Some("law1"), Some("law2"), Some("law1"), None]);
    let conditions = |row: usize| rows[row]["conditions"].as_array().unwrap().len();
    assert_eq!((conditions(0), conditions(2)), (9, 9));
    assert_eq!(manifest["laws"][1]["alters"], serde_json::json!(["audio"]));
    assert_eq!(manifest["modalities"], serde_json::json!(["language", "audio"]));
    assert_eq!(
        (&manifest["fingerprint"], &manifest["code"]),
        (&data.fingerprint.into(), &serde_json::json!({"plain": "1"}))
    );
    // Each file but the manifest is in it, by the hash that it has.
    let hashes = manifest["files"].as_object().unwrap();
    assert_eq!(hashes.len() + 1, files.len());
    for (file, hash) in hashes {
        assert_eq!(corrkd_record::digest(&world.out().join(file)).unwrap(), hash.as_str().unwrap(), "{file}");
    }
}

fn table(file: &Path) -> DataFrame {
    ParquetReader::new(fs::File::open(file).unwrap()).finish().unwrap()
}

/// The lists of a column, each as far as its sample reaches.
fn lists(frame: &DataFrame, column: &str) -> Vec<Vec<bool>> {
    let lists = frame.column(column).unwrap().list().unwrap();
    let of = |at| lists.get_as_series(at).unwrap().bool().unwrap().iter().flatten().collect();
    (0..lists.len()).map(of).collect()
}

#[test]
fn tables_hold_the_same() {
    let world = World::new("");
    world.export(Some(2), false).unwrap();
    let data = world.data(0);
    let (of, samples) = (world.out().join("seed8"), &data.test.samples);
    assert!(!of.join("features").exists() && !world.out().join("features").exists());
    let split = table(&world.out().join("samples/test.parquet"));
    let ids: Vec<&str> = samples.iter().map(|sample| sample.id.as_str()).collect();
    let texts = |frame: &DataFrame, column: &str| -> Vec<String> {
        frame.column(column).unwrap().str().unwrap().iter().flatten().map(str::to_owned).collect()
    };
    assert_eq!(texts(&split, "id"), ids);
    let lengths: Vec<i64> = split.column("audio_length").unwrap().i64().unwrap().iter().flatten().collect();
    assert!(samples.iter().zip(&lengths).all(|(sample, &length)| sample.length(Modality::Audio) as i64 == length));
    assert!(lengths.contains(&1) && lengths.contains(&6));
    assert_eq!(lists(&split, "audio"), samples.iter().map(|s| s.present.audio.clone()).collect::<Vec<_>>());
    let npz = world.out().join("samples/test.npz");
    let labels: Vec<f64> = samples.iter().map(|sample| f64::from(sample.label)).collect();
    assert_eq!(array(&npz, "labels"), (vec![8], labels));
    let both: Vec<f64> = lengths.iter().flat_map(|&length| [length as f64; 2]).collect();
    assert_eq!(array(&npz, "lengths"), (vec![8, 2], both));
    let document = Document::open(&npz).unwrap();
    assert_eq!(document.root().get("ids").unwrap().array().unwrap().texts().unwrap().unwrap(), ids);

    for (name, views, n) in [("law1", 2, 32), ("law2", 2, 32), ("test", 10, 8), ("valid", 3, 8)] {
        let frame = table(&of.join(format!("{name}.parquet")));
        assert_eq!(frame.height(), views * n, "{name}");
        let view: Vec<String> = match frame.column("epoch") {
            Ok(epochs) => epochs.u32().unwrap().iter().flatten().map(|epoch| epoch.to_string()).collect(),
            Err(_) => texts(&frame, "condition"),
        };
        for modality in ["language", "audio"] {
            for (at, list) in lists(&frame, modality).iter().enumerate() {
                let (_, masks) = array(&of.join(format!("{name}.npz")), &format!("{}/{modality}", view[at]));
                let mask = &masks[at % n * 6..][..list.len()];
                assert!(list.iter().zip(mask).all(|(&is, &mask)| is == (mask == 1.0)), "{name} {modality} {at}");
            }
        }
    }
    let order = table(&of.join("order.parquet"));
    let (_, indices) = array(&of.join("order.npz"), "order");
    let visited: Vec<&str> = indices.iter().map(|&index| data.train.samples[index as usize].id.as_str()).collect();
    assert_eq!(texts(&order, "id"), visited);
}

#[test]
fn a_folder_for_each_fold_and_the_same_again() {
    let world = World::new("folds = 3");
    world.export(Some(1), false).unwrap();
    let file = |name: &str| fs::read(world.out().join(name)).unwrap();
    let first = [1, 2, 3].map(|fold| file(&format!("fold{fold}/protocol.json")));
    let tested =
        [1, 2, 3].map(|fold| array(&world.out().join(format!("fold{fold}/samples/test.npz")), "labels").1.len());
    assert_eq!(tested.iter().sum::<usize>(), 48);
    fs::remove_dir_all(world.out()).unwrap();
    world.export(Some(1), false).unwrap();
    assert_eq!(first, [1, 2, 3].map(|fold| file(&format!("fold{fold}/protocol.json"))), "other files");
}

#[test]
fn what_cannot_be_leaves_nothing() {
    let world = World::new("");
    let large = world.export(Some(60_000_000), false).unwrap_err();
    assert!(matches!(large, ProtocolError::Large { bytes, .. } if bytes > 16_000_000_000), "{large}");
    assert!(large.to_string().contains("take fewer seeds") && !world.out().exists(), "{large}");
    fs::create_dir(world.out()).unwrap();
    fs::write(world.out().join("mine"), "").unwrap();
    let taken = world.export(None, false).unwrap_err();
    assert!(matches!(taken, ProtocolError::Data(DataError::Occupied { .. })), "{taken}");
    fs::remove_dir_all(world.out()).unwrap();
    // Stopped in the midst of it.
    let stop = |done: usize, all: usize| {
        if (done, all) == (5, 10) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let stopped = world.export_while(None, true, &stop).unwrap_err();
    assert!(matches!(stopped, ProtocolError::Data(DataError::Interrupted)), "{stopped}");
    let left: Vec<_> = fs::read_dir(world.dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("out")), "{left:?}");
}
