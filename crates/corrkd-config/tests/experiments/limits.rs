//! What an experiment may not ask for, refused before anything of it is made: too many rows or runs, keys and files that are
//! nested without end, names that no report can show or tell apart.

use corrkd_config::{ConfigError, Experiment, MethodPlan, Plan, Protocol, Stage};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use toml::Table;

/// A teacher that its `width` decides, and a student.
struct Plain;

impl MethodPlan for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn defaults(&self) -> Table {
        toml::from_str("width = 1\nrate = 0.5\nmargin = 0.5\nweight = 0.5\nfactor = 0.5").unwrap()
    }

    fn stages(&self, _: &str, settings: Table, _: &Protocol) -> Result<Vec<Stage>, ConfigError> {
        let width = settings.get("width").cloned().into_iter().map(|width| ("width".to_owned(), width)).collect();
        let teacher = Stage {
            name: "teacher",
            training: "t",
            settings: width,
            sees_missing: false,
            needs: vec![],
            is_part: false,
        };
        let student =
            Stage { name: "student", training: "t", settings, sees_missing: true, needs: vec![0], is_part: false };
        Ok(vec![teacher, student])
    }
}

const HEAD: &str = "title = \"t\"\ndataset = \"d\"\n";
const ROW: &str = "[[variant]]\nname = \"a\"\nmethod = \"plain\"\n";

fn read(text: &str) -> Result<Experiment, ConfigError> {
    Experiment::parse(text, &BTreeMap::new(), &[&Plain])
}

/// What is said of a file, at once.
fn refused(text: &str) -> String {
    let start = Instant::now();
    let said = read(text).unwrap_err().to_string();
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}: {said}", start.elapsed());
    assert!(said.len() < 2000, "{} bytes", said.len());
    said
}

fn axis(key: &str, values: usize) -> String {
    format!("{key} = [{}]\n", (0..values).map(|value| format!("{value}.5")).collect::<Vec<_>>().join(", "))
}

#[test]
fn a_product_of_axes_is_counted_before_it_is_made() {
    let keys = ["rate", "margin", "weight", "factor", "width"];
    let sweep = |values: usize| keys.map(|key| axis(key, values)).concat();
    let with = |sweep: &str| format!("{HEAD}seeds = [1]\nreference = \"a\"\n{ROW}[sweep]\n{sweep}");
    let said = refused(&with(&sweep(60)));
    assert!(said.starts_with("the sweep: 777600000 rows, ") && said.contains("at most 10000"), "{said}");
    let many = (0..40).map(|key| axis(&format!("k{key}"), 60)).collect::<String>();
    assert!(refused(&with(&many)).contains("40 settings, expected at most 32"));
    // 6^5 rows are made, each once.
    let rows =
        read(&with(&sweep(6)).replace("\"a\"\n[[", "\"a rate=0.5 margin=0.5 weight=0.5 factor=0.5 width=0.5\"\n[["));
    let names: BTreeSet<String> = rows.unwrap().rows.into_iter().map(|row| row.name).collect();
    assert_eq!(names.len(), 7776);
    assert!(names.contains("a rate=5.5 margin=0.5 weight=5.5 factor=0.5 width=5.5"));
}

#[test]
fn many_variants_are_rows_too() {
    let rows = |count: usize| (0..count).map(|row| ROW.replace("\"a\"", &format!("\"r{row}\""))).collect::<String>();
    let with = |count| format!("{HEAD}seeds = [1]\nreference = \"r0\"\n{}", rows(count));
    assert!(refused(&with(20_000)).contains("20000 rows"));
    let start = Instant::now();
    let experiment = read(&with(5_000)).unwrap();
    assert_eq!(Plan::of(&experiment).runs.len(), 5_001, "they share their teacher");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn a_hundred_thousand_seeds_are_planned_in_no_time() {
    let rows = ["a", "b", "c", "d"].map(|name| ROW.replace("\"a\"", &format!("\"{name}\""))).concat();
    let seeds = |count: usize| (0..count).map(|seed| seed.to_string()).collect::<Vec<_>>().join(",");
    let with = |count| format!("{HEAD}seeds = [{}]\nreference = \"a\"\n{rows}", seeds(count));
    let text = with(100_000);
    let start = Instant::now();
    let experiment = read(&text).unwrap();
    Plan::check_size(&experiment).unwrap();
    let plan = Plan::of(&experiment);
    // A fifth of it here; quadratic, it took two minutes.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!((plan.runs.len(), plan.part), (500_000, 5));
    let last: Vec<_> =
        plan.runs[499_995..].iter().map(|run| (run.row.as_deref(), run.seed, run.needs.clone())).collect();
    let student = |row| (Some(row), 99_999, vec![499_995]);
    assert_eq!(last, [(None, 99_999, vec![]), student("a"), student("b"), student("c"), student("d")]);

    let mut experiment = read(&with(10)).unwrap();
    experiment.seeds = (0..200_001).collect();
    let said = Plan::check_size(&experiment).unwrap_err().to_string();
    assert!(said.starts_with("the experiment: 1000005 runs") && said.contains("at most 1000000"), "{said}");
    let twice = with(100_000).replace("= [0,", "= [99999,");
    assert!(refused(&twice).contains("`seeds` is [99999, 1, 2,"));
}

#[test]
fn nothing_is_nested_without_end() {
    let deep = |count: usize| vec!["a"; count].join(".");
    let with = |line: &str| format!("{HEAD}seeds = [1]\nreference = \"a\"\n{line}\n{ROW}");
    let sweep = |key: &str| format!("{}[sweep]\n\"{key}\" = [1]\n", with(""));
    assert!(refused(&sweep(&deep(20_000))).contains("has 20000 parts, and no setting lies deeper than 16"));
    assert!(refused(&sweep(&deep(10))).contains("not among the rows: a a.a."), "{}", refused(&sweep(&deep(10))));
    let none = refused(&sweep("rate").replace("rate\" = [1]", "rate\" = []"));
    assert!(none.contains("`rate`: has no values, expected one or more"), "{none}");
    for line in [
        format!("{} = 1", deep(20_000)),
        format!("[{}]\nx = 1", deep(20_000)),
        format!("rate = {}1{}", "[".repeat(20_000), "]".repeat(20_000)),
        format!("rate = {}1{}", "{ a = ".repeat(20_000), "}".repeat(20_000)),
        format!("rate = {}", "[".repeat(20_000)),
    ] {
        refused(&with(&line));
    }
    // Files that extend one another: some are fine, thousands are not.
    let chain = |files: usize| {
        let file = |number: usize| format!("extends = \"f{}\"", number + 1);
        let mut others: BTreeMap<String, String> =
            (0..files).map(|number| (format!("f{number}"), file(number))).collect();
        others.insert(format!("f{files}"), with(""));
        Experiment::parse("extends = \"f0\"", &others, &[&Plain])
    };
    assert_eq!(chain(20).unwrap().rows.len(), 1);
    assert!(chain(5_000).unwrap_err().to_string().contains("more than 32 files that extend one another"));
}

#[test]
fn what_a_report_cannot_show_is_refused_with_its_place() {
    let of = |title: &str, dataset: &str, name: &str, reference: &str| {
        format!(
            "title = \"{title}\"\ndataset = \"{dataset}\"\nseeds = [1]\nreference = \"{reference}\"\n\
             [[variant]]\nname = \"{name}\"\nmethod = \"plain\"\n"
        )
    };
    assert!(read(&of("t", "d", "a", "a")).is_ok());
    for bad in ["a\\u0007", "a\\nb", "a\\tb", "\\u001b[2J", "a\\u202eb", "a\\u2028b", "\\uffff"] {
        for (text, place) in [
            (of(bad, "d", "a", "a"), "the experiment: at `title`"),
            (of("t", bad, "a", "a"), "the experiment: at `dataset`"),
            (of("t", "d", bad, "a"), "at `name`"),
            (of("t", "d", "a", bad), "the experiment: at `reference`"),
        ] {
            let said = refused(&text);
            assert!(said.contains(place) && said.contains("it holds `\\u{"), "{said}");
        }
    }
    let long = "n".repeat(65_536);
    assert!(refused(&of("t", "d", &long, "a")).contains("65536 characters, expected at most 400"));
    assert!(refused(&of(&long, "d", "a", "a")).contains("65536 characters, expected at most 1000"));
    assert!(refused(&of("t", "d", "a", &"n".repeat(900))).contains("is not among the rows: a"));
    let said = refused(&of("t", "d", "teacher (complete)", "teacher (complete)"));
    assert!(said.starts_with("variant `teacher (complete)`: at `name`: the report has lines of such a name"), "{said}");
    // A sweep's values are in its rows' names.
    let swept = |value: &str| format!("{}[sweep]\nrate = [{value}]\n", of("t", "d", "a", "a"));
    assert!(refused(&swept(&format!("\"{long}\""))).contains("at most 400"));
    assert!(refused(&swept("\"a\\u202eb\"")).contains("\\u{202e}"));
}

#[test]
fn no_test_split_is_judged_under_conditions_without_end() {
    let numbers =
        |count: usize| (1..=count).map(|n| format!("{}", n as f64 / count as f64)).collect::<Vec<_>>().join(",");
    let with = |line: &str| format!("{HEAD}seeds = [1]\nreference = \"a\"\n{line}\n{ROW}");
    assert!(read(&with(&format!("evaluation.ratios = [{}]", numbers(1000)))).is_ok());
    assert!(refused(&with(&format!("evaluation.ratios = [{}]", numbers(10_001)))).contains("at most 10000"));
    let gaps = format!("evaluation.gaps = {{ positions = [{0}], lengths = [{0}] }}", numbers(100));
    assert!(refused(&with(&gaps)).contains("`evaluation` is "), "{}", refused(&with(&gaps)));
}
