//! Small inputs of the kinds that people were seen to bring: what is told of each.

use crate::world::lines;
use corrkd_config::DatasetRef;
use corrkd_inspect::{Target, inspect};
use std::io::Write as _;
use std::path::Path;

#[test]
fn audio_in_milliseconds() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/cases/11-clock-in-milliseconds"));
    if !folder.is_dir() {
        let _ = std::io::stderr().write_all(format!("skipped: {} is not there\n", folder.display()).as_bytes());
        return;
    }
    let cache = tempfile::tempdir().unwrap();
    let dataset = DatasetRef { name: folder.join("recipe.toml").display().to_string(), size: None, fold: None };
    let target = Target::Recipe { dataset: &dataset, source: Some(folder), cache: cache.path() };
    let findings = inspect(target, &corrkd_data::unseen).unwrap().findings;
    let expected = "error other-units audio.csd vid00 [] [] 12: lasts 19,000 s, in glove.csd (language) 19 s; 1,000 times \
                    longer in 12 of 12 videos, as milliseconds beside seconds";
    let found = lines(&findings.findings);
    assert!(found.contains(&expected.to_owned()), "{found:#?}");
    assert_eq!(findings.errors, 1, "{found:#?}");
}
