//! Pictures of made-up runs: what is drawn stands where its numbers say, inside the picture, and is the same each time.

use crate::finished::{finished, represented, space, student, teacher, trained};
use corrkd_config::{Condition, Presence, Task};
use corrkd_random::Stream;
use corrkd_record::{Answer, Event, Prediction, Representation, Runs, Sweep, SweepRun, Validation};
use corrkd_report::write;
use resvg::{tiny_skia, usvg};
use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

/// Test samples.
const N: usize = 220;
const EPOCHS: usize = 6;

/// The made-up sweep's teacher and rows, each with its errors among 110 samples of a sentiment's sign under the complete
/// condition; one name needs more than a line.
const ROWS: [(Option<&str>, usize); 4] = [
    (None, 16),
    (Some("full"), 18),
    (Some("without-scd"), 24),
    (Some("full losses.scd.margin=0.8 student.learning_rate=0.001 <& no other>"), 33),
];
/// How many more there are for each incomplete set of modalities.
const MORE: [usize; 6] = [2, 22, 27, 3, 4, 16];

/// How many more errors there are at a drop ratio, in tenths.
fn more_at(tenth: usize) -> usize {
    tenth * (tenth + 1) / 2
}

/// The run of a seed, and of a row by its place. It errs as often in either sign, so that its F1 is the share of right
/// answers, 1 - errors / 110.
fn finish(runs: &Runs, task: Task, place: usize, seed: u64) -> SweepRun {
    let (row, errors) = ROWS[place];
    let base = errors - seed as usize;
    let f1 = 1.0 - base as f64 / 110.0;
    let job = match row {
        None => teacher(task),
        Some(_) => student(task, 1.0 + place as f64),
    };
    let sets = Presence::incomplete().iter().zip(MORE).map(|(&set, more)| (Condition::only(set), base + more));
    let ratios = (0..=10).map(|tenth| (Condition::dropped(tenth as f64 / 10.0), base + more_at(tenth)));
    let judged: Vec<(Condition, usize)> = sets.chain(ratios).collect();
    let space = &space(task);
    let k = space.categories();
    let draws = Stream::new(seed, "answers").at(place as u64);
    let label = |i: usize| if task == Task::Emotion { (i % k) as f32 } else { [-1.5, 1.0][i % 2] };
    // The places of a category's samples among each other, shuffled, the first ones of which are wrong.
    let wrong = |condition: &Condition, errors: usize| -> Vec<bool> {
        let draws = draws.named(&condition.to_string());
        let orders: Vec<Vec<usize>> = (0..k).map(|c| draws.named("order").at(c as u64).permutation(N / k)).collect();
        (0..N).map(|i| orders[i % k][i / k] < errors * 2 / k).collect()
    };
    let answer = |condition: &Condition, wrong: bool, i: usize| {
        let right = space.category(label(i));
        let other = draws.named(&condition.to_string()).at(i as u64).below(1, k - 1);
        if wrong { (right + 1 + other) % k } else { right }
    };
    let predictions: Vec<Prediction> = judged
        .iter()
        .flat_map(|(condition, errors)| {
            wrong(condition, *errors).into_iter().enumerate().map(move |(i, wrong)| {
                let named = answer(condition, wrong, i);
                let probability = |c| if c == named { 0.7 } else { 0.3 / (k - 1) as f32 };
                Prediction {
                    condition: condition.to_string(),
                    id: format!("sample-{i}"),
                    label: label(i),
                    category: space.category(label(i)),
                    answer: Answer::Categories { probabilities: (0..k).map(probability).collect(), score: None },
                }
            })
        })
        .collect();
    let run = finished(runs, row, job, seed, EPOCHS - 2, &predictions);
    let epoch = |epoch: usize| {
        let loss = |scale: f64| scale * (0.3 + place as f64 / 10.0 + 1.0 / (epoch as f64 + seed as f64 / 5.0));
        let mut losses = BTreeMap::from([("task".to_owned(), loss(0.7)), ("total".to_owned(), loss(2.0))]);
        if row.is_some() {
            losses.extend([
                ("scd".to_owned(), loss(0.01)),
                ("cpd".to_owned(), loss(1.3)),
                ("rcd".to_owned(), -loss(0.2)),
            ]);
        }
        let over = epoch.saturating_sub(EPOCHS - 2) as f64;
        let validation = Validation { loss: loss(0.5) + 0.05 * over, f1, accuracy: f1 };
        let (parts, gradient_norm) = (BTreeMap::new(), 1.0);
        Event::Epoch { epoch, epochs: EPOCHS, losses, parts, gradient_norm, validation, best: true, seconds: 1.0 }
    };
    trained(runs, &run.id, &(1..=EPOCHS).map(epoch).collect::<Vec<_>>());
    let hidden = |condition: &str, spread: f64| {
        let condition = condition.to_owned();
        (0..N).map(move |i| {
            let category = space.category(label(i));
            let draws = draws.named("representation").at(i as u64);
            let value = |d: usize| f64::from(u8::from(d == category)) * 3.0 + spread * draws.normal(d as u64);
            Representation {
                condition: condition.clone(),
                id: format!("sample-{i}"),
                category,
                values: (0..8).map(|d| value(d) as f32).collect(),
            }
        })
    };
    let spread = 0.6 + 0.4 * place as f64;
    let all: Vec<Representation> = hidden("lav", spread).chain(hidden("l@0.5", 1.5 * spread)).collect();
    represented(runs, &run.id, &all);
    run
}

/// A sweep of three seeds, with all that a run can leave behind.
pub(crate) fn sweep(runs: &Runs, task: Task) -> Sweep {
    let seeds = [1, 2, 3];
    Sweep {
        name: "pictures".to_owned(),
        title: "Pictures".to_owned(),
        dataset: "synthetic".to_owned(),
        reference: "full".to_owned(),
        paper: Some("table3.mosi".to_owned()),
        folds: None,
        rows: ROWS.iter().filter_map(|(row, _)| row.map(str::to_owned)).collect(),
        seeds: seeds.to_vec(),
        runs: seeds
            .iter()
            .flat_map(|&seed| (0..ROWS.len()).map(move |row| (row, seed)))
            .map(|(row, seed)| finish(runs, task, row, seed))
            .collect(),
        search: Vec::new(),
    }
}

/// A report's files by name.
type Files = BTreeMap<String, Vec<u8>>;

fn files_of(runs: &Runs, sweep: &Sweep) -> Files {
    let name = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy().into_owned();
    write(runs, sweep).unwrap().files.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}

fn written(task: Task) -> Files {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::open(root.path()).unwrap();
    let sweep = sweep(&runs, task);
    let files = files_of(&runs, &sweep);
    assert!(files == files_of(&runs, &sweep), "another report of the same runs");
    files
}

/// The report on sentiment.
fn binary() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| written(Task::Binary))
}

/// The report on emotions.
fn emotion() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| written(Task::Emotion))
}

fn svg<'a>(files: &'a Files, name: &str) -> &'a str {
    std::str::from_utf8(&files[&format!("{name}.svg")]).unwrap()
}

fn tree(svg: &str) -> usvg::Tree {
    let mut options = usvg::Options::default();
    options.fontdb_mut().load_font_data(dejavu::sans::regular().to_vec());
    usvg::Tree::from_str(svg, &options).unwrap()
}

/// The texts of a picture with the boxes that they take, in the order that they are drawn.
fn texts(group: &usvg::Group) -> Vec<(String, tiny_skia::Rect)> {
    let of = |node: &usvg::Node| match node {
        usvg::Node::Group(group) => texts(group),
        usvg::Node::Text(text) => {
            let words = text.chunks().iter().map(|chunk| chunk.text().trim()).collect();
            vec![(words, text.abs_bounding_box())]
        }
        _ => Vec::new(),
    };
    group.children().iter().flat_map(of).collect()
}

/// The middles of the circles of a colour, in the order that they are drawn.
fn circles(svg: &str, colour: &str) -> Vec<[i32; 2]> {
    let number = |line: &str, name: &str| {
        let (_, rest) = line.split_once(&format!(" {name}=\"")).unwrap();
        rest.split_once('"').unwrap().0.parse::<i32>().unwrap()
    };
    let lines = svg.lines().filter(|line| line.starts_with("<circle") && line.contains(colour));
    lines.map(|line| [number(line, "cx"), number(line, "cy")]).collect()
}

/// What `full` and the teacher, whose markers are circles, are drawn in.
const FULL: &str = "#0072B2";
const TEACHER: &str = "#696969";

#[test]
fn there_is_a_picture_of_everything_in_both_formats() {
    let shared = ["confusion", "projection-l-0_5", "projection-lav", "training"];
    let emotions = ["happy", "sad", "angry", "neutral", "all"];
    let of_emotions = emotions.iter().flat_map(|name| [format!("conditions-{name}"), format!("curve-{name}")]);
    let expected = |own: Vec<String>| {
        let mut names: Vec<String> = own.into_iter().chain(shared.map(str::to_owned)).collect();
        names.sort();
        names
    };
    let stems = |files: &Files, ending: &str| {
        files.keys().filter_map(|name| name.strip_suffix(ending)).map(str::to_owned).collect::<Vec<_>>()
    };
    for ending in [".svg", ".png"] {
        assert_eq!(stems(binary(), ending), expected(vec!["conditions".to_owned(), "curve".to_owned()]));
        assert_eq!(stems(emotion(), ending), expected(of_emotions.clone().collect()));
    }
}

/// The texts of a picture, each of which must be inside it and on no other.
pub(crate) fn whole_and_apart(name: &str, svg: &str) -> Vec<(String, tiny_skia::Rect)> {
    let tree = tree(svg);
    let texts = texts(tree.root());
    let frame = tiny_skia::Rect::from_xywh(0.0, 0.0, tree.size().width(), tree.size().height()).unwrap();
    for (place, (text, own)) in texts.iter().enumerate() {
        let inside = frame.left() <= own.left() && own.right() <= frame.right();
        assert!(inside && frame.top() <= own.top() && own.bottom() <= frame.bottom(), "{name}: `{text}` {own:?}");
        for (other, their) in &texts[..place] {
            assert!(own.intersect(their).is_none(), "{name}: `{text}` {own:?} on `{other}` {their:?}");
        }
    }
    texts
}

#[test]
fn texts_are_whole_and_apart_and_pixels_are_twice_the_size() {
    for (name, bytes) in binary().iter().chain(emotion()).filter(|(name, _)| name.ends_with(".svg")) {
        let svg = std::str::from_utf8(bytes).unwrap();
        let (tree, texts) = (tree(svg), whole_and_apart(name, svg));
        let said = texts.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" ");
        for row in ROWS.iter().filter_map(|(row, _)| *row).chain(["teacher (complete)"]) {
            assert!(said.contains(row), "{name} does not name `{row}`: {said}");
        }
        let files = if binary().get(name) == Some(bytes) { binary() } else { emotion() };
        let pixels = tiny_skia::Pixmap::decode_png(&files[&name.replace(".svg", ".png")]).unwrap();
        let size = [pixels.width() as f32, pixels.height() as f32];
        assert_eq!(size, [2.0 * tree.size().width(), 2.0 * tree.size().height()], "{name}");
        assert!(pixels.pixels().iter().any(|pixel| pixel.red() < 60), "{name} is blank");
    }
}

#[test]
fn curves_are_as_high_as_their_scores() {
    let points = circles(svg(binary(), "curve"), FULL);
    // Eleven on the curve, one in the legend.
    assert_eq!(points.len(), 12);
    let f1 = |place: i32| 0.86 - more_at(place as usize) as f64 / 110.0;
    let scale = f64::from(points[10][1] - points[0][1]) / (f1(10) - f1(0));
    for (place, [x, y]) in (0..).zip(&points[..11]) {
        let expected = f64::from(points[0][1]) + scale * (f1(place) - f1(0));
        assert!(scale < 0.0 && (f64::from(*y) - expected).abs() <= 1.5, "{points:?}");
        let across = f64::from(points[0][0]) + f64::from(place * (points[10][0] - points[0][0])) / 10.0;
        assert!((f64::from(*x) - across).abs() <= 1.5, "{points:?}");
    }
}

#[test]
fn dots_are_as_far_right_as_their_scores() {
    let full = circles(svg(binary(), "conditions"), FULL);
    // The last grey one is the legend's.
    let teacher = circles(svg(binary(), "conditions"), TEACHER);
    assert_eq!((full.len(), teacher.len()), (8, 9));
    // The scores under l, a, v, la, lv, av, their average, lav; four panels beside each other show the same range.
    let average = MORE.iter().sum::<usize>() as f64 / 6.0;
    let more: Vec<f64> = MORE.iter().map(|&more| more as f64).chain([average, 0.0]).collect();
    let less: Vec<f64> = more.iter().map(|more| more / 110.0).collect();
    let scale = f64::from(full[6][0] - full[2][0]) / (less[2] - less[6]);
    for column in 0..4 {
        let apart = f64::from(full[column + 4][0] - full[column][0]);
        assert!((apart - scale * (less[column] - less[column + 4])).abs() <= 2.0, "{full:?}");
        let ahead = f64::from(teacher[column][0] - full[column][0]);
        assert!((ahead - scale * 2.0 / 110.0).abs() <= 2.0, "{full:?} {teacher:?}");
    }
}

#[test]
fn the_best_epoch_is_the_lowest_of_the_validation_loss() {
    let svg = svg(binary(), "training");
    let best = circles(svg, FULL)[0];
    let lines: Vec<Vec<[i32; 2]>> = svg
        .lines()
        .filter(|line| line.starts_with("<polyline") && line.contains(FULL))
        .map(|line| {
            let (_, points) = line.split_once("points=\"").unwrap();
            let point = |point: &str| point.split_once(',').map(|(x, y)| [x.parse().unwrap(), y.parse().unwrap()]);
            points.split([' ', '"']).filter_map(point).collect()
        })
        .collect();
    // cpd, rcd, scd, task, total, validation loss; and the legend's.
    assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [6, 6, 6, 6, 6, 6, 2]);
    assert_eq!(lines[5][EPOCHS - 3], best);
    assert!(lines[5].iter().all(|[_, y]| *y <= best[1]), "{:?}", lines[5]);
}

#[test]
fn confusions_count_every_answer() {
    for (files, task) in [(binary(), Task::Binary), (emotion(), Task::Emotion)] {
        let texts = texts(tree(svg(files, "confusion")).root());
        let numbers: Vec<usize> = texts.iter().filter_map(|(text, _)| text.parse().ok()).collect();
        let shares: Vec<&str> = texts.iter().filter_map(|(text, _)| text.strip_suffix(" %")).collect();
        let k = space(task).categories();
        assert_eq!(numbers.len(), 2 * ROWS.len() * k * k);
        for (counts, shares) in numbers.chunks(k).zip(shares.chunks(k)) {
            let all: usize = counts.iter().sum();
            assert_eq!(all, 3 * N / k, "three seeds");
            for (&count, &share) in counts.iter().zip(shares) {
                assert_eq!(share, format!("{:.0}", 100.0 * count as f64 / all as f64));
            }
        }
    }
}

#[test]
fn a_projection_shows_a_hundred_of_each_and_keeps_neighbours() {
    // Negative samples are blue circles: in four panels, and one in the legend.
    let negative = circles(svg(binary(), "projection-lav"), FULL);
    assert_eq!(negative.len(), 4 * 100 + 1);
    // The teacher's come last and are the clearest: happy samples stay together, in a panel of 296 pixels.
    let happy = circles(svg(emotion(), "projection-lav"), FULL);
    assert_eq!(happy.len(), 4 * N / 4 + 1);
    let teachers = &happy[3 * N / 4..N];
    for axis in [0, 1] {
        let ends = teachers.iter().map(|place| place[axis]);
        assert!(ends.clone().max().unwrap() - ends.min().unwrap() < 120, "{teachers:?}");
    }
}

#[test]
fn no_picture_without_data() {
    let root = tempfile::tempdir().unwrap();
    let runs = Runs::open(root.path()).unwrap();
    let mut sweep = sweep(&runs, Task::Binary);
    for run in &mut sweep.runs {
        let dir = runs.run(&run.id);
        trained(&runs, &run.id, &[]);
        let mut result = dir.result().unwrap().unwrap();
        result.representations = None;
        dir.write_result(&result).unwrap();
    }
    let pictures = |sweep: &Sweep| {
        let files = files_of(&runs, sweep);
        files.keys().filter_map(|name| name.strip_suffix(".png")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(pictures(&sweep), ["conditions", "confusion", "curve"]);
    sweep.runs.iter_mut().for_each(|run| run.failure = Some("stopped".to_owned()));
    assert!(pictures(&sweep).is_empty());
}
