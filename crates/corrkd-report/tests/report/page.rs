//! The page: well-formed, complete in itself, every text a text, every link and number leading somewhere.

use crate::pictures;
use corrkd_config::Task;
use corrkd_record::{Runs, Sweep};
use corrkd_report::write;
use resvg::usvg::roxmltree::{Document, Node};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// A text that is dangerous where it is not escaped.
const NASTY: &str = "</title></style><script>alert(1)</script><img src=x onerror='alert(2)'> \"&amp; {{ title }}";

/// A report on disk, and its page.
pub(crate) struct Fixture {
    _root: tempfile::TempDir,
    sweep: Sweep,
    pub(crate) path: PathBuf,
    pub(crate) html: String,
}

impl Fixture {
    /// Three seeds of a teacher and three rows; one run failed.
    pub(crate) fn new(change: fn(&mut Sweep)) -> Self {
        let root = tempfile::tempdir().unwrap();
        let runs = Runs::open(root.path()).unwrap();
        let mut sweep = pictures::sweep(&runs, Task::Binary);
        sweep.runs[6].failure = Some("out of memory".to_owned());
        change(&mut sweep);
        write(&runs, &sweep).unwrap();
        let path = runs.report(&sweep.name).join("report.html");
        let html = fs::read_to_string(&path).unwrap();
        Self { _root: root, sweep, path, html }
    }

    /// The page as XML, which it also is but for its first line, its style and its script.
    fn xml(&self) -> String {
        let text = self.html.strip_prefix("<!DOCTYPE html>").unwrap();
        ["style", "script"].iter().fold(text.to_owned(), |text, name| {
            let (before, rest) = text.split_once(&format!("<{name}>")).unwrap();
            let (_, after) = rest.split_once(&format!("</{name}>")).unwrap();
            format!("{before}<{name}></{name}>{after}")
        })
    }
}

fn named<'a>(document: &'a Document, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    document.descendants().filter(move |node| node.tag_name().name() == name)
}

fn text(node: Node) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect::<String>().trim().to_owned()
}

fn by_id<'a>(document: &'a Document, id: &str) -> Node<'a, 'a> {
    document.descendants().find(|node| node.attribute("id") == Some(id)).unwrap_or_else(|| panic!("no #{id}"))
}

#[test]
fn names_and_messages_are_texts() {
    let fixture = Fixture::new(|sweep| {
        sweep.title = NASTY.to_owned();
        sweep.dataset = NASTY.to_owned();
        let renamed = |row: &mut String| *row = NASTY.to_owned();
        sweep.rows.iter_mut().filter(|row| *row == "without-scd").for_each(renamed);
        for run in &mut sweep.runs {
            run.row.iter_mut().filter(|row| *row == "without-scd").for_each(renamed);
        }
        sweep.runs[6].failure = Some(NASTY.to_owned());
    });
    let xml = fixture.xml();
    let document = Document::parse(&xml).unwrap();
    assert_eq!(named(&document, "script").count(), 1);
    assert_eq!(named(&document, "img").count(), 0);
    assert_eq!(text(named(&document, "h1").next().unwrap()), NASTY);
    let labels: Vec<String> = named(&document, "th").map(text).collect();
    assert!(labels.iter().any(|label| label == NASTY), "{labels:?}");
    assert!(named(&document, "small").any(|small| text(small) == format!("no result: {NASTY}")));
}

#[test]
fn each_number_leads_to_its_runs() {
    let fixture = Fixture::new(|_| {});
    let xml = fixture.xml();
    let document = Document::parse(&xml).unwrap();
    let runs_of = |button: Node| -> BTreeSet<String> {
        let origin = by_id(&document, button.attribute("popovertarget").unwrap());
        let links = origin.descendants().filter_map(|node| node.attribute("href")?.strip_prefix("#run-"));
        let runs: BTreeSet<String> = links.map(str::to_owned).collect();
        assert!(runs.iter().all(|run| by_id(&document, &format!("run-{run}")).tag_name().name() == "tr"));
        let unit = if runs.len() == 1 { "run" } else { "runs" };
        assert_eq!(button.attribute("title").unwrap(), format!("{} {unit}", runs.len()));
        runs
    };
    let buttons: Vec<Node> = named(&document, "button").collect();
    assert!(buttons.len() > 100);
    buttons.iter().for_each(|button| assert!(!runs_of(*button).is_empty()));

    // The finished runs of a row, and for a difference those of the reference with the same seeds as well.
    let ids = |row: &str| -> BTreeSet<String> {
        let of = fixture.sweep.runs.iter().filter(|run| run.row.as_deref() == Some(row) && run.failure.is_none());
        of.map(|run| run.id.to_string()).collect()
    };
    let main = named(&document, "table").find(|t| t.attribute("aria-labelledby") == Some("table-table")).unwrap();
    let line = |label: &str| -> Vec<BTreeSet<String>> {
        let line = main.descendants().filter(|node| node.tag_name().name() == "tr");
        let line = line.into_iter().find(|tr| tr.children().any(|c| c.is_element() && text(c) == label)).unwrap();
        line.descendants().filter(|node| node.tag_name().name() == "button").map(runs_of).collect()
    };
    assert_eq!(line("full"), vec![ids("full"); 8]);
    assert_eq!(ids("without-scd").len(), 2);
    assert_eq!(line("without-scd"), vec![ids("without-scd"); 8]);
    let seeds: Vec<u64> =
        fixture.sweep.runs.iter().filter(|r| ids("without-scd").contains(r.id.as_str())).map(|r| r.seed).collect();
    let paired = fixture
        .sweep
        .runs
        .iter()
        .filter(|run| ["full", "without-scd"].map(Some).contains(&run.row.as_deref()) && seeds.contains(&run.seed));
    let paired: BTreeSet<String> = paired.map(|run| run.id.to_string()).collect();
    assert_eq!(paired.len(), 4);
    assert_eq!(line("without-scd vs full"), vec![paired; 8]);
}

#[test]
fn each_link_leads_somewhere() {
    let fixture = Fixture::new(|_| {});
    let xml = fixture.xml();
    let document = Document::parse(&xml).unwrap();
    let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an identifier is there twice");
    for node in document.descendants() {
        for name in ["aria-labelledby", "aria-describedby", "popovertarget"] {
            node.attribute(name).inspect(|id| assert!(ids.contains(id), "no #{id}"));
        }
    }
    // `sweep.json` is the runner's to write.
    fixture.sweep.write(fixture.path.parent().unwrap()).unwrap();
    let mut files = 0;
    for href in named(&document, "a").map(|a| a.attribute("href").unwrap()) {
        match href.strip_prefix('#') {
            Some(id) => assert!(ids.contains(&id), "no {href}"),
            None => {
                assert!(fixture.path.parent().unwrap().join(href).is_file(), "no {href}");
                files += 1;
            }
        }
    }
    let finished = fixture.sweep.runs.iter().find(|run| run.failure.is_none()).unwrap();
    assert!(fixture.html.contains(&format!("href=\"../../{}/events.jsonl\"", finished.id)));
    assert!(files > 20);
}

#[test]
fn nothing_is_fetched() {
    let fixture = Fixture::new(|_| {});
    let xml = fixture.xml();
    let document = Document::parse(&xml).unwrap();
    for name in ["link", "img", "iframe", "image", "use", "object"] {
        assert_eq!(named(&document, name).count(), 0, "{name}");
    }
    assert!(document.descendants().all(|node| node.attribute("src").is_none()));
    for outside in ["url(", "@import", "fetch("] {
        assert!(!fixture.html.contains(outside), "{outside}");
    }
    assert!(fixture.html.len() < 4 << 20, "{} bytes", fixture.html.len());
}

#[test]
fn headings_in_order_and_what_they_stand_over() {
    let fixture = Fixture::new(|_| {});
    let xml = fixture.xml();
    let document = Document::parse(&xml).unwrap();
    let level = |node: Node| node.tag_name().name().strip_prefix('h').and_then(|level| level.parse::<u32>().ok());
    let levels: Vec<u32> = document.descendants().filter_map(level).collect();
    assert_eq!(levels[0], 1);
    assert!(levels.windows(2).all(|pair| pair[1] > 1 && pair[1] <= pair[0] + 1), "{levels:?}");
    let headings: Vec<String> = named(&document, "h2").map(text).collect();
    let expected =
        ["Without a result", "Warnings", "Tables", "Pictures", "Configuration", "Environment", "Runs", "Files"];
    assert_eq!(headings, expected);
    let summary = text(named(&document, "p").next().unwrap());
    assert_eq!(
        summary,
        "3 rows, full and those compared with it, on the data set synthetic, over 3 seeds: 1, 2, 3. 11 of 12 runs left a \
         result, 1 did not, those of stages on the way included."
    );
    for described in document.descendants().filter(|node| node.attribute("role") == Some("img")) {
        let description = text(by_id(&document, described.attribute("aria-describedby").unwrap()));
        assert!(description.contains("full"), "{description}");
        assert_eq!(described.descendants().filter(|node| node.tag_name().name() == "svg").count(), 1);
    }
    assert!(named(&document, "svg").count() >= 4);
}

#[test]
fn settings_that_differ() {
    let fixture = Fixture::new(|_| {});
    let xml = fixture.xml();
    let document = Document::parse(&xml).unwrap();
    let of = |row: &str| {
        let section = document.descendants().filter(|node| node.attribute("class") == Some("configuration"));
        section.into_iter().find(|of| text(of.first_element_child().unwrap()) == row).unwrap()
    };
    let differences = |row: &str| -> Vec<String> {
        of(row).descendants().filter(|node| node.tag_name().name() == "li").map(text).collect()
    };
    assert_eq!(differences("without-scd"), ["losses.scd.margin = 3.0, full: 2.0"]);
    assert!(differences("full").is_empty() && differences("teacher (complete)").is_empty());
    let toml = |row| text(of(row).descendants().find(|node| node.tag_name().name() == "pre").unwrap());
    let settings: toml::Table = toml::from_str(&toml("without-scd")).unwrap();
    assert_eq!(settings["losses"]["scd"]["margin"].as_float(), Some(3.0));
    assert!(!toml("teacher (complete)").contains("[student]"));
    let of_all = ["method = \"corrkd\"", "task = \"binary\"", "[evaluation]"];
    assert!(of_all.iter().all(|said| toml("full").contains(said) && toml("teacher (complete)").contains(said)));
    assert!(toml("full").contains("[missing]") && !toml("teacher (complete)").contains("[missing]"));
    let told = |row| text(of(row).descendants().find(|node| node.tag_name().name() == "p").unwrap());
    assert_eq!(told("full"), "Method corrkd, stage student.");
    assert_eq!(told("teacher (complete)"), "Method corrkd, stage teacher.");
}

#[test]
fn a_sweep_without_any_result_has_a_page() {
    let fixture = Fixture::new(|sweep| sweep.runs.iter_mut().for_each(|run| run.failure = Some("stopped".to_owned())));
    let xml = fixture.xml();
    let document = Document::parse(&xml).unwrap();
    assert_eq!(named(&document, "small").filter(|small| text(*small) == "no result: stopped").count(), 12);
    assert_eq!(named(&document, "button").count(), 0);
}
