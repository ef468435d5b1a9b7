//! Recipes and files of folds as anything can be in them: a value or an error, never a panic, soon.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use super::fixture::{by_path, raw};
use corrkd_data::{DataError, Recipe, Trust, load, recipe, unseen};
use proptest::prelude::*;

const KNOWN: [&str; 4] = ["mosi", "iemocap", "simsv2", "synthetic-unaligned"];

fn text(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../../datasets/{name}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A text with some of its bytes replaced, or others put between.
fn altered(mut bytes: Vec<u8>, changes: Vec<(prop::sample::Index, Vec<u8>, bool)>) -> String {
    for (at, new, insert) in changes {
        let at = at.index(bytes.len());
        let end = if insert { at } else { (at + new.len()).min(bytes.len()) };
        bytes.splice(at..end, new);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, Vec<u8>, bool)>> {
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..5),
        prop::sample::select(vec![
            "[",
            "]",
            "{",
            "=",
            "\"",
            ".",
            "9999999999",
            "-1",
            "nan",
            "inf",
            "\\u001b",
            "/",
            "../"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), bytes, any::<bool>()), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn damaged_recipes(name in prop::sample::select(KNOWN.to_vec()), changes in changes()) {
        if let Ok(recipe) = Recipe::parse("x", &altered(text(name).into_bytes(), changes)) {
            for file in recipe.files() {
                prop_assert!(!file.starts_with('/') && file.split('/').all(|part| part != ".."), "{}", file);
            }
        }
    }

    #[test]
    fn damaged_folds(changes in changes()) {
        let folder = tempfile::tempdir().unwrap();
        let mut fixture = raw();
        fixture.recipe = fixture.recipe.lines().filter(|line| !line.starts_with("folds")).collect::<Vec<_>>().join("\n");
        fixture.recipe.push_str("\nfolds = { file = \"folds.toml\" }\n");
        let recipe = fixture.write(folder.path());
        let folds = altered(b"train = [\"a\"]\nvalid = [\"b\"]\ntest = [\"c\"]\n".to_vec(), changes);
        std::fs::write(folder.path().join("folds.toml"), folds).unwrap();
        let _ = load(&by_path(&recipe), Some(folder.path()), &folder.path().join("cache"), Trust::Read, &unseen);
    }
}

#[test]
fn nesting_has_an_end() {
    for depth in [100, 20_000, 300_000] {
        for (open, close) in [("[", "]"), ("{a=", "}")] {
            let text = format!("title = {}{}", open.repeat(depth), close.repeat(depth));
            assert!(Recipe::parse("x", &text).is_err(), "{depth} times {open}");
        }
        let keys = vec!["a"; depth].join(".");
        for text in [format!("{keys} = 1"), format!("[{keys}]"), format!("[[{keys}]]"), format!("a = {{{keys} = 1}}")] {
            assert!(Recipe::parse("x", &text).is_err(), "{depth} keys");
        }
    }
}

#[test]
fn too_long_is_no_recipe() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.toml");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(1 << 40).unwrap();
    let error = recipe(path.to_str().unwrap()).unwrap_err();
    assert!(matches!(error, DataError::RecipeFile { .. }), "{error}");
}
