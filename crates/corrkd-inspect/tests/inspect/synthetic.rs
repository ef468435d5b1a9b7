//! The flaws that are planted in the generated data (the table at the top of `corrkd-data/src/synthetic/flaws.rs`).

use corrkd_config::DatasetRef;
use corrkd_data::synthetic::{Size, folds};
use corrkd_data::unseen;
use corrkd_inspect::{Finding, Inspection, Kind, Target, inspect};

fn small() -> Inspection {
    let cache = tempfile::tempdir().unwrap();
    let dataset = DatasetRef { name: "synthetic".into(), size: None, fold: None };
    inspect(Target::Recipe { dataset: &dataset, source: None, cache: cache.path() }, &unseen).unwrap()
}

#[test]
fn all_planted_flaws_are_found_and_no_others() {
    let Inspection { description, findings } = small();
    let of = |kind| findings.findings.iter().filter(|f| f.kind == kind).collect::<Vec<&Finding>>();
    // The first training video is video0000, the second one has no face.
    let [moment] = of(Kind::NoLength)[..] else { panic!("one label of no length") };
    assert_eq!((moment.id.as_deref(), &moment.rows[..]), (Some("video0000"), &[1][..]));
    let [faceless] = of(Kind::Missing)[..] else { panic!("one video without a face") };
    assert_eq!(faceless.id.as_ref(), Some(&folds(Size::Small).train[1]));
    let [constant] = of(Kind::Constant)[..] else { panic!("one constant column") };
    assert_eq!(constant.columns, [36]);
    let not_finite = of(Kind::NotFinite);
    let mut columns: Vec<usize> = not_finite.iter().flat_map(|finding| finding.columns.clone()).collect();
    columns.sort_unstable();
    columns.dedup();
    assert_eq!(columns, [24, 25, 26, 72]);
    for finding in [&not_finite[..], &[constant]].concat() {
        assert!(finding.file.as_ref().unwrap().ends_with("COVAREP.csd"));
    }
    let overlaps = of(Kind::Overlap).len();
    assert!((10..40).contains(&overlaps), "{overlaps} of 560, planted at 4.3 %");
    let known = [Kind::NoLength, Kind::Missing, Kind::Constant, Kind::NotFinite, Kind::Overlap];
    assert!(findings.findings.iter().all(|finding| known.contains(&finding.kind)));

    let contents = |file: usize| description.files[file].contents.as_ref().unwrap();
    let audio = contents(2).values.as_ref().unwrap();
    let infinite = |column: usize| audio.columns[column].negative_infinite;
    assert!((24..27).all(|column| infinite(column) > 0 && audio.columns[column].nan == 0));
    assert!(audio.columns[72].nan > 0 && infinite(72) == 0);
    assert_eq!(audio.not_finite, not_finite.iter().map(|finding| finding.count).sum::<usize>());
    assert_eq!(audio.rows_not_finite, not_finite.iter().map(|finding| finding.rows.len()).sum::<usize>());
    assert!((contents(2).rows_per_second.unwrap().median - 100.0).abs() < 0.1);
    assert!((contents(3).rows_per_second.unwrap().median - 30.0).abs() < 0.1);
    assert_eq!([1, 2, 3].map(|file| contents(file).width), [Some(300), Some(74), Some(35)]);
    assert_eq!((contents(3).entries, &description.files[3].missing), (39, &vec![faceless.id.clone().unwrap()]));

    let set = description.recipe.as_ref().unwrap();
    let folds: Vec<_> = set.folds.iter().map(|fold| (fold.videos, fold.segments, fold.samples)).collect();
    assert_eq!(folds, [(24, 340, Some(339)), (6, 80, Some(80)), (10, 140, Some(140))]);
}

/// The same on one thread and on several: sums are taken in one order.
#[test]
fn numbers_do_not_depend_on_the_threads() {
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let json = |seen: Inspection| {
        let folder = seen.description.recipe.as_ref().unwrap().folder.clone();
        serde_json::to_string(&seen.description).unwrap().replace(&folder, "")
    };
    assert_eq!(json(pool(1).install(small)), json(pool(3).install(small)));
}
