//! Each mistake in a recipe or in data, with what is said of it and whose fault it is.

use super::fixture::{Fixture, by_path, entry, given, raw};
use corrkd_config::DatasetRef;
use corrkd_csd::{Entry, Features, Rows};
use corrkd_data::{DataError, Dataset, Recipe, Trust, load, unseen};
use std::path::Path;

const INPUT: bool = true;
const DATA: bool = false;

#[track_caller]
fn refused<T>(result: Result<T, DataError>, fault: bool, message: &str) {
    let error = result.err().expect("an error");
    assert!(error.to_string().ends_with(message), "expected ...{message}\n     got {error}");
    assert_eq!(error.is_user_input(), fault, "{error}");
}

#[track_caller]
fn changed(mut fixture: Fixture, change: impl FnOnce(&mut Fixture), message: &str) {
    change(&mut fixture);
    refused(fixture.load(), DATA, message);
}

fn named(name: &str, size: Option<&str>) -> DatasetRef {
    DatasetRef { name: name.to_owned(), size: size.map(str::to_owned), fold: None }
}

#[test]
fn names_and_sizes() {
    let cache = tempfile::tempdir().unwrap();
    let load = |name: &str, size| load(&named(name, size), None, cache.path(), Trust::Read, &unseen);
    refused(load("nothing", None), INPUT, "or the path of a .toml file");
    let known = load("nothing", None).expect_err("no such recipe").to_string();
    assert!(known.starts_with("no recipe is named `nothing`, expected one of iemocap, meld, mosei, "), "{known}");
    refused(
        load("/nowhere/x.toml", None),
        INPUT,
        "/nowhere/x.toml: the recipe cannot be read: No such file or directory (os error 2)",
    );
    let sizes = "recipe `synthetic` has no size `huge`, expected one of small, mosi, mosei, mosei-x4, mosei-x16";
    refused(load("synthetic", Some("huge")), INPUT, sizes);
    let no_size = "recipe `mosi-utterance` has no size `mosi`, expected no size: its data are not generated";
    refused(load("mosi-utterance", Some("mosi")), INPUT, no_size);
    let no_data = "recipe `mosi-utterance` reads labels.csd, language.csd, audio.csd, visual.csd: give the folder that \
                   holds them with --data DIR (datasets/README.md says where they are had)";
    refused(load("mosi-utterance", None), DATA, no_data);
}

#[test]
fn recipes() {
    let text = raw().recipe;
    let parse = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        Recipe::parse("mine", &text.replace(from, to))
    };
    let is = |message: &str| format!("recipe `mine`: at {message}");
    let keys = "title`, `time`, `keep`, `pad`, `standardise`, `reference`, `collapse`, `clean`, `pauses`, `incomplete`, \
                `words`, `labels`, `features`, `folds`, `expected`, `generate`, `source`";
    let unknown = is(&format!("`length`: unknown field `length`, expected one of `{keys}"));
    refused(parse("time = 4", "length = 4"), INPUT, &unknown);
    let unknown = is(
        "`features.audio.wdth`: unknown field `wdth`, expected one of `file`, `roots`, `url`, `parts`, `sha256`, `width`, `zeros`",
    );
    refused(parse("width = 1 }\nfeatures.vision", "wdth = 1 }\nfeatures.vision"), INPUT, &unknown);
    refused(
        parse("\"last\"", "\"middle\""),
        INPUT,
        &is("`keep`: unknown variant `middle`, expected `first` or `last`"),
    );
    refused(parse("time = 4", "time = 0"), INPUT, &is("`time`: is 0, expected at least 1"));
    refused(
        parse("width = 2", "width = 1152921504606846976"),
        INPUT,
        &is("`features.language.width`: is 1152921504606846976, expected at most 1048576"),
    );
    for file in ["/etc/passwd", "../folds.toml", "a/../../folds.toml", "/dev/zero", ""] {
        let outside = is(&format!("`folds.file`: is `{file}`, expected the name of a file in the data folder"));
        refused(parse("folds = {", &format!("folds = {{ file = \"{file}\" }} # ")), INPUT, &outside);
        let outside = is(&format!("`file`: is `{file}`, expected the name of a file in the data folder"));
        refused(parse("\"vision.csd\"", &format!("\"{file}\"")), INPUT, &outside);
    }
    let held = "it holds `\\u{1b}`, expected text in one line, without control characters or marks of direction";
    refused(
        parse("[\"score\"], column = \"score\"", "[\"\\u001b[2J\"], column = \"\\u001b[2J\""),
        INPUT,
        &is(&format!("`labels.columns`: {held}")),
    );
    let id = is("`folds.test`: has \"c\\n\", expected ids without control characters");
    refused(parse("[\"c\"]", "[\"c\\n\"]"), INPUT, &id);
    refused(parse("width = 2", "width = 0"), INPUT, &is("`features.language.width`: is 0, expected at least 1"));
    let range = is("`labels.range`: is [3, -3], expected [low, high] with low below high");
    refused(parse("[-3.0, 3.0]", "[3.0, -3.0]"), INPUT, &range);
    let either = is(
        "`labels`: expected `column` and `range` (a score; with `neutral`, `cuts` and `outside`), or `categories` (a column \
                     each, or their numbers in one `column`)",
    );
    for to in ["range = [-3.0, 3.0], categories = [\"score\"]", "neutral = 0.0", "outside = \"clip\""] {
        refused(parse("range = [-3.0, 3.0]", to), INPUT, &either);
    }
    let categories = |columns: &str, categories: &str| {
        let to = format!("columns = [{columns}], categories = [{categories}]");
        parse("columns = [\"score\"], column = \"score\", range = [-3.0, 3.0]", &to)
    };
    categories(r#""sad", "happy", "sure""#, r#""happy", "sad""#).unwrap();
    for (file, recipe, message) in [
        (r#""sad", "happy""#, r#""happy", "angry""#, "`labels.categories`: is `angry`, expected one of sad, happy"),
        (r#""sad", "happy""#, r#""sad", "sad""#, "`labels.categories`: has `sad` twice, expected each once"),
        (r#""sad", "sad""#, r#""sad""#, "`labels.columns`: has `sad` twice, expected each once"),
        (r#""sad", "happy""#, r#""sad""#, "`labels.categories`: names fewer than two, expected at least two"),
    ] {
        refused(categories(file, recipe), INPUT, &is(message));
    }
    let unknown = is("`labels.colum`: unknown field `colum`, expected one of `file`, `roots`, `url`, `sha256`, \
                      `columns`, `column`, `range`, `neutral`, `cuts`, `outside`, `categories`");
    refused(parse("columns = [\"score\"], column", "columns = [\"score\"], colum"), INPUT, &unknown);
    let twice = is("`folds.test`: video `a` is in the train fold already, expected each video once");
    refused(parse("[\"c\"]", "[\"c\", \"a\"]"), INPUT, &twice);
    refused(parse("folds = ", "# "), INPUT, &is("`folds`: expected either [folds] or [generate]"));
    let size = is(
        "`generate.sizes`: no synthetic data set of size `big`, expected one of small, mosi, mosei, mosei-x4, mosei-x16",
    );
    refused(parse("folds = ", "generate = { sizes = [\"big\"] } # "), INPUT, &size);
    let syntax = Recipe::parse("mine", "time = ").expect_err("not TOML").to_string();
    assert!(syntax.starts_with("recipe `mine`: at `the file`: not TOML: TOML parse error at line 1"), "{syntax}");
}

#[test]
fn folds() {
    let absent = "labels.csd; complete the data or take the id out of the recipe";
    changed(raw(), |f| f.recipe = f.recipe.replace("[\"b\"]", "[\"b\", \"zz\"]"), absent);
    let mut fixture = raw();
    fixture.recipe = fixture.recipe.replace("[\"b\"]", "[\"b\", \"zz\"]");
    let message = fixture.load().expect_err("an unknown video").to_string();
    assert!(message.starts_with("valid fold: video `zz` is not in "), "{message}");
    changed(
        raw(),
        |f| f.recipe = f.recipe.replace("[\"b\"]", "[]"),
        "the valid fold has no samples: none of its videos has a labelled segment with frames; correct the lists, or \
         cross-validate with `folds = 5` in the experiment",
    );
    let mut fixture = raw();
    fixture.file("vision.csd").entries.remove("c");
    assert_eq!(fixture.load().unwrap().summary.lacking.vision, 2, "a whole fold may lack a modality");
    fixture.file("vision.csd").entries.clear();
    let message = fixture.load().expect_err("no face").to_string();
    assert!(message.starts_with("vision is absent: no sample of any fold has a frame of it in /"), "{message}");
}

#[test]
fn labels() {
    let advice = "expected a number within -3 and 3; correct the row, or `labels.column`, `labels.range` or `labels.outside` in the recipe";
    for (label, text) in [(3.5, "3.5"), (f32::NAN, "NaN"), (f32::INFINITY, "inf")] {
        let rows = entry(&[([0.0, 2.0], &[1.0]), ([2.0, 3.0], &[label])]);
        let message = format!("labels.csd: the label of `b[1]` is {text}, {advice}");
        changed(raw(), |f| drop(f.file("labels.csd").entries.insert("b".to_owned(), rows)), &message);
    }
    let column = "labels.csd: at `a`: expected 2 columns (score, other), got 1 columns";
    changed(raw(), |f| f.recipe = f.recipe.replace("[\"score\"]", "[\"score\", \"other\"]"), column);
    let rows = entry(&[([0.0, 1.0], &[1.0]), ([1.0, 2.0], &[1.0])]);
    let message = "labels.csd: at `b[0]`: expected 1 row, got 2 rows";
    changed(given(), |f| drop(f.file("labels.csd").entries.insert("b[0]".to_owned(), rows)), message);
}

#[test]
fn categories() {
    let advice =
        "expected exactly one of them to be 1 and the others 0; correct the row or `labels.categories` in the recipe";
    let kind = "columns = [\"score\"], column = \"score\", range = [-3.0, 3.0]";
    for (row, text) in [([1.0, 1.0, 1.0], "sad 1, happy 1"), ([0.5, 1.0, 0.0], "sad 0.5, happy 0")] {
        let mut fixture = raw();
        let emotions = "columns = [\"sad\", \"certain\", \"happy\"], categories = [\"happy\", \"sad\"]";
        fixture.recipe = fixture.recipe.replace(kind, emotions);
        for labels in fixture.file("labels.csd").entries.values_mut() {
            *labels = entry(&[([0.0, 2.0], &[0.0, 7.0, 1.0]), ([2.0, 3.0], &[1.0, 7.0, 0.0])]);
        }
        let labels = |data: &Dataset| data.test.samples.iter().map(|sample| sample.label).collect::<Vec<_>>();
        assert_eq!(labels(&fixture.load().unwrap()), [0.0, 1.0]);
        let rows = entry(&[([0.0, 2.0], &[0.0, 7.0, 1.0]), ([2.0, 3.0], &row)]);
        fixture.file("labels.csd").entries.insert("b".to_owned(), rows);
        let message = format!("labels.csd: the label of `b[1]` (row 1 of its entry) has {text}, {advice}");
        refused(fixture.load(), DATA, &message);
    }
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = raw().write(folder.path());
    let load =
        |source: &Path| load(&by_path(&recipe), Some(source), &folder.path().join("cache"), Trust::Read, &unseen);
    refused(load(Path::new("/nowhere")), DATA, "/nowhere/labels.csd: no such file; fetch it or correct the path");
    std::fs::write(folder.path().join("audio.csd"), "<html>").unwrap();
    let page = "audio.csd: expected an HDF5 file, got 6 bytes starting \"<html>\"; fetch it again";
    refused(load(folder.path()), DATA, page);

    let root =
        "audio.csd: expected a sequence named audio or voice, got `face`; correct `file` or `roots` in the recipe";
    changed(raw(), |f| f.file("audio.csd").root = "face".to_owned(), root);
    let width = "language.csd: at `a`: expected 3 columns, got 2 columns";
    changed(raw(), |f| f.recipe = f.recipe.replace("width = 2", "width = 3"), width);
    let texts =
        Entry { intervals: vec![[0.0, 1.0]], features: Features::Texts(Rows::flat(1, vec!["hello".to_owned()])) };
    let message = "vision.csd: at `b`: expected numbers, got texts";
    changed(raw(), |f| drop(f.file("vision.csd").entries.insert("b".to_owned(), texts)), message);
    let rows = "b[0]: vision has 1 frames, expected 2 as in language: not aligned; give `time` in the recipe a number \
                for each modality, or align with `reference` and `collapse`";
    let short = entry(&[([0.0, 1.0], &[1.0])]);
    changed(given(), |f| drop(f.file("vision.csd").entries.insert("b[0]".to_owned(), short)), rows);
}

#[test]
fn keys_of_the_other_kind() {
    let raw_keys = "labels.csd: at `a`: expected the id of a segment, `video[i]` (say `reference` in the recipe to align by \
                    words), got the id of a video";
    changed(raw(), |f| f.recipe = f.recipe.replace("reference = \"language\"", ""), raw_keys);
    let given_keys = "labels.csd: at `a[0]`: expected the id of a video (take `reference` out of the recipe if all files are \
                      aligned already), got the id of a segment";
    changed(given(), |f| f.recipe = format!("reference = \"language\"{}", f.recipe), given_keys);
}
