//! The way to the data of a file of another format. Where Python has it, it is one line that makes plain arrays of it.

use std::path::Path;

use crate::foreign::{Archive, Foreign};

impl Foreign {
    /// What to do with a file of this format to have its data.
    #[must_use]
    pub fn way(self, path: &Path) -> String {
        let name = path.display();
        if let Some(line) = self.python(path) {
            let made = path.with_extension(ARRAYS);
            return format!(
                "a line of Python makes arrays of it (and may do anything else that the file asks for: trust its source \
                 first)\n  {line}\nthen `corrkd data import {}` looks at them",
                made.display()
            );
        }
        match self {
            Self::Pickle | Self::Npy | Self::Npz => {
                format!("`corrkd data import {name} --out DIR` makes sequences of it")
            }
            Self::Hdf5 => format!("`corrkd data check {name}` says whether it is a computational sequence"),
            Self::GitLfs => "`git lfs pull` in its repository fetches the file itself".to_owned(),
            Self::GitAnnex => "`git annex get` in its repository fetches the file itself".to_owned(),
            Self::WebPage => {
                "open the address in a browser, do what the page asks, and save the file itself".to_owned()
            }
            Self::Table => {
                "a folder of such files, one for each sample, with their labels is what `corrkd data import` \
                            reads: datasets/README.md says how it is laid out"
                    .to_owned()
            }
            Self::Archive(archive) => format!("unpack it first: `{}`", archive.unpacked(path)),
            Self::Media => "features have to be made of it first".to_owned(),
            Self::Utf16 => "save it anew in UTF-8".to_owned(),
            Self::Empty | Self::Zeros => "fetch it again".to_owned(),
            _ => "datasets/README.md has short Python programs that write files which are read here".to_owned(),
        }
    }

    /// A line of Python that loads such a file and stores what it holds as plain arrays, lists and dictionaries, in a
    /// pickle beside it.
    fn python(self, path: &Path) -> Option<String> {
        let file = quoted(path);
        let pickle = format!("pickle.load(open({file}, 'rb'))");
        let tensor = "v.detach().cpu().numpy() if isinstance(v, torch.Tensor)";
        let (module, load, plain) = match self {
            Self::Torch => ("torch", format!("torch.load({file}, map_location='cpu', weights_only=False)"), tensor),
            Self::Tensors => ("torch", pickle, tensor),
            Self::TensorFlow => ("tensorflow", pickle, "v.numpy() if tensorflow.is_tensor(v)"),
            Self::Pandas => (
                "pandas",
                format!("pandas.read_pickle({file})"),
                "v.to_dict('list') if isinstance(v, pandas.DataFrame) else v.to_numpy() if hasattr(v, 'to_numpy')",
            ),
            Self::Sparse => ("scipy.sparse", pickle, "v.toarray() if scipy.sparse.issparse(v)"),
            // MATLAB has its axes in the other order, and a cell array as references.
            Self::Matlab73 => (
                "h5py",
                format!("h5py.File({file}, 'r')"),
                "{k: plain(x) for k, x in v.items() if k[0] != '#'} if isinstance(v, h5py.Group) \
                 else [plain(v.file[x]) for x in v[()].T.flat] if v.dtype.kind == 'O' else v[()].T \
                 if isinstance(v, h5py.Dataset)",
            ),
            Self::Matlab5 => ("scipy.io", format!("scipy.io.loadmat({file}, simplify_cells=True)"), ""),
            Self::Joblib | Self::Archive(Archive::Zlib) => ("joblib", format!("joblib.load({file})"), ""),
            Self::Parquet => ("pandas", format!("pandas.read_parquet({file}).to_dict('list')"), ""),
            Self::Arrow => ("pandas", format!("pandas.read_feather({file}).to_dict('list')"), ""),
            Self::Safetensors => ("safetensors.numpy", format!("safetensors.numpy.load_file({file})"), ""),
            _ => return None,
        };
        let out = quoted(&path.with_extension(ARRAYS));
        if plain.is_empty() {
            return Some(format!("import pickle, {module}; pickle.dump({load}, open({out}, 'wb'))"));
        }
        Some(format!(
            "import pickle, {module}; plain = lambda v: {{k: plain(x) for k, x in v.items()}} if isinstance(v, dict) \
             else [plain(x) for x in v] if isinstance(v, (list, tuple)) else {plain} else v; \
             pickle.dump(plain({load}), open({out}, 'wb'))"
        ))
    }
}

/// The ending of a file of arrays that was made of another.
const ARRAYS: &str = "arrays.pkl";

impl Archive {
    /// The command that unpacks a file. Programs that pack one file ask for their own ending in its name.
    fn unpacked(self, path: &Path) -> String {
        let name = path.display();
        let (program, ending) = match self {
            Self::Gzip => ("gzip", "gz"),
            Self::Bzip2 => ("bzip2", "bz2"),
            Self::Xz => ("xz", "xz"),
            Self::Zstandard => ("zstd", "zst"),
            Self::Tar => return format!("tar -xf {name}"),
            Self::SevenZip => return format!("7z x {name}"),
            Self::Rar => return format!("unrar x {name}"),
            Self::Zip | Self::Zlib => return format!("unzip {name}"),
        };
        if path.extension().is_some_and(|other| other.eq_ignore_ascii_case(ending)) {
            return format!("{program} -dk {name}");
        }
        let other = path.extension().map_or(String::new(), |ending| format!(".{}", ending.to_string_lossy()));
        format!("{program} -dc {name} > {}", path.with_extension(format!("unpacked{other}")).display())
    }
}

/// A path as Python's literal.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    format!("'{}'", path.replace('\\', "\\\\").replace('\'', "\\'"))
}
