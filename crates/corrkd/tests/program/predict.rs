//! A finished run at work: `predict` and `evaluate`, with its folder and new samples alone.

use crate::world::{World, corrkd, finished, predictions, proved};
use corrkd_record::{Answer, Prediction, RunDir, Runs, Sweep};
use predicates::prelude::*;
use predicates::str::contains;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The run's folder under another name and in another place, and the files of samples: all else is gone.
fn moved((world, teacher, student): (World, RunDir, RunDir)) -> (World, PathBuf, Vec<Prediction>) {
    let (network, kept) = (world.dir.path().join("my network"), predictions(&student));
    fs::rename(student.path(), &network).unwrap();
    fs::remove_dir_all(teacher.path()).unwrap();
    fs::remove_dir_all(world.cache()).unwrap();
    fs::remove_file(world.dir.path().join("tiny.toml")).unwrap();
    (world, network, kept)
}

/// The answers that were kept of the test under a condition, as CSV has them.
fn tested(kept: &[Prediction], condition: &str) -> BTreeMap<String, Vec<String>> {
    let under = kept.iter().filter(|prediction| prediction.condition == condition);
    let cells = |prediction: &Prediction| match &prediction.answer {
        Answer::Categories { probabilities, .. } => probabilities.iter().map(|p| format!("{p:?}")).collect(),
        other => panic!("{other:?}"),
    };
    under.map(|prediction| (prediction.id.clone(), cells(prediction))).collect()
}

/// The columns of a CSV file by name, of each id.
fn table(path: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    lines.map(|cells| (cells[0].clone(), header.iter().cloned().zip(cells).collect())).collect()
}

/// Whether the answers are those of the test.
fn same(answers: &BTreeMap<String, BTreeMap<String, String>>, expected: &BTreeMap<String, Vec<String>>) -> bool {
    expected.iter().all(|(id, cells)| {
        let row = &answers[id];
        [&row["p_negative"], &row["p_positive"]].into_iter().eq(cells)
    })
}

fn predict(network: &Path, data: &Path, out: &Path) -> assert_cmd::assert::Assert {
    corrkd().arg("predict").arg(network).arg("--data").arg(data).arg("--out").arg(out).assert()
}

#[test]
fn answers_are_those_of_the_test_with_labels_and_without() {
    let (world, network, kept) = moved(finished());
    let out = world.dir.path().join("answers.csv");
    let answered = |stage: &str| {
        predict(&network, &world.data(), &out).success().stderr(contains("72 samples answered"));
        let answers = table(&out);
        assert_eq!(answers.len(), 72, "{stage}");
        answers
    };
    let whole = answered("labelled");
    assert!(same(&whole, &tested(&kept, "lav")));
    assert!(whole.values().all(|row| row["missing"].is_empty() && row["present_audio"] == "1.0"));
    fs::remove_file(world.file("labels")).unwrap();
    assert_eq!(answered("unlabelled"), whole);
    // What is not there is missing, and said to be.
    fs::remove_file(world.file("audio")).unwrap();
    let without = answered("without audio");
    assert!(same(&without, &tested(&kept, "lv")));
    assert!(without.values().all(|row| row["missing"] == "audio" && row["present_audio"] == "0.0"));
}

#[test]
fn a_stream_is_answered_line_by_line_and_files_hold_the_same() {
    let (world, network, kept) = moved(finished());
    let sequences = ["language", "audio", "vision"].map(|name| corrkd_csd::Reader::open(&world.file(name)).unwrap());
    let frames = |id: &str, reader: &corrkd_csd::Reader| {
        let rows = reader.entry(id).unwrap().features.into_f32().unwrap();
        serde_json::to_value(rows.values.chunks(rows.width()).collect::<Vec<_>>()).unwrap()
    };
    let line = |id: &String| {
        let [language, audio, vision] = sequences.each_ref().map(|reader| frames(id, reader));
        serde_json::json!({ "id": id, "language": language, "audio": audio, "vision": vision }).to_string() + "\n"
    };
    let expected = tested(&kept, "lav");
    let lines: String = expected.keys().map(line).collect();
    let mut command = corrkd();
    let streamed = command.arg("predict").arg(&network).args(["--data", "-"]).write_stdin(lines.clone());
    let said = String::from_utf8(streamed.assert().success().get_output().stdout.clone()).unwrap();
    let said: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(said.len(), expected.len());
    for (answer, (id, cells)) in said.iter().zip(&expected) {
        assert_eq!(answer["id"], **id);
        let p = |name: &str| format!("{:?}", answer["probabilities"][name].as_f64().unwrap() as f32);
        assert_eq!([p("negative"), p("positive")], cells[..]);
        assert_eq!(answer["missing"], serde_json::json!([]));
    }
    // The same lines from a file, into files.
    let file = world.dir.path().join("new.jsonl");
    fs::write(&file, lines).unwrap();
    let out = |ending: &str| world.dir.path().join(format!("out.{ending}"));
    for ending in ["csv", "jsonl", "parquet"] {
        predict(&network, &file, &out(ending)).success();
    }
    assert!(same(&table(&out("csv")), &expected));
    assert_eq!(fs::read_to_string(out("jsonl")).unwrap().lines().count(), expected.len());
    assert!(fs::read(out("parquet")).unwrap().starts_with(b"PAR1"));
    // A frame that is null is missing, and so is a modality that is not named.
    let some = r#"{"id": 7, "language": [[1, 2, 3, 4, 5], null]}"#;
    let mut command = corrkd();
    let said = command.arg("predict").arg(&network).args(["--data", "-"]).write_stdin(some);
    said.assert().success().stdout(
        contains(r#""id":"7""#).and(contains(r#""missing":["audio","vision"]"#)).and(contains(r#""language":0.5"#)),
    );
}

#[test]
fn a_folder_of_files_without_labels_is_imported_first() {
    let (world, network, kept) = moved(finished());
    let folder = world.dir.path().join("new");
    let id = "v10[2]";
    for name in ["language", "audio", "vision"] {
        let rows = corrkd_csd::Reader::open(&world.file(name)).unwrap().entry(id).unwrap().features.into_f32().unwrap();
        let line = |row: &[f32]| row.iter().map(f32::to_string).collect::<Vec<_>>().join(",") + "\n";
        fs::create_dir_all(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("mine.csv"), rows.values.chunks(rows.width()).map(line).collect::<String>())
            .unwrap();
    }
    let out = world.dir.path().join("answers.csv");
    predict(&network, &folder, &out).success();
    let answers = table(&out);
    assert_eq!(answers.keys().collect::<Vec<_>>(), ["mine[0]"]);
    let row = &answers["mine[0]"];
    assert_eq!([&row["p_negative"], &row["p_positive"]], [&tested(&kept, "lav")[id][0], &tested(&kept, "lav")[id][1]]);
}

/// A number that is not there takes nothing else of its frame away, whether a table or a line has the sample.
#[test]
fn single_numbers_may_be_missing() {
    let (world, network, _) = moved(finished());
    let at = |name: &str| world.dir.path().join(name);
    fs::create_dir_all(at("new/language")).unwrap();
    fs::write(at("new/language/mine.csv"), "1,nan,3,4,5\n2,3,4,5,6\nnan,nan,nan,nan,nan\n").unwrap();
    let null = "[null, null, null, null, null]";
    fs::write(
        at("new.jsonl"),
        format!("\u{feff}{{\"id\": \"mine\", \"language\": [[1, null, 3, 4, 5], [2, 3, 4, 5, 6], {null}]}}\n"),
    )
    .unwrap();
    fs::write(at("without.jsonl"), r#"{"id": "mine", "language": [null, [2, 3, 4, 5, 6], null]}"#).unwrap();
    let answered = |data: &str| {
        predict(&network, &at(data), &at("answers.csv")).success();
        let row = table(&at("answers.csv")).into_values().next().unwrap();
        ["p_positive", "missing", "present_language"].map(|column| row[column].clone())
    };
    assert_eq!(answered("new.jsonl"), answered("new"));
    assert_ne!(answered("new.jsonl"), answered("without.jsonl"));
}

#[test]
fn what_cannot_be_answered_is_refused_and_leaves_what_was_there() {
    let (world, network, _) = moved(finished());
    let out = world.dir.path().join("answers.csv");
    fs::write(&out, "mine").unwrap();
    let of_line = |line: &str| {
        let file = world.dir.path().join("new.jsonl");
        fs::write(&file, line).unwrap();
        predict(&network, &file, &out)
    };
    of_line(r#"{"id": "a", "language": [[1, 2]]}"#)
        .code(3)
        .stderr(contains("a: language has frames of 2 numbers, expected 5"));
    of_line("{\"id\": \"a\"}\n{\"id\": \"b\", \"text\": []}\n")
        .code(3)
        .stderr(contains("line 2: unknown field `text`"));
    of_line(r#"{"id": "a", "language": [[1, 2, 3, 4, 5]], "audio": [[1, 2, 3], [1, 2, 3]]}"#)
        .code(3)
        .stderr(contains("audio"));
    assert_eq!(fs::read_to_string(&out).unwrap(), "mine");
    predict(&network, &world.data(), Path::new("answers.txt")).code(2).stderr(contains(".csv, .jsonl or .parquet"));
    predict(&world.data(), &world.data(), &out).code(2).stderr(contains("spec.json"));
    let mut last = fs::read(network.join("context.safetensors")).unwrap();
    let place = last.len() / 2;
    last[place] ^= 1;
    fs::write(network.join("context.safetensors"), last).unwrap();
    predict(&network, &world.data(), &out).code(3).stderr(contains("context.safetensors"));
    fs::remove_file(network.join("result.json")).unwrap();
    predict(&network, &world.data(), &out).code(2).stderr(contains("has no result"));
    assert_eq!(fs::read_to_string(&out).unwrap(), "mine");
}

#[test]
fn a_run_is_scored_again_under_any_condition() {
    let (world, _, student) = finished();
    let result = proved(&student);
    let out = world.dir.path().join("scores.csv");
    let evaluate = |arguments: &[&str]| {
        let mut command = corrkd();
        command.arg("evaluate").arg(student.path()).arg("--data").arg(world.data()).arg("--out").arg(&out);
        command.args(arguments).assert()
    };
    evaluate(&[]).success().stdout(contains("lav@0.5"));
    let told = fs::read_to_string(&out).unwrap();
    for scores in &result.test {
        let line = format!("{},f1,", scores.condition);
        let value = told.lines().find_map(|other| other.strip_prefix(&line)).unwrap();
        assert!((value.parse::<f64>().unwrap() - scores.scores.f1).abs() < 1e-12, "{line}{value}");
    }
    // Conditions that the run was not tested under, one of which asks for training samples; and another fold.
    evaluate(&["--conditions", "a@bursts:0.5,lav@noise:0.3"]).success().stdout(contains("a@bursts:0.5"));
    evaluate(&["--fold", "valid", "--conditions", "lav"]).success();
    evaluate(&["--conditions", "lav@words:0.5"]).code(2).stderr(contains("lav@words:0.5").or(contains("words")));
    evaluate(&["--conditions", "x"]).code(2);
    let mut command = corrkd();
    let a_file = command.arg("evaluate").arg(student.path()).arg("--data").arg(&out).assert();
    a_file.code(2).stderr(contains("got a file; `corrkd data import"));
    // Labels on another scale, of which this task asks for the sign alone; and labels of another kind.
    let text = fs::read_to_string(world.dir.path().join("tiny.toml")).unwrap();
    let other = world.dir.path().join("other.toml");
    fs::write(&other, text.replace("range = [-3.0, 3.0]", "range = [-4.0, 4.0]")).unwrap();
    evaluate(&["--recipe", other.to_str().unwrap()]).success();
    assert_eq!(fs::read_to_string(&out).unwrap(), told);
    fs::write(&other, text.replace("range = [-3.0, 3.0]", "categories = [\"bad\", \"good\"]")).unwrap();
    evaluate(&["--recipe", other.to_str().unwrap()])
        .code(2)
        .stderr(contains("its labels are the categories bad, good, expected"));
}

/// It answers a score, which would be taken for one around the other scale's neutral value.
#[test]
fn a_network_that_regresses_is_not_scored_on_another_scale() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let experiment = "title = \"\"\ndataset = \"synthetic\"\nsize = \"small\"\nseeds = [1]\nreference = \"regresses\"\n\
                      variant = [{ name = \"regresses\", method = \"selfmm\", training.epochs = 1 }]\n";
    fs::write(at("own.toml"), experiment).unwrap();
    corrkd().current_dir(folder.path()).args(["ablate", "own.toml", "--plain"]).assert().success();
    let runs = Runs::open(&at("runs")).unwrap();
    let run = Sweep::read(&runs.report("own")).unwrap().runs.remove(0).id;
    let recipe = include_str!("../../../../datasets/synthetic.toml");
    for (range, code) in [("[-3.0, 3.0]", 0), ("[-4.0, 4.0]", 2)] {
        fs::write(at("recipe.toml"), recipe.replace("[-3.0, 3.0]", range)).unwrap();
        let mut evaluate = corrkd();
        evaluate.arg("evaluate").arg(runs.run(&run).path()).arg("--recipe").arg(at("recipe.toml"));
        evaluate.args(["--conditions", "lav", "--data"]).arg(at("runs/cache/synthetic-small-v3")).assert().code(code);
    }
}
