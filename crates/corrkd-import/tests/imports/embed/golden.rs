//! Vectors worked out by hand.

use super::world::World;
use corrkd_import::embed::{Count, Unknown, UnknownWord};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Five vectors of two numbers; their mean is [2, 1], the variance of the ten numbers 6.65.
const VECTORS: &str = "good 1 2\ndo 3 -1\nn't 5 0\nWow 0.5 -2.5\n. . . 0.5 6.5\n";

fn world() -> World {
    World::new(
        &[("a", &["good", "sp", "Good", "dont"]), ("b[1]", &["plot", "Wow", "wow", "plot"]), ("c", &["sp"])],
        VECTORS,
    )
}

#[test]
fn each_word_has_its_vector_and_its_interval() {
    let world = world();
    let coverage = world.embed(Unknown::Zero).unwrap();
    let (good, zero) = (vec![1.0, 2.0], vec![0.0, 0.0]);
    // dont: ([3, -1] + [5, 0]) / 2
    assert_eq!(world.rows("a"), [good.clone(), zero.clone(), good, vec![4.0, -0.5]]);
    // `wow` is not `Wow`.
    assert_eq!(world.rows("b[1]"), [zero.clone(), vec![0.5, -2.5], zero.clone(), zero.clone()]);
    assert_eq!(world.rows("c"), [zero]);
    let written = world.written();
    assert_eq!(written.root, "glove_vectors");
    assert_eq!(written.metadata["root name"], "glove_vectors");
    assert_eq!(written.entries["a"].intervals, [[0.0, 0.5], [1.0, 1.5], [2.0, 2.5], [3.0, 3.5]]);

    let count = |tokens, types| Count { tokens, types };
    assert_eq!((coverage.vector_count, coverage.width, coverage.entries, coverage.pauses), (5, 2, 3, 2));
    assert_eq!(coverage.all, count(7, 6));
    assert_eq!(coverage.exact, count(2, 2));
    assert_eq!(coverage.lower_case, count(1, 1));
    assert_eq!(coverage.apostrophe, count(0, 0));
    assert_eq!(coverage.parts, count(1, 1));
    assert_eq!(coverage.unknown, count(3, 2));
    let unknown = |word: &str, tokens| UnknownWord { word: word.to_owned(), tokens };
    assert_eq!(coverage.unknown_words, [unknown("plot", 2), unknown("wow", 1)]);
}

#[test]
fn an_apostrophe_comes_before_parts() {
    let world = World::new(&[("a", &["dont", "don't", "Don\u{2019}t"])], &format!("{VECTORS}don't 9 9\n"));
    let coverage = world.embed(Unknown::Zero).unwrap();
    assert_eq!(world.rows("a"), [[9.0, 9.0], [9.0, 9.0], [9.0, 9.0]]);
    assert_eq!((coverage.exact.tokens, coverage.lower_case.tokens, coverage.apostrophe.tokens), (1, 1, 1));
}

#[test]
fn a_part_that_is_unknown_makes_the_word_unknown() {
    let world = World::new(&[("a", &["good", "isnt"])], VECTORS);
    assert_eq!(world.embed(Unknown::Zero).unwrap().unknown.tokens, 1);
}

#[test]
fn unknown_words_as_chosen() {
    let world = world();
    world.embed(Unknown::Mean).unwrap();
    let mean = vec![2.0, 1.0];
    assert_eq!(world.rows("b[1]"), [mean.clone(), vec![0.5, -2.5], mean.clone(), mean]);
    assert_eq!(world.rows("c"), [[0.0, 0.0]], "a pause is no unknown word");

    world.embed(Unknown::Drop).unwrap();
    assert_eq!(world.rows("b[1]"), [[0.5, -2.5]]);
    assert_eq!(world.written().entries["b[1]"].intervals, [[1.0, 1.5]]);

    world.embed(Unknown::Random).unwrap();
    let rows = world.rows("b[1]");
    assert_eq!(rows[0], rows[3], "the same word");
    assert_ne!(rows[0], rows[2], "another word");
}

#[test]
fn an_entry_of_unknown_words_alone_has_no_rows() {
    let world = World::new(&[("a", &["good"]), ("b", &["plot"])], VECTORS);
    world.embed(Unknown::Drop).unwrap();
    assert_eq!(world.rows("b"), [[0.0; 0]; 0]);
}

#[test]
fn random_vectors_have_the_variance_of_the_files() {
    let words: Vec<String> = (0..2000).map(|number| format!("unknown{number}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).chain(["good"]).collect();
    let world = World::new(&[("a", &words)], VECTORS);
    world.embed(Unknown::Random).unwrap();
    let numbers: Vec<f64> = world.rows("a")[..2000].concat().into_iter().map(f64::from).collect();
    let mean = numbers.iter().sum::<f64>() / 4000.0;
    let variance = numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / 4000.0;
    let most = (3.0f64 * 6.65).sqrt();
    assert!(numbers.iter().all(|number| number.abs() <= most));
    // Standard errors: 0.041 of the mean, 0.094 of the variance.
    assert!(mean.abs() < 0.15 && (variance - 6.65).abs() < 0.4, "{mean}, {variance}");
}

#[test]
fn every_form_of_the_file_is_read_alike() {
    let plain = world();
    plain.embed(Unknown::Zero).unwrap();
    for text in [
        // word2vec's first line
        format!("5 2\n{VECTORS}"),
        // fastText's, with a space at the end of each line, and without an end of the last
        format!("5 2\n{VECTORS}").replace('\n', " \n").trim_end().to_owned(),
        VECTORS.replace('\n', "\r\n"),
        // the first of two vectors counts
        format!("{VECTORS}good 7 7\n"),
        VECTORS.replace("1 2", "1e0 0.2E1"),
        // with a byte order mark, as some editors write UTF-8, before a word or the first line of word2vec
        format!("\u{feff}{VECTORS}"),
        format!("\u{feff}5 2\r\n{}", VECTORS.replace('\n', "\r\n")),
        // with tabs, between all fields or behind the word alone
        VECTORS.replace(' ', "\t").replace(".\t.\t.\t", ". . .\t"),
        format!("5\t2\n{}", VECTORS.replace("good ", "good\t")),
    ] {
        let world = world();
        world.vectors(&text);
        world.embed(Unknown::Zero).unwrap();
        assert_eq!(world.rows("a"), plain.rows("a"), "{text:?}");
        assert_eq!(world.rows("b[1]"), plain.rows("b[1]"), "{text:?}");
        // Packed, in one piece or in two.
        let packed = |text: &[u8]| {
            let mut packer = GzEncoder::new(Vec::new(), Compression::default());
            packer.write_all(text).unwrap();
            packer.finish().unwrap()
        };
        let (some, more) = text.as_bytes().split_at(9);
        world.vectors(if text.len() % 2 == 0 {
            packed(text.as_bytes())
        } else {
            [packed(some), packed(more)].concat()
        });
        world.embed(Unknown::Zero).unwrap();
        assert_eq!(world.rows("a"), plain.rows("a"), "{text:?}");
        assert_eq!(world.rows("b[1]"), plain.rows("b[1]"), "{text:?}");
    }
}
