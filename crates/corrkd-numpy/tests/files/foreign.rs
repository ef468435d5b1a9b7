//! Files of other formats are told by what they are, each with a way that works. The ways in Python are run where there
//! is one: `CORRKD_PYTHON` names it.

use corrkd_numpy::{Archive, Document, Foreign, NumpyError, recognise};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

fn error(bytes: &[u8]) -> NumpyError {
    match Document::from_bytes(Path::new("x.bin"), bytes.to_vec()) {
        Err(error) => error,
        Ok(document) => panic!("{}", document.outline(5)),
    }
}

/// Local header of a zip archive's first member.
fn zip(name: &str) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend([0; 22]);
    bytes.extend((name.len() as u16).to_le_bytes());
    bytes.extend([0; 2]);
    bytes.extend(name.bytes());
    bytes
}

#[test]
fn first_bytes_tell_the_format() {
    let mut tar = vec![b'a'; 600];
    tar[257..262].copy_from_slice(b"ustar");
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("id,label\n".bytes().flat_map(|b| [b, 0])).collect();
    let cases: Vec<(Vec<u8>, Foreign)> = vec![
        (b"MATLAB 5.0 MAT-file, Platform: GLNXA64".to_vec(), Foreign::Matlab5),
        (b"MATLAB 7.3 MAT-file, Platform: GLNXA64".to_vec(), Foreign::Matlab73),
        (b"\x89HDF\r\n\x1a\n".to_vec(), Foreign::Hdf5),
        (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.".to_vec(), Foreign::Torch),
        (zip("archive/data.pkl"), Foreign::Torch),
        (zip("model/.format_version"), Foreign::Torch),
        (zip("train_text.npy"), Foreign::Npz),
        (zip("[Content_Types].xml"), Foreign::Spreadsheet),
        (zip("features/a.csv"), Foreign::Archive(Archive::Zip)),
        (b"\x1f\x8b\x08".to_vec(), Foreign::Archive(Archive::Gzip)),
        (b"BZh91AY".to_vec(), Foreign::Archive(Archive::Bzip2)),
        (b"\xfd7zXZ\0".to_vec(), Foreign::Archive(Archive::Xz)),
        (b"\x28\xb5\x2f\xfd".to_vec(), Foreign::Archive(Archive::Zstandard)),
        (b"\x78\x9c\x01".to_vec(), Foreign::Archive(Archive::Zlib)),
        (tar, Foreign::Archive(Archive::Tar)),
        (b"PAR1\x15".to_vec(), Foreign::Parquet),
        (b"ARROW1\0\0".to_vec(), Foreign::Arrow),
        (b"\x40\0\0\0\0\0\0\0{\"text\":{\"dtype\":\"F32\"".to_vec(), Foreign::Safetensors),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n".to_vec(), Foreign::GitLfs),
        (b"/annex/objects/SHA256E-s1--0.pkl\n".to_vec(), Foreign::GitAnnex),
        (b"<html><body>403".to_vec(), Foreign::WebPage),
        (b"\xef\xbb\xbf\n\n<!DOCTYPE html>\n<title>Sign in</title>".to_vec(), Foreign::WebPage),
        (b"<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>".to_vec(), Foreign::WebPage),
        (b"{\"error\": \"not found\"}".to_vec(), Foreign::Json),
        (b"[\n  1, 2\n]".to_vec(), Foreign::Json),
        (b"0,0.0333,1.5,\n1,0.0667,2.5,\n".to_vec(), Foreign::Table),
        (b"confidence, success, x\n1, 1, 2\n".to_vec(), Foreign::Table),
        (b"Name\tLabel\na\t1\n".to_vec(), Foreign::Table),
        (b"Image,Label\na,1\n".to_vec(), Foreign::Table),
        ("名称;标签\n1;2\n".into(), Foreign::Table),
        (b"3\n3\n5\n".to_vec(), Foreign::Text),
        (b"count\n1\n2\n".to_vec(), Foreign::Text),
        (utf16, Foreign::Utf16),
        (b"RIFF\x24\0\0\0WAVEfmt ".to_vec(), Foreign::Media),
        (b"\0\0\0\x18ftypmp42".to_vec(), Foreign::Media),
        (Vec::new(), Foreign::Empty),
        (vec![0; 4096], Foreign::Zeros),
    ];
    for (bytes, expected) in cases {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        assert_eq!(recognise(&bytes), Some(expected), "{shown:?}");
        if expected != Foreign::Npz {
            let error = error(&bytes);
            let right = match expected {
                // What else is in an archive, its directory tells.
                Foreign::Archive(Archive::Zip) => matches!(error, NumpyError::Damaged { .. }),
                _ => matches!(error, NumpyError::Foreign { format, .. } if format == expected),
            };
            assert!(right, "{shown:?}: {error}");
        }
    }
    for bytes in [&b"\x01\x02\x03\x04"[..], b"\xff\xfe\xff\xff\xff\xff", b"\xc3("] {
        assert_eq!(recognise(bytes), None, "{bytes:?}");
        assert!(matches!(error(bytes), NumpyError::Unknown { .. }));
    }
    assert!(matches!(Document::open(Path::new("no such file")), Err(NumpyError::Absent { .. })));
}

/// What Python writes is a pickle, texts in protocol 0 as well; what a pickle of other libraries names says whose it is.
#[test]
fn pickles_and_whose_they_are() {
    let fixtures = std::fs::read_dir(crate::fixture("")).unwrap().map(|entry| entry.unwrap().path());
    for path in fixtures.filter(|path| path.extension().is_some_and(|ending| ending == "pkl")) {
        assert_eq!(Foreign::of_file(&path), Some(Foreign::Pickle), "{}", path.display());
    }
    for bytes in [
        &b"(dp0\nS'train'\np1\n"[..],
        b"(lp0\nI1\naI2\na.",
        b"cnumpy.core.multiarray\n_reconstruct\np0\n",
        b"S'a, b'\np0\n.",
        b"I12\n.",
        b"F1.5\n.",
        b"Va, b\np0\n.",
        b"}q\0.",
    ] {
        assert_eq!(recognise(bytes), Some(Foreign::Pickle), "{bytes:?}");
    }
    for (bytes, expected) in [
        (&b"\x80\x02}X\x05\0\0\0trainctorch._utils\n_rebuild_tensor_v2\n"[..], Foreign::Tensors),
        (b"\x80\x04\x8c\x11pandas.core.frame\x8c\x09DataFrame\x93.", Foreign::Pandas),
        (b"\x80\x03cjoblib.numpy_pickle\nNumpyArrayWrapper\n", Foreign::Joblib),
        (b"\x80\x02csklearn.externals.joblib.numpy_pickle\nNumpyArrayWrapper\n", Foreign::Joblib),
        (b"\x80\x02ctensorflow.python.framework.ops\nconvert_to_tensor\n", Foreign::TensorFlow),
        (b"\x80\x02cscipy.sparse._csr\ncsr_matrix\n", Foreign::Sparse),
        (b"(itorch.FloatStorage\nx\n.", Foreign::Tensors),
    ] {
        let error = error(bytes);
        assert!(matches!(error, NumpyError::Foreign { format, .. } if format == expected), "{error}");
    }
    assert!(matches!(error(b"\x80\x02ctorchless\nx\n."), NumpyError::Refused { .. }));
}

#[test]
fn a_message_says_what_it_is_and_the_way() {
    assert_eq!(
        error(b"\x1f\x8b\x08").to_string(),
        "x.bin: expected a pickle, .npy or .npz, got something packed by gzip; unpack it first: \
         `gzip -dc x.bin > x.unpacked.bin`"
    );
    let way = Foreign::Archive(Archive::Xz).way(Path::new("a/x.pkl.xz"));
    assert_eq!(way, "unpack it first: `xz -dk a/x.pkl.xz`");
    let message = error(b"MATLAB 5.0 MAT-file").to_string();
    assert!(
        message.starts_with("x.bin: expected a pickle, .npy or .npz, got a file of MATLAB's (.mat); a line of"),
        "{message}"
    );
    let line = "\n  import pickle, scipy.io; pickle.dump(scipy.io.loadmat('x.bin', simplify_cells=True), open('x.arrays.pkl', 'wb'))\n";
    assert!(message.contains(line), "{message}");
    assert!(Foreign::Torch.way(Path::new("it's \\ x.pt")).contains("torch.load('it\\'s \\\\ x.pt', "));
}

/// Writes a file of each format in Python, asks for the way, goes it, and reads what comes out.
#[test]
fn the_ways_in_python_lead_to_arrays() {
    let Some(python) = std::env::var_os("CORRKD_PYTHON") else {
        // Not `eprintln!`, which the harness hides in a test that passes.
        let _ = std::io::stderr().write_all(b"skipped: CORRKD_PYTHON names no Python\n");
        return;
    };
    let data = "data = {'train': {'text': a, 'id': ['x', 'y']}}";
    let nested = |of: &str| format!("a = {of}; {data}");
    let cases = [
        (
            "new.pt",
            Foreign::Torch,
            format!("import torch; {}; torch.save(data, F)", nested("torch.arange(6.).reshape(2, 3)")),
        ),
        (
            "old.pth",
            Foreign::Torch,
            format!(
                "import torch; {}; torch.save(data, F, _use_new_zipfile_serialization=False)",
                nested("torch.arange(6.).reshape(2, 3).requires_grad_()")
            ),
        ),
        (
            "tensors.pkl",
            Foreign::Tensors,
            format!(
                "import torch, pickle; {}; pickle.dump(data, open(F, 'wb'))",
                nested("torch.arange(6.).reshape(2, 3)")
            ),
        ),
        (
            "flow.pkl",
            Foreign::TensorFlow,
            format!(
                "import tensorflow, pickle; {}; pickle.dump(data, open(F, 'wb'))",
                nested("tensorflow.zeros((2, 3))")
            ),
        ),
        (
            "frames.pkl",
            Foreign::Pandas,
            format!(
                "import pandas, pickle; {}; pickle.dump(data, open(F, 'wb'))",
                nested("pandas.DataFrame({'a': [0., 1.], 'b': [2., 3.]})")
            ),
        ),
        (
            "sparse.pkl",
            Foreign::Sparse,
            format!(
                "import numpy, scipy.sparse, pickle; {}; pickle.dump(data, open(F, 'wb'))",
                nested("scipy.sparse.csr_matrix(numpy.arange(6.).reshape(2, 3))")
            ),
        ),
        (
            "x.joblib",
            Foreign::Joblib,
            format!("import numpy, joblib; {}; joblib.dump(data, F)", nested("numpy.arange(6.).reshape(2, 3)")),
        ),
        (
            "packed.joblib",
            Foreign::Archive(Archive::Zlib),
            format!(
                "import numpy, joblib; {}; joblib.dump(data, F, compress=3)",
                nested("numpy.arange(6.).reshape(2, 3)")
            ),
        ),
        (
            "x.mat",
            Foreign::Matlab5,
            format!("import numpy, scipy.io; {}; scipy.io.savemat(F, data)", nested("numpy.arange(6.).reshape(2, 3)")),
        ),
        (
            "x73.mat",
            Foreign::Matlab73,
            "import h5py, numpy
with h5py.File(F, 'w', userblock_size=512) as file:
    file['train/text'] = numpy.arange(6.).reshape(2, 3).T
    file['#refs#/a'] = numpy.arange(6.).reshape(2, 3).T
    refs = numpy.empty((2, 1), dtype=h5py.ref_dtype)
    refs[:, 0] = [file['#refs#/a'].ref] * 2
    file.create_dataset('train/cells', data=refs, dtype=h5py.ref_dtype)
with open(F, 'r+b') as file:
    file.write(b'MATLAB 7.3 MAT-file, Platform: GLNXA64'.ljust(124) + b'\\0\\x02IM')"
                .to_owned(),
        ),
        (
            "x.parquet",
            Foreign::Parquet,
            "import pandas; pandas.DataFrame({'id': ['x', 'y'], 'text': [[0., 1.], [2., 3.]]}).to_parquet(F)"
                .to_owned(),
        ),
        (
            "x.feather",
            Foreign::Arrow,
            "import pandas; pandas.DataFrame({'id': ['x', 'y'], 'text': [[0., 1.], [2., 3.]]}).to_feather(F)"
                .to_owned(),
        ),
        (
            "x.safetensors",
            Foreign::Safetensors,
            "import numpy, safetensors.numpy; safetensors.numpy.save_file({'text': numpy.arange(6.).reshape(2, 3)}, F)"
                .to_owned(),
        ),
    ];
    let run = |folder: &Path, code: &str| {
        let output = Command::new(&python).args(["-B", "-c", code]).current_dir(folder).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), said)
    };
    for (name, format, code) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let (made, said) = run(folder.path(), &format!("F = '{name}'\n{code}"));
        if !made && said.contains("ModuleNotFoundError") {
            let _ = std::io::stderr()
                .write_all(format!("skipped: {name}: {}\n", said.trim().lines().last().unwrap()).as_bytes());
            continue;
        }
        assert!(made, "{name}: {said}");
        let Err(error) = Document::open(&path) else { panic!("{name} was read") };
        assert!(matches!(error, NumpyError::Foreign { format: got, .. } if got == format), "{name}: {error}");
        let message = error.to_string();
        let line = message.lines().nth(1).unwrap().trim();
        let (done, said) = run(folder.path(), line);
        assert!(done, "{line}\n{said}");
        let arrays = Document::open(&path.with_extension("arrays.pkl")).unwrap_or_else(|error| panic!("{error}"));
        let outline = arrays.outline(30);
        assert!(outline.contains("text:"), "{name}\n{outline}");
        let array =
            outline.contains("array [2, 3] f") || outline.contains("a: list of 2") || outline.contains("list of 2");
        assert!(array, "{name}\n{outline}");
    }
}
