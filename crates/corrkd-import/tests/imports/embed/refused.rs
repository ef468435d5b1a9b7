//! What is refused, and that it is said where.

use super::world::World;
use corrkd_csd::{Features, Rows};
use corrkd_import::embed::{EmbedError, Unknown, embed};
use proptest::prelude::*;
use std::cell::Cell;
use std::ops::ControlFlow;

/// Embedding fails with every part in its message, and leaves nothing behind.
fn refused(world: &World, user: bool, parts: &[&str]) {
    let error = world.embed(Unknown::Zero).unwrap_err();
    let message = error.to_string();
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
    assert_eq!(error.is_user_input(), user, "{message}");
    let mut left: Vec<_> =
        std::fs::read_dir(world.dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["vectors.txt", "words.csd"]);
}

fn with_vectors(text: impl AsRef<[u8]>) -> World {
    let world = World::new(&[("a", &["good", "sp"])], "");
    world.vectors(text);
    world
}

#[test]
fn lines_that_are_no_vectors() {
    let wide = format!("good{}", " 1".repeat(5000));
    let long = "x".repeat(1 << 18);
    for (text, parts) in [
        ("", &["line 1", "expected 1 vectors", "the end after 0"][..]),
        ("good\n", &["line 1", "1 to 4096 numbers", "1 fields starting \"good\""]),
        ("good 1 2\nbad 1\n", &["line 2", "a word and 2 numbers", "2 fields starting \"bad 1\""]),
        ("good 1 2\nbad 1 2 3\n", &["line 2", "a word and 2 numbers", "4 fields"]),
        ("good 1 2\nbad 1 x\n", &["line 2"]),
        ("good 1 2\nbad 1 nan\n", &["line 2"]),
        ("good 1 2\nbad 1 1e99\n", &["line 2"]),
        ("good 1 2\nbad 1  2\n", &["line 2"]),
        ("good 1 2\n\nbad 1 2\n", &["line 2"]),
        ("good,1,2\n", &["line 1"]),
        ("3 2\ngood 1 2\n", &["line 3", "expected 3 vectors", "the end after 1"]),
        ("1 2\ngood 1 2\nbad 1 2\n", &["expected 1 vectors", "the end after 2"]),
        ("2 0\ngood\n", &["line 1"]),
        (&wide, &["line 1", "1 to 4096 numbers"]),
        (&long, &["line 1", "131072 bytes without an end of the line"]),
        ("PK\u{3}\u{4}\0\0", &["line 1", "text format"]),
    ] {
        refused(&with_vectors(text), false, parts);
    }
}

/// In the encodings that Python's codecs `gb18030`, `utf-16`, `utf-16-be`, `utf-16-le`, `utf-32` and `latin-1` make of
/// such lines.
#[test]
fn text_that_is_not_utf8() {
    let iconv = "iconv -f GB18030 -t UTF-8 FILE > NEW";
    for (bytes, parts) in [
        (
            &b"\xba\xc3 1 2\ngood 1 2\n"[..],
            &["vectors.txt: line 1: expected text in UTF-8, got the bytes ba c3 20", iconv][..],
        ),
        (
            b"good 1 2\nna\xefve 1 2\n",
            &["line 2", "the bytes ef 76 65 20 31 20 32 0a at byte 3", "iconv -c -f UTF-8 -t UTF-8"],
        ),
        // A word that was cut within a character.
        (b"good 1 2\n\xe5\xa5 1 2\n", &["line 2", "the bytes e5 a5 20"]),
        (b"\xff\xfeg\0 \x001\0\n\0", &["line 1", "got UTF-16, by its byte order mark", "iconv -f UTF-16 -t UTF-8"]),
        (b"\xfe\xff\0g\0 \x001\0\n", &["line 1", "got UTF-16"]),
        (b"\xff\xfe\0\0g\0\0\0", &["line 1", "got UTF-32", "iconv -f UTF-32 -t UTF-8"]),
        (b"g\0o\0 \x001\0\n\0", &["line 1", "bytes of zero", "iconv -f UTF-16LE"]),
        // word2vec's binary form.
        (b"2 2\ngood \0\0\x80?\0\0\0@bad \0\0\x80?\0\0\0@", &["line 2", "bytes of zero", "load_word2vec_format"]),
        (b"1 2\ngood \xcc?m8\x8c\xbf\xed\x99", &["line 2", "got the bytes cc 3f", "load_word2vec_format"]),
        (b"PK\x03\x04\x14\0\0\0", &["line 1", "a zip archive: unpack it with unzip"]),
    ] {
        refused(&with_vectors(bytes), false, parts);
    }
    let truncated = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b];
    refused(&with_vectors(truncated), false, &["vectors.txt: "]);
}

#[test]
fn vectors_without_any_of_the_words() {
    refused(&with_vectors("gut 1 2\n"), true, &["none of the 1 words of", "another language?"]);
}

#[test]
fn files_that_are_not_there() {
    let world = with_vectors("good 1 2\n");
    std::fs::remove_file(world.path("vectors.txt")).unwrap();
    assert!(matches!(world.embed(Unknown::Zero), Err(EmbedError::Io { .. })));
    std::fs::remove_file(world.path("words.csd")).unwrap();
    let message = world.embed(Unknown::Zero).unwrap_err().to_string();
    assert!(message.contains("words.csd: no such file"), "{message}");
}

#[test]
fn sequences_that_are_no_words() {
    let world = with_vectors("good 1 2\n");
    let text = |word: &str| word.to_owned();
    for (features, part) in [
        (Features::F32(Rows::flat(1, vec![0.0; 3])), "`a` has numbers, expected texts"),
        (Features::Texts(Rows::flat(2, vec![text("good"), text("bad")])), "`a` has 2 texts a row, expected 1"),
        (Features::Texts(Rows::flat(1, vec![text("sp")])), "1 entries and 1 pauses, but no word"),
    ] {
        world.words([("a".to_owned(), features)].into());
        refused(&world, true, &["words.csd", part]);
    }
}

#[test]
fn a_target_that_is_read() {
    let world = with_vectors("good 1 2\n");
    let (words, vectors) = (world.path("words.csd"), world.path("vectors.txt"));
    for out in [&words, &vectors] {
        let before = std::fs::read(out).unwrap();
        let refused = embed(&words, &vectors, out, Unknown::Zero, &corrkd_data::unseen);
        assert!(matches!(refused, Err(EmbedError::Read { .. })));
        assert_eq!(std::fs::read(out).unwrap(), before);
    }
}

#[test]
fn it_stops_when_told_to() {
    let world = with_vectors("good 1 2\n".repeat(2500));
    let told = Cell::new(0);
    let stop = |_, _| {
        told.set(told.get() + 1);
        if told.get() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let stopped =
        embed(&world.path("words.csd"), &world.path("vectors.txt"), &world.path("out.csd"), Unknown::Zero, &stop);
    assert!(matches!(stopped, Err(EmbedError::Interrupted)));
    assert!(!world.path("out.csd").exists());
}

#[test]
fn what_is_no_place_for_a_file_is_left_alone() {
    let world = with_vectors("good 1 2\n");
    let folder = world.path("folder");
    std::fs::create_dir(&folder).unwrap();
    for out in [folder.as_path(), &folder.join(".."), std::path::Path::new("."), std::path::Path::new("")] {
        let done =
            embed(&world.path("words.csd"), &world.path("vectors.txt"), out, Unknown::Zero, &corrkd_data::unseen);
        assert!(matches!(done, Err(EmbedError::Folder { .. })), "{}", out.display());
    }
    assert_eq!(std::fs::read_dir(world.dir.path()).unwrap().count(), 3);
}

/// Words may hold anything; what is printed of them stays in its line.
#[test]
fn words_that_end_lines() {
    let world = World::new(&[("a", &["good", "don't", "a\nwritten: elsewhere", "\u{1b}[2J"])], "good 1 2\n");
    let said = world.embed(Unknown::Zero).unwrap().to_string();
    assert!(said.contains("don't 1") && said.contains("a\\nwritten: elsewhere 1"), "{said}");
    assert!(said.contains("\\u{1b}[2J 1"), "{said}");
}

proptest! {
    /// Whatever the bytes are, there is an answer.
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), proptest::sample::select(b" \n.1e-a".to_vec())], 0..200)) {
        let _ = with_vectors(bytes).embed(Unknown::Random);
    }

    /// A word with its vector is found with the same bits, however it is written.
    #[test]
    fn numbers_keep_their_bits(numbers in proptest::collection::vec(-1e30f32..1e30, 1..20)) {
        let text: String = numbers.iter().map(|number| format!(" {number:?}")).collect();
        let world = with_vectors(format!("good{text}\n"));
        world.embed(Unknown::Zero).unwrap();
        prop_assert_eq!(&world.rows("a")[0], &numbers);
    }
}
