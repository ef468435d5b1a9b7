//! A report's folder: it holds what the last report wrote, and nothing that only an earlier one did.

use corrkd_record::{RecordError, replace};
use corrkd_system::read;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file that names the others, so that a later report knows which are the report's.
const NAMES: &str = "files.txt";
/// More than it has.
const LONGEST: u64 = 1 << 20;
/// What a report's files end with.
const ENDINGS: [&str; 7] = ["csv", "parquet", "html", "md", "tex", "svg", "png"];

/// A folder while a report is written into it.
pub(crate) struct Folder {
    path: PathBuf,
    written: Vec<String>,
}

impl Folder {
    /// Creates the folder where it is absent.
    pub(crate) fn open(path: PathBuf) -> Result<Self, RecordError> {
        std::fs::create_dir_all(&path).map_err(RecordError::io(&path, "create the report's directory"))?;
        Ok(Self { path, written: Vec::new() })
    }

    /// Writes or replaces a file.
    pub(crate) fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), RecordError> {
        replace(&self.path.join(name), bytes)?;
        self.written.push(name.to_owned());
        Ok(())
    }

    /// Removes what an earlier report wrote and this one did not; gives the paths of what was written. Another process may
    /// write the same report meanwhile: only what the list names, and a report writes, is ever removed.
    pub(crate) fn close(self) -> Result<Vec<PathBuf>, RecordError> {
        let names = self.path.join(NAMES);
        let earlier = match read(&names, LONGEST) {
            Ok(earlier) => earlier,
            Err(cause) if cause.kind() == ErrorKind::NotFound => Vec::new(),
            Err(cause) => return Err(RecordError::io(&names, "read the names of the report's files")(cause)),
        };
        let stale = |name: &&str| {
            // A name alone: the list, which anyone can edit, leads nowhere else, and to no plan, run or link.
            let path = Path::new(name);
            path.file_name().is_some_and(|of| of == *name)
                && path.extension().is_some_and(|ending| ENDINGS.iter().any(|of| ending == *of))
                && !self.written.iter().any(|of| of == name)
                && self.path.join(name).symlink_metadata().is_ok_and(|of| of.is_file())
        };
        for path in String::from_utf8_lossy(&earlier).lines().filter(stale).map(|name| self.path.join(name)) {
            match std::fs::remove_file(&path) {
                Err(cause) if cause.kind() != ErrorKind::NotFound => {
                    return Err(RecordError::io(&path, "remove a file of an earlier report")(cause));
                }
                _ => {}
            }
        }
        replace(&names, (self.written.join("\n") + "\n").as_bytes())?;
        Ok(self.written.iter().map(|name| self.path.join(name)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_earlier_report_wrote_is_removed() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("report");
        let write = |names: &[&str]| {
            let mut folder = Folder::open(path.clone()).unwrap();
            names.iter().for_each(|name| folder.write(name, name.as_bytes()).unwrap());
            folder.close().unwrap()
        };
        let own = root.path().join("own.txt");
        write(&["a.svg", "b.svg"]);
        std::fs::write(path.join("mine.svg"), "").unwrap();
        std::fs::write(&own, "").unwrap();
        std::fs::write(path.join("sweep.json"), "").unwrap();
        std::fs::create_dir(path.join("folder.svg")).unwrap();
        std::fs::write(path.join(NAMES), "a.svg\nb.svg\n../own.txt\n..\n\ngone.svg\nsweep.json\nfolder.svg\n").unwrap();
        assert_eq!(write(&["b.svg", "c.svg"]), ["b.svg", "c.svg"].map(|name| path.join(name)));
        let exists = |name: &str| path.join(name).exists();
        assert_eq!(["a.svg", "b.svg", "c.svg", "mine.svg"].map(exists), [false, true, true, true]);
        assert!(own.exists() && exists("sweep.json") && exists("folder.svg"));
    }
}
