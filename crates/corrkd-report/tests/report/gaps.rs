//! The map of gaps, further ways to be missing, and samples that lack something by nature.

use crate::beyond::judged;
use crate::fixture::{Fixture, RIGHT, TENTH};
use crate::pictures::whole_and_apart;
use corrkd_config::{Gaps, PerModality};
use corrkd_record::RunResult;

const POSITIONS: [f64; 3] = [0.0, 0.5, 1.0];
const LENGTHS: [f64; 2] = [0.2, 0.6];

/// A map with more positions than fit beside each other in three panels.
#[test]
fn a_fine_map_is_legible() {
    let mut fixture = Fixture::new(&[("full", TENTH)], 1);
    for tenth in 0..=10 {
        for modality in ["l", "a", "v"] {
            judged(&fixture, "full", &format!("lav@gap-{modality}:0.25:{}", f64::from(tenth) / 10.0), 0.1);
        }
    }
    fixture.become_others(|spec| {
        let positions = (0..=10).map(|tenth| f64::from(tenth) / 10.0).collect();
        spec.job.evaluation.gaps = Some(Gaps { positions, lengths: vec![0.25] });
    });
    fixture.terminal();
    let texts = whole_and_apart("gaps.svg", &fixture.file("gaps.svg"));
    assert_eq!(texts.iter().filter(|(text, _)| text == "80.0").count(), 33, "{texts:?}");
}

/// Sweeps the gaps: the longer and the later, the more is wrong.
fn with_gaps() -> Fixture {
    let mut fixture = Fixture::new(&[("full", RIGHT), ("a row of another name <&>", TENTH)], 2);
    for row in ["full", "a row of another name <&>"] {
        for modality in ["l", "a", "v"] {
            for length in LENGTHS {
                for position in POSITIONS {
                    // Whole samples of 20.
                    let wrong = (20.0 * length * (0.5 + 0.5 * position)).round() / 20.0;
                    let wrong = if modality == "v" { 0.1 } else { wrong };
                    judged(&fixture, row, &format!("lav@gap-{modality}:{length}:{position}"), wrong);
                }
            }
        }
        // One that is asked for by itself is a line, as are other mechanisms.
        judged(&fixture, row, "lav@gap-v:0.3:0.25", 0.2);
        judged(&fixture, row, "lav@frames-l:0.2+frames-a:0.5", 0.3);
        judged(&fixture, row, "lav@mean:0.5", 0.1);
        judged(&fixture, row, "lav@words-l:0.5", 0.1);
    }
    fixture.become_others(|spec| {
        spec.job.evaluation.gaps = Some(Gaps { positions: POSITIONS.to_vec(), lengths: LENGTHS.to_vec() });
    });
    fixture
}

#[test]
fn a_map_for_each_row_and_a_line_for_what_is_on_none() {
    let fixture = with_gaps();
    let terminal = fixture.terminal();
    let beyond = terminal.split("Missingness beyond the paper").nth(1).unwrap();
    for line in ["lav@gap-v:0.3:0.25 ", "lav@frames-l:0.2+frames-a:0.5 ", "lav@mean:0.5 ", "lav@words-l:0.5 "] {
        assert!(beyond.contains(&format!("\n{line}")), "{line}: {beyond}");
    }
    assert!(!beyond.contains("lav@gap-l:0.2"), "{beyond}");
    let notes = terminal.replace("\n  ", " ");
    assert!(
        ["gap, the share p", "mean, frames as by frames", "words, recognition"].iter().all(|of| notes.contains(of))
    );

    let svg = fixture.file("gaps.svg");
    whole_and_apart("gaps.svg", &svg);
    let document = resvg::usvg::roxmltree::Document::parse(&svg).unwrap();
    let texts: Vec<&str> =
        document.descendants().filter(|node| node.is_text()).filter_map(|node| node.text()).map(str::trim).collect();
    for text in ["full", "a row of another name <&>", "language", "audio", "vision", "position", "length"] {
        assert!(texts.contains(&text), "{text}: {texts:?}");
    }
    // Half of a gap of 0.6 at the start, all of it at the end: 100 less 30, 45 and 60 per cent, the longer gaps on top.
    let numbers: Vec<f64> =
        texts.iter().filter(|text| text.contains('.')).filter_map(|text| text.parse().ok()).collect();
    let shown: Vec<f64> = numbers.into_iter().filter(|score| *score > 1.0).collect();
    assert_eq!(shown[..6], [70.0, 55.0, 40.0, 90.0, 85.0, 80.0]);
    assert_eq!(shown.len(), 2 * 3 * 6);
    let said = fixture.file("table.md");
    assert!(said.contains("full scores least, 40.0, under lav@gap-l:0.6:1"), "{said}");
    assert!(fixture.file("report.html").contains("id=\"picture-gaps\""));
}

/// Vision lacks in 18 of 45 test samples.
#[test]
fn what_lacks_by_nature_is_told() {
    let fixture = Fixture::new(&[("full", RIGHT), ("tenth", TENTH)], 2);
    judged(&fixture, "full", "lav@bursts:0.5", 0.5);
    assert!(!fixture.terminal().contains("as they are"));
    let lacking: fn(&mut RunResult) = |result| {
        result.lacking.samples = PerModality { vision: 18, ..PerModality::default() };
        result.lacking.frames = PerModality { audio: 7, ..PerModality::default() };
    };
    ["full", "tenth"].iter().for_each(|row| fixture.change(row, &[1, 2], lacking));
    let terminal = fixture.terminal();
    let said = terminal.replace("\n  ", " ");
    assert!(said.contains(
        "As they are (`lav`): nothing is taken away, but of 45 test samples by nature 18 lack vision, 7 frames of audio \
         without data in those that have others."
    ));
    let headers = terminal.lines().filter(|line| line.contains("as they are") && !line.contains(','));
    assert!(headers.count() >= 4, "{terminal}");
    assert!(said.contains("All scores, of samples as they are") && said.contains("lav@bursts:0.5 vs as they are"));
    assert!(!said.contains("lav is complete") && !said.contains("with nothing missing"), "{said}");
    assert!(fixture.file("confusion.svg").contains("as they are, taken for"));
    assert!(fixture.file("conditions.svg").contains("as they are"));
    assert!(said.contains("Means over the seeds, at p = 0 of the samples as they are;"));
    // Files keep the key.
    assert!(fixture.file("table.csv").contains("full,lav,f1,"));
}
