//! Another program's predictions, as people write them.

use corrkd_config::{Condition, Cuts, LabelSpace, Labels, Scale, Task};
use corrkd_record::{Answer, External, RecordError};
use std::collections::BTreeSet;
use std::fs;

fn sentiment(task: Task) -> LabelSpace {
    let scale = Scale { range: [-3.0, 3.0], neutral: 0.0, cuts: Cuts::default() };
    LabelSpace::new(task, &Labels::Score(scale)).unwrap()
}

fn emotions() -> LabelSpace {
    let names = ["happy", "sad"].map(str::to_owned).to_vec();
    LabelSpace::new(Task::Emotion, &Labels::Categories(names)).unwrap()
}

/// What a file of these lines says of seed 2.
fn read(lines: &str, space: &LabelSpace) -> Result<External, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.csv");
    fs::write(&path, lines).unwrap();
    External::read(&path, space, 2).map_err(|error| match error {
        RecordError::External { reason, .. } => reason,
        other => panic!("{other}"),
    })
}

const SAMPLES: [(&str, f32); 2] = [("v[0]", -1.5), ("v[1]", 2.0)];

fn predictions(lines: &str, space: &LabelSpace) -> Result<Vec<(String, String, Answer)>, String> {
    let elsewhere = BTreeSet::from(["other[0]"]);
    let predictions =
        read(lines, space)?.predictions(space, &SAMPLES, &elsewhere).map_err(|error| error.to_string())?;
    Ok(predictions.into_iter().map(|p| (p.condition, p.id, p.answer)).collect())
}

#[test]
fn scores_probabilities_and_names() {
    let of = |condition: &str, id: &str, answer| (condition.to_owned(), id.to_owned(), answer);
    let binary = sentiment(Task::Binary);
    let scores = predictions("sample_id,label,pred\nv[1],2.0,0.5\nv[0],-1.5,-2\n", &binary).unwrap();
    assert_eq!(scores, [of("lav", "v[0]", Answer::Score(-2.0)), of("lav", "v[1]", Answer::Score(0.5))]);
    let lines = "id,condition,seed,r0,r1\nv[0],l,2,0.25,0.75\nv[1],l,2,1,0\nv[0],lav@0.50,2,0.5,0.5\nv[1],lav@0.5,2,0.5,0.5\n\
                 v[0],l,1,9,9\n";
    let categories = |p: [f32; 2]| Answer::Categories { probabilities: p.to_vec(), score: None };
    let read = predictions(lines, &binary).unwrap();
    assert_eq!(read[..2], [of("l", "v[0]", categories([0.25, 0.75])), of("l", "v[1]", categories([1.0, 0.0]))]);
    assert_eq!((read[2].0.as_str(), read.len()), (Condition::dropped(0.5).to_string().as_str(), 4));
    let targets = predictions("id,p0\nv[0],0.1\nv[1],0.9\n", &binary).unwrap();
    assert_eq!(targets[1], of("lav", "v[1]", Answer::Targets(vec![0.9])));
    for lines in
        ["id,positive,negative\nv[0],0.75,0.25\nv[1],0,1\n", "id;P_negative;P_positive\nv[0];0.25;0.75\nv[1];1;0\n"]
    {
        let by_name = predictions(lines, &binary).unwrap();
        assert_eq!(
            by_name[..],
            [of("lav", "v[0]", categories([0.25, 0.75])), of("lav", "v[1]", categories([1.0, 0.0]))]
        );
    }
    let hard = predictions("id\tpred\nv[0]\tpositive\nv[1]\tnegative\n", &binary).unwrap();
    assert_eq!(hard[0], of("lav", "v[0]", categories([0.0, 1.0])));
    let named = predictions("id,prediction\nv[0],sad\nv[1],happy\nother[0],sad\n", &emotions()).unwrap();
    assert_eq!(named[0], of("lav", "v[0]", categories([0.0, 1.0])));
}

#[test]
fn what_cannot_be_used_is_said_with_what_was_expected() {
    let binary = sentiment(Task::Binary);
    for (lines, said) in [
        ("", "no column `id`"),
        ("name,score\n", "no column `id`, only name, score"),
        ("id,label\nv[0],1\n", "it has no answers, only id, label; expected `score`, or a probability for each of 2"),
        ("id,score\n", "no line of seed 2"),
        ("id,seed,score\nv[0],1,0.5\n", "no line of seed 2"),
        ("id,seed,score\nv[0],one,0.5\n", "line 2: `one` is not a seed"),
        ("id,score\nv[0],high\n", "line 2: `high` is not a finite number"),
        ("id,score\nv[0],NaN\n", "not a finite number"),
        ("id,score\r\nv[0],1\r\nv[1],NaN\r\n", "line 3: `NaN` is not a finite number"),
        ("id,score\nv[0],1\nv[0],1\n", "line 3: `v[0]` is there twice under lav"),
        ("id,score,condition\nv[0],1,video\n", "line 2"),
        ("id,r0,r1\nv[0],0.5,0.6\n", "line 2: the probabilities of the categories sum to 1.1000, expected 1"),
        ("id,p0\nv[0],1.5\n", "1.5 is not a probability"),
        ("id,score\nv[0]\n", "line: 2"),
        ("id,score\nv[0],1\nv[9],1\nv[1],1\n", "under lav `v[9]` are no test samples of the data set, which has 2"),
        ("id,score\nv[0],1\n", "under lav there is no prediction for 1 of 2 test samples: `v[1]`"),
        ("id,score,label\nv[0],1,2.5\nv[1],1,2\n", "`v[0]` has the label 2.5, and -1.5 in the data set"),
    ] {
        let error = predictions(lines, &binary).unwrap_err();
        assert!(error.contains(said), "{lines:?}: {error}");
    }
    let error = predictions("id,pred\nv[0],angry\n", &emotions()).unwrap_err();
    assert!(error.contains("`angry` is no category of the data set, expected one of happy, sad"), "{error}");
}
