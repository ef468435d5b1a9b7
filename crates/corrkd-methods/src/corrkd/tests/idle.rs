//! What does nothing is said, with a remedy that works; and nothing is said of what does something.

use super::adversarial::{changed, dataset, run, run_in, usual};
use super::{Resolved, settings};
use corrkd_data::Dataset;
use corrkd_record::{Event, RunResult, Runs};

/// Settings of two short trainings.
fn short(task: &str, rest: &str) -> Resolved {
    settings(task, &format!("teacher.epochs = 2\nstudent.epochs = 2\nevaluation.ratios = [0.0]\n{rest}"))
}

/// Teacher and student, trained.
fn trained(data: &Dataset, task: &str, rest: &str) -> [RunResult; 2] {
    run(data, &short(task, rest)).unwrap()
}

/// What is said of a part of the method, or all that begins so.
fn said<'a>(result: &'a RunResult, start: &str) -> Vec<&'a str> {
    result.warnings.iter().map(String::as_str).filter(|warning| warning.starts_with(start)).collect()
}

/// By Euclidean distances the paper's margins are all the same to the last bit, and the warning names what to change. Between
/// unit vectors each is another.
#[test]
fn a_margin_that_nothing_is_within_is_said_to_be_one() {
    let data = usual();
    let of = |distance: &str, margin: f64| {
        let rest = format!("losses.scd.distance = \"{distance}\"\nlosses.scd.margin = {margin:?}");
        let [_, student] = trained(&data, "binary", &rest);
        student
    };
    let margins = [0.8, 1.0, 1.2, 1.4, 1.6];
    let students = margins.map(|margin| of("euclidean", margin));
    for (student, margin) in students.iter().zip(margins) {
        assert_eq!(
            (&student.training.as_ref().unwrap().weights, &student.predictions),
            (&students[0].training.as_ref().unwrap().weights, &students[0].predictions)
        );
        let [warning] = said(student, "SCD")[..] else { panic!("{:?}", student.warnings) };
        assert!(warning.contains(&format!("losses.scd.margin = {margin},")), "{warning}");
        assert!(warning.contains("losses.scd.distance = \"unit\""), "{warning}");
    }
    // Of seven samples few are near by chance; 1.4 is one of the paper's margins.
    let students = [1.4, 1.6, 1.8].map(|margin| of("unit", margin));
    for (i, student) in students.iter().enumerate() {
        assert_eq!(said(student, "SCD"), <[&str; 0]>::default());
        assert!(
            students[..i]
                .iter()
                .all(|other| other.training.as_ref().unwrap().weights != student.training.as_ref().unwrap().weights)
        );
    }
}

/// The remedy that the warning names: a margin above the nearest distance that the events tell.
#[test]
fn a_margin_above_the_nearest_distance_does_something() {
    let (data, folder) = (usual(), tempfile::tempdir().unwrap());
    let runs = Runs::open(folder.path()).unwrap();
    let with = |margin: f64| {
        let rest = format!("losses.scd.distance = \"euclidean\"\nlosses.scd.margin = {margin:?}");
        let [_, student] = run_in(&runs, &data, &short("binary", &rest)).unwrap();
        student
    };
    let idle = with(1.4);
    let nearest = runs.run(&idle.id).events().unwrap().into_iter().find_map(|event| match event {
        Event::Epoch { parts, .. } => Some(parts["scd.nearest"]),
        _ => None,
    });
    assert_eq!(said(&idle, "SCD").len(), 1);
    let raised = with(1.01 * nearest.unwrap());
    assert_eq!(said(&raised, "SCD"), <[&str; 0]>::default());
    assert_ne!(raised.training.as_ref().unwrap().weights, idle.training.as_ref().unwrap().weights);
}

/// Batches of one sample, and of one category, show nothing of what compares samples or categories.
#[test]
fn what_no_batch_could_show_is_said() {
    let [_, alone] = trained(&dataset(&[2], &[1], &[3]), "binary", "");
    for start in ["SCD pushed", "CPD compared", "RCD had"] {
        let [warning] = said(&alone, start)[..] else { panic!("{start}: {:?}", alone.warnings) };
        assert!(warning.ends_with("The training split has a single sample: give it more."), "{warning}");
    }
    let [_, uniform] = trained(&changed(usual(), |sample| sample.label = 1.0), "binary", "");
    let [warning] = said(&uniform, "CPD compared")[..] else { panic!("{:?}", uniform.warnings) };
    assert!(warning.contains("no samples of two categories"), "{warning}");

    let balanced = |batch: usize| {
        let rest = format!("losses.task.weights = \"balanced\"\nteacher.batch = {batch}\nstudent.batch = 7");
        let [teacher, _] = trained(&usual(), "ternary", &rest);
        said(&teacher, "losses.task.weights").join("\n")
    };
    assert!(balanced(1).ends_with("Raise teacher.batch."), "{}", balanced(1));
    assert_eq!(balanced(7), "");
    let [teacher, student] = trained(&usual(), "binary", "");
    assert_eq!([said(&teacher, "losses"), said(&student, "CPD")].concat(), <[&str; 0]>::default());
}

/// In two epochs no statistics network has learnt anything of categories; the divergence that is named asks for none.
#[test]
fn a_bound_that_stays_blind_is_said() {
    let blind = |task: &str, rest: &str| -> Vec<&str> {
        let [_, student] = trained(&usual(), task, rest);
        let said = said(&student, "RCD").join("\n");
        ["rcd.target", "rcd.others", "rcd.score"].into_iter().filter(|bound| said.contains(bound)).collect()
    };
    assert_eq!(blind("binary", ""), ["rcd.target"]);
    assert_eq!(blind("ternary", ""), ["rcd.target", "rcd.others"]);
    for (task, form) in [("binary", "kl"), ("ternary", "kl"), ("regression", "kl"), ("ternary", "dkd")] {
        assert_eq!(blind(task, &format!("losses.rcd.form = \"{form}\"")), <[&str; 0]>::default());
    }
    assert_eq!(blind("binary", "losses.rcd.weight = 0.0"), <[&str; 0]>::default());
}

/// Of two categories DKD's beta is a factor of nothing: another one gives the same bits.
#[test]
fn dkd_of_two_categories_says_that_beta_does_nothing() {
    let of = |task: &str, beta: f64| {
        let [_, student] = trained(&usual(), task, &format!("losses.rcd = {{ form = \"dkd\", dkd.beta = {beta:?} }}"));
        (said(&student, "losses.rcd.dkd.beta").len(), student.training.as_ref().unwrap().weights.clone())
    };
    let (one, eight) = (of("binary", 1.0), of("binary", 8.0));
    assert_eq!((one.0, eight.0, of("binary", 0.0).0), (1, 1, 0));
    assert_eq!(one.1, eight.1);
    let (one, eight) = (of("ternary", 1.0), of("ternary", 8.0));
    assert_eq!((one.0, eight.0), (0, 0));
    assert_ne!(one.1, eight.1);
}
