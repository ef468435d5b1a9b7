//! Pickles that would run code, or make a careless reader fall over. Each is refused by name and place.

use crate::fixture;
use corrkd_numpy::{Document, NumpyError};
use std::path::Path;

fn open(bytes: &[u8]) -> Result<Document, NumpyError> {
    Document::from_bytes(Path::new("x.pkl"), bytes.to_vec())
}

/// Reads these opcodes behind one that says it is a pickle.
fn run(opcodes: &[u8]) -> Result<Document, NumpyError> {
    open(&[b"\x80\x02", opcodes].concat())
}

/// Where opcodes are refused, by which of them, and why.
fn refused(opcodes: &[u8]) -> String {
    match run(opcodes) {
        Err(NumpyError::Refused { offset, place, what, .. }) => format!("{} {place}: {what}", offset - 2),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("{opcodes:?} are no plain data"),
    }
}

#[test]
fn a_function_that_python_would_call() {
    for (python, protocols, module) in [("py2", 3, "posix"), ("np2", 6, "posix")] {
        for protocol in 0..protocols {
            let path = fixture(&format!("evil-{python}-p{protocol}.pkl"));
            let Err(error) = Document::open(&path) else { panic!("{} was read", path.display()) };
            let message = error.to_string();
            assert!(matches!(error, NumpyError::Refused { .. }), "{message}");
            assert!(message.contains(&format!("refused `{module}.system`; only plain values")), "{message}");
            assert!(message.contains("at byte ") && message.contains("GLOBAL"), "{message}");
        }
    }
    assert!(!Path::new("a-pickle-was-run").exists());
}

#[test]
fn every_way_to_name_or_make_something() {
    for (bytes, expected) in [
        (&b"cos\nsystem\n(S'true'\ntR."[..], "0 GLOBAL: `os.system`"),
        (b"cbuiltins\neval\nX\x01\0\0\0\x31\x85R.", "0 GLOBAL: `builtins.eval`"),
        (b"\x8c\x02os\x8c\x06system\x93.", "12 STACK_GLOBAL: `os.system`"),
        // A module that is not imported by name, and names that only look like those allowed.
        (
            b"cnumpy.core.multiarray\n_reconstruct.__globals__\n.",
            "0 GLOBAL: `numpy.core.multiarray._reconstruct.__globals__`",
        ),
        (b"cnumpy\nload\n.", "0 GLOBAL: `numpy.load`"),
        (b"c_codecs\ndecode\n.", "0 GLOBAL: `_codecs.decode`"),
        (b"ccollections\nnamedtuple\n.", "0 GLOBAL: `collections.namedtuple`"),
        (b"c__builtin__\ngetattr\n.", "0 GLOBAL: `__builtin__.getattr`"),
        (b"cos\x1b[2J\nx\n.", "0 GLOBAL: `os\\u{1b}[2J.x`"),
        (b"(S'ls'\nios\nsystem\n.", "7 INST: an object of `os.system`"),
        (b"(c__builtin__\nlist\no.", "19 OBJ: to make an object of a class"),
        (b"c__builtin__\nlist\n)\x81.", "19 NEWOBJ: to make an object of a class"),
        (b"c__builtin__\nlist\n)}\x92.", "20 NEWOBJ_EX: to make an object of a class"),
        (b"c__builtin__\nstr\n)R.", "18 REDUCE: to make an object of a class"),
        (b"K\x01)R.", "3 REDUCE: to call a int"),
        (b"]}b.", "2 BUILD: to change a list by a dict"),
        (b"])b.", "2 BUILD: to change a list"),
        (b"cnumpy\nndarray\n}(S'__class__'\nK\x01ub.", "33 BUILD: to change a class or function by a dict"),
        (b"Pmodel\n.", "0 PERSID: the persistent id `model` of another store"),
        (b"K\x01Q.", "2 BINPERSID: a persistent id of another store"),
        (b"\x82\x01.", "0 EXT1: extension code 1, a class registered elsewhere"),
        (b"\x83\x01\x02.", "0 EXT2: extension code 513, a class registered elsewhere"),
        (b"\x84\x01\0\0\0.", "0 EXT4: extension code 1, a class registered elsewhere"),
        (b"N.N.", "1 STOP: 2 bytes behind the first value (several pickles in one file?)"),
        (b"\x97.", "0 NEXT_BUFFER: a buffer that is kept outside of the file"),
        (b"cnumpy\ndtype\n(S'c8'\nK\0K\x01tR.", "25 REDUCE: the dtype `c8`"),
        (b"c_codecs\nencode\n(S'x'\nS'rot13'\ntR.", "32 REDUCE: to encode as anything but Latin-1"),
    ] {
        assert_eq!(refused(bytes), expected);
    }
    assert_eq!(refused(b"\x80\x06N."), "0 PROTO: protocol 6; 5 is the newest known");
}

#[test]
fn what_is_shared_many_times_over_costs_nothing() {
    // Lists of ten times the list before: ten levels are ten thousand million values.
    let mut laughs = b"\x80\x04]\x94K\x01a".to_vec();
    for level in 0..200u8 {
        laughs.extend([b']', 0x94, b'(']);
        laughs.extend([b'h', level].repeat(10));
        laughs.push(b'e');
    }
    // The lists below are still on the stack, so all goes into a tuple.
    laughs.insert(2, b'(');
    laughs.extend(b"t.");
    let document = open(&laughs).unwrap();
    assert_eq!(document.root().items().unwrap().len(), 201);
    assert!(document.outline(40).lines().count() <= 40);
}

#[test]
fn a_million_levels_are_read_and_dropped() {
    let mut deep = vec![b'N'];
    deep.extend(std::iter::repeat_n(0x85, 1_000_000));
    deep.push(b'.');
    assert_eq!(open(&deep).unwrap().outline(40).lines().count(), 5);
    let mut marks = vec![b'('; 1_000_000];
    marks.push(b'.');
    assert!(open(&marks).is_err());
}

#[test]
fn more_objects_than_data_have_are_refused() {
    let mut many = vec![b'('];
    many.extend(std::iter::repeat_n(b'N', 1 << 24));
    many.extend(b"t.");
    assert!(refused(&many).ends_with("NONE: more than 16777216 objects in one file"), "{}", refused(&many));
}

#[test]
fn sizes_that_the_file_cannot_hold() {
    for (bytes, expected) in [
        (&b"B\xff\xff\xff\xff."[..], "at byte 2, BINBYTES: expected 4294967295 bytes, got 1 before the end"),
        (b"\x8e\xff\xff\xff\xff\xff\xff\xff\xff.", "BINBYTES8: expected 18446744073709551615 bytes, got 1 before"),
        (b"\x8d\xff\xff\xff\xff\xff\xff\xff\x7f.", "BINUNICODE8: expected 9223372036854775807 bytes"),
        (b"U\x03a.", "SHORT_BINSTRING: expected 3 bytes, got 2 before the end"),
        (b"\x8b\xff\xff\xff\xff.", "LONG4: expected a length, got -1"),
        (b"j\xff\xff\xff\xff.", "LONG_BINGET: expected a remembered value, got none under 4294967295"),
        (b"e.", "APPENDS: expected a MARK on the stack, got none"),
        (b"(K\x01\x86.", "TUPLE2: expected 2 values on the stack, got 1"),
        (b"K\x01(0R.", "REDUCE: expected a value on the stack, got none"),
        (b"(}(K\x01u.", "SETITEMS: expected a value for each key, got 1 in all"),
        (b"NN.", "STOP: expected one value on the stack, got 1 more"),
        (b"N", "behind the last opcode: expected 1 bytes, got 0 before the end"),
        (b"N\xff.", "opcode 0xff: expected a pickle's opcode, got 0xff"),
        (b"I12x\n.", "INT: expected an integer, got 12x"),
    ] {
        let Err(error) = run(bytes) else { panic!("{bytes:?}") };
        assert!(matches!(error, NumpyError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}\n{expected}");
    }
}

#[test]
fn arrays_that_contradict_themselves() {
    // ndarray's state with a shape, a dtype's code and data to choose.
    let array = |shape: &[u8], code: &str, size: &str, data: &[u8]| {
        let mut bytes = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tU\x01btR(K\x01".to_vec();
        bytes.extend(shape);
        bytes.extend(format!("cnumpy\ndtype\n(S'{code}'\nK").bytes());
        bytes.extend([0, b'K', 1, b't', b'R', b'(', b'K', 3, b'U', 1, b'<', b'N', b'N', b'N']);
        bytes.extend(format!("I{size}\nI-1\nK").bytes());
        bytes.extend([0, b't', b'b', b'I']);
        bytes.extend(b"00\n");
        bytes.extend(data);
        bytes.extend(b"tb.");
        bytes
    };
    let good = array(b"(K\x02t", "f4", "-1", b"U\x08abcdefgh");
    assert_eq!(open(&good).unwrap().outline(3), "array [2] f4");
    for (shape, code, size, data, expected) in [
        (&b"(K\x03t"[..], "f4", "-1", &b"U\x08abcdefgh"[..], "expected the bytes of shape [3] of f4, got 8 bytes"),
        (b"(I-1\nt", "f4", "-1", b"U\x08abcdefgh", "expected axes of at least 0"),
        (b"(I4611686018427387904\nK\x04t", "f4", "-1", b"U\0", "expected the bytes of shape"),
        (b"(I4611686018427387904\nK\x04K\0t", "f4", "-1", b"U\0", "expected the bytes of shape"),
        (b"(K\x02t", "S4", "3", b"U\x08abcdefgh", "expected the bytes of shape [2] of S3, got 8 bytes"),
        (b"(K\x02t", "U1", "3", b"U\x06abcdef", "expected four bytes for each character, got 3 bytes in all"),
        (b"(K\x02t", "O8", "-1", b"(NNNl", "expected the data of shape [2] of object, got a list of 3"),
        (b"(K\x02t", "O8", "-1", b"U\x08abcdefgh", "expected the array's data, bytes or a list, got bytes"),
        (b"(K\x02t", "f4", "-1", b"(NNl", "got a list of 2"),
        (b"K\x02", "f4", "-1", b"U\x08abcdefgh", "expected a shape, a tuple, got int"),
    ] {
        let Err(error) = open(&array(shape, code, size, data)) else { panic!("{shape:?} {code}") };
        assert!(error.to_string().contains(expected), "{error}\n{expected}");
    }
}

/// What `numpy.save` writes of `numpy.zeros((0, 5))` is sound; what promises rows that are not there is not.
#[test]
fn shapes_of_an_array_alone() {
    let npy = |shape: &str, data: &[u8]| {
        let mut bytes = b"\x93NUMPY\x01\0v\0".to_vec();
        let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
        bytes.extend(format!("{header:<117}\n").bytes());
        bytes.extend(data);
        Document::from_bytes(Path::new("x.npy"), bytes)
    };
    for shape in ["(0, 5)", "(5, 0)", "(0,)"] {
        let document = npy(shape, b"").unwrap();
        let array = document.root().array().unwrap();
        assert!(array.is_empty() && array.numbers().unwrap().is_some(), "{shape}");
    }
    for shape in ["(1, 5)", "(1152921504606846976,)", "(4294967296, 4294967296)", "(18446744073709551616,)"] {
        let error = npy(shape, &[0; 8]).err().unwrap().to_string();
        assert!(!error.contains("checksum"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("x.npy");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in [pipe.as_path(), Path::new("/dev/zero")] {
        let error = Document::open(path).err().unwrap().to_string();
        assert!(error.ends_with("it is a pipe, a socket or a device, expected a regular file"), "{error}");
        assert_eq!(corrkd_numpy::Foreign::of_file(path), None);
    }
}
