//! `--tensorboard`: event files hold what the runs said, in the framing of TFRecord; here they are read by a reader of its own.
//! The long tests have TensorBoard read them (`wheel.rs`).

use crate::world::World;
use corrkd_record::{Event, Runs, Sweep};
use predicates::str::contains;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// By tag, the step and value of each scalar.
type Scalars = BTreeMap<String, Vec<(u64, f32)>>;

/// CRC-32C bit by bit, by its polynomial.
fn crc32c(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0x82f6_3b78 } else { crc >> 1 };
        }
    }
    !crc
}

/// Four bytes behind others are their masked checksum.
fn proved(bytes: &[u8], checksum: &[u8]) {
    let crc = crc32c(bytes);
    let masked = crc.rotate_right(15).wrapping_add(0xa282_ead8);
    assert_eq!(masked.to_le_bytes(), checksum);
}

/// The records of a file.
fn records(file: &[u8]) -> Vec<&[u8]> {
    let (mut records, mut rest) = (Vec::new(), file);
    while !rest.is_empty() {
        let length = u64::from_le_bytes(rest[..8].try_into().unwrap()) as usize;
        proved(&rest[..8], &rest[8..12]);
        proved(&rest[12..12 + length], &rest[12 + length..16 + length]);
        records.push(&rest[12..12 + length]);
        rest = &rest[16 + length..];
    }
    records
}

/// The fields of a protocol buffer: number, and value as bytes.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
    fn varint(bytes: &mut &[u8]) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let (byte, rest) = bytes.split_first().unwrap();
            *bytes = rest;
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return value;
            }
        }
    }
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let length = match key & 7 {
            0 => {
                fields.push((key >> 3, varint(&mut bytes).to_le_bytes().to_vec()));
                continue;
            }
            1 => 8,
            2 => varint(&mut bytes) as usize,
            5 => 4,
            wire => panic!("wire type {wire}"),
        };
        fields.push((key >> 3, bytes[..length].to_vec()));
        bytes = &bytes[length..];
    }
    fields
}

/// What a file holds.
fn scalars(path: &Path) -> Scalars {
    let file = fs::read(path).unwrap();
    let records = records(&file);
    assert_eq!(fields(records[0]).last().unwrap(), &(3, b"brain.Event:2".to_vec()));
    let (mut scalars, mut last) = (Scalars::new(), 0.0);
    for record in &records[1..] {
        let event = fields(record);
        let of = |number: u64| &event.iter().find(|(field, _)| *field == number).unwrap().1;
        let time = f64::from_le_bytes(of(1).as_slice().try_into().unwrap());
        assert!(time > last);
        last = time;
        let step = u64::from_le_bytes(of(2).as_slice().try_into().unwrap());
        for (field, value) in fields(of(5)) {
            let value = fields(&value);
            assert_eq!((field, value.len(), value[0].0, value[1].0), (1, 2, 1, 2));
            let number = f32::from_le_bytes(value[1].1.as_slice().try_into().unwrap());
            scalars.entry(String::from_utf8(value[0].1.clone()).unwrap()).or_default().push((step, number));
        }
    }
    scalars
}

/// What a run said, as it is to be shown.
fn said(events: &[Event]) -> Scalars {
    let mut said = Scalars::new();
    for event in events {
        let Event::Epoch { epoch, losses, parts, gradient_norm, validation, .. } = event else { continue };
        let mut put = |tag: String, value: f64| said.entry(tag).or_default().push((*epoch as u64, value as f32));
        losses.iter().for_each(|(name, &value)| put(format!("loss/{name}"), value));
        parts.iter().for_each(|(name, &value)| put(format!("part/{name}"), value));
        put("gradient/norm".to_owned(), *gradient_norm);
        put("validation/loss".to_owned(), validation.loss);
        put("validation/f1".to_owned(), validation.f1);
        put("validation/accuracy".to_owned(), validation.accuracy);
    }
    said
}

#[test]
fn event_files_hold_what_the_runs_said() {
    let world = World::new();
    let board = world.dir.path().join("board");
    let ablate = || {
        let mut command = world.ablate("");
        command.arg("--tensorboard").arg(&board);
        command
    };
    ablate().assert().code(0);
    let runs = Runs::open(&world.dir.path().join("runs")).unwrap();
    let sweep = Sweep::read(&runs.report("own")).unwrap();
    let file = |row: &str| board.join("own").join(row).join("seed1/events.out.tfevents.corrkd");
    let files: Vec<(PathBuf, Scalars)> = sweep
        .runs
        .iter()
        .map(|run| (file(run.row.as_ref().unwrap_or(&run.stage)), said(&runs.run(&run.id).events().unwrap())))
        .collect();
    assert_eq!(files.len(), 2);
    for (file, said) in &files {
        assert_eq!(said["loss/total"].iter().map(|(epoch, _)| *epoch).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(&scalars(file), said, "{}", file.display());
    }

    // The same command again writes nothing; what is cut off in the midst of a record, or something else, is made good.
    let student = &files[1].0;
    let whole = fs::read(student).unwrap();
    let written = || fs::metadata(student).unwrap().modified().unwrap();
    let before = written();
    ablate().assert().code(0);
    assert_eq!((written(), fs::read(student).unwrap()), (before, whole.clone()));
    for other in [&whole[..whole.len() - 20], b"something else", b"", &[&whole[..], &whole[..]].concat()] {
        fs::write(student, other).unwrap();
        ablate().assert().code(0);
        assert_eq!(fs::read(student).unwrap(), whole);
    }

    // Where nothing can be written, nothing is run.
    let blocked = world.dir.path().join("blocked");
    fs::write(&blocked, "").unwrap();
    let refused = world.ablate("").arg("--tensorboard").arg(&blocked).assert().code(2);
    refused.stderr(contains("--tensorboard: cannot make"));
}
