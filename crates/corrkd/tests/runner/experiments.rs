//! Where experiments come from: the program carries those of `experiments/`, and the user's own are files.

use assert_cmd::Command;
use predicates::{prelude::*, str::contains};
use std::{fs, path::Path};

/// The plan of what is asked for, printed in a folder.
fn plan(folder: &Path, arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("corrkd").unwrap();
    command.current_dir(folder).args(arguments).arg("--dry-run").assert()
}

#[test]
fn carried_experiments_are_there_in_any_folder() {
    let folder = tempfile::tempdir().unwrap();
    plan(folder.path(), &["ablate"]).code(0).stdout(contains("Quick start").and(contains("without-rcd")));
    // Whose data are not here: the plan is shown, and what the real command would end with.
    let planned = plan(folder.path(), &["ablate", "table3-mosi"]).code(3).stderr(contains("with --data DIR"));
    planned.stdout(contains("dataset mosi, reference row full"));
    let reproduced = plan(folder.path(), &["reproduce", "table1", "--dataset", "mosi"]).code(3);
    reproduced.stdout(contains("CubeMLP").and(contains("DMD")).and(contains("CorrKD")));
}

#[test]
fn a_file_extends_carried_experiments_and_rather_those_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("mine")).unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join("mine").join(name), text).unwrap();
    put("short.toml", "extends = \"quickstart\"\nteacher.epochs = 3\n");
    let short = || plan(folder.path(), &["ablate", "mine/short.toml", "--seeds", "1"]).code(0);
    short().stdout(contains("Quick start").and(contains("without-rcd")));
    put("quickstart.toml", "extends = \"table3-synthetic\"\ntitle = \"Ours\"\n");
    short().stdout(contains("Ours\ndataset synthetic, size mosi,").and(contains("Quick start").not()));
    // The file's own folder is that of a bare file name, too.
    let within = plan(&folder.path().join("mine"), &["ablate", "short.toml"]).code(0);
    within.stdout(contains("Ours\n"));
    // What the program carries does not change with the folder.
    plan(&folder.path().join("mine"), &["ablate", "quickstart"]).code(0).stdout(contains("Quick start"));
}

/// Wherever the command is given: paths start from the file that says them.
#[test]
fn paths_are_relative_to_the_experiments_file() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let recipe = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets/synthetic.toml")).unwrap();
    put("data/recipe.toml", &recipe);
    put("bases/base.toml", "extends = \"quickstart\"\ndataset = \"../data/recipe.toml\"\n");
    put("mine/own.toml", "extends = \"../bases/base.toml\"\ntitle = \"Ours\"\n");
    let home = folder.path().canonicalize().unwrap();
    let said = || contains(format!("Ours\ndataset {}, size small,", home.join("data/recipe.toml").display()));
    plan(folder.path(), &["ablate", "mine/own.toml"]).code(0).stdout(said());
    plan(&folder.path().join("data"), &["ablate", "../mine/own.toml"]).code(0).stdout(said());

    // What is not there is named by the path that was tried.
    put("mine/lost.toml", "extends = \"quickstart\"\ndataset = \"../data/none.toml\"\n");
    let tried = contains(home.join("data/none.toml").display().to_string());
    plan(folder.path(), &["ablate", "mine/lost.toml"]).code(2).stdout("").stderr(tried);
    put("mine/lost.toml", "extends = \"../none.toml\"\n");
    let tried = contains(format!("`extends`: no `{}`", home.join("none.toml").display()));
    plan(folder.path(), &["ablate", "mine/lost.toml"]).code(2).stdout("").stderr(tried);
}

/// What can be known before anything is read: the recipe, its files, the tasks of its labels, the methods for its frames.
#[test]
fn the_dry_run_notices_what_the_real_one_would() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let dry = |experiment: &str, options: &[&str]| plan(folder.path(), &[&["ablate", experiment], options].concat());
    put("mine.toml", "extends = \"quickstart\"\ndataset = \"mosy\"\n");
    dry("mine.toml", &[]).code(2).stdout("").stderr(contains("no recipe is named `mosy`, expected one of"));
    put("mine.toml", "extends = \"quickstart\"\nsize = \"huge\"\n");
    dry("mine.toml", &[]).code(2).stdout("").stderr(contains("has no size `huge`, expected one of small"));
    put("mine.toml", "extends = \"table3-mosi-utterance\"\nseeds = [1]\n");
    dry("mine.toml", &[])
        .code(3)
        .stdout(contains("5 runs:"))
        .stderr(contains("labels.csd").and(contains("--data DIR")));
    fs::create_dir(folder.path().join("data")).unwrap();
    put("data/labels.csd", "");
    let said = contains("data: no such file: language.csd, audio.csd, visual.csd, which the recipe");
    dry("mine.toml", &["--data", "data"]).code(3).stdout(contains("5 runs:")).stderr(said);
    dry("mine.toml", &["--data", "nowhere"]).code(3).stderr(contains("nowhere: no such file: labels.csd"));
    for file in ["language.csd", "audio.csd", "visual.csd"] {
        put(&format!("data/{file}"), "");
    }
    dry("mine.toml", &["--data", "data"]).code(0).stdout(contains("5 runs:")).stderr("");
    let labels = contains("`task = \"emotion\"` asks for categories, but the data set's labels are scores");
    dry("mine.toml", &["--data", "data", "--task", "emotion"]).code(2).stdout("").stderr(labels);
}
