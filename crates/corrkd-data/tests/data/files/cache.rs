//! The aligned cache: the same bits again, and never a damaged file or one of other data.

use super::fixture::{Fixture, by_path, entry, raw};
use corrkd_config::{DatasetRef, Labels, PerModality};
use corrkd_data::{DataError, Dataset, Samples, Time, Trust, load, unseen};
use std::path::{Path, PathBuf};

/// A sample's id, label, frames that hold data, and features.
type Bits = (String, u32, PerModality<Vec<bool>>, PerModality<Vec<u32>>);

fn bits(dataset: &Dataset) -> Vec<Bits> {
    let samples = [&dataset.train, &dataset.valid, &dataset.test].into_iter().flat_map(|split| &split.samples);
    samples
        .map(|s| {
            let features = s.features.map(|_, values| values.iter().map(|v| v.to_bits()).collect());
            (s.id.clone(), s.label.to_bits(), s.present.map(|_, present| present.clone()), features)
        })
        .collect()
}

fn cached(cache: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(cache).expect("the cache's folder");
    let files = entries.map(|entry| entry.expect("a readable folder").path());
    // Beside them lies what is remembered of files' hashes.
    let mut files: Vec<PathBuf> = files.filter(|path| !path.ends_with("hashes.json")).collect();
    files.sort();
    files
}

#[test]
fn a_second_load_gives_the_same_bits_from_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let (recipe, cache) = (raw().write(folder.path()), folder.path().join("cache"));
    let load = || load(&by_path(&recipe), Some(folder.path()), &cache, Trust::Read, &unseen);
    let first = load().unwrap();
    let [file] = cached(&cache).try_into().expect("one file");
    assert!(file.file_name().unwrap().to_str().unwrap().starts_with("fixture-"), "{}", file.display());
    let made = std::fs::metadata(&file).unwrap().modified().unwrap();
    let second = load().unwrap();
    assert_eq!(bits(&second), bits(&first));
    assert_eq!(second, first, "names, widths, fingerprint and summary as well");
    assert_eq!(std::fs::metadata(&file).unwrap().modified().unwrap(), made, "not written again");
}

#[test]
fn a_damaged_file_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (recipe, cache) = (raw().write(folder.path()), folder.path().join("cache"));
    let load = || load(&by_path(&recipe), Some(folder.path()), &cache, Trust::Read, &unseen);
    let dataset = load().unwrap();
    let [file] = cached(&cache).try_into().expect("one file");
    let sound = std::fs::read(&file).unwrap();
    for at in (0..sound.len()).step_by(7).chain([sound.len() - 1]) {
        let mut damaged = sound.clone();
        damaged[at] ^= 0x11;
        for bytes in [&damaged[..], &sound[..at]] {
            std::fs::write(&file, bytes).unwrap();
            assert_eq!(load().unwrap(), dataset, "byte {at}");
        }
        assert_eq!(std::fs::read(&file).unwrap(), sound, "byte {at}");
    }
}

#[test]
fn the_key_is_the_content() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let mut keys = Vec::new();
    let mut fixture = raw();
    let mut load = |fixture: &Fixture| -> Result<(), DataError> {
        let recipe = fixture.write(folder.path());
        keys.push(load(&by_path(&recipe), Some(folder.path()), &cache, Trust::Read, &unseen)?.fingerprint);
        Ok(())
    };
    load(&fixture).unwrap();
    load(&fixture).unwrap();
    fixture.file("vision.csd").entries.insert("a".to_owned(), entry(&[([0.0, 3.0], &[5.5])]));
    load(&fixture).unwrap();
    fixture.recipe = fixture.recipe.replace("\"last\"", "\"first\"");
    load(&fixture).unwrap();
    assert_eq!(keys[0], keys[1]);
    assert!(keys[1] != keys[2] && keys[2] != keys[3] && keys[1] != keys[3]);
    assert_eq!(cached(&cache).len(), 3);
}

/// The generated data hold one label without duration, one video without a face, and audio that is not finite.
#[test]
fn generated_data_are_made_once_and_read_as_real_ones() {
    let cache = tempfile::tempdir().unwrap();
    let dataset = DatasetRef { name: "synthetic".to_owned(), size: None, fold: None };
    let first = load(&dataset, None, cache.path(), Trust::Read, &unseen).unwrap();
    assert_eq!((first.name.as_str(), first.time), ("synthetic-small", Time::Aligned(50)));
    assert_eq!(first.widths, PerModality { language: 300, audio: 74, vision: 35 });
    let summary = first.summary;
    assert_eq!(summary.samples, Samples { train: 339, valid: 80, test: 140 });
    assert_eq!([summary.dropped.momentary, summary.dropped.without_fold, summary.dropped.without_frames], [1, 0, 0]);
    assert!(summary.non_finite.audio > 0 && summary.non_finite.language == 0);
    assert!(summary.lacking.vision > 0 && summary.lacking.audio == 0);
    let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
    for split in [&first.train, &first.valid, &first.test] {
        assert!(split.samples.iter().all(|s| s.features.iter().all(|(_, values)| finite(values))));
    }
    assert!(cache.path().join("synthetic-small-v3/COVAREP.csd").is_file());
    assert_eq!(load(&dataset, None, cache.path(), Trust::Read, &unseen).unwrap(), first);
    assert_eq!(cached(cache.path()).len(), 2, "the generated folder and the aligned file, nothing unfinished");
    let files = cache.path().join("synthetic-small-v3");
    let elsewhere = tempfile::tempdir().unwrap();
    assert_eq!(
        load(&dataset, Some(&files), elsewhere.path(), Trust::Read, &unseen).unwrap(),
        first,
        "from --data as well"
    );
}

/// Two recipes read the same generated files; what an older program generated lacks some of them, and stays as it is.
#[test]
fn recipes_share_generated_files() {
    let cache = tempfile::tempdir().unwrap();
    let older = cache.path().join("synthetic-small-v2");
    std::fs::create_dir(&older).unwrap();
    let named = |name: &str| DatasetRef { name: name.to_owned(), size: None, fold: None };
    let sentiment = load(&named("synthetic"), None, cache.path(), Trust::Read, &unseen).unwrap();
    let emotion = load(&named("synthetic-emotion"), None, cache.path(), Trust::Read, &unseen).unwrap();
    assert_eq!(cached(cache.path()).len(), 4, "the older folder, the new one, and two aligned files");
    assert_eq!(std::fs::read_dir(&older).unwrap().count(), 0);

    assert_eq!(emotion.name, "synthetic-emotion-small");
    assert_ne!(emotion.fingerprint, sentiment.fingerprint);
    let categories = ["happy", "sad", "angry", "neutral"].map(str::to_owned).to_vec();
    assert_eq!(emotion.labels, Labels::Categories(categories));
    for (one, other) in emotion.valid.samples.iter().zip(&sentiment.valid.samples) {
        assert_eq!((&one.id, &one.features), (&other.id, &other.features));
        // The worst that is said is never happy, the best never sad or angry.
        assert!(other.label > -1.5 || one.label != 0.0, "{}", one.id);
        assert!(other.label < 2.0 || ![1.0, 2.0].contains(&one.label), "{}", one.id);
    }
    assert_eq!(emotion.valid.samples.len(), sentiment.valid.samples.len());
    assert_eq!(load(&named("synthetic-emotion"), None, cache.path(), Trust::Read, &unseen).unwrap(), emotion);
}
