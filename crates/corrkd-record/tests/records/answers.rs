//! Answers of every shape, written and read.

use corrkd_record::{Answer, Prediction, RecordError, digest};
use proptest::prelude::*;
use std::fs;

#[test]
fn answers_of_different_shapes_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("predictions.csv");
    let categories = |k: usize, score| Answer::Categories { probabilities: vec![0.25; k], score };
    let shapes = [
        categories(2, None),
        categories(3, None),
        categories(2, Some(0.5)),
        Answer::Score(0.5),
        Answer::Targets(vec![0.25]),
        Answer::Targets(vec![0.25; 2]),
    ];
    let of = |id: &str, answer: &Answer| Prediction {
        condition: "l@0.5".to_owned(),
        id: id.to_owned(),
        label: 1.0,
        category: 1,
        answer: answer.clone(),
    };
    for first in &shapes {
        for other in shapes.iter().filter(|other| *other != first) {
            let error = Prediction::write(&path, &[of("a", first), of("b", first), of("c", other)]).unwrap_err();
            assert!(matches!(error, RecordError::Damaged { .. }) && !path.exists(), "{first:?} {other:?}");
            assert!(error.to_string().contains("c under l@0.5: an answer of another shape"), "{error}");
        }
        let hash = Prediction::write(&path, &[of("a", first), of("b", first)]).unwrap();
        assert_eq!(Prediction::read(&path, &hash).unwrap()[1].answer, *first);
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn damaged_predictions_name_the_line() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("predictions.csv");
    for (text, expected) in [
        ("condition,id,label,category,r0,r1\nlav,a,1.0,1,0.5,x\n", "line 2: `x` is not a finite number"),
        ("condition,id,label,category,r0,r1\nlav,a,1.0,-1,0.5,0.5\n", "line 2: `-1` is not a category"),
        ("condition,id,label,category,r0,r1\nlav,a,1.0,1,0.5\n", "line: 2"),
        ("condition,id,label,category,score\nlav,a,1.0,1,\n", "line 2: `` is not a finite number"),
        ("condition,id,label,category,p0,p1\nlav,a,1.0,1,0.5,?\n", "line 2: `?` is not a finite number"),
        ("condition,id,label,category,score\nlav,a,1.0,1,1e39\n", "line 2: `1e39` is not a finite number"),
        ("condition,id,label,category,score\nlav,a,inf,1,1\n", "line 2: `inf` is not a finite number"),
        ("condition,id,label,category,r0,r2\n", "expected condition,id,label,category,r0,r1"),
        ("condition,id,label,category,p0,r1\n", "expected condition,id,label,category,p0,p1"),
        ("condition,id,label,category,p0,score\n", "expected condition,id,label,category,p0,p1"),
        ("condition,id,label,category,score,r0\n", "expected condition,id,label,category,r0,r1"),
        ("condition,id,label\n", "expected condition,id,label,category"),
        ("", "expected condition,id,label,category"),
    ] {
        fs::write(&path, text).unwrap();
        let message = Prediction::read(&path, &digest(&path).unwrap()).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
}

fn number() -> impl Strategy<Value = f32> {
    prop_oneof![
        any::<f32>().prop_filter("a finite number", |x| x.is_finite()),
        Just(-0.0),
        Just(f32::from_bits(1)),
        Just(f32::MIN_POSITIVE),
        Just(f32::MAX),
        0.0f32..1.0,
    ]
}

/// An answer of one of the four shapes.
fn answer(shape: usize, numbers: [f32; 3], score: f32) -> Answer {
    match shape {
        0 | 1 => Answer::Categories { probabilities: numbers.to_vec(), score: (shape == 1).then_some(score) },
        2 => Answer::Score(score),
        _ => Answer::Targets(numbers.to_vec()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn predictions_come_back_bit_for_bit(
        rows in prop::collection::vec(("[a-z,\"@0-9.]{1,8}", "\\PC{1,12}", number(), 0usize..3, [number(), number(), number()], number()), 0..12),
        shape in 0usize..4,
    ) {
        let predictions: Vec<Prediction> = rows
            .into_iter()
            .map(|(condition, id, label, category, numbers, score)| Prediction {
                condition, id, label, category, answer: answer(shape, numbers, score),
            })
            .collect();
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("predictions.csv");
        let first = Prediction::write(&path, &predictions).unwrap();
        prop_assert_eq!(&digest(&path).unwrap(), &first);
        let back = Prediction::read(&path, &first).unwrap();
        let bits = |all: &[Prediction]| all.iter().flat_map(|p| {
            std::iter::once(p.label).chain(p.answer.numbers()).map(f32::to_bits).collect::<Vec<_>>()
        }).collect::<Vec<_>>();
        prop_assert_eq!(bits(&back), bits(&predictions));
        prop_assert_eq!(back, predictions.clone());
        prop_assert_eq!(Prediction::write(&path, &predictions).unwrap(), first);
    }
}
